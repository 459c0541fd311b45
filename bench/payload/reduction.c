#include "bench/payload/reduction.h"

#include <errno.h>
#include <stdlib.h>

struct reduction_bench {
    const struct codec *codec; /* borrowed */
    struct codec_work *work;   /* owned */
    uint8_t *out;              /* owned */
    size_t room;
    uint64_t raw_bytes;
    uint64_t compressed_bytes;
};

/* Consecutive records lie side by side in the pool: a batch is one span. */
static struct span batch_of(const struct payload_pool *p, size_t first, size_t count)
{
    const struct payload_slot *last = &p->slots[first + count - 1];
    uint64_t start = p->slots[first].offset;
    return span_of(p->bytes + start, (size_t)(last->offset + last->size - start));
}

static enum rc compress_batch(struct reduction_bench *b, struct span batch, struct err *e)
{
    size_t needed = b->codec->bound(batch.size);
    if (needed > b->room) {
        uint8_t *out = realloc(b->out, needed);
        if (out == NULL)
            return err_sys(e, RC_INFRA, errno, "no memory to compress %zu bytes", batch.size);
        b->out = out;
        b->room = needed;
    }
    size_t size = 0;
    enum rc rc = b->codec->compress(b->work, batch, b->out, b->room, &size, e);
    if (rc == RC_OK) {
        b->raw_bytes += batch.size;
        b->compressed_bytes += size;
    }
    return rc;
}

/* As many batches as fit in REDUCTION_BYTES, judged by the mean size of a record. */
static size_t batches_to_measure(const struct payload_pool *p, size_t per_batch)
{
    size_t batches = p->records / per_batch;
    size_t batch_bytes = p->total_bytes / p->records * per_batch + 1;
    size_t fitting = REDUCTION_BYTES / batch_bytes + 1;
    size_t most = fitting < REDUCTION_BATCHES ? fitting : REDUCTION_BATCHES;
    return batches < most ? batches : most;
}

enum rc reduction_measure(const struct payload_pool *pool, size_t records_per_batch,
                          struct codec_spec codec, struct reduction *out, struct err *e)
{
    size_t per_batch = records_per_batch < pool->records ? records_per_batch : pool->records;
    size_t whole = pool->records / per_batch;
    size_t count = batches_to_measure(pool, per_batch);
    struct reduction_bench b = {.codec = codec.codec};
    enum rc rc = codec.codec->open(codec_spec_level(codec), &b.work, e);
    for (size_t i = 0; i < count && rc == RC_OK; i++) {
        size_t first = i * whole / count * per_batch;
        rc = compress_batch(&b, batch_of(pool, first, per_batch), e);
    }
    if (rc == RC_OK)
        *out = (struct reduction){
            .fraction = 1.0 - (double)b.compressed_bytes / (double)b.raw_bytes,
            .batches = count,
            .records_per_batch = per_batch,
        };
    codec.codec->close(b.work);
    free(b.out);
    return rc;
}
