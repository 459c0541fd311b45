/*
 * zstd over libzstd: one frame without content size or checksum, as librdkafka's rdkafka_zstd.c
 * writes it with a shared libzstd: it streams and pledges no size, so the level's parameters are
 * those for input of unknown size, whatever the batch holds.
 *
 * The frame is begun with nothing in hand (hence no size) and then ended with everything in hand:
 * libzstd reads the input where it lies; librdkafka's calls copy it first (6 to 15 % slower).
 * The bytes are the same up to the level's window, and differ by 0.2 % at most beyond.
 */
#include "codecs/codec_table.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>
/* link: -lzstd */

enum { LEVEL_DEFAULT = 3, HIGHEST_IN_LIBRDKAFKA = 12, HIGHEST_IN_LIBZSTD = 22 };

struct zstd_work {
    ZSTD_CStream *compressor; /* owned */
    ZSTD_DCtx *decompressor;  /* owned */
    int level;
};

static const char *version(void)
{
    return ZSTD_versionString();
}

static size_t bound(size_t size)
{
    return ZSTD_compressBound(size);
}

static void close_work(struct codec_work *work)
{
    struct zstd_work *w = (struct zstd_work *)work;
    if (w == NULL)
        return;
    (void)ZSTD_freeCStream(w->compressor);
    (void)ZSTD_freeDCtx(w->decompressor);
    free(w);
}

static enum rc open_work(int level, struct codec_work **out, struct err *e)
{
    struct zstd_work *w = calloc(1, sizeof *w);
    if (w == NULL)
        return err_set(e, RC_INFRA, "zstd: out of memory");
    w->compressor = ZSTD_createCStream();
    w->decompressor = ZSTD_createDCtx();
    w->level = level;
    if (w->compressor == NULL || w->decompressor == NULL) {
        close_work((struct codec_work *)w);
        return err_set(e, RC_INFRA, "zstd: out of memory");
    }
    *out = (struct codec_work *)w;
    return RC_OK;
}

static enum rc fail(size_t code, const char *doing, struct err *e)
{
    bool memory = ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation;
    return err_set(e, memory ? RC_INFRA : RC_INPUT, "zstd: %s: %s", doing, ZSTD_getErrorName(code));
}

static enum rc compress_frame(struct codec_work *work, struct span in, uint8_t *out, size_t room,
                              size_t *out_size, struct err *e)
{
    struct zstd_work *w = (struct zstd_work *)work;
    uint8_t nothing = 0;
    ZSTD_inBuffer none_yet = {.src = &nothing, .size = 0};
    ZSTD_inBuffer all = {.src = in.size > 0 ? in.data : &nothing, .size = in.size};
    ZSTD_outBuffer frame = {.dst = room > 0 ? out : &nothing, .size = room};
    size_t status = ZSTD_initCStream(w->compressor, w->level);
    if (!ZSTD_isError(status))
        status = ZSTD_compressStream2(w->compressor, &frame, &none_yet, ZSTD_e_continue);
    if (ZSTD_isError(status))
        return fail(status, "starting a frame", e);
    status = ZSTD_compressStream2(w->compressor, &frame, &all, ZSTD_e_end);
    if (ZSTD_isError(status))
        return fail(status, "compressing", e);
    if (status > 0)
        return err_set(e, RC_INPUT, "zstd: %zu bytes of room are too few for %zu bytes of input",
                       room, in.size);
    *out_size = frame.pos;
    return RC_OK;
}

static enum rc decompress_frames(struct codec_work *work, struct span in, uint8_t *out, size_t room,
                                 size_t *out_size, struct err *e)
{
    struct zstd_work *w = (struct zstd_work *)work;
    if (in.size == 0)
        return err_set(e, RC_INPUT, "zstd: the input is empty");
    size_t size = ZSTD_decompressDCtx(w->decompressor, out, room, in.data, in.size);
    if (ZSTD_isError(size) && ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall)
        return err_set(e, RC_INPUT, "zstd: the output needs more than the %zu bytes of room", room);
    if (ZSTD_isError(size))
        return fail(size, "the input is damaged or cut short", e);
    *out_size = size;
    return RC_OK;
}

static enum rc sizes_at(int level, const struct span *in, size_t count, size_t *sizes,
                        struct err *e)
{
    return codec_sizes_at(&CODEC_ZSTD, level, in, count, sizes, e);
}

/* One call with everything in hand: the library adapts its tables and writes the size down. */
static enum rc told_sizes_at(int level, const struct span *in, size_t count, size_t *sizes,
                             struct err *e)
{
    size_t room = 1, made = 0;
    for (size_t i = 0; i < count; i++)
        room = ZSTD_compressBound(in[i].size) > room ? ZSTD_compressBound(in[i].size) : room;
    void *out = malloc(room);
    ZSTD_CCtx *compressor = ZSTD_createCCtx();
    if (out == NULL || compressor == NULL) {
        free(out);
        (void)ZSTD_freeCCtx(compressor);
        return err_set(e, RC_INFRA, "zstd: out of memory");
    }
    for (size_t i = 0; i < count && !ZSTD_isError(made); i++)
        sizes[i] = made = ZSTD_compressCCtx(compressor, out, room, in[i].data, in[i].size, level);
    free(out);
    (void)ZSTD_freeCCtx(compressor);
    return ZSTD_isError(made) ? fail(made, "compressing", e) : RC_OK;
}

static const struct codec_manner MANNERS[] = {
    {.says = "size not told beforehand",
     .level_min = 1,
     .level_max = HIGHEST_IN_LIBZSTD,
     .sizes = sizes_at},
    {.says = "size told beforehand",
     .level_min = 1,
     .level_max = HIGHEST_IN_LIBZSTD,
     .sizes = told_sizes_at},
    {.says = NULL},
};

static const int SAMPLES[] = {1, LEVEL_DEFAULT, 6, HIGHEST_IN_LIBRDKAFKA, CODEC_LEVELS_END};

static const struct codec_cost COSTS[] = {
    {2, 6000}, {4, 10000}, {7, 25000}, {12, 80000}, {CODEC_LEVELS_END, 0}};

const struct codec CODEC_ZSTD = {
    .name = "zstd",
    .kafka_id = 4,
    .has_levels = true,
    .level_min = 1, /* 0 and below mean "default" to librdkafka or libzstd */
    .level_max = HIGHEST_IN_LIBRDKAFKA,
    .level_default = LEVEL_DEFAULT,
    .level_samples = SAMPLES,
    .costs = COSTS,
    .file_ending = ".zst",
    .library = "libzstd",
    .version = version,
    .bound = bound,
    .manners = MANNERS,
    .open = open_work,
    .close = close_work,
    .compress = compress_frame,
    .decompress = decompress_frames,
};
