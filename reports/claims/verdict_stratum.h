/*
 * The verdict of one stratum: a contrast held against the band of its test.
 *
 * Effects are ln(to/from) for relative tests, to - from or the level itself for the others; sizes
 * are compared as they are, within the test's tolerance, where the records say that bytes repeat or
 * blocks repeat them to the byte; all else is noisy (verdict_noisy.h). Sizes of unlike batches are
 * not compared. What could not be measured here, saturated or with too few records, is
 * INCONCLUSIVE. That a maximum is below a limit is
 * refuted by one trial above it. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VERDICT_STRATUM_H
#define ASSAY_REPORTS_CLAIMS_VERDICT_STRATUM_H

#include "reports/claims/verdict.h"
#include "reports/summary/contrast.h"
#include "reports/summary/strata.h"

struct stratum_question {
    const struct claim_test *test;
    const struct strata_group *group;
    const struct contrast *contrast;
    double alpha;
    size_t comparisons; /* noisy strata of the claim: so many blocks are needed that Holm's
                           correction could still find something */
};

/* out has its names (test, metric, arms, group) already; fills the rest. p values are not yet
 * adjusted and a REFUTED is one before Holm. */
enum rc stratum_judge(const struct stratum_question *q, struct stratum *out,
                      struct err *e) MUST_CHECK;

/* Names the stratum by what its arms have in common. */
void stratum_name(const struct strata_group *g, struct stratum *out);

#endif
