/*
 * From what sender and receiver noted and the broker stored to the record of a flow.
 *
 * Runs when both workers have ended. What is wrong makes the record void and says why. Threads:
 * pure but for reading the stored batches.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_JUDGE_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_JUDGE_H

#include "bench/workload/records/records.h"

/* Joins what is measured where that is not each Kafka record: *l is replaced by its ledger, v has
 * the histograms that it fills. */
typedef enum rc records_units(struct flow *f, struct ledger *l, struct ledger_verdict *v,
                              struct err *e);

/* Fills workers, delivery, latencies, throughput, stored batches and ratio. units NULL: each Kafka
 * record is measured. */
enum rc records_judge(struct flow *f, records_units *units, struct err *e) MUST_CHECK;

/* Series: sent and received, a second, and the lag: acknowledged records not received yet at the
 * end of each point. */
void records_draw(const struct flow *f, struct timeline *t);

#endif
