/*
 * From what sender and receiver noted and the broker stored to the record of a flow.
 *
 * Runs when both workers have ended. What is wrong makes the record void and says why. Threads:
 * pure but for reading the stored batches.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_JUDGE_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_JUDGE_H

#include "bench/workload/records/records_shared.h"

/* Judges something else than Kafka records, such as images: puts their ledger into *l and joins it
 * into v, whose histograms it fills. */
typedef enum rc records_rejoin(struct flow *f, struct ledger *l, struct ledger_verdict *v,
                               struct err *e);

/* What sender and receiver noted, borrowed from the flow's memory. A workload whose workers
 * announce more adds their notes. */
struct ledger records_ledger(const struct flow *f);
/* Fills workers, delivery, latencies, throughput, stored batches and ratio from that ledger.
 * rejoin NULL: each Kafka record is measured. */
enum rc records_judge(struct flow *f, struct ledger *l, records_rejoin *rejoin,
                      struct err *e) MUST_CHECK;

/* Series: sent and received, a second, and the lag: acknowledged records not received yet at the
 * end of each point. */
void records_draw(const struct flow *f, struct timeline *t);

#endif
