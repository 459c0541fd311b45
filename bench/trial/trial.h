/*
 * One trial: its flows from their first worker to their record.
 *
 * trial_run opens flow 0 and the background load, leads them through three rendezvous (all workers
 * ready, all sent, all drained), lets each workload judge what its workers noted, and closes them
 * (flow.h). Background load runs from before the warm-up of flow 0 to after its last receipt
 * (background.h). What goes wrong inside a trial makes it void, with the reason in its record; only
 * a lost broker, Ctrl-C and a broken machine end the run. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_TRIAL_TRIAL_H
#define ASSAY_BENCH_TRIAL_TRIAL_H

#include "bench/trial/trial_order.h"
#include "bench/trial/trial_outcome.h"

/* RC_OK: out->record says whether the trial is valid. RC_INTERRUPTED, RC_INFRA: no record. */
enum rc trial_run(const struct trial_options *g, const struct trial_order *o,
                  struct trial_outcome *out, struct err *e) MUST_CHECK;

#endif
