/*
 * Satellite rasters: one scene of a Landsat 8 band as an uncompressed TIFF, 16 bits a pixel.
 *
 * Modelled on band 7 (short-wave infrared) over Memphis, 963 by 754 pixels: fields, forest and
 * water, each with its own brightness, over slow changes of light, and noise from pixel to pixel.
 * The file is a baseline TIFF 6.0 (Adobe 1992), little-endian, one strip, its directory in front
 * of the pixels. Asked for another size, the scene has about the same shape and exactly that many
 * bytes; what does not fill a row follows the last one as pixels nobody reads. Below a few hundred
 * bytes there is no room for a header: then it is pixels alone.
 */
#include "bench/payload/generators.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum {
    STREAM = 5,
    NATURAL_WIDTH = 963,
    NATURAL_HEIGHT = 754,
    PIXEL_BYTES = 2,
    TIFF_TAGS = 10,
    HEADER_BYTES = 8 + 2 + TIFF_TAGS * 12 + 4,
    SMALLEST_TIFF = 4 * HEADER_BYTES,
    GRID = 64 /* patches a side */
};

struct raster_source {
    struct rng rng;
    double patches[GRID][GRID]; /* brightness of each patch of land */
    double tilt_x, tilt_y;      /* of the light */
};

static enum rc raster_open(uint64_t seed, struct payload_source **out, struct err *e)
{
    struct raster_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return err_sys(e, RC_INFRA, errno, "no memory for the generator");
    rng_init(&s->rng, seed, STREAM);
    *out = (struct payload_source *)s;
    return RC_OK;
}

static void new_scene(struct raster_source *s)
{
    struct rng *r = &s->rng;
    for (size_t y = 0; y < GRID; y++)
        for (size_t x = 0; x < GRID; x++)
            s->patches[y][x] = 10500.0 + rng_normal(r) * 1700.0;
    s->tilt_x = rng_normal(r) * 500.0;
    s->tilt_y = rng_normal(r) * 500.0;
}

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value & 0xffff);
    put16(at + 2, value >> 16);
}

/* TIFF 6.0 section 2: byte order, 42, offset of the directory; tags in ascending order. */
static void write_header(uint8_t header[HEADER_BYTES], uint32_t width, uint32_t height)
{
    enum { SHORT = 3, LONG = 4 };
    const struct {
        unsigned tag, type;
        uint32_t value;
    } tags[TIFF_TAGS] = {
        {256, LONG, width},                        /* ImageWidth */
        {257, LONG, height},                       /* ImageLength */
        {258, SHORT, 16},                          /* BitsPerSample */
        {259, SHORT, 1},                           /* Compression: none */
        {262, SHORT, 1},                           /* PhotometricInterpretation: black is zero */
        {273, LONG, HEADER_BYTES},                 /* StripOffsets */
        {277, SHORT, 1},                           /* SamplesPerPixel */
        {278, LONG, height},                       /* RowsPerStrip */
        {279, LONG, width * height * PIXEL_BYTES}, /* StripByteCounts */
        {284, SHORT, 1},                           /* PlanarConfiguration */
    };
    memcpy(header, "II*\0", 4);
    put32(header + 4, 8);
    put16(header + 8, TIFF_TAGS);
    for (size_t i = 0; i < TIFF_TAGS; i++) {
        uint8_t *at = header + 10 + i * 12;
        put16(at, tags[i].tag);
        put16(at + 2, tags[i].type);
        put32(at + 4, 1);
        put32(at + 8, tags[i].value);
    }
    put32(header + HEADER_BYTES - 4, 0);
}

/* About normal with standard deviation 1: the sum of four uniforms. */
static double noise(struct rng *r)
{
    uint64_t x = rng_u64(r);
    int sum =
        (int)(x & 0xffff) + (int)(x >> 16 & 0xffff) + (int)(x >> 32 & 0xffff) + (int)(x >> 48);
    return ((double)sum - 2.0 * 65535.0) / 37837.0;
}

static void write_pixels(struct raster_source *s, uint8_t *pixels, size_t size, size_t width)
{
    size_t rows = size / (width * PIXEL_BYTES) + 1;
    double texture = 0.0;
    for (size_t i = 0; i < size / PIXEL_BYTES; i++) {
        double x = (double)(i % width) / (double)width;
        size_t row = i / width;
        double y = (double)row / (double)rows;
        texture = texture * 0.6 + noise(&s->rng) * 470.0;
        double value = s->patches[(size_t)(y * GRID)][(size_t)(x * GRID)] + s->tilt_x * x +
                       s->tilt_y * y + texture;
        put16(pixels + i * PIXEL_BYTES, (unsigned)fmin(fmax(value, 1.0), 65535.0));
    }
    if (size % PIXEL_BYTES != 0)
        pixels[size - 1] = (uint8_t)rng_below(&s->rng, 256);
}

static enum rc raster_next(struct payload_source *source, size_t size_bytes, struct buf *out,
                           struct err *e)
{
    struct raster_source *s = (struct raster_source *)source;
    size_t natural = HEADER_BYTES + (size_t)NATURAL_WIDTH * NATURAL_HEIGHT * PIXEL_BYTES;
    size_t size = size_bytes > 0 ? size_bytes : natural;
    enum rc rc = buf_reserve(out, out->size + size, e);
    if (rc != RC_OK)
        return rc;
    size_t head = size < SMALLEST_TIFF ? 0 : HEADER_BYTES;
    size_t pixels = (size - head) / PIXEL_BYTES;
    double shape = (double)NATURAL_WIDTH / NATURAL_HEIGHT;
    size_t width = (size_t)lround(sqrt((double)pixels * shape));
    width = width < 1 ? 1 : width;
    new_scene(s);
    uint8_t *at = out->data + out->size;
    if (head > 0)
        write_header(at, (uint32_t)width, (uint32_t)(pixels / width));
    write_pixels(s, at + head, size - head, width);
    out->size += size;
    out->data[out->size] = '\0';
    return RC_OK;
}

static void raster_close(struct payload_source *source)
{
    free(source);
}

const struct payload_kind GEN_RASTER = {
    .name = "raster",
    .data_type = "satellite imagery",
    .says = "binary, 1.5 MB: scenes of a Landsat 8 band, 16-bit uncompressed TIFF",
    .text = false,
    .open = raster_open,
    .next = raster_next,
    .close = raster_close,
};
