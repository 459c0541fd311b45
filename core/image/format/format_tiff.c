/*
 * TIFF and BigTIFF: every directory of the chain and below, every value, strip and tile within the
 * file.
 */
#include "base/byte_order.h"
#include "core/image/format/image_format_table.h"

enum {
    HEAD = 8,
    BIG_HEAD = 16,
    VERSION_BIG = 43,
    TAG_WIDTH = 256,
    TAG_LENGTH = 257,
    TAG_STRIP_OFFSETS = 273,
    TAG_SAMPLES = 277,
    TAG_ROWS_PER_STRIP = 278,
    TAG_STRIP_BYTES = 279,
    TAG_PLANAR = 284,
    TAG_TILE_WIDTH = 322,
    TAG_TILE_LENGTH = 323,
    TAG_TILE_OFFSETS = 324,
    TAG_TILE_BYTES = 325,
    TAG_SUB_DIRECTORIES = 330,
    TAG_JPEG_OFFSET = 513, /* images of the old JPEG compression */
    TAG_JPEG_BYTES = 514,
    PLANAR_SEPARATE = 2,
    DEPTH_MAX = 4,    /* directories below directories */
    SHARED_TIMES = 8, /* how often directories may share values before it is a circle */
};
/* Bytes of a value of each type; 0: unknown, its values are not looked at. */
static const uint8_t TYPE_BYTES[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

struct tiff {
    struct span bytes;
    bool big_end;    /* MM */
    bool wide;       /* BigTIFF */
    uint64_t budget; /* bytes of directories and values that may still be walked */
    struct err *err;
};

/* Values of one tag: count of them, of size bytes, at an offset within the file. */
struct values {
    uint64_t count;
    size_t at;
    size_t size; /* 0: the tag is not there */
};

/* What of a directory says where the image is. */
struct directory {
    size_t at;
    struct values width, length, samples, planar, rows;
    struct values strip_offsets, strip_bytes;
    struct values tile_width, tile_length, tile_offsets, tile_bytes;
    struct values jpeg_offset, jpeg_bytes, below;
};

static bool tiff_begins(struct span bytes)
{
    return begins_with(bytes, "II*\0", 4) || begins_with(bytes, "MM\0*", 4) ||
           begins_with(bytes, "II+\0", 4) || begins_with(bytes, "MM\0+", 4);
}

static uint64_t number(const struct tiff *t, size_t at, size_t size)
{
    const uint8_t *from = t->bytes.data + at;
    return t->big_end ? big_endian(from, size) : little_endian(from, size);
}

static bool is_within(const struct tiff *t, uint64_t at, uint64_t size)
{
    return at <= t->bytes.size && size <= t->bytes.size - at;
}

/* The i-th value; 0 where there is none. */
static uint64_t value_at(const struct tiff *t, const struct values *v, uint64_t i)
{
    return v->size != 0 && i < v->count ? number(t, v->at + (size_t)i * v->size, v->size) : 0;
}

static uint64_t value_or(const struct tiff *t, const struct values *v, uint64_t otherwise)
{
    return v->size != 0 && v->count > 0 ? value_at(t, v, 0) : otherwise;
}

/* Where the values of a tag are kept; NULL: no matter. */
static struct values *slot_of(struct directory *d, uint64_t tag)
{
    const struct {
        uint64_t tag;
        struct values *values;
    } slots[] = {
        {TAG_WIDTH, &d->width},
        {TAG_LENGTH, &d->length},
        {TAG_SAMPLES, &d->samples},
        {TAG_PLANAR, &d->planar},
        {TAG_ROWS_PER_STRIP, &d->rows},
        {TAG_STRIP_OFFSETS, &d->strip_offsets},
        {TAG_STRIP_BYTES, &d->strip_bytes},
        {TAG_TILE_WIDTH, &d->tile_width},
        {TAG_TILE_LENGTH, &d->tile_length},
        {TAG_TILE_OFFSETS, &d->tile_offsets},
        {TAG_TILE_BYTES, &d->tile_bytes},
        {TAG_JPEG_OFFSET, &d->jpeg_offset},
        {TAG_JPEG_BYTES, &d->jpeg_bytes},
        {TAG_SUB_DIRECTORIES, &d->below},
    };
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++)
        if (slots[i].tag == tag)
            return slots[i].values;
    return NULL;
}

