/*
 * Background load of a trial: another flow that goes to the same broker while flow 0 is measured.
 *
 * It flows from before the warm-up of the measured flow to after its last receipt, and is proven as
 * strictly: every image compared, every record accounted for. The trial is void when the background
 * load is, when it stopped too early, or when fewer of its images or records arrived while
 * measuring than were asked for: a load that was not there proves nothing.
 * Ownership: borrows options and order; background_close frees the rest. Must not be moved once
 * open. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_TRIAL_BACKGROUND_H
#define ASSAY_BENCH_TRIAL_BACKGROUND_H

#include "bench/trial/watch.h"

struct background_load {
    const struct plan_background
        *of;                      /* NULL: the trial has none, and nothing below does anything */
    struct trial_options options; /* the trial's, but for what is the background load's own */
    struct plan_trial trial;
    struct trial_order order;
    struct trial_outcome *outcome; /* owned; when judged, background_close hands it over */
    struct flow flow;
    bool ended_early; /* before it was told */
    bool judged;
};

/* measured: flow 0, which is open. */
enum rc background_open(struct background_load *b, const struct flow *measured,
                        struct err *e) MUST_CHECK;
/* Returns when its warm-up has arrived and it flows. */
enum rc background_start(struct background_load *b, struct watch *w, struct err *e) MUST_CHECK;
/* Tells it that it is enough; returns when all it sent has been read. */
enum rc background_finish(struct background_load *b, struct watch *w, struct err *e) MUST_CHECK;
/* After background_finish, and when the measured flow is judged: a record of its own, and what
 * arrived in the measured flow's time to the measured record. */
enum rc background_judge(struct background_load *b, struct trial_outcome *measured,
                         struct err *e) MUST_CHECK;
/* What made the background load void makes the measured record void. */
void background_blame(const struct background_load *b, struct trial_record *measured);
void background_close(struct background_load *b, bool lost, struct trial_outcome *measured);

#endif
