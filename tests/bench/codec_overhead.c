/*
 * What the codec table costs: each codec through the table against its library called directly, on
 * blocks of 1 MB and more, taking turns. Direct is the call a user of that library would write
 * first: deflate/inflate with one stream kept, snappy_compress, LZ4F_compressFrame, and
 * ZSTD_compressCCtx, each with contexts kept. Prints ratios of the fastest times, as neighbours on
 * the machine only ever add to a time; goal: at most x1.02. Usage: codec_overhead [FILE...];
 * without files, generated text is used.
 */
#include "base/clock.h"
#include "base/rng.h"
#include "bench/measure/block_list.h"
#include "codecs/codec.h"

#include <lz4frame.h>
#include <snappy-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { TURNS = 31, TEXT_BYTES = 4000000, BLOCK_BYTES = 1000000 };

/* The libraries' own contexts and the buffers of one comparison. */
struct direct {
    z_stream deflater, inflater;
    ZSTD_CCtx *zstd_out;
    ZSTD_DCtx *zstd_in;
    LZ4F_dctx *lz4_in;
    int level;
};

struct buffers {
    struct span plain;
    uint8_t *packed; /* owned */
    size_t room;
    size_t packed_size;
    uint8_t *back; /* owned; plain.size bytes */
};

struct contender {
    const char *codec;
    int level;
    size_t (*compress)(struct direct *d, const struct buffers *b); /* returns bytes written */
    size_t (*decompress)(struct direct *d, const struct buffers *b);
};

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "codec_overhead: %s failed\n", what);
    exit(1);
}

static size_t gzip_compress(struct direct *d, const struct buffers *b)
{
    must(deflateReset(&d->deflater) == Z_OK, "deflateReset");
    d->deflater.next_in = (Bytef *)(uintptr_t)b->plain.data;
    d->deflater.avail_in = (uInt)b->plain.size;
    d->deflater.next_out = b->packed;
    d->deflater.avail_out = (uInt)b->room;
    must(deflate(&d->deflater, Z_FINISH) == Z_STREAM_END, "deflate");
    return d->deflater.total_out;
}

static size_t gzip_decompress(struct direct *d, const struct buffers *b)
{
    must(inflateReset(&d->inflater) == Z_OK, "inflateReset");
    d->inflater.next_in = b->packed;
    d->inflater.avail_in = (uInt)b->packed_size;
    d->inflater.next_out = b->back;
    d->inflater.avail_out = (uInt)b->plain.size;
    must(inflate(&d->inflater, Z_FINISH) == Z_STREAM_END, "inflate");
    return d->inflater.total_out;
}

static size_t snappy_compress_direct(struct direct *d, const struct buffers *b)
{
    (void)d;
    size_t size = b->room;
    must(snappy_compress((const char *)b->plain.data, b->plain.size, (char *)b->packed, &size) ==
             SNAPPY_OK,
         "snappy_compress");
    return size;
}

static size_t snappy_decompress_direct(struct direct *d, const struct buffers *b)
{
    (void)d;
    size_t size = b->plain.size;
    must(snappy_uncompress((const char *)b->packed, b->packed_size, (char *)b->back, &size) ==
             SNAPPY_OK,
         "snappy_uncompress");
    return size;
}

static size_t lz4_compress_direct(struct direct *d, const struct buffers *b)
{
    LZ4F_preferences_t p = {
        .frameInfo = {.blockMode = LZ4F_blockIndependent, .blockSizeID = LZ4F_max64KB},
        .compressionLevel = d->level};
    size_t size = LZ4F_compressFrame(b->packed, b->room, b->plain.data, b->plain.size, &p);
    must(!LZ4F_isError(size), "LZ4F_compressFrame");
    return size;
}

static size_t lz4_decompress_direct(struct direct *d, const struct buffers *b)
{
    size_t out = b->plain.size;
    size_t in = b->packed_size;
    must(LZ4F_decompress(d->lz4_in, b->back, &out, b->packed, &in, NULL) == 0, "LZ4F_decompress");
    return out;
}

static size_t zstd_compress_direct(struct direct *d, const struct buffers *b)
{
    size_t size =
        ZSTD_compressCCtx(d->zstd_out, b->packed, b->room, b->plain.data, b->plain.size, d->level);
    must(!ZSTD_isError(size), "ZSTD_compressCCtx");
    return size;
}

static size_t zstd_decompress_direct(struct direct *d, const struct buffers *b)
{
    size_t size =
        ZSTD_decompressDCtx(d->zstd_in, b->back, b->plain.size, b->packed, b->packed_size);
    must(!ZSTD_isError(size), "ZSTD_decompressDCtx");
    return size;
}

static const struct contender CONTENDERS[] = {
    {"gzip", 1, gzip_compress, gzip_decompress},
    {"gzip", 6, gzip_compress, gzip_decompress},
    {"snappy", 0, snappy_compress_direct, snappy_decompress_direct},
    {"lz4", 0, lz4_compress_direct, lz4_decompress_direct},
    {"zstd", 1, zstd_compress_direct, zstd_decompress_direct},
    {"zstd", 3, zstd_compress_direct, zstd_decompress_direct},
    {"zstd", 6, zstd_compress_direct, zstd_decompress_direct},
};

