#include "bench/claims/claims_ask.h"

#include "base/clock.h"
#include "bench/probe/probe.h"

#include <stdio.h>
#include <string.h>

/* Of one client with all its codecs, its environment made: measured on two cores. */
enum { CLIENT_S = 10, CLIENTS_MOST = 32 };

enum rc claims_ask_each(const struct claims_request *r, enum test_kind kind, claims_visit *visit,
                        void *ctx, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < r->claims_run.count; i++) {
        const struct claim *c = claim_find(&r->claims, r->claims_run.ids[i]);
        for (size_t t = 0; rc == RC_OK && c != NULL && t < c->test_count; t++) {
            if (c->tests[t].kind == kind && !claims_run_knows(&r->claims_run, c->id, t))
                rc = visit(ctx, c, t, e);
        }
    }
    return rc;
}

static enum rc count_one(void *ctx, const struct claim *c, size_t test, struct err *e)
{
    (void)c;
    (void)test;
    (void)e;
    ++*(size_t *)ctx;
    return RC_OK;
}

bool claims_ask_any(const struct claims_request *r, enum test_kind kind)
{
    size_t n = 0;
    bool on = kind == TEST_CLIENT ? r->clients : r->probes;
    return on && claims_ask_each(r, kind, count_one, &n, NULL) == RC_OK && n > 0;
}

static enum rc count_broker(void *ctx, const struct claim *c, size_t test, struct err *e)
{
    (void)e;
    const struct probe *p = probe_find(c->tests[test].probe);
    *(size_t *)ctx += p != NULL && p->needs_broker;
    return RC_OK;
}

bool claims_ask_needs_broker(const struct claims_request *r)
{
    size_t n = 0;
    bool probes =
        r->probes && claims_ask_each(r, TEST_PROBE, count_broker, &n, NULL) == RC_OK && n > 0;
    return probes || claims_ask_any(r, TEST_CLIENT);
}

int64_t claims_ask_test_ns(const struct claims_request *r, const struct claim *c, size_t test)
{
    const struct claim_test *t = &c->tests[test];
    if (claims_run_knows(&r->claims_run, c->id, test))
        return 0;
    if (t->kind == TEST_CLIENT)
        return r->clients ? (int64_t)CLIENT_S * NS_PER_S : 0;
    const struct probe *p = t->kind == TEST_PROBE && r->probes ? probe_find(t->probe) : NULL;
    return p != NULL ? (int64_t)p->expected_s * NS_PER_S : 0;
}

/* What is added up, and the clients that are counted already. */
struct asking_time {
    const struct claims_request *request;
    const char *clients[CLIENTS_MOST]; /* borrowed */
    size_t client_count;
    int64_t ns;
};

static enum rc add_expected(void *ctx, const struct claim *c, size_t test, struct err *e)
{
    struct asking_time *x = ctx;
    const char *client = c->tests[test].client;
    (void)e;
    for (size_t i = 0; client != NULL && i < x->client_count; i++)
        if (strcmp(x->clients[i], client) == 0)
            return RC_OK;
    if (client != NULL && x->client_count < CLIENTS_MOST)
        x->clients[x->client_count++] = client;
    x->ns += claims_ask_test_ns(x->request, c, test);
    return RC_OK;
}

int64_t claims_ask_expected_ns(const struct claims_request *r)
{
    struct asking_time x = {.request = r};
    bool added = claims_ask_each(r, TEST_PROBE, add_expected, &x, NULL) == RC_OK &&
                 claims_ask_each(r, TEST_CLIENT, add_expected, &x, NULL) == RC_OK;
    return added ? x.ns : 0;
}

const char *claims_ask_why_not(const struct claims_request *r, const struct claim *c, size_t test)
{
    const struct claims_run *q = &r->claims_run;
    enum test_kind kind = c->tests[test].kind;
    for (size_t i = 0; i < q->finding_count; i++)
        if (q->findings[i].found.test == test && strcmp(q->findings[i].claim, c->id) == 0)
            return q->findings[i].found.text;
    if ((kind == TEST_PROBE && !r->probes) || (kind == TEST_CLIENT && !r->clients))
        return "switched off";
    return NULL;
}

enum rc claims_ask_give_up(struct claims_request *r, const struct claim *c, size_t test,
                           const char *why, struct err *e)
{
    struct finding f = {.test = test, .verdict = VERDICT_NOT_MEASURED};
    (void)snprintf(f.text, sizeof f.text, "%s", why);
    return claims_run_add_finding(&r->claims_run, c->id, &f, e);
}

static enum rc keep_answer(const struct claims_ask *a, const struct claim *c,
                           const struct finding *f, struct err *e)
{
    enum rc rc = claims_run_add_finding(&a->request->claims_run, c->id, f, e);
    run_say(&a->request->run->listener, SAY_STEP, "%s: %.200s", c->id, f->text);
    return rc == RC_OK ? claims_run_write(&a->request->claims_run, a->folder, e) : rc;
}

static enum rc ask_probe(void *ctx, const struct claim *c, size_t test, struct err *e)
{
    static const enum verdict verdicts[] = {[PROBE_CONFIRMED] = VERDICT_SUPPORTED,
                                            [PROBE_CONTRADICTED] = VERDICT_REFUTED,
                                            [PROBE_NO_ANSWER] = VERDICT_NOT_MEASURED};
    const struct claims_ask *a = ctx;
    const struct run_request *run = a->request->run;
    struct probe_context g = {.testbed = a->testbed,
                              .topic_prefix =
                                  run->topic_prefix != NULL ? run->topic_prefix : TOPIC_PREFIX,
                              .stop = run->stop,
                              .home = &run->home};
    struct probe_result result = {.answer = PROBE_NO_ANSWER};
    struct finding f = {.test = test};
    const struct probe *p = probe_find(c->tests[test].probe);
    run_say(&run->listener, SAY_STEP, "%s: trying whether %s", c->id, p->says);
    enum rc rc = probe_ask(p, &g, &result, e);
    if (rc != RC_OK)
        return err_wrap(e, "%s, probe %s", c->id, p->name);
    f.verdict = verdicts[result.answer];
    (void)snprintf(f.text, sizeof f.text, "%s: %.960s", PROBE_ANSWER_NAMES[result.answer],
                   result.says);
    return keep_answer(a, c, &f, e);
}

enum rc claims_ask_probes(const struct claims_ask *a, struct err *e)
{
    struct claims_ask copy = *a;
    return a->request->probes ? claims_ask_each(a->request, TEST_PROBE, ask_probe, &copy, e)
                              : RC_OK;
}
