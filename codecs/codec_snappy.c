/*
 * Snappy over snappy-c: the raw format without framing, as librdkafka writes it (it bundles a
 * Snappy of its own, so compressed sizes differ a little from those of the library here).
 *
 * Java clients write snappy-java's framing: a header of 16 bytes (magic, version, lowest compatible
 * version), then blocks of a big-endian 32-bit length and raw Snappy. Source of the format:
 * github.com/xerial/snappy-java, SnappyOutputStream; streams put end to end repeat the header.
 */
#define _GNU_SOURCE /* dladdr */
#include "codecs/codec_table.h"

#include <dlfcn.h>
#include <pthread.h>
#include <snappy-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* link: -lsnappy */

enum { JAVA_HEADER = 16, BLOCK_LENGTH = 4, VERSION_TEXT = 24 };

static const uint8_t JAVA_MAGIC[] = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};

/* Written once. Digits and dots after ".so." in the name of the file that the library was loaded
 * from: snappy-c has no call that tells its version. */
static char VERSION[VERSION_TEXT] = "unknown";

static void find_version(void)
{
    Dl_info library;
    void *there = dlsym(RTLD_DEFAULT, "snappy_compress");
    char *file =
        there != NULL && dladdr(there, &library) != 0 ? realpath(library.dli_fname, NULL) : NULL;
    const char *mark = file != NULL ? strstr(file, ".so.") : NULL;
    if (mark != NULL)
        (void)snprintf(VERSION, sizeof VERSION, "%s", mark + strlen(".so."));
    free(file);
}

static const char *version(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, find_version);
    return VERSION;
}

static size_t bound(size_t size)
{
    return snappy_max_compressed_length(size);
}

static enum rc open_work(int level, struct codec_work **out, struct err *e)
{
    (void)level;
    *out = malloc(1); /* snappy-c keeps no state; what is open is not NULL */
    return *out != NULL ? RC_OK : err_set(e, RC_INFRA, "snappy: out of memory");
}

static void close_work(struct codec_work *work)
{
    free(work);
}

static enum rc compress_raw(struct codec_work *work, struct span in, uint8_t *out, size_t room,
                            size_t *out_size, struct err *e)
{
    (void)work;
    if (in.size > UINT32_MAX)
        return err_set(e, RC_INPUT, "snappy: %zu bytes are more than the format can hold (%u)",
                       in.size, UINT32_MAX);
    size_t size = room;
    const char *data = in.size > 0 ? (const char *)in.data : "";
    if (snappy_compress(data, in.size, (char *)out, &size) != SNAPPY_OK)
        return err_set(e, RC_INPUT, "snappy: %zu bytes of room are too few for %zu bytes of input",
                       room, in.size);
    *out_size = size;
    return RC_OK;
}

static enum rc decompress_raw(struct span in, uint8_t *out, size_t room, size_t *out_size,
                              struct err *e)
{
    size_t size = 0;
    const char *data = in.size > 0 ? (const char *)in.data : "";
    if (snappy_uncompressed_length(data, in.size, &size) != SNAPPY_OK)
        return err_set(e, RC_INPUT, "snappy: the input does not begin with a length");
    if (size > room)
        return err_set(e, RC_INPUT, "snappy: the output needs %zu bytes, there is room for %zu",
                       size, room);
    char nothing = 0;
    if (snappy_uncompress(data, in.size, room > 0 ? (char *)out : &nothing, &size) != SNAPPY_OK)
        return err_set(e, RC_INPUT, "snappy: the input is damaged or cut short");
    *out_size = size;
    return RC_OK;
}

static bool is_java(struct span in)
{
    return in.size >= JAVA_HEADER && memcmp(in.data, JAVA_MAGIC, sizeof JAVA_MAGIC) == 0;
}

static struct span skip(struct span in, size_t bytes)
{
    return span_of(in.data + bytes, in.size - bytes);
}

static size_t block_length(const uint8_t *at)
{
    return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
}

static enum rc decompress_java(struct span in, uint8_t *out, size_t room, size_t *out_size,
                               struct err *e)
{
    size_t done = 0;
    while (in.size > 0) {
        if (is_java(in)) {
            in = skip(in, JAVA_HEADER);
            continue;
        }
        if (in.size < BLOCK_LENGTH || block_length(in.data) > in.size - BLOCK_LENGTH)
            return err_set(e, RC_INPUT, "snappy: a snappy-java block is cut short");
        size_t length = block_length(in.data);
        struct span block = span_of(in.data + BLOCK_LENGTH, length);
        size_t size = 0;
        enum rc rc = decompress_raw(block, out + done, room - done, &size, e);
        if (rc != RC_OK)
            return rc;
        done += size;
        in = skip(in, BLOCK_LENGTH + length);
    }
    *out_size = done;
    return RC_OK;
}

static enum rc decompress_either(struct codec_work *work, struct span in, uint8_t *out, size_t room,
                                 size_t *out_size, struct err *e)
{
    (void)work;
    uint8_t nothing = 0;
    if (room == 0)
        out = &nothing;
    return is_java(in) ? decompress_java(in, out, room, out_size, e)
                       : decompress_raw(in, out, room, out_size, e);
}

static const struct codec_cost COSTS[] = {{0, 4000}, {CODEC_LEVELS_END, 0}};

const struct codec CODEC_SNAPPY = {
    .name = "snappy",
    .kafka_id = 2,
    .has_levels = false,
    .costs = COSTS,
    .client_bundles_it = true,
    .library = "libsnappy",
    .version = version,
    .bound = bound,
    .open = open_work,
    .close = close_work,
    .compress = compress_raw,
    .decompress = decompress_either,
};
