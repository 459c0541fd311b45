/*
 * Differences of values that were cut off: known only to lie between two bounds.
 *
 * A value that was cut off (censored) is at least what was recorded, and is taken as larger than
 * every other where it may be as large as it likes. So each difference has a smallest and a largest
 * value, infinite where it is open. Signed ranks, rank sums and the Hodges-Lehmann estimate never
 * fall when a difference grows: what the smallest and the largest differences say bounds what any
 * values behind the cut could say. The interval reaches from the lower end of the one to the upper
 * end of the other and is open-ended where that depends on a value cut off; p is the larger one
 * where both point the same way, else 1.
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_BOUNDED_H
#define ASSAY_REPORTS_STATS_BOUNDED_H

#include "reports/stats/paired.h"
#include "reports/stats/unpaired.h"

/* Puts numbers in the place of infinite values: so far beyond the finite ones and the edge that
 * half of one still is, and no two alike, so that no ties arise. Returns the limit for bounded_end.
 */
double bounded_close(double *low, double *high, size_t n, double edge);
/* v, or infinite when a value that was infinite took part in it. */
double bounded_end(double v, double limit);

struct bounded {
    double estimate; /* the one nearer to 0 where both point the same way; 0 where they do not */
    double lo, hi;   /* -INFINITY, INFINITY: open */
    double p;        /* two-sided */
    bool hinges;     /* at the level asked for, values behind the cut could turn the word round */
};

/* Differences, low[i] <= high[i]; or two samples one behind the other, in low x as large and y as
 * small as they can be, in high the other way round. Infinite where there is no bound; overwritten.
 */
struct bounds {
    double *low, *high; /* borrowed */
    size_t n_x, n_y;    /* differences: n_y is 0 */
};

/* Fail as paired_judge and unpaired_judge do. */
enum rc bounded_paired(const struct bounds *b, double alpha, struct bounded *out,
                       struct err *e) MUST_CHECK;
enum rc bounded_unpaired(const struct bounds *b, double alpha, struct bounded *out,
                         struct err *e) MUST_CHECK;

#endif
