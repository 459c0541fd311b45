/*
 * The watch over a trial: waits for what its flows should do next, and sees what stops them.
 *
 * While it waits it looks at Ctrl-C, at the broker, at every worker, answers what workers ask for,
 * and sees whether the flow waited for makes any progress. RC_INTEGRITY from any call: a flow's
 * record is void and says why; RC_INTERRUPTED and RC_INFRA end the run.
 * Ownership: borrows the flows. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_TRIAL_WATCH_H
#define ASSAY_BENCH_TRIAL_WATCH_H

#include "base/clock.h"
#include "bench/trial/flow.h"

enum { WATCH_FLOWS = 8 };

struct watch {
    const struct trial_options *g;
    int64_t timeout_ns; /* without progress */
    struct flow *flow[WATCH_FLOWS];
    size_t count;
    uint64_t seen;          /* movement at the last look */
    struct instant moved;   /* when it last grew */
    struct instant sampled; /* when memory was last looked at */
};

/* Waits until all workers of f with that part have come to the phase. */
enum rc watch_phase(struct watch *w, struct flow *f, enum worker_part part, enum worker_phase phase,
                    struct err *e) MUST_CHECK;
/* Looks after f from now on and starts its workers; returns when all are ready and warm, and the
 * warm-up records have been received by those that read already. */
enum rc watch_warm_up(struct watch *w, struct flow *f, struct err *e) MUST_CHECK;
/* Waits until all is sent; then says where the flow ends, starts the workers that come late, and
 * returns when all who drain have read up to there. */
enum rc watch_drain(struct watch *w, struct flow *f, struct err *e) MUST_CHECK;

#endif
