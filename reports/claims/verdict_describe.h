/*
 * What a judged claim says of itself: "holds in 3 of 4; not for iot, 1 record".
 *
 * Tests that are remarks take no part in it. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VERDICT_DESCRIBE_H
#define ASSAY_REPORTS_CLAIMS_VERDICT_DESCRIBE_H

#include "reports/claims/verdict.h"

/* Fills detail of a claim that is judged. */
void claim_describe(struct claim_verdict *v);

#endif
