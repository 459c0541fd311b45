/*
 * The strata of all tests of a claim: found, judged one by one, corrected together.
 *
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VERDICT_TEST_H
#define ASSAY_REPORTS_CLAIMS_VERDICT_TEST_H

#include "reports/claims/verdict.h"

/* Replaces v's strata by those that the results show, each judged by itself. A measured test whose
 * scenario left no trial gets none. */
enum rc test_strata_judge(const struct judge_options *o, struct claim_verdict *v,
                          struct err *e) MUST_CHECK;

/* Holm over the claim's noisy strata: a REFUTED that does not survive becomes INCONCLUSIVE, and in
 * a test that one stratum suffices for the same happens to SUPPORTED. */
enum rc test_strata_correct(struct claim_verdict *v, struct err *e) MUST_CHECK;

#endif
