#define _GNU_SOURCE
#include "core/image/chunk.h"

#include "base/byte_order.h"
#include "base/crc32c.h"
#include "core/image/metadata.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

/* Where the fields of the head stand; docs/image-envelope.md explains them. */
enum {
    AT_VERSION = 4,
    AT_RESERVED = 5,
    RESERVED_BYTES = 3,
    AT_ID = 8,
    AT_INDEX = 24,
    AT_COUNT = 28,
    AT_TOTAL_SIZE = 32,
    AT_OFFSET = 40,
    AT_CHUNK_SIZE = 48,
    AT_DATA_SIZE = 52,
    AT_METADATA_SIZE = 56,
    AT_IMAGE_CRC = 60,
    AT_DATA_CRC = 64,
    AT_HEAD_CRC = 68, /* of the head before it and the metadata */
};
static const uint8_t MAGIC[] = {'A', 'I', 'M', 'C'};

enum rc image_id_make(struct image_id *out, struct err *e)
{
    if (getentropy(out->bytes, sizeof out->bytes) != 0)
        return err_sys(e, RC_INFRA, errno, "making an image id");
    return RC_OK;
}

void image_id_format(const struct image_id *id, char *text)
{
    for (size_t i = 0; i < IMAGE_ID_BYTES; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", id->bytes[i]);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum rc image_id_parse(const char *text, struct image_id *out, struct err *e)
{
    struct image_id id = {{0}};
    size_t digits = 0;
    for (; digits < 2 * IMAGE_ID_BYTES && hex_digit(text[digits]) >= 0; digits++)
        id.bytes[digits / 2] = (uint8_t)(id.bytes[digits / 2] << 4 | hex_digit(text[digits]));
    if (digits != 2 * IMAGE_ID_BYTES || text[digits] != '\0')
        return err_set(e, RC_INPUT, "\"%.40s\" is no image id; %d hex digits in lower case are",
                       text, 2 * IMAGE_ID_BYTES);
    *out = id;
    return RC_OK;
}

enum rc chunk_image_cut(struct chunk_image *image, uint64_t total_size, uint64_t chunk_size,
                        struct err *e)
{
    if (total_size == 0)
        return err_set(e, RC_INPUT, "an image of no bytes cannot be cut into chunks");
    if (chunk_size == 0 || chunk_size > UINT32_MAX)
        return err_set(e, RC_INPUT, "chunks of %llu bytes; expected 1 to %u",
                       (unsigned long long)chunk_size, UINT32_MAX);
    uint64_t count = (total_size - 1) / chunk_size + 1;
    if (count > UINT32_MAX)
        return err_set(e, RC_INPUT, "%llu bytes in chunks of %llu are too many chunks",
                       (unsigned long long)total_size, (unsigned long long)chunk_size);
    image->total_size = total_size;
    image->chunk_size = (uint32_t)chunk_size;
    image->count = (uint32_t)count;
    return RC_OK;
}

static uint64_t offset_of(const struct chunk_image *image, uint32_t index)
{
    return (uint64_t)index * image->chunk_size;
}

size_t chunk_data_size(const struct chunk_image *image, uint32_t index)
{
    uint64_t left = image->total_size - offset_of(image, index);
    return left < image->chunk_size ? (size_t)left : image->chunk_size;
}

size_t chunk_record_size(const struct chunk_image *image, uint32_t index)
{
    return CHUNK_HEAD + image->metadata.size + chunk_data_size(image, index);
}

uint8_t *chunk_data_at(uint8_t *record, const struct chunk_image *image)
{
    return record + CHUNK_HEAD + image->metadata.size;
}

static uint32_t head_crc(const uint8_t *record, struct span metadata)
{
    return crc32c_more(crc32c(span_of(record, AT_HEAD_CRC)), metadata);
}

enum rc chunk_seal(uint8_t *record, const struct chunk_image *image, uint32_t index, struct err *e)
{
    if (image->metadata.size == 0 || image->metadata.size > METADATA_MAX)
        return err_set(e, RC_INPUT, "metadata of %zu bytes; expected 1 to %d", image->metadata.size,
                       METADATA_MAX);
    if (index >= image->count)
        return err_set(e, RC_INPUT, "chunk %u of %u", index, image->count);
    struct span data = span_of(chunk_data_at(record, image), chunk_data_size(image, index));
    memcpy(record, MAGIC, sizeof MAGIC);
    record[AT_VERSION] = CHUNK_VERSION;
    put_big_endian(record + AT_RESERVED, 0, RESERVED_BYTES);
    memcpy(record + AT_ID, image->id.bytes, IMAGE_ID_BYTES);
    put_big_endian(record + AT_INDEX, index, 4);
    put_big_endian(record + AT_COUNT, image->count, 4);
    put_big_endian(record + AT_TOTAL_SIZE, image->total_size, 8);
    put_big_endian(record + AT_OFFSET, offset_of(image, index), 8);
    put_big_endian(record + AT_CHUNK_SIZE, image->chunk_size, 4);
    put_big_endian(record + AT_DATA_SIZE, data.size, 4);
    put_big_endian(record + AT_METADATA_SIZE, image->metadata.size, 4);
    put_big_endian(record + AT_IMAGE_CRC, image->image_crc, 4);
    put_big_endian(record + AT_DATA_CRC, crc32c(data), 4);
    put_big_endian(record + AT_HEAD_CRC, head_crc(record, image->metadata), 4);
    memcpy(record + CHUNK_HEAD, image->metadata.data, image->metadata.size);
    return RC_OK;
}

bool chunk_begins(struct span record)
{
    return record.size >= sizeof MAGIC && memcmp(record.data, MAGIC, sizeof MAGIC) == 0;
}

/* The fields that say what stands where. */
static enum rc read_frame(struct span record, struct chunk *c, struct err *e)
{
    const uint8_t *head = record.data;
    if (!chunk_begins(record))
        return err_set(e, RC_INTEGRITY, "magic: not AIMC, so no chunk");
    if (record.size < CHUNK_HEAD)
        return err_set(e, RC_INTEGRITY, "cut short: %zu bytes, and the head alone has %d",
                       record.size, CHUNK_HEAD);
    if (head[AT_VERSION] != CHUNK_VERSION)
        return err_set(e, RC_INTEGRITY, "version: %u; %d is read here", head[AT_VERSION],
                       CHUNK_VERSION);
    if (big_endian(head + AT_RESERVED, RESERVED_BYTES) != 0)
        return err_set(e, RC_INTEGRITY, "reserved: not 0");
    uint32_t metadata_size = be32(head + AT_METADATA_SIZE);
    uint32_t data_size = be32(head + AT_DATA_SIZE);
    size_t rest = record.size - CHUNK_HEAD;
    if (metadata_size == 0 || metadata_size > METADATA_MAX)
        return err_set(e, RC_INTEGRITY, "metadata size: %u; expected 1 to %d", metadata_size,
                       METADATA_MAX);
    if (metadata_size > rest || data_size != rest - metadata_size)
        return err_set(e, RC_INTEGRITY,
                       "data size: %u after %u bytes of metadata, and the record has %zu in all",
                       data_size, metadata_size, record.size);
    c->image.metadata = span_of(head + CHUNK_HEAD, metadata_size);
    c->data = span_of(head + CHUNK_HEAD + metadata_size, data_size);
    return RC_OK;
}

/* What the fields say of the image and of the place of this piece. */
static enum rc read_place(const uint8_t *head, struct chunk *c, struct err *e)
{
    struct chunk_image *image = &c->image;
    memcpy(image->id.bytes, head + AT_ID, IMAGE_ID_BYTES);
    image->image_crc = be32(head + AT_IMAGE_CRC);
    c->index = be32(head + AT_INDEX);
    c->data_crc = be32(head + AT_DATA_CRC);
    c->offset = be64(head + AT_OFFSET);
    uint32_t count = be32(head + AT_COUNT);
    if (chunk_image_cut(image, be64(head + AT_TOTAL_SIZE), be32(head + AT_CHUNK_SIZE), e) != RC_OK)
        return err_set(e, RC_INTEGRITY, "total size %llu in chunks of %u bytes cannot be",
                       (unsigned long long)be64(head + AT_TOTAL_SIZE), be32(head + AT_CHUNK_SIZE));
    if (count != image->count)
        return err_set(e, RC_INTEGRITY, "count: %u, and %llu bytes in chunks of %u are %u", count,
                       (unsigned long long)image->total_size, image->chunk_size, image->count);
    if (c->index >= count)
        return err_set(e, RC_INTEGRITY, "index: %u of %u", c->index, count);
    if (c->offset != offset_of(image, c->index))
        return err_set(e, RC_INTEGRITY, "offset: %llu; expected %llu for index %u",
                       (unsigned long long)c->offset,
                       (unsigned long long)offset_of(image, c->index), c->index);
    if (c->data.size != chunk_data_size(image, c->index))
        return err_set(e, RC_INTEGRITY, "data size: %zu; expected %zu for index %u", c->data.size,
                       chunk_data_size(image, c->index), c->index);
    return RC_OK;
}

enum rc chunk_read_head(struct span record, struct chunk *out, struct err *e)
{
    struct chunk c = {.index = 0};
    enum rc rc = read_frame(record, &c, e);
    if (rc == RC_OK && head_crc(record.data, c.image.metadata) != be32(record.data + AT_HEAD_CRC))
        rc = err_set(e, RC_INTEGRITY, "head or metadata are damaged: CRC-32C %08x, not %08x",
                     head_crc(record.data, c.image.metadata), be32(record.data + AT_HEAD_CRC));
    if (rc == RC_OK)
        rc = read_place(record.data, &c, e);
    if (rc != RC_OK)
        return err_wrap(e, "image chunk");
    *out = c;
    return RC_OK;
}

enum rc chunk_check_data(const struct chunk *c, struct err *e)
{
    uint32_t found = crc32c(c->data);
    if (found != c->data_crc)
        return err_set(e, RC_INTEGRITY,
                       "image chunk: the data of chunk %u are damaged: CRC-32C %08x, not %08x",
                       c->index, found, c->data_crc);
    return RC_OK;
}

enum rc chunk_read(struct span record, struct chunk *out, struct err *e)
{
    struct chunk c;
    enum rc rc = chunk_read_head(record, &c, e);
    if (rc == RC_OK)
        rc = chunk_check_data(&c, e);
    if (rc == RC_OK)
        *out = c;
    return rc;
}
