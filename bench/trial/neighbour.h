/*
 * The neighbour of a trial: a stream that goes to the same broker while another is measured.
 *
 * It flows from before the warm-up of the measured stream to after its last receipt, and is proven
 * as strictly: every image compared, every record accounted for. The trial is void when the
 * neighbour is, when it stopped too early, or when fewer of its images arrived while measuring than
 * were asked for: then it was not there.
 * Ownership: borrows ground and order; neighbour_close frees the rest. Must not be moved once open.
 * Threads: main thread only.
 */
#ifndef ASSAY_BENCH_TRIAL_NEIGHBOUR_H
#define ASSAY_BENCH_TRIAL_NEIGHBOUR_H

#include "bench/trial/watch.h"

struct neighbour {
    const struct plan_beside *of; /* NULL: the trial has none, and nothing below does anything */
    struct trial_ground ground;   /* the trial's, but for what is the neighbour's own */
    struct plan_trial trial;
    struct trial_order order;
    struct trial_outcome outcome;
    struct stream stream;
    bool ended_early; /* before it was told */
};

/* beside: the measured stream, which is open. */
enum rc neighbour_open(struct neighbour *n, const struct stream *beside, struct err *e) MUST_CHECK;
/* Returns when its warm-up has arrived and it flows. */
enum rc neighbour_start(struct neighbour *n, struct watch *w, struct err *e) MUST_CHECK;
/* Tells it that it is enough; returns when all it sent has been read. */
enum rc neighbour_finish(struct neighbour *n, struct watch *w, struct err *e) MUST_CHECK;
/* After neighbour_finish, and when the measured stream is settled: what arrived in its time, to its
 * record. */
enum rc neighbour_settle(struct neighbour *n, struct trial_outcome *measured,
                         struct err *e) MUST_CHECK;
/* What made the neighbour void makes the measured record void. */
void neighbour_blame(const struct neighbour *n, struct trial_record *measured);
void neighbour_close(struct neighbour *n, bool lost, struct trial_outcome *measured);

#endif
