/*
 * gzip over zlib: one gzip member (RFC 1952), window 2^15, memory level 8, default strategy, as
 * librdkafka's rdkafka_msgset_writer.c and Java's GZIPOutputStream write it.
 */
#define ZLIB_CONST /* next_in points to const */
#include "codecs/codec_table.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
/* link: -lz */

enum {
    WINDOW_BITS = 15,
    GZIP_WRAPPER = 16,       /* added to the window bits: gzip header and trailer only */
    MEMORY_LEVEL = 8,        /* zlib's default */
    GZIP_OVER_ZLIB = 18 - 6, /* bytes of header and trailer: gzip's less zlib's */
    LEVEL_DEFAULT = 6        /* what Z_DEFAULT_COMPRESSION stands for */
};

struct gzip_work {
    z_stream deflater;
    z_stream inflater;
};

static const char *version(void)
{
    return zlibVersion();
}

static size_t bound(size_t size)
{
    return compressBound(size) + GZIP_OVER_ZLIB;
}

static enum rc open_work(int level, struct codec_work **out, struct err *e)
{
    struct gzip_work *w = calloc(1, sizeof *w);
    if (w == NULL)
        return err_set(e, RC_INFRA, "gzip: out of memory");
    int bits = WINDOW_BITS + GZIP_WRAPPER;
    if (deflateInit2(&w->deflater, level, Z_DEFLATED, bits, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        free(w);
        return err_set(e, RC_INFRA, "gzip: zlib cannot set up level %d", level);
    }
    if (inflateInit2(&w->inflater, bits) != Z_OK) {
        (void)deflateEnd(&w->deflater);
        free(w);
        return err_set(e, RC_INFRA, "gzip: zlib cannot set up decompression");
    }
    *out = (struct codec_work *)w;
    return RC_OK;
}

static void close_work(struct codec_work *work)
{
    struct gzip_work *w = (struct gzip_work *)work;
    if (w == NULL)
        return;
    (void)deflateEnd(&w->deflater);
    (void)inflateEnd(&w->inflater);
    free(w);
}

/* zlib counts in unsigned int: larger runs go in steps. */
static uInt step(size_t left)
{
    return left > UINT_MAX ? UINT_MAX : (uInt)left;
}

static enum rc compress_member(struct codec_work *work, struct span in, uint8_t *out, size_t room,
                               size_t *out_size, struct err *e)
{
    struct gzip_work *w = (struct gzip_work *)work;
    z_stream *z = &w->deflater;
    if (room == 0)
        return err_set(e, RC_INPUT, "gzip: no room for the output");
    if (deflateReset(z) != Z_OK)
        return err_set(e, RC_INFRA, "gzip: zlib cannot start over");
    size_t left = in.size;
    z->next_in = in.data;
    z->next_out = out;
    int status = Z_OK;
    while (status == Z_OK) {
        uInt given = step(left);
        z->avail_in = given;
        z->avail_out = step(room - (size_t)(z->next_out - out));
        status = deflate(z, given == left ? Z_FINISH : Z_NO_FLUSH);
        left -= given - z->avail_in;
    }
    if (status != Z_STREAM_END)
        return err_set(e, RC_INPUT, "gzip: %zu bytes of room are too few for %zu bytes of input",
                       room, in.size);
    *out_size = (size_t)(z->next_out - out);
    return RC_OK;
}

static enum rc refuse(const z_stream *z, int status, size_t left, size_t room, struct err *e)
{
    if (status == Z_MEM_ERROR)
        return err_set(e, RC_INFRA, "gzip: out of memory");
    if (status != Z_OK && status != Z_BUF_ERROR)
        return err_set(e, RC_INPUT, "gzip: the input is damaged: %s",
                       z->msg != NULL ? z->msg : "invalid stream");
    if (z->avail_out > 0)
        return err_set(e, RC_INPUT, "gzip: the input is cut short");
    return err_set(e, RC_INPUT, "gzip: the output needs more than the %zu bytes of room%s", room,
                   left == 0 ? ", or the input is cut short" : "");
}

/* One member after another, as RFC 1952 allows. */
static enum rc decompress_members(struct codec_work *work, struct span in, uint8_t *out,
                                  size_t room, size_t *out_size, struct err *e)
{
    struct gzip_work *w = (struct gzip_work *)work;
    z_stream *z = &w->inflater;
    uint8_t nothing = 0;
    if (room == 0)
        out = &nothing; /* zlib needs a valid address even when no byte may be written */
    size_t left = in.size;
    z->next_in = in.data;
    z->next_out = out;
    do {
        int status = inflateReset(z);
        while (status == Z_OK) {
            uInt given = step(left);
            z->avail_in = given;
            z->avail_out = step(room - (size_t)(z->next_out - out));
            status = inflate(z, Z_NO_FLUSH);
            left -= given - z->avail_in;
        }
        if (status != Z_STREAM_END)
            return refuse(z, status, left, room, e);
    } while (left > 0);
    *out_size = (size_t)(z->next_out - out);
    return RC_OK;
}

static const int SAMPLES[] = {1, LEVEL_DEFAULT, 9, CODEC_LEVELS_END};

static enum rc sizes_at(int level, const struct span *in, size_t count, size_t *sizes,
                        struct err *e)
{
    return codec_sizes_at(&CODEC_GZIP, level, in, count, sizes, e);
}

static const struct codec_manner MANNERS[] = {
    {.says = "one member, memory level 8", .level_min = 0, .level_max = 9, .sizes = sizes_at},
    {.says = NULL},
};

static const struct codec_cost COSTS[] = {
    {3, 20000}, {6, 40000}, {9, 90000}, {CODEC_LEVELS_END, 0}};

const struct codec CODEC_GZIP = {
    .name = "gzip",
    .kafka_id = 1,
    .has_levels = true,
    .level_min = 0, /* stored: Kafka clients then send the batch uncompressed, as it grew */
    .level_max = 9,
    .level_default = LEVEL_DEFAULT,
    .level_samples = SAMPLES,
    .costs = COSTS,
    .file_ending = ".gz",
    .library = "zlib",
    .version = version,
    .bound = bound,
    .manners = MANNERS,
    .open = open_work,
    .close = close_work,
    .compress = compress_member,
    .decompress = decompress_members,
};
