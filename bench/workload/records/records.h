/*
 * What a flow of records and a flow of images do alike, as hooks of their workloads.
 *
 * Threads: the conductor's only.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_RECORDS_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_RECORDS_H

#include "bench/workload/records/records_shared.h"

/* What differs between them when a flow is set up. */
struct records_setup {
    size_t spec_bytes, sender_bytes, receiver_bytes; /* of their structs */
    /* What the workload's own spec says beyond that of records; NULL: nothing. */
    enum rc (*fill)(struct flow *f, struct records_spec *spec, struct err *e);
};

/* Fills the spec, prepares the topics, makes the memory. */
enum rc records_set_up(struct flow *f, const struct records_setup *how, struct err *e) MUST_CHECK;
enum rc records_sent(struct flow *f, struct err *e) MUST_CHECK;
void records_tear_down(struct flow *f, bool lost);
bool records_receiver_is_late(const struct flow *f);
void records_count(const struct shared_memory *m, const char *phase, struct prometheus_samples *to);
uint64_t records_handed_over(const struct shared_memory *m);

#endif
