/*
 * The receiver: reads every partition from its start offset to the end offset, hashes each record
 * and notes it in the ledger.
 *
 * What a received record is stands in struct receiving_ops: bytes with a hash, or a message of an
 * image. Runs in a worker of its own (bench/trial/worker.h). Threads: one.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_RECEIVER_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_RECEIVER_H

#include "base/buf.h"
#include "bench/workload/records/records_shared.h"
#include "core/kafka/consumer.h"

struct receiver;

struct receiving_ops {
    /* Sets ctx. NULL: nothing to open. */
    enum rc (*open)(struct receiver *r, struct err *e);
    void (*close)(struct receiver *r); /* also after a failed open; NULL: nothing to close */
    /* The hash of the record as it was before encoding; 0: it could not be read. */
    uint64_t (*take)(struct receiver *r, const struct consumed *got);
    /* What was finished by the records taken since the last call; NULL: each of them. */
    uint32_t (*finished)(struct receiver *r);
    void (*end)(struct receiver *r); /* nothing more will come; NULL: nothing to do */
    bool images;                     /* which records are its own in a topic that flows share */
    int64_t poll_bytes;              /* take no more at a time, where records are large; 0: any */
};
extern const struct receiving_ops RECORD_RECEIVING;

struct receiver {
    const struct receiving_ops *ops;
    struct shared_memory *memory;
    const struct records_spec *spec;
    struct worker_slot *slot;
    struct receiver_region *region;
    struct received_entry *entries;
    struct consumer *consumer;
    struct buf decoded;
    void *ctx; /* of the ops */
    uint64_t count;
    size_t others; /* in the batch: of another flow */
    bool dropped;  /* the record that a planted fault loses */
};

/* The life of a receiver whose records are what ops says. */
enum rc receiver_live(struct worker *w, const struct receiving_ops *ops, struct err *e) MUST_CHECK;
enum rc receiver_of_records(struct worker *w, struct err *e) MUST_CHECK;

#endif