static enum rc spend(struct tiff *t, uint64_t size)
{
    if (size > t->budget)
        return err_set(t->err, RC_INPUT, "the directories overlap or go in a circle");
    t->budget -= size;
    return RC_OK;
}

static enum rc read_entry(struct tiff *t, struct directory *d, size_t at)
{
    size_t word = t->wide ? 8 : 4; /* of counts and offsets */
    uint64_t tag = number(t, at, 2);
    uint64_t type = number(t, at + 2, 2);
    struct values v = {.count = number(t, at + 4, word), .at = at + 4 + word};
    v.size = type < sizeof TYPE_BYTES ? TYPE_BYTES[type] : 0;
    if (v.size == 0)
        return RC_OK;
    if (v.count > t->bytes.size / v.size)
        return err_set(t->err, RC_INPUT, "offset %zu: tag %llu of %llu values: more than the file",
                       at, (unsigned long long)tag, (unsigned long long)v.count);
    uint64_t size = v.count * v.size;
    if (size > word) {
        uint64_t offset = number(t, v.at, word);
        if (!is_within(t, offset, size))
            return err_set(t->err, RC_INPUT,
                           "offset %zu: the values of tag %llu stand at %llu with %llu bytes, and "
                           "the file has %zu",
                           at, (unsigned long long)tag, (unsigned long long)offset,
                           (unsigned long long)size, t->bytes.size);
        v.at = (size_t)offset;
    }
    struct values *slot = slot_of(d, tag);
    if (slot == NULL)
        return RC_OK;
    *slot = v;
    return spend(t, size);
}

/* Reads the directory at `at`; *next is where the next of its chain stands (0: none). */
static enum rc read_directory(struct tiff *t, uint64_t at, struct directory *d, uint64_t *next)
{
    size_t count_size = t->wide ? 8 : 2, entry = t->wide ? 20 : 12, word = t->wide ? 8 : 4;
    *d = (struct directory){.at = (size_t)at};
    if (!is_within(t, at, count_size))
        return err_set(t->err, RC_INPUT, "a directory at %llu, and the file has %zu bytes",
                       (unsigned long long)at, t->bytes.size);
    uint64_t count = number(t, (size_t)at, count_size);
    if (count == 0 || count > t->bytes.size / entry ||
        !is_within(t, at, count_size + count * entry + word))
        return err_set(t->err, RC_INPUT,
                       "offset %llu: a directory of %llu entries goes past the end",
                       (unsigned long long)at, (unsigned long long)count);
    enum rc rc = spend(t, count * entry);
    size_t first = (size_t)at + count_size;
    for (uint64_t i = 0; rc == RC_OK && i < count; i++)
        rc = read_entry(t, d, first + (size_t)i * entry);
    *next = number(t, first + (size_t)count * entry, word);
    return rc;
}

/* Every piece within the file. A piece of no bytes at 0 was never written: sparse. */
static enum rc check_pieces(const struct tiff *t, const struct values *offsets,
                            const struct values *sizes, const char *what)
{
    for (uint64_t i = 0; i < offsets->count; i++) {
        uint64_t at = value_at(t, offsets, i);
        uint64_t size = value_at(t, sizes, i);
        if (!is_within(t, at, size) || (at == 0 && size > 0))
            return err_set(t->err, RC_INPUT,
                           "%s %llu stands at %llu with %llu bytes, and the file has %zu", what,
                           (unsigned long long)i, (unsigned long long)at, (unsigned long long)size,
                           t->bytes.size);
    }
    return RC_OK;
}

static uint64_t pieces_along(uint64_t whole, uint64_t piece)
{
    return piece == 0 || piece > whole ? 1 : (whole - 1) / piece + 1;
}

