/*
 * The normal distribution's upper tail and its inverse.
 *
 * The tail is the C library's erfc, accurate far out; the inverse is found by bisection of it, so
 * that there is no table of coefficients to get wrong. Held against M. J. Wichura's AS 241 (Applied
 * Statistics 37 (1988) 477) in the tests. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_NORMAL_H
#define ASSAY_REPORTS_STATS_NORMAL_H

/* P(Z > z). */
double normal_tail(double z);
/* z with P(Z > z) = tail, to the last digit or two; INFINITY at 0, -INFINITY at 1, NAN outside. */
double normal_tail_z(double tail);
double normal_density(double z);

#endif
