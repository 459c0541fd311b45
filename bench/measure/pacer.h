/*
 * When the next record is due.
 *
 * Open loop: seeded Poisson arrivals, fixed before the trial by seed, rate and start; a sender that
 * falls behind does not move them (no coordinated omission). Flat out and closed loop: due at once,
 * but never faster than a cap. Waiting sleeps, it never spins: a spinning sender would starve
 * client and broker on a small machine. Threads: one owner per struct pacer.
 */
#ifndef ASSAY_BENCH_MEASURE_PACER_H
#define ASSAY_BENCH_MEASURE_PACER_H

#include "base/clock.h"
#include "base/rng.h"
#include "scenarios/scenario.h"

struct pacer {
    struct rng rng;
    double mean_gap_ns; /* open loop: 1e9 / rate; else 0 */
    double cap_gap_ns;  /* smallest mean gap allowed by the cap; 0: none */
    double due_ns;      /* open loop and cap: of the next record, since start */
    int64_t start_ns;
};

/* max_rate_per_s: 0 for no cap. */
void pacer_start(struct pacer *p, const struct load *load, double max_rate_per_s, uint64_t seed,
                 struct instant start);
/* Waits until the next record is due and returns when that was, in CLOCK_MONOTONIC ns: for an open
 * loop the intended time, however late it is now; otherwise now. */
int64_t pacer_next(struct pacer *p);

#endif
