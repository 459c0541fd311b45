/*
 * The rendezvous of a worker that sends: it is ready, sends the warm-up when told, is warm, and
 * sends what is measured when told.
 *
 * Its CPU over what is measured and the memory it holds when it has just finished are noted in its
 * slot. A workload whose worker does something else between these points writes them out itself.
 * Threads: the worker's main thread.
 */
#ifndef ASSAY_BENCH_TRIAL_RENDEZVOUS_H
#define ASSAY_BENCH_TRIAL_RENDEZVOUS_H

#include "bench/trial/worker.h"

/* Sends the warm-up, or all that is measured. */
typedef enum rc rendezvous_part(void *ctx, bool measured, struct err *e);

/* RC_INTERRUPTED: it was told to stop. */
enum rc worker_rendezvous(struct worker *w, rendezvous_part *send, void *ctx,
                          struct err *e) MUST_CHECK;

#endif
