/*
 * Two independent samples: for folders that share no blocks.
 *
 * Estimate of the shift (y against x): the median of all differences y_j - x_i (Hodges-Lehmann);
 * interval and p from the exact Mann-Whitney distribution, mid-ranks for ties; the normal
 * approximation when the samples hold more than RANK_SUM_EXACT (60) values together. The interval
 * ignores ties and is closed, as in reports/stats/paired.h. Pass logarithms to judge ratios.
 * Source: H. B. Mann, D. R. Whitney, Ann. Math. Statist. 18 (1947) 50.
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_UNPAIRED_H
#define ASSAY_REPORTS_STATS_UNPAIRED_H

#include "base/err.h"

#include <stddef.h>

enum { UNPAIRED_MAX = 200 };

struct unpaired_samples {
    const double *x, *y; /* borrowed */
    size_t n_x, n_y;
};

struct unpaired {
    size_t n_x, n_y;
    double estimate;   /* typical y - x */
    double lo, hi;     /* -INFINITY, INFINITY when the samples are too small for the level */
    double confidence; /* really covered; 0 when unbounded */
    double p;          /* two-sided */
};

/* RC_INPUT: an empty sample, more than UNPAIRED_MAX, a value that is not finite, alpha outside
 * (0, 1). RC_INFRA: no memory. */
enum rc unpaired_judge(const struct unpaired_samples *s, double alpha, struct unpaired *out,
                       struct err *e) MUST_CHECK;
/* As paired_detectable, for n_x against n_y observations; sigma: unpaired_spread's. */
double unpaired_detectable(double sigma, size_t n_x, size_t n_y, double alpha);

#endif
