/*
 * The null distribution of Wilcoxon's signed-rank statistic: the sum of the ranks whose coin shows
 * heads, every coin fair.
 *
 * Exact, by adding one rank after another to the distribution of the sum, as long as the ranks add
 * up to no more than those of SIGNED_RANK_EXACT untied differences; beyond, the normal
 * approximation with the variance of the ranks themselves (so ties and zeros are in it) and a
 * continuity correction of half a rank. Its far tails are heavier than the exact ones: p errs on
 * the large side. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_SIGNED_RANK_H
#define ASSAY_REPORTS_STATS_SIGNED_RANK_H

#include "reports/stats/ranks.h"
#include "reports/stats/shift.h"

enum { SIGNED_RANK_EXACT = 100 };

/* P(W <= w2 / 2), where W adds up the ranks of items[0..n); values and marks do not matter. */
double signed_rank_lower(const struct ranked *items, size_t n, size_t w2);

/* The critical value of n untied differences for one tail. */
struct critical signed_rank_critical(size_t n, double tail);

#endif
