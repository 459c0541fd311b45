/*
 * Small-sample statistics over trials: medians with their range, and paired ratios.
 *
 * One trial is one observation; messages are never replicates. Numbers are doubles in the metric's
 * own unit. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_STATISTICS_H
#define ASSAY_REPORTS_STATS_STATISTICS_H

#include "base/hist.h"
#include "reports/record/record.h"

#include <stddef.h>

/* What a handful of observations say. n 0: nothing was measured, the rest is NOT_MEASURED. */
struct measure {
    size_t n;
    double median, min, max;
    double mad; /* median absolute deviation from the median, not scaled */
};

/* Ascending. */
void values_sort(double *values, size_t n);
/* Sorts values in place. */
struct measure measure_of(double *values, size_t n);
/* Half the range as a share of the median: 0.03 reads "±3 %". NOT_MEASURED below two values. */
double measure_spread(const struct measure *m);

/* Spread of one observation, as the standard deviation measures it for normal noise: MAD x 1.4826
 * with the small-sample factors of C. Croux, P. J. Rousseeuw (Computational Statistics 1 (1992)
 * 411); the standard deviation itself where the MAD is 0. NAN when n < 2. Overwrites values. */
double spread_of(double *values, size_t n);

/* The ratios values[i] / references[i], pairs of one block each, all > 0; their median is taken of
 * the logarithms, so that swapping the arms inverts it. Overwrites values. */
struct measure measure_of_ratios(double *values, const double *references, size_t n);
/* The differences values[i] - references[i] of such pairs. Overwrites values. */
struct measure measure_of_differences(double *values, const double *references, size_t n);

/* Quotes a quantile only when at least 10 values lie beyond it: n * (1 - q) >= 10. */
void latency_from_hist(const struct hist *h, struct latency *out);
int64_t hist_quantile_or_not(const struct hist *h, double q);

#endif
