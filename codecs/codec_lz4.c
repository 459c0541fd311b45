/*
 * LZ4 over lz4frame: a frame of independent 64 KB blocks without checksums or content size, as
 * librdkafka's rdkafka_lz4.c writes it. Levels: 0 to 2 fast, 3 to 12 high compression.
 */
#include "codecs/codec_table.h"

#include <lz4.h>
#include <lz4frame.h>
#include <lz4hc.h>
#include <stdlib.h>
/* link: -llz4 */

enum { HIGH_COMPRESSION = 9, HIGHEST = 12 };
/* Bytes, of the frame format: lz4_Frame_format.md. */
enum { BLOCK = 65536, FRAME_HEADER = 7, BLOCK_HEADER = 4, END_MARK = 4 };

struct lz4_work {
    LZ4F_cctx *compressor;   /* owned */
    LZ4F_dctx *decompressor; /* owned */
    LZ4F_preferences_t preferences;
};

static const char *version(void)
{
    return LZ4_versionString();
}

static LZ4F_preferences_t preferences(int level)
{
    LZ4F_preferences_t p = {.frameInfo = {.blockMode = LZ4F_blockIndependent},
                            .compressionLevel = level};
    return p;
}

static size_t bound(size_t size)
{
    LZ4F_preferences_t p = preferences(0);
    return LZ4F_compressFrameBound(size, &p);
}

static void close_work(struct codec_work *work)
{
    struct lz4_work *w = (struct lz4_work *)work;
    if (w == NULL)
        return;
    (void)LZ4F_freeCompressionContext(w->compressor);
    (void)LZ4F_freeDecompressionContext(w->decompressor);
    free(w);
}

static enum rc open_work(int level, struct codec_work **out, struct err *e)
{
    struct lz4_work *w = calloc(1, sizeof *w);
    if (w == NULL)
        return err_set(e, RC_INFRA, "lz4: out of memory");
    w->preferences = preferences(level);
    if (LZ4F_isError(LZ4F_createCompressionContext(&w->compressor, LZ4F_VERSION)) ||
        LZ4F_isError(LZ4F_createDecompressionContext(&w->decompressor, LZ4F_VERSION))) {
        close_work((struct codec_work *)w);
        return err_set(e, RC_INFRA, "lz4: out of memory");
    }
    *out = (struct codec_work *)w;
    return RC_OK;
}

static enum rc refuse_room(size_t code, size_t room, struct span in, struct err *e)
{
    return err_set(e, RC_INPUT, "lz4: %zu bytes of room for %zu bytes of input: %s", room, in.size,
                   LZ4F_getErrorName(code));
}

static enum rc compress_frame(struct codec_work *work, struct span in, uint8_t *out, size_t room,
                              size_t *out_size, struct err *e)
{
    struct lz4_work *w = (struct lz4_work *)work;
    size_t used = LZ4F_compressBegin(w->compressor, out, room, &w->preferences);
    if (LZ4F_isError(used))
        return refuse_room(used, room, in, e);
    if (in.size > 0) {
        size_t body =
            LZ4F_compressUpdate(w->compressor, out + used, room - used, in.data, in.size, NULL);
        if (LZ4F_isError(body))
            return refuse_room(body, room, in, e);
        used += body;
    }
    size_t end = LZ4F_compressEnd(w->compressor, out + used, room - used, NULL);
    if (LZ4F_isError(end))
        return refuse_room(end, room, in, e);
    *out_size = used + end;
    return RC_OK;
}

static enum rc decompress_frame(struct codec_work *work, struct span in, uint8_t *out, size_t room,
                                size_t *out_size, struct err *e)
{
    struct lz4_work *w = (struct lz4_work *)work;
    /* The output stays where it is until the end, so that linked blocks can refer to it. */
    const LZ4F_decompressOptions_t options = {.stableDst = 1};
    uint8_t nothing = 0;
    if (room == 0)
        out = &nothing;
    LZ4F_resetDecompressionContext(w->decompressor);
    size_t taken = 0;
    size_t done = 0;
    size_t wanted = 1; /* bytes the library would like next; 0 at the end of the frame */
    while (wanted != 0 && taken < in.size) {
        size_t in_step = in.size - taken;
        size_t out_step = room - done;
        wanted = LZ4F_decompress(w->decompressor, out + done, &out_step, in.data + taken, &in_step,
                                 &options);
        if (LZ4F_isError(wanted))
            return err_set(e, RC_INPUT, "lz4: the input is damaged: %s", LZ4F_getErrorName(wanted));
        if (in_step == 0 && out_step == 0)
            return err_set(e, RC_INPUT, "lz4: the output needs more than the %zu bytes of room",
                           room);
        taken += in_step;
        done += out_step;
    }
    if (wanted != 0)
        return err_set(e, RC_INPUT, "lz4: the input is cut short");
    if (taken < in.size)
        return err_set(e, RC_INPUT, "lz4: %zu bytes follow the end of the frame", in.size - taken);
    *out_size = done;
    return RC_OK;
}

static enum rc sizes_at(int level, const struct span *in, size_t count, size_t *sizes,
                        struct err *e)
{
    return codec_sizes_at(&CODEC_LZ4, level, in, count, sizes, e);
}

/* A frame of blocks that LZ4_compress_HC makes even at levels 1 and 2, where lz4frame is fast: as
 * the Java client's Lz4BlockOutputStream does it once a level is configured. */
static enum rc high_sizes_at(int level, const struct span *in, size_t count, size_t *sizes,
                             struct err *e)
{
    char *out = malloc(BLOCK);
    if (out == NULL)
        return err_set(e, RC_INFRA, "lz4: out of memory");
    for (size_t i = 0; i < count; i++) {
        sizes[i] = FRAME_HEADER + END_MARK;
        for (size_t at = 0; at < in[i].size; at += BLOCK) {
            int size = (int)(in[i].size - at < BLOCK ? in[i].size - at : BLOCK);
            int made = LZ4_compress_HC((const char *)in[i].data + at, out, size, size, level);
            sizes[i] += BLOCK_HEADER + (size_t)(made > 0 ? made : size);
        }
    }
    free(out);
    return RC_OK;
}

static const struct codec_manner MANNERS[] = {
    {.says = "frame of independent 64 KiB blocks",
     .level_min = 0,
     .level_max = HIGHEST,
     .sizes = sizes_at},
    {.says = "high compression at every level",
     .level_min = 1,
     .level_max = HIGHEST,
     .sizes = high_sizes_at},
    {.says = NULL},
};

static const int SAMPLES[] = {0, HIGH_COMPRESSION, CODEC_LEVELS_END};

static const struct codec_cost COSTS[] = {{3, 4000}, {12, 30000}, {CODEC_LEVELS_END, 0}};

const struct codec CODEC_LZ4 = {
    .name = "lz4",
    .kafka_id = 3,
    .has_levels = true,
    .level_min = 0,
    .level_max = HIGHEST,
    .level_default = 0,
    .level_samples = SAMPLES,
    .costs = COSTS,
    .file_ending = ".lz4",
    .library = "liblz4",
    .version = version,
    .bound = bound,
    .manners = MANNERS,
    .open = open_work,
    .close = close_work,
    .compress = compress_frame,
    .decompress = decompress_frame,
};
