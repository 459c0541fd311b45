/*
 * What a measured trial leaves in the result folder: settings in force, record, histograms and
 * timeline, and those of its background load. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_RUN_TRIAL_STORE_H
#define ASSAY_BENCH_RUN_TRIAL_STORE_H

#include "bench/trial/trial.h"
#include "reports/record/folder.h"

/* Fills in the ids of the settings in force. A trial whose line stands in the folder is whole: all
 * else but histograms and timeline is written before it. */
enum rc trial_store(struct folder *f, struct trial_outcome *out, struct err *e) MUST_CHECK;

#endif
