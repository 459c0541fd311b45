/*
 * The spread of one observation as an interval feels it: what a smallest detectable effect and a
 * number of blocks are reckoned from.
 *
 * A robust spread overlooks stalls, a standard deviation is all stalls, and neither says how far an
 * interval reaches under the noise at hand. So the observations are centred, drawn again and again
 * (differences with random signs) with a little normal noise (6/n of their robust spread, since few
 * observations leave gaps and show too few stalls), and each draw's interval is read. Where its
 * lower end lies above -x, an effect of x is found: the x of 85 in 100 draws, of which some 80
 * stand again where other observations are judged, divided by that of unit noise, is the spread.
 * Draws are the same for the same n. How often effects reckoned so are found under normal noise,
 * stalls and two modes: tests/unit/reports/stats/test_detectable.c. Source: B. Efron, R. J.
 * Tibshirani, An Introduction to the Bootstrap (1993), chapters 8 and 25. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_RESAMPLE_H
#define ASSAY_REPORTS_STATS_RESAMPLE_H

#include "reports/stats/unpaired.h"

#include <stddef.h>

/* Of differences judged at alpha; in place of it the robust spread (spread_of) where n is too small
 * for alpha to find anything. NAN: fewer than two, or no memory. */
double paired_spread(const double *d, size_t n, double alpha);
/* Of one observation of either sample. */
double unpaired_spread(const struct unpaired_samples *s, double alpha);

#endif
