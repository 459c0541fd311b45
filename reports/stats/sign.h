/*
 * The sign test: how many differences lie on one side of an edge, whatever their size.
 *
 * Signed ranks take the noise of both arms to be shaped alike: where one has a tail, their typical
 * difference is not that of the medians, and an edge that is true is called broken (12 to 14 in 100
 * at 24 blocks and a nominal 2.5). Signs ask for nothing but the median of the differences, at the
 * price of more blocks; so they are the second opinion wherever the edge is not "no difference".
 * Source: W. J. Conover, Practical Nonparametric Statistics (1999), section 3.4. Threads: pure
 * functions.
 */
#ifndef ASSAY_REPORTS_STATS_SIGN_H
#define ASSAY_REPORTS_STATS_SIGN_H

#include <stdbool.h>
#include <stddef.h>

/* One-sided p of "the median is >= edge" (greater false: <= edge), as paired_p_beyond; those on the
 * edge have no sign. */
double sign_p_beyond(const double *d, size_t n, double edge, bool greater);

/* Blocks that would find at two-sided alpha, with 80 % power, that the share `beyond` of the
 * differences lies beyond the edge; above PAIRED_MAX (reports/stats/paired.h): more than that. */
size_t sign_blocks_to_decide(double beyond, double alpha);

#endif
