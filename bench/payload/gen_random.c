/*
 * Random bytes: what no codec can shrink, such as data already compressed or encrypted. A codec
 * asked for must be seen to be stored as "none", because the client sends the smaller form.
 */
#include "bench/payload/generators.h"

#include <errno.h>
#include <stdlib.h>

enum { NATURAL_BYTES = 1000, STREAM = 6 };

struct random_source {
    struct rng rng;
};

static enum rc random_open(uint64_t seed, struct payload_source **out, struct err *e)
{
    struct random_source *s = malloc(sizeof *s);
    if (s == NULL)
        return err_sys(e, RC_INFRA, errno, "no memory for the generator");
    rng_init(&s->rng, seed, STREAM);
    *out = (struct payload_source *)s;
    return RC_OK;
}

static enum rc random_next(struct payload_source *source, size_t size_bytes, struct buf *out,
                           struct err *e)
{
    struct random_source *s = (struct random_source *)source;
    size_t size = size_bytes > 0 ? size_bytes : NATURAL_BYTES;
    enum rc rc = buf_reserve(out, out->size + size, e);
    if (rc != RC_OK)
        return rc;
    rng_fill(&s->rng, out->data + out->size, size);
    out->size += size;
    out->data[out->size] = '\0';
    return RC_OK;
}

static void random_close(struct payload_source *source)
{
    free(source);
}

const struct payload_kind GEN_RANDOM = {
    .name = "random",
    .data_type = "random bytes",
    .says = "binary, 1000 bytes: uniform random bytes, which no codec can shrink",
    .text = false,
    .open = random_open,
    .next = random_next,
    .close = random_close,
};
