#include "reports/gate/gate_rule.h"

#include <stdlib.h>

const char *const GATE_CASE_NAMES[] = {"fine",         "suspect",    "not repeated",
                                       "regressed",    "too few",    "cut off",
                                       "not measured", "unreliable", NULL};
const char *const GATE_NAMES[] = {"PASS", "REGRESSION", "INCONCLUSIVE", "UNRELIABLE", NULL};

static const double ALPHA = 0.05;

struct gate_limits gate_limits_of_table(void)
{
    struct gate_limits l = {.alpha = ALPHA};
    for (int m = 0; m < METRIC_COUNT; m++)
        l.limit[m] = METRICS[m].gate_limit;
    return l;
}

static bool is_noisy(const struct gate_case *c)
{
    return !c->effect[GATE_MAIN].exact;
}

/* Holm over one stage: all cases in the main one, those that are suspect in the confirmation. */
static enum rc correct(struct gate *g, enum gate_stage stage, bool null, struct err *e)
{
    struct effect **list = calloc(g->count + 1, sizeof(struct effect *));
    size_t n = 0;
    if (list == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu gated cases", g->count);
    for (size_t i = 0; i < g->count; i++) {
        struct gate_case *c = &g->cases[i];
        if (!is_noisy(c) || (stage == GATE_CONFIRMATION && c->outcome != GATE_CASE_SUSPECT))
            continue;
        list[n++] = null ? &c->null[stage] : &c->effect[stage];
    }
    enum rc rc = effects_correct(list, n, g->alpha, e);
    free(list);
    return rc;
}

static bool is_worse(const struct gate_case *c, enum gate_stage stage)
{
    const struct effect *f = &c->effect[stage];
    return f->word == EFFECT_WORSE && effect_harm(f) >= c->limit;
}

static bool differs(const struct effect *f)
{
    return f->word == EFFECT_WORSE || f->word == EFFECT_BETTER;
}

static bool null_differs(const struct gate *g, enum gate_stage stage)
{
    for (size_t i = 0; i < g->count; i++) {
        bool counts = stage == GATE_MAIN || g->cases[i].outcome == GATE_CASE_SUSPECT;
        if (counts && differs(&g->cases[i].null[stage]))
            return true;
    }
    return false;
}

static enum gate_case_outcome judge_exact(const struct gate_case *c)
{
    const struct effect *f = &c->effect[GATE_MAIN];
    if (f->word == EFFECT_NOT_MEASURED)
        return GATE_CASE_NOT_MEASURED;
    if (differs(&c->null[GATE_MAIN]))
        return GATE_CASE_UNRELIABLE;
    return effect_harm(f) > c->limit ? GATE_CASE_REGRESSED : GATE_CASE_FINE;
}

static enum gate_case_outcome judge_noisy(const struct gate *g, const struct gate_case *c)
{
    const struct effect *f = &c->effect[GATE_MAIN];
    if (f->word == EFFECT_NOT_MEASURED)
        return GATE_CASE_NOT_MEASURED;
    if (g->unreliable)
        return GATE_CASE_UNRELIABLE;
    if (f->word == EFFECT_TOO_FEW)
        return GATE_CASE_TOO_FEW;
    if (!is_worse(c, GATE_MAIN))
        return effect_may_be_worse(f) ? GATE_CASE_CENSORED : GATE_CASE_FINE;
    return g->one_job ? GATE_CASE_SUSPECT : GATE_CASE_REGRESSED;
}

enum rc gate_judge(struct gate *g, size_t *suspects, struct err *e)
{
    enum rc rc = correct(g, GATE_MAIN, false, e);
    if (rc == RC_OK && g->one_job)
        rc = correct(g, GATE_MAIN, true, e);
    if (rc != RC_OK)
        return rc;
    if (g->one_job && null_differs(g, GATE_MAIN)) {
        g->unreliable = true;
        g->null_differs_in = GATE_MAIN;
    }
    *suspects = 0;
    for (size_t i = 0; i < g->count; i++) {
        struct gate_case *c = &g->cases[i];
        c->outcome = is_noisy(c) ? judge_noisy(g, c) : judge_exact(c);
        *suspects += c->outcome == GATE_CASE_SUSPECT;
    }
    return RC_OK;
}

static void confirm(struct gate *g)
{
    bool unclean = null_differs(g, GATE_CONFIRMATION);
    for (size_t i = 0; i < g->count; i++) {
        struct gate_case *c = &g->cases[i];
        const struct effect *again = &c->effect[GATE_CONFIRMATION];
        if (c->outcome != GATE_CASE_SUSPECT)
            continue;
        if (again->word == EFFECT_TOO_FEW || again->word == EFFECT_NOT_MEASURED)
            c->outcome = GATE_CASE_TOO_FEW;
        else if (unclean)
            c->outcome = GATE_CASE_UNRELIABLE;
        else if (is_worse(c, GATE_CONFIRMATION))
            c->outcome = GATE_CASE_REGRESSED;
        else
            c->outcome = effect_may_be_worse(again) ? GATE_CASE_CENSORED : GATE_CASE_NOT_REPEATED;
    }
    if (unclean) {
        g->unreliable = true;
        g->null_differs_in = GATE_CONFIRMATION;
    }
}

size_t gate_count(const struct gate *g, enum gate_case_outcome o)
{
    size_t n = 0;
    for (size_t i = 0; i < g->count; i++)
        n += g->cases[i].outcome == o;
    return n;
}

enum rc gate_decide(struct gate *g, struct err *e)
{
    enum rc rc = RC_OK;
    if (gate_count(g, GATE_CASE_SUSPECT) > 0) {
        rc = correct(g, GATE_CONFIRMATION, false, e);
        if (rc == RC_OK)
            rc = correct(g, GATE_CONFIRMATION, true, e);
        if (rc != RC_OK)
            return rc;
        confirm(g);
    }
    if (gate_count(g, GATE_CASE_REGRESSED) > 0)
        g->outcome = GATE_REGRESSION;
    else if (g->unreliable)
        g->outcome = GATE_UNRELIABLE;
    else if (g->count == 0 || gate_count(g, GATE_CASE_TOO_FEW) > 0 ||
             gate_count(g, GATE_CASE_CENSORED) > 0 || gate_count(g, GATE_CASE_NOT_MEASURED) > 0)
        g->outcome = GATE_INCONCLUSIVE;
    else
        g->outcome = GATE_PASS;
    return RC_OK;
}

enum rc gate_rc(enum gate_outcome o)
{
    if (o == GATE_PASS)
        return RC_OK;
    return o == GATE_REGRESSION ? RC_REGRESSION : RC_UNDECIDED;
}
