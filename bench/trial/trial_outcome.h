/*
 * What a trial comes to: its record, histograms and timeline, and those of its background load.
 *
 * Ownership: an outcome owns its histograms, its timeline and the background's outcome. Threads:
 * main thread only.
 */
#ifndef ASSAY_BENCH_TRIAL_TRIAL_OUTCOME_H
#define ASSAY_BENCH_TRIAL_TRIAL_OUTCOME_H

#include "base/hist.h"
#include "reports/record/record.h"
#include "reports/record/timeline.h"

struct trial_outcome {
    struct trial_record record;
    char sender_settings[RECORD_SETTINGS_MAX]; /* in force, "key=value\n" each, secrets hidden */
    char receiver_settings[RECORD_SETTINGS_MAX];
    char topic_left[RECORD_LABEL_MAX]; /* a topic of ours that could not be deleted; "" */
    char objects_left[RECORD_WHY_MAX]; /* why images of ours stay in the object store; "" */
    struct hist
        latency[LATENCIES_MAX]; /* by row of LATENCIES; of measured records, empty at first */
    int64_t measured_from_ns, measured_to_ns; /* first measured send to last receipt; monotonic */
    struct timeline timeline;                 /* of that stretch; no points: nothing to show */
    struct trial_outcome *background; /* owned; of the background load, its timeline over the
                                         same stretch; NULL: there was none, or not judged */
};

/* An empty outcome whose histograms are ready; trial_run does it itself. */
enum rc trial_outcome_open(struct trial_outcome *out, struct err *e) MUST_CHECK;
void trial_outcome_release(struct trial_outcome *out); /* zeroed is fine */

#endif
