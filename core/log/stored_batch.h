/*
 * One batch of records as Kafka stores it: its header, read from raw bytes.
 *
 * Format: record batch v2 (magic 2), kafka.apache.org/documentation/#recordbatch. Message sets of
 * v0 and v1, as brokers before 0.11 wrote them, are recognised and refused by name.
 * Bytes that are not a batch are RC_INTEGRITY and the sentence says which field is wrong; where the
 * bytes came from is for the caller to prefix.
 * Ownership: a struct stored_batch borrows the bytes it was read from. Threads: pure functions.
 */
#ifndef ASSAY_CORE_LOG_STORED_BATCH_H
#define ASSAY_CORE_LOG_STORED_BATCH_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

enum {
    STORED_BATCH_PREFIX = 12,      /* base offset and length stand before what length counts */
    STORED_BATCH_HEADER = 61,      /* all that stands before the records */
    STORED_BATCH_MAX = 1073741824, /* a longer one is taken for garbage: 1 GiB */
    STORED_CODEC_IDS = 8           /* attributes & 7 */
};

struct stored_batch {
    int64_t base_offset, last_offset;
    int64_t stored_bytes; /* the whole batch: header, length field and records */
    int32_t records;      /* as the header counts them */
    int codec_id;         /* attributes & 7; codec_by_kafka_id names it */
    bool log_append_time; /* timestamps are the broker's */
    bool transactional;
    bool control; /* written by the broker: a transaction marker, not a producer's records */
    int64_t base_timestamp_ms, max_timestamp_ms; /* since the epoch, -1: none */
    int64_t producer_id;                         /* -1: not idempotent */
    int16_t producer_epoch;
    int32_t base_sequence;
    int32_t leader_epoch;
    uint32_t crc;      /* CRC-32C as stored, of everything from the attributes on */
    struct span whole; /* the batch; size 0 when the bytes end before it does */
    struct span body;  /* the records as stored, compressed or not; size 0 likewise */
};

enum stored_batch_found {
    STORED_BATCH_WHOLE, /* *out is complete */
    STORED_BATCH_CUT,   /* the bytes end inside the batch; stored_bytes is set when
                         * STORED_BATCH_HEADER bytes were there (all but whole, body), else 0 */
    STORED_BATCH_PAD,   /* zeros of a preallocated file: no batch follows */
    STORED_BATCH_NONE   /* no bytes left */
};

/* Reads the batch at the start of bytes, without checking its CRC. *out is undefined on failure. */
enum rc stored_batch_read(struct span bytes, struct stored_batch *out,
                          enum stored_batch_found *found, struct err *e) MUST_CHECK;

/* RC_INTEGRITY when the CRC of a whole batch is not that of its bytes. */
enum rc stored_batch_check(const struct stored_batch *b, struct err *e) MUST_CHECK;

/* Takes the next batch from the front of *rest and checks its CRC; *rest then starts after it. Only
 * STORED_BATCH_WHOLE moves *rest. */
enum rc stored_batch_next(struct span *rest, struct stored_batch *out,
                          enum stored_batch_found *found, struct err *e) MUST_CHECK;

#endif
