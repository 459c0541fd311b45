#include "reports/claims/verdict_test.h"

#include "reports/claims/verdict_band.h"
#include "reports/claims/verdict_stratum.h"
#include "reports/stats/looks.h"
#include "reports/stats/paired.h"
#include "reports/summary/strata.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRATA_FIRST = 16 };
static const double ALPHA = 0.05;

/* One test being walked. */
struct walk {
    const struct judge_options *options;
    struct claim_verdict *verdict;
    size_t test;
    struct err *e;
};

static const struct claim_test *test_of(const struct walk *w)
{
    return &w->verdict->claim->tests[w->test];
}

static struct stratum *add(struct claim_verdict *v)
{
    if (v->stratum_count == v->stratum_room) {
        size_t room = v->stratum_room == 0 ? STRATA_FIRST : 2 * v->stratum_room;
        struct stratum *grown = realloc(v->strata, room * sizeof *grown);
        if (grown == NULL)
            return NULL;
        v->strata = grown;
        v->stratum_room = room;
    }
    struct stratum *s = &v->strata[v->stratum_count++];
    *s = (struct stratum){.verdict = VERDICT_NOT_MEASURED};
    return s;
}

static enum rc add_pair(const struct walk *w, const struct strata_group *g, struct span from,
                        struct span to)
{
    const struct claim_test *t = test_of(w);
    struct stratum *s = add(w->verdict);
    if (s == NULL)
        return err_set(w->e, RC_INFRA, "out of memory for the strata of %s", w->verdict->claim->id);
    s->test = w->test;
    s->group = g->group;
    s->metric = t->metric != NULL ? metric_find(t->metric) : (enum metric)METRIC_COUNT;
    (void)snprintf(s->scenario, sizeof s->scenario, "%s", test_scenario(t, w->options->full));
    (void)snprintf(s->from, sizeof s->from, "%.*s", (int)from.size, (const char *)from.data);
    (void)snprintf(s->to, sizeof s->to, "%.*s", (int)to.size, (const char *)to.data);
    stratum_name(g, s);
    if ((int)s->metric == METRIC_COUNT)
        return err_set(w->e, RC_INPUT, "%s:%d: metric: there is no \"%s\"", w->verdict->claim->file,
                       t->line, t->metric != NULL ? t->metric : "");
    return RC_OK;
}

/* The arms of a tier, one after the other. */
static bool next_arm(const char **at, struct span *arm)
{
    if (**at == '\0')
        return false;
    size_t length = strcspn(*at, "|");
    *arm = span_of(*at, length);
    *at += length + ((*at)[length] == '|');
    return true;
}

static enum rc add_tiers(const struct walk *w, const struct strata_group *g, const char *lower,
                         const char *higher)
{
    struct span from, to;
    enum rc rc = RC_OK;
    while (rc == RC_OK && next_arm(&lower, &from)) {
        const char *rest = higher;
        while (rc == RC_OK && next_arm(&rest, &to))
            rc = add_pair(w, g, from, to);
    }
    return rc;
}

static enum rc add_group(const struct walk *w, const struct strata_group *g)
{
    const struct claim_test *t = test_of(w);
    enum rc rc = RC_OK;
    if (t->kind != TEST_RANKING) {
        const char *from = t->from != NULL ? t->from : "";
        return add_pair(w, g, span_of(from, strlen(from)), span_of(t->to, strlen(t->to)));
    }
    for (char **tier = t->order; rc == RC_OK && tier[0] != NULL && tier[1] != NULL; tier++)
        rc = add_tiers(w, g, tier[0], tier[1]);
    return rc;
}

static enum rc add_test(const struct walk *w)
{
    struct strata strata;
    const char *scenario = test_scenario(test_of(w), w->options->full);
    if (w->options->results == NULL || scenario == NULL || !test_is_measured(test_of(w)))
        return RC_OK;
    enum rc rc = strata_of(w->options->results, scenario, test_of(w), &strata, w->e);
    for (size_t i = 0; rc == RC_OK && i < strata.count; i++) {
        if (w->options->only == NULL ||
            strata_choice_takes(w->options->only, &strata.all[i].common))
            rc = add_group(w, &strata.all[i]);
    }
    strata_release(&strata);
    return rc;
}

static size_t noisy(const struct claim_verdict *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->stratum_count; i++)
        n += !METRICS[v->strata[i].metric].sizes && !v->claim->tests[v->strata[i].test].remark;
    return n > 0 ? n : 1;
}

/* Until when a comparison is looked at, and at which level. */
static void choose_look(const struct judge_options *o, int64_t blocks, double *alpha, int64_t *last)
{
    double whole = o->alpha > 0 ? o->alpha : ALPHA;
    size_t look = 0, most = o->blocks_planned;
    *alpha = whole;
    *last = 0;
    if (!o->looks)
        return;
    size_t at = (size_t)blocks < most ? (size_t)blocks : most;
    while (at > 0 && !look_at(at, most, &look))
        at--;
    *alpha = look_alpha(at > 0 ? look : 0, most, whole);
    *last = at == most ? 0 : (int64_t)at; /* a resumed run may have blocks past the last */
}

