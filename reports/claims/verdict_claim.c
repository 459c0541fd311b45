/* A claim: its strata judged and corrected, its tests weighed, and what it says of itself. */
#include "reports/claims/verdict_counts.h"
#include "reports/claims/verdict_describe.h"
#include "reports/claims/verdict_test.h"

/* All tests must hold; of the part, those that it has. */
static void judge_tests(struct claim_verdict *v)
{
    struct verdict_counts tests = {.all = 0}, part = {.all = 0};
    for (size_t i = 0; i < v->claim->test_count; i++) {
        if (v->claim->tests[i].remark)
            continue;
        verdict_count(&tests, claim_test_verdict(v, i));
        if (!claim_test_left_out(v, i))
            verdict_count(&part, claim_test_verdict_in_part(v, i));
    }
    v->verdict = v->claim->questions ? verdict_in_common(&tests) : verdict_of_all(&tests);
    v->in_part = v->claim->questions ? verdict_in_common(&part) : verdict_of_all(&part);
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
