/* No compression: the container is the bytes themselves. */
#include "codecs/codec_table.h"

#include <stdlib.h>
#include <string.h>

static const char *version(void)
{
    return "";
}

static size_t bound(size_t size)
{
    return size;
}

static enum rc open_work(int level, struct codec_work **out, struct err *e)
{
    (void)level;
    *out = malloc(1); /* it works without memory; what is open is not NULL */
    return *out != NULL ? RC_OK : err_set(e, RC_INFRA, "none: out of memory");
}

static void close_work(struct codec_work *w)
{
    free(w);
}

static enum rc copy(struct codec_work *w, struct span in, uint8_t *out, size_t room,
                    size_t *out_size, struct err *e)
{
    (void)w;
    if (in.size > room)
        return err_set(e, RC_INPUT, "none: %zu bytes do not fit into %zu", in.size, room);
    if (in.size > 0)
        memcpy(out, in.data, in.size);
    *out_size = in.size;
    return RC_OK;
}

const struct codec CODEC_NONE = {
    .name = "none",
    .kafka_id = 0,
    .has_levels = false,
    .library = "memcpy",
    .version = version,
    .bound = bound,
    .open = open_work,
    .close = close_work,
    .compress = copy,
    .decompress = copy,
};
