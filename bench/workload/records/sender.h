/*
 * The sender: hands records to the producer at the pace asked for and notes each in the ledger.
 *
 * Runs in a worker of its own (bench/trial/worker.h), with the payload pool at WORKER_POOL_FD. Two
 * threads write the ledger: the sending thread fills an entry before it hands the record over, the
 * producer's polling thread completes it from the delivery report.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_SENDER_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_SENDER_H

#include "bench/workload/records/sending.h"

/* The life of a sender whose records are what ops says. */
enum rc sender_live(struct worker *w, const struct sending_ops *ops, struct err *e) MUST_CHECK;
enum rc sender_of_records(struct worker *w, struct err *e) MUST_CHECK;

#endif
