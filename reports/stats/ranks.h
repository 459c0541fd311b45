/*
 * Mid-ranks: equal values share the mean of the ranks they take up.
 *
 * Ranks are held doubled, so that a mid-rank is a whole number and sums of them are exact.
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_RANKS_H
#define ASSAY_REPORTS_STATS_RANKS_H

#include <stdbool.h>
#include <stddef.h>

struct ranked {
    double value;
    bool marked;  /* the caller's: a positive difference, a value of the second sample */
    size_t rank2; /* twice the mid-rank, 2 to 2n */
};

/* Sorts items by value and gives them their ranks. Neighbours no further apart than `tie` (>= 0)
 * are equal: what a subtraction rounded differently must not become a difference. */
void ranks_assign(struct ranked *items, size_t n, double tie);

#endif
