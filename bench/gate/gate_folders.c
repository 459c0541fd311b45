#include "bench/gate/gate_folders.h"

#include "reports/gate/gate_cases.h"
#include "reports/summary/contrast.h"

#include <stdint.h>
#include <stdlib.h>

static const char SCOPE[] =
    "two folders share no blocks: a change that all arms share cannot be told from the machine, "
    "and "
    "the null control (the baseline against itself) and the fresh confirmation stage exist only "
    "where both arms run in one job: assay gate --baseline REF -- SCENARIO";

/* Void for what arrived or was stored (hurt), or for what kept it from being measured. */
static const struct trial_record *first_void(const struct results *r, bool hurt)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->records[i].validity == TRIAL_VOID && r->records[i].integrity_hurt == hurt)
            return &r->records[i];
    return NULL;
}

/* A baseline that lost records is none. */
static enum rc refuse_wrong_baseline(const struct results *a, struct err *e)
{
    const struct trial_record *wrong = first_void(a, true);
    if (wrong == NULL)
        return RC_OK;
    return err_set(e, RC_BASELINE, "no baseline: trial %s of %s is void: %s", wrong->trial, a->path,
                   wrong->why);
}

static bool trials_tell(const struct comparison *c)
{
    for (size_t i = 0; i < c->cell_count; i++)
        if (trial_shares_matter(&c->cells[i].shares))
            return true;
    return false;
}

/* When no noisy case can be judged at all, the run was planned too small; unless it is trials that
 * do not count which are missing. */
static enum rc refuse_too_few(const struct comparison *c, struct err *e)
{
    size_t few = comparison_too_few(c), least_a = SIZE_MAX, least_b = SIZE_MAX;
    if (few == 0 || few < c->level.comparisons || trials_tell(c))
        return RC_OK;
    for (size_t i = 0; i < c->effect_count; i++) {
        const struct effect *f = &c->effects[i];
        if (f->word != EFFECT_TOO_FEW)
            continue;
        least_a = f->n_from < least_a ? f->n_from : least_a;
        least_b = f->n_to < least_b ? f->n_to : least_b;
    }
    size_t needs = effect_needs(c->level, false);
    bool baseline = least_a < needs && least_b >= needs;
    return err_set(e, baseline ? RC_BASELINE : RC_INPUT,
                   "too few blocks for %zu comparison%s: %zu in the baseline and %zu in the "
                   "candidate, and %zu in each are needed; run both again with --blocks %zu",
                   few, few == 1 ? "" : "s", least_a, least_b, needs, needs);
}

static enum rc judge_comparison(const struct comparison *c, const struct gate_limits *limits,
                                struct gate *g, struct err *e)
{
    size_t suspects = 0;
    enum rc rc = gate_cases_of_folders(c, limits, g, e);
    if (rc == RC_OK)
        rc = gate_judge(g, &suspects, e);
    return rc == RC_OK ? gate_decide(g, e) : rc;
}

/* Crashes, and then lost records, come before all that the numbers say. */
static enum rc settle_void(const struct results *b, enum rc rc, struct err *e)
{
    const struct trial_record *crashed = first_void(b, false), *wrong = first_void(b, true);
    const struct trial_record *first = crashed != NULL ? crashed : wrong;
    if (first == NULL || rc == RC_INPUT || rc == RC_INFRA)
        return rc;
    return err_set(e, crashed != NULL ? RC_INFRA : RC_INTEGRITY, "trial %s of %s is void: %s",
                   first->trial, b->path, first->why);
}

/* What is compared of two folders, and how. */
static enum rc compare_pair(const struct folder_pair *p, const struct gate_limits *limits,
                            struct comparison *out, struct err *e)
{
    struct comparison_options want = {.alpha = limits->alpha};
    enum rc rc = refuse_wrong_baseline(&p->a, e);
    return rc == RC_OK ? comparison_of(&p->a, &p->b, &want, out, e) : rc;
}

enum rc gate_folders(const struct folder_pair *p, const struct gate_limits *limits, const char *out,
                     const struct gate_show *show, struct err *e)
{
    struct comparison c;
    struct gate g = {.count = 0};
    enum rc rc = compare_pair(p, limits, &c, e);
    if (rc != RC_OK)
        return settle_void(&p->b, rc, e);
    struct gate_report report = {.gate = &g,
                                 .baseline = p->a.path,
                                 .candidate = p->b.path,
                                 .why = c.why,
                                 .scope = SCOPE,
                                 .seconds = -1};
    rc = refuse_too_few(&c, e);
    if (rc == RC_OK)
        rc = judge_comparison(&c, limits, &g, e);
    if (rc == RC_OK)
        rc = gate_settle(&report, out, show, e);
    gate_cases_release(&g);
    comparison_release(&c);
    return settle_void(&p->b, rc, e);
}
