/* The rows of WORKLOADS, one folder each. */
#ifndef ASSAY_BENCH_WORKLOAD_WORKLOAD_TABLE_H
#define ASSAY_BENCH_WORKLOAD_WORKLOAD_TABLE_H

#include "bench/workload/workload.h"

extern const struct workload WORKLOAD_NULL;    /* workers, notes and timeline, no Kafka */
extern const struct workload WORKLOAD_RECORDS; /* one sender, one receiver */
extern const struct workload WORKLOAD_IMAGES;  /* the same, by way of the image path */

#endif
