/*
 * The null distribution of the rank sum of Mann, Whitney and Wilcoxon: the sum of the ranks of a
 * sample of k drawn from n, every draw as likely as any other.
 *
 * Exact up to RANK_SUM_EXACT ranks, by adding one rank after another to the count of draws by size
 * and sum; beyond, the normal approximation with the variance of the ranks themselves (so ties are
 * in it) and a continuity correction of half a rank. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_RANK_SUM_H
#define ASSAY_REPORTS_STATS_RANK_SUM_H

#include "base/err.h"
#include "reports/stats/ranks.h"
#include "reports/stats/shift.h"

enum { RANK_SUM_EXACT = 60 };

/* Chances of a sum at most (lower) and at least (upper) that of the marked items; with ties the
 * distribution is not symmetric, so that one does not give the other. RC_INFRA: no memory. */
struct rank_sum_tails {
    double lower, upper;
};
enum rc rank_sum_tails_of(const struct ranked *items, size_t n, struct rank_sum_tails *out,
                          struct err *e) MUST_CHECK;

/* The critical value of U, the number of pairs y < x, for one tail of untied samples of n_x and n_y
 * (both >= 1). RC_INFRA: no memory. */
enum rc rank_sum_critical(size_t n_x, size_t n_y, double tail, struct critical *out,
                          struct err *e) MUST_CHECK;

#endif
