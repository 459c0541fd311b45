/*
 * What the flows of a run have sent and received so far, as live metrics show it.
 *
 * A workload adds its own counts (workload.count), which it reads from the shared memory of a flow.
 * Ownership: plain memory; images by image_metrics_init. Threads: as its user says.
 */
#ifndef ASSAY_BENCH_TRIAL_LIVE_COUNTS_H
#define ASSAY_BENCH_TRIAL_LIVE_COUNTS_H

#include "core/image/metrics.h"
#include "core/image/reassembly.h"

#include <stdint.h>

struct live_counts {
    uint64_t records_sent, records_received;
    uint64_t images_received, images_sent[METRIC_ROUTES];
    struct image_metrics images;
    struct reassembly_counts reassembly;
};

#endif
