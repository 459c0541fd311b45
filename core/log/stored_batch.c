#include "core/log/stored_batch.h"

#include "base/crc32c.h"
#include "core/log/wire.h"

#include <inttypes.h>

enum { MAGIC_AT = 16, ATTRIBUTES_AT = 21, MAGIC_V2 = 2 };

enum { /* attributes */
       CODEC_BITS = 0x07,
       LOG_APPEND_TIME = 0x08,
       TRANSACTIONAL = 0x10,
       CONTROL = 0x20
};

static enum rc refuse_magic(int8_t magic, int64_t base_offset, struct err *e)
{
    if (magic == 0 || magic == 1)
        return err_set(e, RC_INPUT,
                       "the message at offset %" PRId64
                       " is of format v%d, as Kafka before 0.11 wrote it; only record batches (v2) "
                       "can be read: copy the topic through a current client first",
                       base_offset, magic);
    return err_set(e, RC_INTEGRITY,
                   "not a record batch: the format byte of the batch with base offset %" PRId64
                   " is %d, must be 2",
                   base_offset, magic);
}

/* All fields of a v2 header; r stands after the prefix. */
static enum rc read_header(struct wire_reader *r, struct stored_batch *b, struct err *e)
{
    b->leader_epoch = wire_int32(r);
    (void)wire_int8(r); /* magic, known to be 2 */
    b->crc = (uint32_t)wire_int32(r);
    int attributes = wire_int16(r);
    b->codec_id = attributes & CODEC_BITS;
    b->log_append_time = (attributes & LOG_APPEND_TIME) != 0;
    b->transactional = (attributes & TRANSACTIONAL) != 0;
    b->control = (attributes & CONTROL) != 0;
    int32_t last_delta = wire_int32(r);
    b->base_timestamp_ms = wire_int64(r);
    b->max_timestamp_ms = wire_int64(r);
    b->producer_id = wire_int64(r);
    b->producer_epoch = wire_int16(r);
    b->base_sequence = wire_int32(r);
    b->records = wire_int32(r);
    if (last_delta < 0 || b->base_offset > INT64_MAX - last_delta)
        return err_set(e, RC_INTEGRITY,
                       "the batch with base offset %" PRId64 " gives %" PRId32
                       " as the distance to its last offset",
                       b->base_offset, last_delta);
    b->last_offset = b->base_offset + last_delta;
    if (b->records < 0 || b->records > (int64_t)last_delta + 1)
        return err_set(e, RC_INTEGRITY,
                       "the batch with base offset %" PRId64 " counts %" PRId32
                       " records but spans %" PRId64 " offsets",
                       b->base_offset, b->records, (int64_t)last_delta + 1);
    return RC_OK;
}

/* The prefix; *length is what the batch says of itself. */
static enum rc check_prefix(const struct stored_batch *b, int32_t length, struct err *e)
{
    if (b->base_offset < 0)
        return err_set(e, RC_INTEGRITY, "not a record batch: base offset %" PRId64 " is negative",
                       b->base_offset);
    if (length < MAGIC_AT + 1 - STORED_BATCH_PREFIX || length > STORED_BATCH_MAX)
        return err_set(e, RC_INTEGRITY,
                       "the batch with base offset %" PRId64 " gives its length as %" PRId32
                       " bytes; expected %d to %d",
                       b->base_offset, length, STORED_BATCH_HEADER - STORED_BATCH_PREFIX,
                       STORED_BATCH_MAX);
    return RC_OK;
}

enum rc stored_batch_read(struct span bytes, struct stored_batch *out,
                          enum stored_batch_found *found, struct err *e)
{
    *out = (struct stored_batch){0};
    *found = bytes.size == 0 ? STORED_BATCH_NONE : STORED_BATCH_CUT;
    if (bytes.size < STORED_BATCH_PREFIX)
        return RC_OK;
    struct wire_reader r = wire_reader_of(bytes);
    out->base_offset = wire_int64(&r);
    int32_t length = wire_int32(&r);
    if (out->base_offset == 0 && length == 0) {
        *found = STORED_BATCH_PAD;
        return RC_OK;
    }
    enum rc rc = check_prefix(out, length, e);
    if (rc != RC_OK || bytes.size <= MAGIC_AT)
        return rc;
    int8_t magic = (int8_t)bytes.data[MAGIC_AT];
    if (magic != MAGIC_V2)
        return refuse_magic(magic, out->base_offset, e);
    if (length < STORED_BATCH_HEADER - STORED_BATCH_PREFIX)
        return err_set(e, RC_INTEGRITY,
                       "the batch with base offset %" PRId64 " gives its length as %" PRId32
                       " bytes; its header alone takes %d",
                       out->base_offset, length, STORED_BATCH_HEADER - STORED_BATCH_PREFIX);
    if (bytes.size < STORED_BATCH_HEADER)
        return RC_OK;
    out->stored_bytes = (int64_t)length + STORED_BATCH_PREFIX;
    rc = read_header(&r, out, e);
    if (rc != RC_OK || bytes.size < (size_t)out->stored_bytes)
        return rc;
    out->whole = span_of(bytes.data, (size_t)out->stored_bytes);
    out->body = span_of(bytes.data + STORED_BATCH_HEADER, out->whole.size - STORED_BATCH_HEADER);
    *found = STORED_BATCH_WHOLE;
    return RC_OK;
}

enum rc stored_batch_check(const struct stored_batch *b, struct err *e)
{
    uint32_t real = crc32c(span_of(b->whole.data + ATTRIBUTES_AT, b->whole.size - ATTRIBUTES_AT));
    if (real == b->crc)
        return RC_OK;
    return err_set(e, RC_INTEGRITY,
                   "the batch of offsets %" PRId64 " to %" PRId64
                   " is damaged: its bytes give CRC-32C %08" PRIx32 ", stored is %08" PRIx32,
                   b->base_offset, b->last_offset, real, b->crc);
}

enum rc stored_batch_next(struct span *rest, struct stored_batch *out,
                          enum stored_batch_found *found, struct err *e)
{
    enum rc rc = stored_batch_read(*rest, out, found, e);
    if (rc != RC_OK || *found != STORED_BATCH_WHOLE)
        return rc;
    rc = stored_batch_check(out, e);
    if (rc == RC_OK)
        *rest = span_of(rest->data + out->whole.size, rest->size - out->whole.size);
    return rc;
}
