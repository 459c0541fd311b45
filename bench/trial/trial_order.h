/*
 * What a trial is told, and what it comes to: shapes that its flows share.
 *
 * Ownership: options and order are borrowed; an outcome owns its histograms, timeline and that of
 * the background load. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_TRIAL_TRIAL_ORDER_H
#define ASSAY_BENCH_TRIAL_TRIAL_ORDER_H

#include "base/hist.h"
#include "bench/payload/payload.h"
#include "bench/plan/plan.h"
#include "bench/testbed/testbed.h"
#include "bench/trial/live_metrics.h"
#include "bench/trial/sabotage.h"
#include "core/kafka/admin.h"
#include "core/s3/object_store_config.h"
#include "reports/record/record.h"
#include "reports/record/timeline.h"

#include <signal.h>
#include <sys/types.h>

#define TOPIC_PREFIX "assay-" /* of fresh topics, unless told otherwise */

/* What all trials of a part of a run share. Everything is borrowed. */
struct trial_options {
    struct testbed *testbed;       /* what the trial runs on; set by the run */
    const struct cluster *cluster; /* how clients reach the testbed's cluster; set by the run */
    const char *run;               /* id of the run; set by the run */
    const char *topic_prefix;      /* fresh topics are PREFIX + trial id + a number */
    const char *shared_topic;      /* --topic: used as it is, never deleted; NULL: fresh topics */
    int32_t partitions;            /* of fresh topics; of the shared topic as found */
    int16_t replication_factor;    /* -1: the broker's default */
    double max_rate_per_s;         /* --max-rate; 0: none */
    enum sabotage sabotage, sabotage_background;
    struct live_metrics *live;         /* counts for live metrics; NULL: there are none */
    const volatile sig_atomic_t *stop; /* set by Ctrl-C */
};

struct trial_order {
    const struct plan_cell *cell;
    const struct plan_comparison *group;
    const struct plan_trial *trial;
    const struct scenario *scenario;
    const struct payload_pool *pool;
    const struct payload_pool
        *background_pool; /* of the cell's background load; NULL: it has none */
    double rate_per_s;    /* of an open loop, calibrated where the scenario says auto */
    enum live_phase phase;
};

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