static void direct_open(struct direct *d, int level)
{
    *d = (struct direct){.zstd_out = ZSTD_createCCtx(), .zstd_in = ZSTD_createDCtx()};
    d->level = level;
    must(deflateInit2(&d->deflater, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK,
         "deflateInit2");
    must(inflateInit2(&d->inflater, 15 + 16) == Z_OK, "inflateInit2");
    must(!LZ4F_isError(LZ4F_createDecompressionContext(&d->lz4_in, LZ4F_VERSION)), "lz4 context");
}

static void direct_close(struct direct *d)
{
    (void)deflateEnd(&d->deflater);
    (void)inflateEnd(&d->inflater);
    (void)ZSTD_freeCCtx(d->zstd_out);
    (void)ZSTD_freeDCtx(d->zstd_in);
    (void)LZ4F_freeDecompressionContext(d->lz4_in);
}

/* The fastest of all turns, compress and decompress. */
struct fastest {
    double ns[2];
};

static void keep(struct fastest *f, const double *took_ns)
{
    for (size_t way = 0; way < 2; way++)
        if (f->ns[way] <= 0 || took_ns[way] < f->ns[way])
            f->ns[way] = took_ns[way];
}

static void table_turn(const struct codec *c, struct codec_work *w, struct buffers *b,
                       double *out_ns)
{
    struct err e = {0};
    size_t size = 0;
    struct instant start = clock_now();
    must(c->compress(w, b->plain, b->packed, b->room, &b->packed_size, &e) == RC_OK, e.text);
    struct instant middle = clock_now();
    struct span packed = span_of(b->packed, b->packed_size);
    must(c->decompress(w, packed, b->back, b->plain.size, &size, &e) == RC_OK, e.text);
    out_ns[1] = (double)instant_since(clock_now(), middle);
    out_ns[0] = (double)instant_since(middle, start);
    must(memcmp(b->back, b->plain.data, size) == 0, "round trip through the table");
}

static void direct_turn(const struct contender *c, struct direct *d, struct buffers *b,
                        double *out_ns)
{
    struct instant start = clock_now();
    b->packed_size = c->compress(d, b);
    struct instant middle = clock_now();
    size_t size = c->decompress(d, b);
    out_ns[1] = (double)instant_since(clock_now(), middle);
    out_ns[0] = (double)instant_since(middle, start);
    must(memcmp(b->back, b->plain.data, size) == 0, "round trip through the library");
}

static void compare(const struct contender *c, struct buffers *b)
{
    const struct codec *codec = codec_find(c->codec);
    struct codec_work *w = NULL;
    struct direct d;
    struct fastest table = {{0}};
    struct fastest library = {{0}};
    double took_ns[2];
    must(codec != NULL && codec->open(c->level, &w, NULL) == RC_OK, "opening a codec");
    direct_open(&d, c->level);
    for (size_t i = 0; i < 2 * (size_t)TURNS; i++)
        if (i % 4 == 0 || i % 4 == 3) { /* who goes first changes every turn */
            table_turn(codec, w, b, took_ns);
            keep(&table, took_ns);
        } else {
            direct_turn(c, &d, b, took_ns);
            keep(&library, took_ns);
        }
    (void)printf("  %-6s level %d  compress x%.3f  decompress x%.3f\n", c->codec, c->level,
                 table.ns[0] / library.ns[0], table.ns[1] / library.ns[1]);
    direct_close(&d);
    codec->close(w);
}

static void compare_all(const char *name, struct span plain)
{
    struct buffers b = {.plain = plain, .room = plain.size + plain.size / 4 + (1 << 20)};
    b.packed = malloc(b.room);
    b.back = malloc(plain.size);
    must(b.packed != NULL && b.back != NULL, "memory");
    memset(b.packed, 1, b.room);
    memset(b.back, 1, plain.size);
    (void)printf("%s, one block of %.1f MB: time through the table / time of the library\n", name,
                 (double)plain.size / 1e6);
    for (size_t i = 0; i < sizeof CONTENDERS / sizeof CONTENDERS[0]; i++)
        compare(&CONTENDERS[i], &b);
    free(b.packed);
    free(b.back);
}

/* Readings of a few sensors as text: compresses about as real telemetry does. */
static void compare_generated(void)
{
    char *text = malloc(TEXT_BYTES + 128);
    must(text != NULL, "memory");
    struct rng r;
    rng_init(&r, 1, 0);
    size_t used = 0;
    for (unsigned i = 0; used < TEXT_BYTES; i++)
        used += (size_t)snprintf(text + used, 128, "{\"id\":\"s-%03u\",\"t\":%u,\"v\":%.2f}\n",
                                 (unsigned)rng_below(&r, 200), 1700000000U + i,
                                 20 + 5 * rng_normal(&r));
    compare_all("generated readings", span_of(text, BLOCK_BYTES));
    compare_all("generated readings", span_of(text, TEXT_BYTES));
    free(text);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        compare_generated();
    for (int i = 1; i < argc; i++) {
        struct block_list l;
        struct err e = {0};
        block_list_init(&l, (struct block_rule){.batch_records = 1});
        must(block_list_add_file(&l, argv[i], &e) == RC_OK, e.text);
        compare_all(argv[i], block_list_at(&l, 0));
        block_list_release(&l);
    }
    return 0;
}
