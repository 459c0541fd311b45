#include "reports/gate/gate_rule.h"

#include <stdlib.h>

const char *const GATE_CASE_NAMES[] = {
    "fine",         "suspect",   "not repeated", "regressed",  "too few", "cut off",
    "not measured", "saturated", "void",         "unreliable", NULL};
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
    return !c->of_trials && !c->effect[GATE_MAIN].exact;
}

const char *gate_case_name(const struct gate_case *c)
{
    return c->of_trials ? "trials" : METRICS[c->effect[GATE_MAIN].metric].name;
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

static enum gate_case_outcome judge_trials(const struct gate *g, const struct gate_case *c)
{
    const struct trial_shares *s = &c->shares;
    if (s->to_void > 0 || (g->one_job && s->from_void > 0) || trial_shares_refuse_more(s))
        return GATE_CASE_VOID;
    if (fisher_more(s->from, s->to) < g->alpha_each)
        return GATE_CASE_REGRESSED;
    return s->to.hits * s->from.all > s->from.hits * s->to.all ? GATE_CASE_SATURATED
                                                               : GATE_CASE_FINE;
}

/* Whether a case stands out of a machine that is unsteady: the candidate's whole interval is beyond
 * that of the baseline against itself by the limit. */
static bool is_beyond_null(const struct gate_case *c, enum gate_stage stage)
{
    const struct effect *f = &c->effect[stage], *null = &c->null[stage];
    if (f->word != EFFECT_WORSE || null->word == EFFECT_NOT_MEASURED ||
        null->word == EFFECT_TOO_FEW)
        return false;
    if (METRICS[f->metric].more_is_better)
        return -f->hi >= c->limit - null->lo;
    return f->lo >= c->limit + null->hi;
}

static enum gate_case_outcome judge_noisy(const struct gate *g, const struct gate_case *c)
{
    const struct effect *f = &c->effect[GATE_MAIN];
    if (f->word == EFFECT_NOT_MEASURED)
        return GATE_CASE_NOT_MEASURED;
    if (g->unreliable)
        return g->one_job && is_beyond_null(c, GATE_MAIN) ? GATE_CASE_SUSPECT
                                                          : GATE_CASE_UNRELIABLE;
    if (f->word == EFFECT_TOO_FEW)
        return GATE_CASE_TOO_FEW;
    if (!is_worse(c, GATE_MAIN))
        return effect_may_be_worse(f) ? GATE_CASE_CENSORED
               : c->lacks > 0         ? GATE_CASE_NOT_MEASURED
                                      : GATE_CASE_FINE;
    return g->one_job ? GATE_CASE_SUSPECT : GATE_CASE_REGRESSED;
}

static enum gate_case_outcome judge(const struct gate *g, const struct gate_case *c)
{
    if (c->of_trials)
        return judge_trials(g, c);
    return is_noisy(c) ? judge_noisy(g, c) : judge_exact(c);
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
        c->outcome = judge(g, c);
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
            c->outcome =
                is_beyond_null(c, GATE_CONFIRMATION) ? GATE_CASE_REGRESSED : GATE_CASE_UNRELIABLE;
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

/* Whether anything that is gated was not decided. */
static bool is_open(const struct gate *g)
{
    static const enum gate_case_outcome OPEN[] = {GATE_CASE_TOO_FEW, GATE_CASE_CENSORED,
                                                  GATE_CASE_NOT_MEASURED, GATE_CASE_SATURATED,
                                                  GATE_CASE_VOID};
    bool open = g->count == 0 || g->one_arm;
    for (size_t i = 0; i < sizeof OPEN / sizeof *OPEN; i++)
        open = open || gate_count(g, OPEN[i]) > 0;
    return open;
}

enum rc gate_decide(struct gate *g, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < g->count; i++) /* those of the confirmation stage, too */
        if (g->cases[i].of_trials)
            g->cases[i].outcome = judge_trials(g, &g->cases[i]);
    if (gate_count(g, GATE_CASE_SUSPECT) > 0) {
        rc = correct(g, GATE_CONFIRMATION, false, e);
        if (rc == RC_OK)
            rc = correct(g, GATE_CONFIRMATION, true, e);
        if (rc != RC_OK)
            return rc;
        confirm(g);
    }
    bool open = is_open(g);
    if (gate_count(g, GATE_CASE_REGRESSED) > 0)
        g->outcome = GATE_REGRESSION;
    else if (g->unreliable || (g->reference_differs && !open))
        g->outcome = GATE_UNRELIABLE;
    else
        g->outcome = open ? GATE_INCONCLUSIVE : GATE_PASS;
    return RC_OK;
}

enum rc gate_rc(enum gate_outcome o)
{
    if (o == GATE_PASS)
        return RC_OK;
    return o == GATE_REGRESSION ? RC_REGRESSION : RC_UNDECIDED;
}
