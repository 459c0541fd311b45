/*
 * Which codec was really stored, and how many bytes: read from the broker's log, not assumed.
 *
 * Only batches that hold the flow's own records count, and all acknowledged records must be in
 * them: others may write to the topic, and what was stored may have been taken away again
 * (bench/measure/stored_join.h). Threads: main thread only.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_STORED_PROOF_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_STORED_PROOF_H

#include "bench/workload/records/records_shared.h"

/* Reads the stored batches of the flow's topics and fills codec, bytes and ratio of its record. A
 * codec stored that is neither the one asked for nor none makes it void, and so do records that the
 * log has lost and a topic whose settings were changed; the setting that interferes is named. l:
 * the flow's ledger of Kafka records. */
enum rc stored_proof(const struct flow *f, const struct ledger *l, struct err *e) MUST_CHECK;

#endif
