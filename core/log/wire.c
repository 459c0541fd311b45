#include "core/log/wire.h"

enum { VARINT_BYTES = 5, VARLONG_BYTES = 10, VARINT_BITS = 7, VARINT_MORE = 0x80 };

struct span wire_raw(struct wire_reader *r, size_t size)
{
    if (r->broken || size > r->bytes.size - r->at) {
        r->broken = true;
        return (struct span){0};
    }
    struct span taken = span_of(r->bytes.data + r->at, size);
    r->at += size;
    return taken;
}

static uint64_t big_endian(struct wire_reader *r, size_t size)
{
    struct span s = wire_raw(r, size);
    uint64_t v = 0;
    for (size_t i = 0; i < s.size; i++)
        v = v << 8 | s.data[i];
    return v;
}

int8_t wire_int8(struct wire_reader *r)
{
    return (int8_t)big_endian(r, sizeof(int8_t));
}

int16_t wire_int16(struct wire_reader *r)
{
    return (int16_t)big_endian(r, sizeof(int16_t));
}

int32_t wire_int32(struct wire_reader *r)
{
    return (int32_t)big_endian(r, sizeof(int32_t));
}

int64_t wire_int64(struct wire_reader *r)
{
    return (int64_t)big_endian(r, sizeof(int64_t));
}

/* A length of -1 is null; a lower one is broken. */
static struct span counted(struct wire_reader *r, int32_t length)
{
    struct span null = {0};
    if (length < -1)
        r->broken = true;
    return length < 0 ? null : wire_raw(r, (size_t)length);
}

struct span wire_string(struct wire_reader *r)
{
    return counted(r, wire_int16(r));
}

struct span wire_blob(struct wire_reader *r)
{
    return counted(r, wire_int32(r));
}

int32_t wire_array(struct wire_reader *r, size_t element_min)
{
    int32_t count = wire_int32(r);
    if (count < -1 || (count > 0 && (size_t)count > wire_left(r) / element_min))
        r->broken = true;
    return r->broken || count < 0 ? 0 : count;
}

static uint64_t varint(struct wire_reader *r, int most_bytes)
{
    uint64_t v = 0;
    for (int i = 0; i < most_bytes; i++) {
        uint8_t byte = (uint8_t)wire_int8(r);
        v |= (uint64_t)(byte & (VARINT_MORE - 1)) << (VARINT_BITS * i);
        if ((byte & VARINT_MORE) == 0)
            return v;
    }
    r->broken = true;
    return 0;
}

int32_t wire_varint(struct wire_reader *r)
{
    uint64_t v = varint(r, VARINT_BYTES);
    if (v > UINT32_MAX) {
        r->broken = true;
        return 0;
    }
    uint32_t low = (uint32_t)v;
    return (int32_t)((low >> 1) ^ (0U - (low & 1)));
}

int64_t wire_varlong(struct wire_reader *r)
{
    uint64_t v = varint(r, VARLONG_BYTES);
    return (int64_t)((v >> 1) ^ (UINT64_C(0) - (v & 1)));
}

static enum rc put_big_endian(struct buf *b, uint64_t v, size_t size, struct err *e)
{
    uint8_t bytes[sizeof v];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(v >> (8 * (size - 1 - i)));
    return buf_append(b, bytes, size, e);
}

enum rc wire_put_int8(struct buf *b, int8_t v, struct err *e)
{
    return put_big_endian(b, (uint64_t)v, sizeof v, e);
}

enum rc wire_put_int16(struct buf *b, int16_t v, struct err *e)
{
    return put_big_endian(b, (uint64_t)v, sizeof v, e);
}

enum rc wire_put_int32(struct buf *b, int32_t v, struct err *e)
{
    return put_big_endian(b, (uint64_t)v, sizeof v, e);
}

enum rc wire_put_int64(struct buf *b, int64_t v, struct err *e)
{
    return put_big_endian(b, (uint64_t)v, sizeof v, e);
}

enum rc wire_put_string(struct buf *b, const char *text, struct err *e)
{
    size_t length = strlen(text);
    if (length > INT16_MAX)
        return err_set(e, RC_INPUT, "a text of %zu bytes is too long for the Kafka protocol",
                       length);
    enum rc rc = wire_put_int16(b, (int16_t)length, e);
    return rc != RC_OK ? rc : buf_append(b, text, length, e);
}
