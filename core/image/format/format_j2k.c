/* JPEG 2000 codestreams: main header, every tile-part, end of codestream. */
#include "base/byte_order.h"
#include "core/image/format/image_format_table.h"

static const uint8_t MAGIC[] = {0xff, 0x4f, 0xff, 0x51};
enum {
    MARKER = 2,
    MARKER_SIZ = 0xff51,
    MARKER_SOT = 0xff90,
    MARKER_EOC = 0xffd9,
    MARKER_LEAST = 0xff00, /* what begins lower is no marker */
    SIZ_LEAST = 38,        /* bytes of the size segment without its components */
    SIZ_COMPONENT = 3,
    SOT_SEGMENT = 10,     /* as its length field counts */
    TILE_PART_LEAST = 14, /* start of tile-part and start of data */
};

struct codestream {
    struct span bytes;
    size_t from; /* of the codestream in the file, for messages */
    size_t at;
    uint64_t tiles; /* as the size segment gives them */
    uint64_t begun; /* tiles whose first part was seen */
};

static bool j2k_begins(struct span bytes)
{
    return begins_with(bytes, MAGIC, sizeof MAGIC);
}

static size_t left_of(const struct codestream *c)
{
    return c->bytes.size - c->at;
}

static uint64_t tiles_along(uint32_t end, uint32_t origin, uint32_t tile)
{
    return ((uint64_t)end - origin + tile - 1) / tile;
}

/* The size segment: bytes starts at its length field. */
static enum rc check_siz(struct codestream *c, struct span segment, struct err *e)
{
    size_t at = c->from + c->at;
    if (segment.size < SIZ_LEAST)
        return err_set(e, RC_INPUT, "offset %zu: a size segment of %zu bytes", at, segment.size);
    uint32_t width = be32(segment.data + 4), height = be32(segment.data + 8);
    uint32_t tile_width = be32(segment.data + 20), tile_height = be32(segment.data + 24);
    uint32_t tile_x = be32(segment.data + 28), tile_y = be32(segment.data + 32);
    size_t components = be16(segment.data + 36);
    if (components == 0 || segment.size != SIZ_LEAST + SIZ_COMPONENT * components)
        return err_set(e, RC_INPUT, "offset %zu: a size segment of %zu bytes for %zu components",
                       at, segment.size, components);
    if (be32(segment.data + 12) >= width || be32(segment.data + 16) >= height || tile_width == 0 ||
        tile_height == 0 || tile_x >= width || tile_y >= height)
        return err_set(e, RC_INPUT, "offset %zu: an image or tiles without area", at);
    c->tiles = tiles_along(width, tile_x, tile_width) * tiles_along(height, tile_y, tile_height);
    if (c->tiles > UINT16_MAX)
        return err_set(e, RC_INPUT, "offset %zu: %llu tiles; %d are the most", at,
                       (unsigned long long)c->tiles, UINT16_MAX);
    return RC_OK;
}

/* One marker segment of the main header. */
static enum rc read_segment(struct codestream *c, struct err *e)
{
    uint16_t marker = be16(c->bytes.data + c->at);
    size_t at = c->from + c->at;
    if (marker < MARKER_LEAST || marker == MARKER_EOC)
        return err_set(e, RC_INPUT, "offset %zu: %04x where the main header goes on", at, marker);
    if (left_of(c) < MARKER + 2)
        return err_set(e, RC_INPUT, "offset %zu: cut short inside the main header", at);
    size_t length = be16(c->bytes.data + c->at + MARKER);
    if (length < 2 || length > left_of(c) - MARKER)
        return err_set(e, RC_INPUT, "offset %zu: segment %04x of %zu bytes goes past the end", at,
                       marker, length);
    enum rc rc = RC_OK;
    if (marker == MARKER_SIZ)
        rc = check_siz(c, span_of(c->bytes.data + c->at + MARKER, length), e);
    c->at += MARKER + length;
    return rc;
}

static enum rc read_main_header(struct codestream *c, struct err *e)
{
    enum rc rc = RC_OK;
    c->at = MARKER; /* after the start of codestream */
    while (rc == RC_OK) {
        if (left_of(c) < MARKER)
            return err_set(e, RC_INPUT, "offset %zu: the main header goes past the end",
                           c->from + c->at);
        if (be16(c->bytes.data + c->at) == MARKER_SOT)
            return RC_OK;
        rc = read_segment(c, e);
    }
    return rc;
}

static enum rc read_tile_part(struct codestream *c, struct err *e)
{
    const uint8_t *part = c->bytes.data + c->at;
    size_t at = c->from + c->at;
    if (be16(part) != MARKER_SOT)
        return err_set(e, RC_INPUT, "offset %zu: %04x; expected a tile-part or the end", at,
                       be16(part));
    if (left_of(c) < TILE_PART_LEAST)
        return err_set(e, RC_INPUT, "offset %zu: cut short inside a tile-part", at);
    uint16_t tile = be16(part + 4);
    size_t length = be32(part + 6);
    if (be16(part + MARKER) != SOT_SEGMENT || tile >= c->tiles)
        return err_set(e, RC_INPUT, "offset %zu: a tile-part of tile %u, and there are %llu", at,
                       tile, (unsigned long long)c->tiles);
    if (length == 0) /* the last one: up to the end of the codestream */
        length = left_of(c) - MARKER;
    if (length < TILE_PART_LEAST || length > left_of(c))
        return err_set(e, RC_INPUT, "offset %zu: a tile-part of %zu bytes; %zu are left", at,
                       length, left_of(c));
    c->begun += part[10] == 0;
    c->at += length;
    return RC_OK;
}

enum rc j2k_check(struct span codestream, size_t from, struct err *e)
{
    struct codestream c = {.bytes = codestream, .from = from};
    if (!j2k_begins(codestream))
        return err_set(e, RC_INPUT, "offset %zu: no JPEG 2000 codestream", from);
    enum rc rc = read_main_header(&c, e);
    while (rc == RC_OK) {
        if (left_of(&c) < MARKER)
            return err_set(e, RC_INPUT, "no end of codestream at offset %zu", from + c.at);
        if (be16(c.bytes.data + c.at) == MARKER_EOC)
            break;
        rc = read_tile_part(&c, e);
    }
    if (rc == RC_OK && c.begun != c.tiles)
        return err_set(e, RC_INPUT, "%llu of %llu tiles are there", (unsigned long long)c.begun,
                       (unsigned long long)c.tiles);
    if (rc == RC_OK && left_of(&c) != MARKER)
        return err_set(e, RC_INPUT, "offset %zu: %zu bytes after the end of codestream",
                       from + c.at + MARKER, left_of(&c) - MARKER);
    return rc;
}

static enum rc j2k_check_file(struct span bytes, struct err *e)
{
    return j2k_check(bytes, 0, e);
}

const struct image_format FORMAT_J2K = {
    .name = "j2k",
    .says = "JPEG 2000 codestream",
    .proves = "every tile has its parts and the codestream its end; coded data carry no checksum",
    .source = "ITU-T T.800, annex A",
    .begins = j2k_begins,
    .check = j2k_check_file,
};