/* As many pieces as the image's size asks for, and as many sizes as offsets. */
static enum rc check_count(const struct tiff *t, const struct directory *d, uint64_t wanted,
                           const struct values *offsets, const struct values *sizes)
{
    bool apart = value_or(t, &d->planar, 1) == PLANAR_SEPARATE;
    uint64_t planes = apart ? value_or(t, &d->samples, 1) : 1;
    if (offsets->count != sizes->count)
        return err_set(t->err, RC_INPUT, "directory at %zu: %llu strips or tiles with %llu sizes",
                       d->at, (unsigned long long)offsets->count, (unsigned long long)sizes->count);
    if (offsets->count < wanted || offsets->count / wanted < planes)
        return err_set(
            t->err, RC_INPUT,
            "directory at %zu: %llu strips or tiles; expected %llu for each of %llu planes", d->at,
            (unsigned long long)offsets->count, (unsigned long long)wanted,
            (unsigned long long)planes);
    return RC_OK;
}

static enum rc check_image(const struct tiff *t, const struct directory *d)
{
    uint64_t width = value_or(t, &d->width, 0), length = value_or(t, &d->length, 0);
    if (d->jpeg_offset.size != 0 && d->strip_offsets.size == 0)
        return check_pieces(t, &d->jpeg_offset, &d->jpeg_bytes, "JPEG stream");
    if (width == 0 || length == 0 || width > UINT32_MAX || length > UINT32_MAX)
        return err_set(t->err, RC_INPUT, "directory at %zu: an image of %llu x %llu pixels", d->at,
                       (unsigned long long)width, (unsigned long long)length);
    if (d->tile_offsets.size != 0) {
        uint64_t across = pieces_along(width, value_or(t, &d->tile_width, 0));
        uint64_t down = pieces_along(length, value_or(t, &d->tile_length, 0));
        enum rc rc = check_count(t, d, across * down, &d->tile_offsets, &d->tile_bytes);
        return rc == RC_OK ? check_pieces(t, &d->tile_offsets, &d->tile_bytes, "tile") : rc;
    }
    if (d->strip_offsets.size == 0 || d->strip_bytes.size == 0)
        return err_set(t->err, RC_INPUT,
                       "directory at %zu: it does not say where strips or tiles are", d->at);
    uint64_t strips = pieces_along(length, value_or(t, &d->rows, UINT32_MAX));
    enum rc rc = check_count(t, d, strips, &d->strip_offsets, &d->strip_bytes);
    return rc == RC_OK ? check_pieces(t, &d->strip_offsets, &d->strip_bytes, "strip") : rc;
}

/* A chain of directories, and what is below each: chains of their own, not deeper than DEPTH_MAX.
 */
static enum rc check_chain(struct tiff *t, uint64_t at, int depth) /* NOLINT(misc-no-recursion) */
{
    enum rc rc = RC_OK;
    if (depth > DEPTH_MAX)
        return err_set(t->err, RC_INPUT, "directories nested more than %d deep", DEPTH_MAX);
    while (rc == RC_OK && at != 0) {
        struct directory d;
        uint64_t next = 0;
        rc = read_directory(t, at, &d, &next);
        if (rc == RC_OK)
            rc = check_image(t, &d);
        for (uint64_t i = 0; rc == RC_OK && i < d.below.count; i++)
            rc = check_chain(t, value_at(t, &d.below, i), depth + 1);
        at = next;
    }
    return rc;
}

static enum rc tiff_check(struct span bytes, struct err *e)
{
    struct tiff t = {.bytes = bytes, .big_end = bytes.data[0] == 'M', .err = e};
    t.budget = (uint64_t)bytes.size * SHARED_TIMES;
    t.wide = number(&t, 2, 2) == VERSION_BIG;
    if (bytes.size < (t.wide ? BIG_HEAD : HEAD))
        return err_set(e, RC_INPUT, "cut short inside the header");
    if (t.wide && (number(&t, 4, 2) != 8 || number(&t, 6, 2) != 0))
        return err_set(e, RC_INPUT, "a BigTIFF with offsets of %llu bytes; expected 8",
                       (unsigned long long)number(&t, 4, 2));
    uint64_t first = t.wide ? number(&t, 8, 8) : number(&t, 4, 4);
    if (first == 0)
        return err_set(e, RC_INPUT, "no directory, so no image");
    return check_chain(&t, first, 0);
}

const struct image_format FORMAT_TIFF = {
    .name = "tiff",
    .says = "TIFF and BigTIFF",
    .proves = "every directory, value, strip and tile lies within the file; the format has no "
              "checksums",
    .source = "Adobe, TIFF 6.0; BigTIFF by its public design",
    .begins = tiff_begins,
    .check = tiff_check,
};
