/*
 * The primitive types of Kafka's protocol, written and read:
 * kafka.apache.org/protocol#protocol_types (big-endian integers, strings with an int16 length,
 * arrays and bytes with an int32 length).
 *
 * A reader never passes its end: the first read that would is noted in broken and every later one
 * gives 0 or an empty span, so that a message is read straight through and judged once at its end.
 * Ownership: spans read are borrowed from the message. Threads: one owner.
 */
#ifndef ASSAY_CORE_LOG_WIRE_H
#define ASSAY_CORE_LOG_WIRE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct wire_reader {
    struct span bytes;
    size_t at;
    bool broken;
};

static inline struct wire_reader wire_reader_of(struct span bytes)
{
    return (struct wire_reader){.bytes = bytes};
}

int8_t wire_int8(struct wire_reader *r);
int16_t wire_int16(struct wire_reader *r);
int32_t wire_int32(struct wire_reader *r);
int64_t wire_int64(struct wire_reader *r);
struct span wire_string(struct wire_reader *r); /* data NULL: null */
struct span wire_blob(struct wire_reader *r);   /* data NULL: null */
/* Length of an array whose elements take at least element_min bytes each, so that a length that
 * cannot fit is broken at once; null counts as 0. */
int32_t wire_array(struct wire_reader *r, size_t element_min);
/* Zigzag varints of records (protobuf's encoding), at most 5 and 10 bytes. */
int32_t wire_varint(struct wire_reader *r);
int64_t wire_varlong(struct wire_reader *r);
struct span wire_raw(struct wire_reader *r, size_t size);
static inline size_t wire_left(const struct wire_reader *r)
{
    return r->broken ? 0 : r->bytes.size - r->at;
}

enum rc wire_put_int8(struct buf *b, int8_t v, struct err *e) MUST_CHECK;
enum rc wire_put_int16(struct buf *b, int16_t v, struct err *e) MUST_CHECK;
enum rc wire_put_int32(struct buf *b, int32_t v, struct err *e) MUST_CHECK;
enum rc wire_put_int64(struct buf *b, int64_t v, struct err *e) MUST_CHECK;
enum rc wire_put_string(struct buf *b, const char *text, struct err *e) MUST_CHECK;

#endif
