/*
 * What is typical: a figure of a table ("~40 %") is about data as it comes, not about each kind.
 *
 * The middle of the strata's estimates, and of their intervals' ends, is held against both edges of
 * the band; each stratum says for itself whether the figure holds there. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VERDICT_TYPICAL_H
#define ASSAY_REPORTS_CLAIMS_VERDICT_TYPICAL_H

#include "reports/claims/verdict.h"

struct typical {
    size_t strata;           /* that were judged */
    double estimate, lo, hi; /* as the strata show theirs; NAN when there is none */
    enum verdict verdict;    /* VOID or NOT MEASURED when a stratum is */
};

struct typical typical_of(const struct claim_verdict *v, size_t test);

#endif
