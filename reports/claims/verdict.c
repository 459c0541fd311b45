#include "reports/claims/verdict.h"

#include "reports/claims/verdict_counts.h"
#include "reports/claims/verdict_typical.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const VERDICT_NAMES[] = {
    [VERDICT_SUPPORTED] = "SUPPORTED",
    [VERDICT_REFUTED] = "REFUTED",
    [VERDICT_INCONCLUSIVE] = "INCONCLUSIVE",
    [VERDICT_NOT_APPLICABLE] = "NOT APPLICABLE",
    [VERDICT_NOT_MEASURED] = "NOT MEASURED",
    [VERDICT_VOID] = "VOID",
    [VERDICTS] = NULL,
};

enum verdict verdict_find(const char *name)
{
    int v = 0;
    while (v < VERDICTS && strcmp(VERDICT_NAMES[v], name) != 0)
        v++;
    return (enum verdict)v;
}

bool test_is_measured(const struct claim_test *t)
{
    return t->kind <= TEST_RANKING;
}

const char *test_scenario(const struct claim_test *t, bool full)
{
    return full && t->scenario_full != NULL ? t->scenario_full : t->scenario;
}

static bool is_any(const struct claim_verdict *v, size_t test)
{
    return v->claim->tests[test].any_stratum;
}

static struct verdict_counts counts_of_test(const struct claim_verdict *v, size_t test)
{
    struct verdict_counts t = {.all = 0};
    size_t outside = 0;
    for (size_t i = 0; i < v->stratum_count; i++) {
        const struct stratum *s = &v->strata[i];
        if (s->test == test && s->outside)
            outside++;
        else if (s->test == test)
            verdict_count(&t, s->verdict);
    }
    for (size_t i = 0; i < v->finding_count; i++) {
        if (v->findings[i].test == test)
            verdict_count(&t, v->findings[i].verdict);
    }
    if (t.all == 0 && outside > 0)
        verdict_count(&t, VERDICT_NOT_APPLICABLE);
    return t;
}

enum verdict claim_test_verdict_in_part(const struct claim_verdict *v, size_t test)
{
    if (v->claim->tests[test].typical)
        return typical_of(v, test).verdict;
    struct verdict_counts t = counts_of_test(v, test);
    return is_any(v, test) ? verdict_of_one(&t) : verdict_of_all(&t);
}

/* What strata that nobody asked for could turn round is not decided without them. */
enum verdict claim_test_verdict(const struct claim_verdict *v, size_t test)
{
    enum verdict part = claim_test_verdict_in_part(v, test);
    bool whole = v->parts == NULL || v->parts[test].left_out == 0;
    enum verdict open = is_any(v, test) ? VERDICT_REFUTED : VERDICT_SUPPORTED;
    bool turns = part == open || part == VERDICT_NOT_APPLICABLE ||
                 (v->claim->tests[test].typical && part == VERDICT_REFUTED);
    return !whole && turns ? VERDICT_INCONCLUSIVE : part;
}

struct test_part claim_verdict_part(const struct claim_verdict *v)
{
    struct test_part sum = {.asked = 0};
    for (size_t i = 0; v->parts != NULL && i < v->claim->test_count; i++) {
        sum.asked += v->parts[i].asked;
        sum.left_out += v->parts[i].left_out;
    }
    return sum;
}

bool claim_test_left_out(const struct claim_verdict *v, size_t test)
{
    return v->parts != NULL && v->parts[test].asked == 0 && v->parts[test].left_out > 0;
}

bool stratum_decided(const struct claim_verdict *v, const struct stratum *s)
{
    switch (s->verdict) {
    case VERDICT_INCONCLUSIVE:
        return false;
    case VERDICT_REFUTED:
        return s->exact || is_any(v, s->test) || s->p_refute * (double)v->stratum_count <= s->alpha;
    case VERDICT_SUPPORTED:
        return s->exact || !is_any(v, s->test) ||
               s->p_support * (double)v->stratum_count <= s->alpha;
    default:
        return true;
    }
}

enum rc claim_verdict_add(struct claim_verdict *v, const struct finding *f, struct err *e)
{
    struct finding *grown = realloc(v->findings, (v->finding_count + 1) * sizeof *grown);
    if (grown == NULL)
        return err_set(e, RC_INFRA, "out of memory for what was found of %s", v->claim->id);
    v->findings = grown;
    v->findings[v->finding_count++] = *f;
    return RC_OK;
}

enum rc claim_verdict_set_part(struct claim_verdict *v, size_t test, struct test_part part,
                               struct err *e)
{
    if (v->parts == NULL)
        v->parts = calloc(v->claim->test_count, sizeof *v->parts);
    if (v->parts == NULL)
        return err_set(e, RC_INFRA, "out of memory for the parts of %s", v->claim->id);
    v->parts[test] = part;
    return RC_OK;
}

static enum rc add_checks(struct claim_verdict *v, size_t test, struct err *e)
{
    const struct claim_test *t = &v->claim->tests[test];
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < t->check_count; i++) {
        const struct claim_check *c = &t->checks[i];
        struct finding f = {.test = test,
                            .verdict = c->holds ? VERDICT_SUPPORTED : VERDICT_REFUTED};
        (void)snprintf(f.text, sizeof f.text, "%s: %s (%s)", c->says, c->computation,
                       c->holds ? "holds" : "does not hold");
        rc = claim_verdict_add(v, &f, e);
    }
    return rc;
}

static enum rc add_not_built(struct claim_verdict *v, size_t test, struct err *e)
{
    struct finding f = {.test = test, .verdict = VERDICT_NOT_MEASURED};
    const char *reason = v->claim->tests[test].reason;
    (void)snprintf(f.text, sizeof f.text, "%s", reason != NULL ? reason : "not built yet");
    return claim_verdict_add(v, &f, e);
}

enum rc claim_verdict_begin(const struct claim *c, struct claim_verdict *out, struct err *e)
{
    enum rc rc = RC_OK;
    *out = (struct claim_verdict){.claim = c, .verdict = VERDICT_NOT_MEASURED};
    for (size_t i = 0; rc == RC_OK && i < c->test_count; i++) {
        if (c->tests[i].kind == TEST_ARITHMETIC)
            rc = add_checks(out, i, e);
        else if (c->tests[i].kind == TEST_NOT_BUILT)
            rc = add_not_built(out, i, e);
    }
    if (rc != RC_OK)
        claim_verdict_release(out);
    return rc;
}

void claim_verdict_release(struct claim_verdict *v)
{
    free(v->strata);
    free(v->findings);
    free(v->parts);
    *v = (struct claim_verdict){.strata = NULL};
}
