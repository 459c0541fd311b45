/*
 * The verdict of a noisy stratum: an interval of what its pairs say, held against the band.
 *
 * An edge that is not "no difference" is judged twice, by signed ranks and by signs alone
 * (reports/stats/sign.h), and decided where both agree. The level of one arm alone is judged by an
 * interval that its trials' likeness to their neighbours widens (reports/stats/serial.h). Values
 * that were cut off: reports/stats/bounded.h. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VERDICT_NOISY_H
#define ASSAY_REPORTS_CLAIMS_VERDICT_NOISY_H

#include "reports/claims/verdict_stratum.h"

/* What the pairs say, in the scale that is judged: as small and as large as values that were cut
 * off let each be. Both are alike where none was. */
struct differences {
    double *low, *high; /* the caller's, in one piece */
    size_t n;
    double limit; /* bounded_end's */
};

/* n >= 1. Fills what stratum_judge does; moves what is infinite in d. */
enum rc stratum_judge_noisy(const struct stratum_question *q, struct differences *d,
                            struct stratum *s, struct err *e) MUST_CHECK;

#endif
