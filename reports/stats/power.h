/*
 * Power of the two rank tests against a shift of normal noise: the chance that a true effect is
 * called.
 *
 * The exact critical value is held against the mean and variance the statistic has under the shift,
 * the statistic being near normal there. Source: E. L. Lehmann, Nonparametrics (1975), sections 4.2
 * (signed ranks) and 2.3 (two samples). Against simulation it is right to a few points in a
 * hundred; for 7 to 12 blocks a little more is found than it says. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_POWER_H
#define ASSAY_REPORTS_STATS_POWER_H

#include "reports/stats/shift.h"

#include <stddef.h>

/* What "found with 80 % power" means everywhere. */
extern const double POWER_WANTED;

/* Chance that a two-sided test with the critical value c calls an effect >= 0, which is in standard
 * deviations of one difference (observation). 0 when c is not bounded: nothing can be called. */
double power_paired(double effect, size_t n, const struct critical *c);
double power_unpaired(double effect, size_t n_x, size_t n_y, const struct critical *c);

#endif
