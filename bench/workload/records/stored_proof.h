/*
 * Which codec was really stored, and how many bytes: read from the broker's log, not assumed.
 *
 * Threads: main thread only.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_STORED_PROOF_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_STORED_PROOF_H

#include "bench/workload/records/records_shared.h"

/* Reads the stored batches of the flow's topics and fills codec, bytes and ratio of its record. A
 * codec stored that is neither the one asked for nor none makes it void. */
enum rc stored_proof(const struct flow *f, struct err *e) MUST_CHECK;

#endif
