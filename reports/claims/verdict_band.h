/*
 * Where an interval lies against the band of a test, in words.
 *
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VERDICT_BAND_H
#define ASSAY_REPORTS_CLAIMS_VERDICT_BAND_H

#include "reports/claims/verdict.h"

/* Band edges in the scale of the values; strong NAN: none. slack widens it for exact values. */
struct edges {
    double weak, strong, slack;
    bool falling;
};

struct edges edges_of(const struct claim_test *t);
/* Gives s the verdict and the detail of its lo to hi; edges and values in the same scale. */
void stratum_place(const struct claim_test *t, const struct edges *b, struct stratum *s);

/* From the scale that is judged, logarithms of ratios where it is relative, to the one that is
 * shown; and back. */
double stratum_shown(const struct stratum *s, double judged);
double stratum_judged(const struct stratum *s, double shown);
/* Adds to why, behind "; " where it says something already. */
void stratum_explain(struct stratum *s, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
