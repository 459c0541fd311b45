/*
 * Stored batches joined with the records that were acknowledged: which batches hold a trial's
 * records, and whether the log still holds all of them.
 *
 * A bit for each offset of the ranges says that a record of the trial lies there. A batch has one
 * producer, so it is the trial's when a record in it is. What others wrote, and what an
 * aborted transaction left behind, lies in batches without any. A log from which records were taken
 * (DeleteRecords, retention, compaction) holds fewer than were acknowledged.
 * Ownership: stored_join_release frees the bits. Threads: one owner.
 */
#ifndef ASSAY_BENCH_MEASURE_STORED_JOIN_H
#define ASSAY_BENCH_MEASURE_STORED_JOIN_H

#include "bench/measure/ledger.h"
#include "core/log/stored_batch.h"

struct stored_join_count {
    int64_t batches, records, bytes;
};

struct stored_join {
    struct stored_join_count codec[STORED_CODEC_IDS]; /* batches with a record of the trial */
    struct stored_join_count all;                     /* and their sum */
    struct stored_join_count foreign;                 /* batches without a record of the trial */
    int64_t mixed;      /* of all: batches that hold a record that the trial does not know, too;
                           their bytes are not those of its records alone */
    int64_t expected;   /* records of the trial whose offsets are known */
    int64_t held;       /* of these, in any batch; fewer: the log has lost some */
    int32_t partitions; /* below: by partition */
    int64_t *from, *to; /* owned; the range of offsets, to exclusive */
    uint64_t **bits;    /* owned; from the range's first offset on */
};

/* from, to: of each partition; copied. On failure release it all the same. */
enum rc stored_join_open(struct stored_join *j, int32_t partitions, const int64_t *from,
                         const int64_t *to, struct err *e) MUST_CHECK;
void stored_join_release(struct stored_join *j); /* zeroed is fine */

/* Marks the trial's records by their acknowledged offsets. When nobody else wrote to the topics
 * (foreign 0), whatever was received is the trial's, too: duplicates, and records whose offsets no
 * acknowledgement told. False: some offsets are known in neither way, and no batch can be told. */
bool stored_join_mark(struct stored_join *j, const struct ledger *l, int64_t foreign);
/* Counts a batch of records, which lies wholly in its range. */
void stored_join_add(struct stored_join *j, int32_t partition, const struct stored_batch *b);

#endif
