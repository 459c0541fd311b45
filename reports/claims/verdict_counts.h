/*
 * Verdicts counted, and the one word for all of them.
 *
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VERDICT_COUNTS_H
#define ASSAY_REPORTS_CLAIMS_VERDICT_COUNTS_H

#include "reports/claims/verdict.h"

/* How many strata (or findings) of a test, or of all tests, came out which way. */
struct verdict_counts {
    size_t of[VERDICTS], all;
};

void verdict_count(struct verdict_counts *t, enum verdict v);
/* All must hold: where some could not be asked, the rest is not enough. */
enum verdict verdict_of_all(const struct verdict_counts *t);
/* One suffices; refuted only when every one that applies is. */
enum verdict verdict_of_one(const struct verdict_counts *t);
/* Questions of their own: what all of them answer, else nothing. */
enum verdict verdict_in_common(const struct verdict_counts *t);

#endif
