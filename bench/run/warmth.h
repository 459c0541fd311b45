/*
 * What the brokers of each cluster have to be warmed with before a plan is measured: a trial for
 * every codec and level, as they decompress what they are sent, and one for everything that goes
 * beside.
 *
 * Ownership: everything is borrowed. Threads: any.
 */
#ifndef ASSAY_BENCH_RUN_WARMTH_H
#define ASSAY_BENCH_RUN_WARMTH_H

#include "bench/plan/plan.h"
#include "bench/testbed/testbed.h"

/* used: by cell of the plan, whether a trial of it is wanted. The cell is the first wanted one of
 * its codec and cluster, which has not been warmed with that. */
bool warmth_lacks(struct testbed *tb, const struct plan *p, const bool *used, size_t cell);
/* The cell is the first wanted one with its background load. */
bool warmth_lacks_background(struct testbed *tb, const struct plan *p, const bool *used,
                             size_t cell);

#endif
