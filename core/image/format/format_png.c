/* PNG: chunk by chunk, each with its CRC, from IHDR to IEND. */
#include "base/byte_order.h"
#include "core/image/format/image_format_table.h"

#include <zlib.h>
/* link: -lz */

static const uint8_t MAGIC[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
enum {
    CHUNK_FRAME = 12, /* length, type and CRC of a chunk */
    TYPE_SIZE = 4,
    IHDR_SIZE = 13,
    COLOUR_PALETTE = 3,
};
static const uint32_t LENGTH_MAX = 0x7fffffff;

/* A walk over the chunks. */
struct png {
    struct span bytes;
    size_t at;         /* of the chunk in hand */
    const char *type;  /* four letters, not terminated */
    struct span data;  /* of the chunk in hand */
    uint8_t colour;    /* IHDR's colour type */
    bool palette_seen; /* PLTE */
    bool data_seen;    /* IDAT */
    bool data_over;    /* another chunk came after it */
};

static bool png_begins(struct span bytes)
{
    return begins_with(bytes, MAGIC, sizeof MAGIC);
}

static bool is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* zlib counts in 32 bits; a chunk's length fits. */
static uint32_t crc_of(const uint8_t *data, size_t size)
{
    return (uint32_t)crc32(crc32(0, NULL, 0), data, (uInt)size);
}

/* Takes the chunk at p->at in hand and checks its frame. */
static enum rc read_chunk(struct png *p, struct err *e)
{
    size_t left = p->bytes.size - p->at;
    const uint8_t *chunk = p->bytes.data + p->at;
    if (left == 0)
        return err_set(e, RC_INPUT, "the file ends at offset %zu without an IEND chunk", p->at);
    if (left < CHUNK_FRAME)
        return err_set(e, RC_INPUT, "offset %zu: cut short inside the frame of a chunk", p->at);
    uint32_t length = be32(chunk);
    const uint8_t *type = chunk + TYPE_SIZE;
    for (size_t i = 0; i < TYPE_SIZE; i++)
        if (!is_letter(type[i]))
            return err_set(e, RC_INPUT, "offset %zu: a chunk's type must be four letters", p->at);
    p->type = (const char *)type;
    if (length > LENGTH_MAX || length > left - CHUNK_FRAME)
        return err_set(e, RC_INPUT, "offset %zu: chunk %.4s of %u bytes goes past the end", p->at,
                       p->type, length);
    p->data = span_of(type + TYPE_SIZE, length);
    uint32_t stored = be32(p->data.data + length);
    uint32_t found = crc_of(type, TYPE_SIZE + (size_t)length);
    if (stored != found)
        return err_set(e, RC_INPUT, "offset %zu: chunk %.4s is damaged: CRC %08x, not %08x", p->at,
                       p->type, found, stored);
    return RC_OK;
}

static bool chunk_is(const struct png *p, const char *type)
{
    return memcmp(p->type, type, TYPE_SIZE) == 0;
}

/* Bit depths a colour type allows, as a mask of 1 << depth (PNG, table 11.1). */
static uint32_t depths_of(uint8_t colour)
{
    static const uint32_t DEPTHS[] = {
        [0] = 1U << 1 | 1U << 2 | 1U << 4 | 1U << 8 | 1U << 16,
        [2] = 1U << 8 | 1U << 16,
        [COLOUR_PALETTE] = 1U << 1 | 1U << 2 | 1U << 4 | 1U << 8,
        [4] = 1U << 8 | 1U << 16,
        [6] = 1U << 8 | 1U << 16,
    };
    return colour < sizeof DEPTHS / sizeof DEPTHS[0] ? DEPTHS[colour] : 0;
}

static enum rc check_header(struct png *p, struct err *e)
{
    if (!chunk_is(p, "IHDR") || p->data.size != IHDR_SIZE)
        return err_set(e, RC_INPUT, "offset %zu: the first chunk must be IHDR of %d bytes", p->at,
                       IHDR_SIZE);
    uint32_t width = be32(p->data.data);
    uint32_t height = be32(p->data.data + 4);
    uint8_t depth = p->data.data[8];
    p->colour = p->data.data[9];
    if (width == 0 || height == 0 || width > LENGTH_MAX || height > LENGTH_MAX)
        return err_set(e, RC_INPUT, "IHDR: %u x %u pixels", width, height);
    if (depth > 16 || (depths_of(p->colour) & (1U << depth)) == 0)
        return err_set(e, RC_INPUT, "IHDR: colour type %u with %u bits", p->colour, depth);
    if (p->data.data[10] != 0 || p->data.data[11] != 0 || p->data.data[12] > 1)
        return err_set(e, RC_INPUT, "IHDR: unknown compression, filter or interlace method");
    return RC_OK;
}

/* Any chunk between IHDR and IEND. */
static enum rc check_order(struct png *p, struct err *e)
{
    bool data = chunk_is(p, "IDAT");
    if (chunk_is(p, "IHDR"))
        return err_set(e, RC_INPUT, "offset %zu: a second IHDR chunk", p->at);
    if (data && p->data_over)
        return err_set(e, RC_INPUT, "offset %zu: IDAT chunks must follow one another", p->at);
    if (data && p->colour == COLOUR_PALETTE && !p->palette_seen)
        return err_set(e, RC_INPUT, "offset %zu: a palette image without PLTE before IDAT", p->at);
    p->palette_seen = p->palette_seen || chunk_is(p, "PLTE");
    p->data_over = p->data_over || (p->data_seen && !data);
    p->data_seen = p->data_seen || data;
    return RC_OK;
}

static enum rc check_end(const struct png *p, struct err *e)
{
    size_t end = p->at + CHUNK_FRAME + p->data.size;
    if (p->data.size != 0)
        return err_set(e, RC_INPUT, "offset %zu: IEND must be empty", p->at);
    if (!p->data_seen)
        return err_set(e, RC_INPUT, "no IDAT chunk");
    if (end != p->bytes.size)
        return err_set(e, RC_INPUT, "offset %zu: %zu bytes after IEND", end, p->bytes.size - end);
    return RC_OK;
}

static enum rc png_check(struct span bytes, struct err *e)
{
    struct png p = {.bytes = bytes, .at = sizeof MAGIC};
    enum rc rc = read_chunk(&p, e);
    if (rc == RC_OK)
        rc = check_header(&p, e);
    while (rc == RC_OK) {
        p.at += CHUNK_FRAME + p.data.size;
        rc = read_chunk(&p, e);
        if (rc == RC_OK && chunk_is(&p, "IEND"))
            return check_end(&p, e);
        if (rc == RC_OK)
            rc = check_order(&p, e);
    }
    return rc;
}

const struct image_format FORMAT_PNG = {
    .name = "png",
    .says = "PNG",
    .proves = "every chunk from IHDR to IEND is there and its CRC is right",
    .source = "W3C, Portable Network Graphics, third edition",
    .begins = png_begins,
    .check = png_check,
};
