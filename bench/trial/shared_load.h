/*
 * The load of a flow as it stands in its spec: filled by the conductor, started by who sends.
 *
 * Pointers mean nothing in another process, so the steps stand here by value. Threads: written
 * before the workers start, then only read.
 */
#ifndef ASSAY_BENCH_TRIAL_SHARED_LOAD_H
#define ASSAY_BENCH_TRIAL_SHARED_LOAD_H

#include "bench/measure/pacer.h"
#include "bench/trial/flow.h"

struct shared_load {
    struct load as; /* steps and trace are NULL */
    struct load_step steps[LOAD_STEPS_MAX];
    double max_rate_per_s; /* cap for any load; 0: none */
    uint64_t seed;
};

/* The load of the flow's cell, with the rate of its order. */
void shared_load_fill(const struct flow *f, struct shared_load *out);
/* Starts the pace of the load, or of its warm-up, for the records from sequence next on. Returns
 * the load that is offered; its steps are l's. */
struct load shared_load_start(const struct shared_load *l, bool warm_up, uint64_t next,
                              struct instant start, struct pacer *p);

#endif
