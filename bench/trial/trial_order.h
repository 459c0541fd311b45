/*
 * What a trial is told: the options that all trials of a part share, and the order of this one.
 *
 * Ownership: everything is borrowed. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_TRIAL_TRIAL_ORDER_H
#define ASSAY_BENCH_TRIAL_TRIAL_ORDER_H

#include "bench/payload/payload.h"
#include "bench/plan/plan.h"
#include "bench/testbed/testbed.h"
#include "bench/trial/live_metrics.h"
#include "bench/trial/sabotage.h"
#include "core/kafka/admin.h"
#include "core/s3/object_store_config.h"

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

#endif