static enum rc judge_one(const struct judge_options *o, struct claim_verdict *v, struct stratum *s,
                         struct strata_group *g, struct err *e)
{
    const struct claim_test *t = &v->claim->tests[s->test];
    struct stratum_question q = {.test = t, .group = g, .comparisons = noisy(v)};
    struct contrast c;
    struct contrast_key k = {.scenario = s->scenario,
                             .group = s->group,
                             .from = s->from[0] != '\0' ? s->from : NULL,
                             .to = s->to,
                             .metric = s->metric};
    choose_look(o, g->blocks, &q.alpha, &k.last_block);
    enum rc rc = contrast_of(o->results, &k, &c, e);
    if (rc != RC_OK)
        return rc;
    q.contrast = &c;
    rc = stratum_judge(&q, s, e);
    contrast_release(&c);
    return rc == RC_OK ? rc : err_wrap(e, "%s, %s", v->claim->id, s->label);
}

/* Strata of a test and group lie side by side. */
static enum rc judge_test(const struct judge_options *o, struct claim_verdict *v, size_t test,
                          struct err *e)
{
    struct strata strata = {.all = NULL};
    const struct claim_test *t = &v->claim->tests[test];
    const char *scenario = test_scenario(t, o->full);
    if (o->results == NULL || scenario == NULL || !test_is_measured(t))
        return RC_OK;
    enum rc rc = strata_of(o->results, scenario, t, &strata, e);
    for (size_t i = 0; rc == RC_OK && i < v->stratum_count; i++) {
        if (v->strata[i].test != test)
            continue;
        size_t g = 0;
        while (g + 1 < strata.count && strata.all[g].group != v->strata[i].group)
            g++;
        rc = judge_one(o, v, &v->strata[i], &strata.all[g], e);
    }
    strata_release(&strata);
    return rc;
}

enum rc test_strata_judge(const struct judge_options *o, struct claim_verdict *v, struct err *e)
{
    struct walk w = {.options = o, .verdict = v, .e = e};
    enum rc rc = RC_OK;
    v->stratum_count = 0;
    for (; rc == RC_OK && w.test < v->claim->test_count; w.test++)
        rc = add_test(&w);
    for (size_t i = 0; rc == RC_OK && i < v->claim->test_count; i++)
        rc = judge_test(o, v, i, e);
    return rc;
}

/* Blocks that would decide it although `family` comparisons share alpha. */
static size_t blocks_to_decide(const struct claim_test *t, const struct stratum *s, size_t family)
{
    struct paired p = {.n = s->pairs,
                       .estimate = stratum_judged(s, s->estimate),
                       .lo = stratum_judged(s, s->lo),
                       .hi = stratum_judged(s, s->hi)};
    double one = paired_detectable(1, s->pairs, s->alpha);
    double sigma = stratum_judged(s, s->detectable) / one;
    double edge = stratum_judged(s, edges_of(t).weak);
    size_t blocks = paired_blocks_to_decide(&p, sigma, edge, s->alpha / (double)family);
    return blocks > s->pairs ? blocks : s->pairs + 1;
}

static void demote(const struct claim_test *t, struct stratum *s, const char *what, size_t family)
{
    s->verdict = VERDICT_INCONCLUSIVE;
    s->detail[0] = '\0';
    s->blocks_to_decide = blocks_to_decide(t, s, family);
    stratum_explain(s, "%s on its own, not after Holm's correction for %zu comparisons", what,
                    family);
}

/* Which p a family is about: against the claim (all tests that every stratum is needed for), or
 * for a test that one suffices for. */
struct family {
    bool any;
    size_t test; /* any only */
};

static double *p_of(struct claim_verdict *v, struct family f, size_t i)
{
    struct stratum *s = &v->strata[i];
    const struct claim_test *t = &v->claim->tests[s->test];
    bool any = t->any_stratum;
    if (t->remark || t->typical)
        return NULL;
    if (any != f.any || (any && s->test != f.test))
        return NULL;
    double *p = any ? &s->p_support : &s->p_refute;
    return isnan(*p) ? NULL : p;
}

static enum rc correct(struct claim_verdict *v, struct family f, struct err *e)
{
    size_t n = 0;
    double *p = calloc(v->stratum_count + 1, sizeof *p);
    if (p == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu strata", v->stratum_count);
    for (size_t i = 0; i < v->stratum_count; i++) {
        if (p_of(v, f, i) != NULL)
            p[n++] = *p_of(v, f, i);
    }
    holm_adjust(p, n);
    size_t at = 0;
    enum verdict claimed = f.any ? VERDICT_SUPPORTED : VERDICT_REFUTED;
    for (size_t i = 0; i < v->stratum_count; i++) {
        double *mine = p_of(v, f, i);
        if (mine == NULL)
            continue;
        *mine = p[at++];
        if (v->strata[i].verdict == claimed && *mine > v->strata[i].alpha)
            demote(&v->claim->tests[v->strata[i].test], &v->strata[i],
                   f.any ? "supported" : "refuted", n);
    }
    free(p);
    return RC_OK;
}

enum rc test_strata_correct(struct claim_verdict *v, struct err *e)
{
    enum rc rc = correct(v, (struct family){.any = false}, e);
    for (size_t i = 0; rc == RC_OK && i < v->claim->test_count; i++) {
        if (v->claim->tests[i].any_stratum)
            rc = correct(v, (struct family){.any = true, .test = i}, e);
    }
    return rc;
}
