/*
 * Pushes metrics to a Pushgateway (HTTP PUT) while a run goes on, and once more at its end.
 *
 * A gateway that is gone, slow or refuses costs nothing but the metrics: every push has a timeout,
 * the next one tries again, and the first trouble is kept for the owner to tell. Redirects are not
 * followed, so that a password goes nowhere else. Nothing is pushed before the run has an id.
 * Ownership: pusher_close ends the thread and frees; target and source are copied, the source's ctx
 * is borrowed.
 * Threads: one of its own pushes and calls the source; all functions here are the owner's to call.
 */
#ifndef ASSAY_BENCH_EXPORT_PUSHER_H
#define ASSAY_BENCH_EXPORT_PUSHER_H

#include "bench/export/exporter.h"
#include "bench/export/push_target.h"

#include <stdbool.h>
#include <stdint.h>

#define PUSHER_EVERY_NS INT64_C(10000000000)
#define PUSHER_TIMEOUT_NS INT64_C(5000000000)

struct pusher_options {
    const struct push_target *target;
    const struct export_source *source;
    int64_t every_ns, timeout_ns; /* 0: PUSHER_EVERY_NS, PUSHER_TIMEOUT_NS */
};

struct pusher; /* opaque */

/* Does not wait for the gateway. RC_INFRA: no memory, no thread. */
enum rc pusher_open(const struct pusher_options *o, struct pusher **out, struct err *e) MUST_CHECK;
/* True once, when a push has failed: text, of size bytes, says why in one sentence. */
bool pusher_trouble(struct pusher *p, char *text, size_t size);
/* Breaks off a push that is under way, pushes a last time (timeout_ns at most) and ends the thread.
 * What went wrong is still to be asked for. NULL is fine, and so is a second call. */
void pusher_finish(struct pusher *p);
void pusher_close(struct pusher *p); /* finishes first; NULL is fine */

#endif
