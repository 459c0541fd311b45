/* The rows of WORKLOADS, one folder each. Without a name in a scenario, the encoding chooses
 * between the first two. */
#ifndef ASSAY_BENCH_WORKLOAD_WORKLOAD_TABLE_H
#define ASSAY_BENCH_WORKLOAD_WORKLOAD_TABLE_H

#include "bench/workload/workload.h"

/* One sender and one receiver; the same by way of the image path; workers without Kafka. */
#define EACH_WORKLOAD(ROW)                                                                         \
    ROW(WORKLOAD_RECORDS)                                                                          \
    ROW(WORKLOAD_IMAGES)                                                                           \
    ROW(WORKLOAD_NULL)

#define DECLARE_WORKLOAD(row) extern const struct workload row;
EACH_WORKLOAD(DECLARE_WORKLOAD)

#endif
