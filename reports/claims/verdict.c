#include "reports/claims/verdict.h"

#include "reports/claims/verdict_describe.h"
#include "reports/claims/verdict_test.h"
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

/* How many strata (or findings) of a test, or of all tests, came out which way. */
struct verdict_counts {
    size_t of[VERDICTS], all;
};

static void count(struct verdict_counts *t, enum verdict v)
{
    t->of[v]++;
    t->all++;
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
            count(&t, s->verdict);
    }
    for (size_t i = 0; i < v->finding_count; i++) {
        if (v->findings[i].test == test)
            count(&t, v->findings[i].verdict);
    }
    if (t.all == 0 && outside > 0)
        count(&t, VERDICT_NOT_APPLICABLE);
    return t;
}

/* All must hold: where some could not be asked, the rest is not enough. */
static enum verdict all_of(const struct verdict_counts *t)
{
    static const enum verdict order[] = {VERDICT_REFUTED,      VERDICT_VOID,
                                         VERDICT_INCONCLUSIVE, VERDICT_NOT_MEASURED,
                                         VERDICT_SUPPORTED,    VERDICT_NOT_APPLICABLE};
    if (t->of[VERDICT_REFUTED] == 0 && t->of[VERDICT_VOID] == 0 && t->of[VERDICT_SUPPORTED] > 0 &&
        t->of[VERDICT_NOT_APPLICABLE] > 0)
        return VERDICT_INCONCLUSIVE;
    for (size_t i = 0; i < VERDICTS; i++) {
        if (t->of[order[i]] > 0)
            return order[i];
    }
    return VERDICT_NOT_MEASURED;
}

/* One suffices; refuted only when every one that applies is. */
static enum verdict one_of(const struct verdict_counts *t)
{
    static const enum verdict order[] = {VERDICT_SUPPORTED,    VERDICT_VOID,
                                         VERDICT_INCONCLUSIVE, VERDICT_NOT_MEASURED,
                                         VERDICT_REFUTED,      VERDICT_NOT_APPLICABLE};
    for (size_t i = 0; i < VERDICTS; i++) {
        if (t->of[order[i]] > 0)
            return order[i];
    }
    return VERDICT_NOT_MEASURED;
}

/* Of the strata that were asked for. */
static enum verdict verdict_in_part(const struct claim_verdict *v, size_t test)
{
    if (v->claim->tests[test].typical)
        return typical_of(v, test).verdict;
    struct verdict_counts t = counts_of_test(v, test);
    return is_any(v, test) ? one_of(&t) : all_of(&t);
}

/* What strata that nobody asked for could turn round is not decided without them. */
enum verdict claim_test_verdict(const struct claim_verdict *v, size_t test)
{
    enum verdict part = verdict_in_part(v, test);
    bool whole = v->parts == NULL || v->parts[test].left_out == 0;
    enum verdict open = is_any(v, test) ? VERDICT_REFUTED : VERDICT_SUPPORTED;
    return !whole && (part == open || part == VERDICT_NOT_APPLICABLE) ? VERDICT_INCONCLUSIVE : part;
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

/* Questions of their own: what all of them answer, else nothing. */
static enum verdict common_of(const struct verdict_counts *t)
{
    for (int k = 0; k < VERDICTS; k++)
        if (t->of[k] == t->all && t->all > 0)
            return (enum verdict)k;
    return t->of[VERDICT_VOID] > 0 ? VERDICT_VOID : VERDICT_INCONCLUSIVE;
}

/* All tests must hold; of the part, those that it has. */
static void judge_tests(struct claim_verdict *v)
{
    struct verdict_counts tests = {.all = 0}, part = {.all = 0};
    for (size_t i = 0; i < v->claim->test_count; i++) {
        if (v->claim->tests[i].remark)
            continue;
        count(&tests, claim_test_verdict(v, i));
        if (!claim_test_left_out(v, i))
            count(&part, verdict_in_part(v, i));
    }
    v->verdict = v->claim->questions ? common_of(&tests) : all_of(&tests);
    v->in_part = v->claim->questions ? common_of(&part) : all_of(&part);
    if (v->verdict == VERDICT_NOT_MEASURED && v->in_part == VERDICT_SUPPORTED)
        v->verdict = VERDICT_INCONCLUSIVE; /* some was, and says nothing against */
}

enum rc claim_judge(const struct judge_options *o, struct claim_verdict *v, struct err *e)
{
    enum rc rc = test_strata_judge(o, v, e);
    if (rc == RC_OK)
        rc = test_strata_correct(v, e);
    if (rc != RC_OK)
        return rc;
    judge_tests(v);
    claim_describe(v);
    return RC_OK;
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
