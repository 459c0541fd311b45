/*
 * What a stored batch holds: its body decompressed, its records walked and counted.
 *
 * Format of a record: kafka.apache.org/documentation/#record.
 * Ownership: a decoder owns its working memory, at most STORED_BODY_MAX bytes, and is used for
 * any number of batches. Threads: one owner.
 */
#ifndef ASSAY_CORE_LOG_STORED_BODY_H
#define ASSAY_CORE_LOG_STORED_BODY_H

#include "base/buf.h"
#include "codecs/codec.h"
#include "core/log/stored_batch.h"

enum { STORED_BODY_MAX = 1073741824 }; /* a body that grows past 1 GiB is refused */

struct stored_decoder {
    struct codec_work *works[STORED_CODEC_IDS]; /* owned, opened when first needed */
    struct buf body;                            /* owned: the body decompressed last */
};

struct stored_body {
    int64_t body_bytes;  /* of all records, uncompressed, as the client lays them out */
    int64_t value_bytes; /* of the values alone */
    int64_t key_bytes;
    int32_t records;    /* counted, not read from the header */
    int32_t tombstones; /* records without a value */
};

void stored_decoder_init(struct stored_decoder *d, size_t max_bytes);
void stored_decoder_release(struct stored_decoder *d); /* NULL is fine */

/* RC_INTEGRITY when the body cannot be decompressed, a record does not fit its length, offsets do
 * not rise, or the count differs from the header's. RC_INPUT for a codec id nobody knows. */
enum rc stored_decoder_read(struct stored_decoder *d, const struct stored_batch *b,
                            struct stored_body *out, struct err *e) MUST_CHECK;

#endif
