#include "reports/claims/verdicts.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCKS_USUAL = 12 };

struct judge_options verdicts_options(const struct claims_run *q, const struct results *results)
{
    return (struct judge_options){.results = results,
                                  .full = q->full,
                                  .only = &q->only,
                                  .blocks_planned =
                                      q->blocks > 0 ? (size_t)q->blocks : BLOCKS_USUAL,
                                  .looks = q->looks};
}

static enum rc judge_claim(struct claim_verdict *v, const struct claims_run *q,
                           const struct judge_options *o, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < q->finding_count; i++) {
        const struct claims_run_finding *f = &q->findings[i];
        if (strcmp(f->claim, v->claim->id) == 0 && f->found.test < v->claim->test_count)
            rc = claim_verdict_add(v, &f->found, e);
    }
    for (size_t i = 0; rc == RC_OK && i < q->part_count; i++) {
        const struct claims_run_part *p = &q->parts[i];
        if (strcmp(p->claim, v->claim->id) == 0 && p->test < v->claim->test_count)
            rc = claim_verdict_set_part(v, p->test, p->part, e);
    }
    return rc == RC_OK ? claim_judge(o, v, e) : rc;
}

enum rc verdicts_build(const struct claims *claims, const struct claims_run *q,
                       const struct results *results, struct verdicts *out, struct err *e)
{
    struct judge_options o = verdicts_options(q, results);
    enum rc rc = RC_OK;
    *out = (struct verdicts){.all = calloc(q->count + 1, sizeof *out->all),
                             .trials = results != NULL ? results->count : 0,
                             .full = q->full};
    if (out->all == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu claims", q->count);
    (void)strata_choice_text(&q->only, out->only);
    for (size_t i = 0; rc == RC_OK && i < q->count; i++) {
        const struct claim *c = claim_find(claims, q->ids[i]);
        if (c == NULL) {
            rc = err_set(e, RC_INPUT, CLAIMS_RUN_FILE " names %s, and there is no such claim",
                         q->ids[i]);
            break;
        }
        rc = claim_verdict_begin(c, &out->all[i], e);
        if (rc != RC_OK)
            break;
        out->count++;
        rc = judge_claim(&out->all[i], q, &o, e);
        out->of[out->all[i].verdict]++;
        out->supported_in_part +=
            out->all[i].verdict == VERDICT_INCONCLUSIVE && out->all[i].in_part == VERDICT_SUPPORTED;
    }
    if (rc != RC_OK)
        verdicts_release(out);
    return rc;
}

void verdicts_release(struct verdicts *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i < v->count; i++)
        claim_verdict_release(&v->all[i]);
    free(v->all);
    *v = (struct verdicts){.all = NULL};
}
