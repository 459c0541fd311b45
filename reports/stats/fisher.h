/*
 * Fisher's exact test, one-sided: does a share of 2 x 2 counts differ by more than chance?
 *
 * Source: Fisher, Statistical Methods for Research Workers; the hypergeometric distribution, its
 * terms by lgamma. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_FISHER_H
#define ASSAY_REPORTS_STATS_FISHER_H

#include <stddef.h>

struct share {
    size_t hits, all; /* hits <= all */
};

/* The chance of at least so many hits in `to` when the hits of both fall on all alike; 1 when
 * either is empty or there are none. */
double fisher_more(struct share from, struct share to);

#endif
