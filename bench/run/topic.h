/*
 * The topic of a trial: a fresh one that takes what the trial sends, or the shared one as it is.
 *
 * Threads: main thread only.
 */
#ifndef ASSAY_BENCH_RUN_TOPIC_H
#define ASSAY_BENCH_RUN_TOPIC_H

#include "bench/run/board.h"
#include "bench/run/trial.h"

/* Creates spec->topic (*ours: true), or sets spec->start_offset to where the shared one ends now.
 */
enum rc topic_prepare(const struct trial_ground *g, const struct plan_cell *c,
                      struct trial_spec *spec, bool *ours, struct err *e) MUST_CHECK;

#endif
