/*
 * The watch over a trial: waits for what its streams should do next, and sees what stops them.
 *
 * While it waits it looks at Ctrl-C, at the broker, at every role, and at whether the stream waited
 * for makes any progress. RC_INTEGRITY from any call: a stream's record is void and says why;
 * RC_INTERRUPTED and RC_INFRA end the run.
 * Ownership: borrows the streams. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_TRIAL_WATCH_H
#define ASSAY_BENCH_TRIAL_WATCH_H

#include "base/clock.h"
#include "bench/trial/stream.h"

enum { WATCH_STREAMS = 2 };

struct watch {
    const struct trial_ground *g;
    int64_t timeout_ns; /* without progress */
    struct stream *stream[WATCH_STREAMS];
    size_t count;
    uint64_t seen;          /* progress at the last look */
    struct instant moved;   /* when it last grew */
    struct instant sampled; /* when memory was last looked at */
};

/* From now on its roles are looked at. */
void watch_add(struct watch *w, struct stream *s);
/* Waits until a role of s, whose state is given, has come to the phase. */
enum rc watch_phase(struct watch *w, struct stream *s, struct role_state *state,
                    enum role_phase phase, struct err *e) MUST_CHECK;
/* Waits until s has received so many. */
enum rc watch_receipts(struct watch *w, struct stream *s, uint32_t count, struct err *e) MUST_CHECK;

#endif
