#include "core/image/envelope.h"

#include "base/byte_order.h"
#include "base/crc32c.h"
#include "core/image/metadata.h"

/* Where the fields of the head stand; docs/image-envelope.md explains them. */
enum {
    AT_MAGIC = 0,
    AT_VERSION = 4,
    AT_KIND = 5,
    AT_RESERVED = 6,
    AT_METADATA_SIZE = 8,
    AT_DATA_SIZE = 12,
    AT_DATA_CRC = 20,
    AT_HEAD_CRC = 24, /* of the head before it and the metadata */
};
static const uint8_t MAGIC[] = {'A', 'I', 'M', 'G'};
enum { COPY_STEP = 65536 }; /* copied and summed while it is in the cache */

size_t envelope_size(size_t metadata_size, size_t data_size)
{
    if (metadata_size > SIZE_MAX - ENVELOPE_HEAD ||
        data_size > SIZE_MAX - ENVELOPE_HEAD - metadata_size)
        return SIZE_MAX;
    return ENVELOPE_HEAD + metadata_size + data_size;
}

static bool is_kind(unsigned kind)
{
    return kind == ENVELOPE_IMAGE || kind == ENVELOPE_REFERENCE;
}

static enum rc check_writable(enum envelope_kind kind, struct span metadata, struct err *e)
{
    if (!is_kind(kind))
        return err_set(e, RC_INPUT, "an envelope of kind %d", (int)kind);
    if (metadata.size == 0)
        return err_set(e, RC_INPUT, "an envelope needs metadata");
    if (metadata.size > METADATA_MAX)
        return err_set(e, RC_INPUT, "metadata of %zu bytes; %d are the most", metadata.size,
                       METADATA_MAX);
    return RC_OK;
}

static uint32_t head_crc(const uint8_t *record, struct span metadata)
{
    return crc32c_more(crc32c(span_of(record, AT_HEAD_CRC)), metadata);
}

/* All that stands before the data. */
static void write_head(const struct envelope *env, uint32_t data_crc, uint8_t *out)
{
    memcpy(out + AT_MAGIC, MAGIC, sizeof MAGIC);
    out[AT_VERSION] = ENVELOPE_VERSION;
    out[AT_KIND] = (uint8_t)env->kind;
    put_big_endian(out + AT_RESERVED, 0, 2);
    put_big_endian(out + AT_METADATA_SIZE, env->metadata.size, 4);
    put_big_endian(out + AT_DATA_SIZE, env->data.size, 8);
    put_big_endian(out + AT_DATA_CRC, data_crc, 4);
    put_big_endian(out + AT_HEAD_CRC, head_crc(out, env->metadata), 4);
    memcpy(out + ENVELOPE_HEAD, env->metadata.data, env->metadata.size);
}

static uint32_t copy_and_sum(struct span from, uint8_t *to)
{
    uint32_t crc = 0;
    for (size_t at = 0; at < from.size; at += COPY_STEP) {
        size_t step = from.size - at < COPY_STEP ? from.size - at : COPY_STEP;
        memcpy(to + at, from.data + at, step);
        crc = crc32c_more(crc, span_of(from.data + at, step));
    }
    return crc;
}

enum rc envelope_write(const struct envelope *env, uint8_t *out, struct err *e)
{
    enum rc rc = check_writable(env->kind, env->metadata, e);
    if (rc == RC_OK)
        write_head(env, copy_and_sum(env->data, envelope_data_at(out, env->metadata.size)), out);
    return rc;
}

uint8_t *envelope_data_at(uint8_t *record, size_t metadata_size)
{
    return record + ENVELOPE_HEAD + metadata_size;
}

enum rc envelope_seal(uint8_t *record, enum envelope_kind kind, struct span metadata,
                      size_t data_size, struct err *e)
{
    struct envelope env = {.kind = kind,
                           .metadata = metadata,
                           .data = span_of(envelope_data_at(record, metadata.size), data_size)};
    enum rc rc = check_writable(kind, metadata, e);
    if (rc == RC_OK)
        write_head(&env, crc32c(env.data), record);
    return rc;
}

bool envelope_begins(struct span record)
{
    return record.size >= sizeof MAGIC && memcmp(record.data, MAGIC, sizeof MAGIC) == 0;
}

/* What the fields say, before any checksum. */
static enum rc check_head(struct span record, struct err *e)
{
    const uint8_t *head = record.data;
    if (!envelope_begins(record))
        return err_set(e, RC_INTEGRITY, "magic: not AIMG, so no image envelope");
    if (record.size < ENVELOPE_HEAD)
        return err_set(e, RC_INTEGRITY, "cut short: %zu bytes, and the head alone has %d",
                       record.size, ENVELOPE_HEAD);
    if (head[AT_VERSION] != ENVELOPE_VERSION)
        return err_set(e, RC_INTEGRITY, "version: %u; %d is read here", head[AT_VERSION],
                       ENVELOPE_VERSION);
    if (!is_kind(head[AT_KIND]))
        return err_set(e, RC_INTEGRITY, "kind: %u; 1 is an image, 2 a reference", head[AT_KIND]);
    if (be16(head + AT_RESERVED) != 0)
        return err_set(e, RC_INTEGRITY, "reserved: %u; expected 0", be16(head + AT_RESERVED));
    uint32_t metadata_size = be32(head + AT_METADATA_SIZE);
    uint64_t data_size = be64(head + AT_DATA_SIZE);
    if (metadata_size == 0 || metadata_size > METADATA_MAX)
        return err_set(e, RC_INTEGRITY, "metadata size: %u; expected 1 to %d", metadata_size,
                       METADATA_MAX);
    size_t rest = record.size - ENVELOPE_HEAD;
    if (metadata_size > rest || data_size != rest - metadata_size)
        return err_set(e, RC_INTEGRITY,
                       "data size: %llu after %u bytes of metadata, and the record has %zu in all",
                       (unsigned long long)data_size, metadata_size, record.size);
    return RC_OK;
}

enum rc envelope_read(struct span record, struct envelope *out, struct err *e)
{
    enum rc rc = check_head(record, e);
    if (rc != RC_OK)
        return err_wrap(e, "image envelope");
    const uint8_t *head = record.data;
    size_t metadata_size = be32(head + AT_METADATA_SIZE);
    struct envelope env = {.kind = (enum envelope_kind)head[AT_KIND],
                           .metadata = span_of(head + ENVELOPE_HEAD, metadata_size)};
    env.data =
        span_of(env.metadata.data + metadata_size, record.size - ENVELOPE_HEAD - metadata_size);
    if (head_crc(head, env.metadata) != be32(head + AT_HEAD_CRC))
        return err_set(e, RC_INTEGRITY,
                       "image envelope: head or metadata are damaged: CRC-32C %08x, not %08x",
                       head_crc(head, env.metadata), be32(head + AT_HEAD_CRC));
    uint32_t data_crc = crc32c(env.data);
    if (data_crc != be32(head + AT_DATA_CRC))
        return err_set(e, RC_INTEGRITY,
                       "image envelope: the data are damaged: CRC-32C %08x, not %08x", data_crc,
                       be32(head + AT_DATA_CRC));
    *out = env;
    return RC_OK;
}
