#include "cli/folder_pair.h"
#include "cli/gate_request.h"
#include "reports/gate/gate_cases.h"
#include "reports/summary/contrast.h"

#include <stdint.h>
#include <stdlib.h>

static const char SCOPE[] =
    "two folders share no blocks: the null control (the baseline against itself) and the fresh "
    "confirmation stage exist only where both arms run in one job: assay gate --baseline REF -- "
    "SCENARIO";

static const struct trial_record *first_wrong(const struct results *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (contrast_is_wrong(&r->records[i]))
            return &r->records[i];
    return NULL;
}

/* A baseline that lost records is none. */
static enum rc refuse_wrong_baseline(const struct results *a, struct err *e)
{
    const struct trial_record *wrong = first_wrong(a);
    if (wrong == NULL)
        return RC_OK;
    return err_set(e, RC_BASELINE, "no baseline: trial %s of %s is void: %s", wrong->trial, a->path,
                   wrong->why);
}

/* When no noisy case can be judged at all, the run was planned too small. */
static enum rc refuse_too_few(const struct comparison *c, struct err *e)
{
    size_t few = comparison_too_few(c), least_a = SIZE_MAX, least_b = SIZE_MAX;
    if (few == 0 || few < c->level.comparisons)
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

static enum rc judge(const struct gate_request *r, const struct folder_pair *p,
                     const struct comparison *c, struct err *e)
{
    struct gate g;
    size_t suspects = 0;
    enum rc rc = gate_cases_of_folders(c, &r->limits, &g, e);
    if (rc == RC_OK)
        rc = gate_judge(&g, &suspects, e);
    if (rc == RC_OK)
        rc = gate_decide(&g, e);
    struct gate_report report = {.gate = &g,
                                 .baseline = p->a.path,
                                 .candidate = p->b.path,
                                 .why = c->why,
                                 .scope = SCOPE,
                                 .seconds = -1};
    if (rc == RC_OK && !r->json)
        folder_pair_print(p);
    if (rc == RC_OK)
        rc = gate_publish(r, &report, r->out != NULL ? r->out : p->b.path, e);
    if (rc == RC_OK)
        rc = gate_conclude(&report, e);
    gate_cases_release(&g);
    return rc;
}

/* Lost records come before all that the numbers say. */
static enum rc mind_integrity(const struct results *b, enum rc rc, struct err *e)
{
    const struct trial_record *wrong = first_wrong(b);
    if (wrong == NULL || rc == RC_INPUT || rc == RC_INFRA)
        return rc;
    return err_set(e, RC_INTEGRITY, "trial %s of %s is void: %s", wrong->trial, b->path,
                   wrong->why);
}

static enum rc compare(const struct gate_request *r, const struct folder_pair *p, struct err *e)
{
    struct comparison c;
    struct comparison_options want = {.alpha = r->limits.alpha};
    enum rc rc = refuse_wrong_baseline(&p->a, e);
    if (rc == RC_OK)
        rc = comparison_of(&p->a, &p->b, &want, &c, e);
    if (rc != RC_OK)
        return rc;
    rc = refuse_too_few(&c, e);
    if (rc == RC_OK)
        rc = judge(r, p, &c, e);
    comparison_release(&c);
    return rc;
}

enum rc gate_folders(const struct gate_request *r, struct err *e)
{
    struct folder_pair *p = calloc(1, sizeof *p);
    if (p == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    enum rc rc = folder_pair_read(r->baseline, r->operand, r->any_host, p, e);
    if (rc == RC_OK) {
        rc = compare(r, p, e);
        rc = mind_integrity(&p->b, rc, e);
        folder_pair_release(p);
    }
    free(p);
    return rc;
}
