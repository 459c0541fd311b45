/*
 * How much a codec takes off a payload, in memory: 1 - compressed / raw over batches of records.
 *
 * A batch is consecutive records of a pool, one after the other without anything between, in the
 * container Kafka stores. Up to REDUCTION_BATCHES batches, spread evenly over the pool and together
 * at most REDUCTION_BYTES (but one whole batch at least), are compressed; the sums make the figure.
 * Small batches can be negative: the container alone is larger than what is saved.
 * Threads: pure, but for memory it frees itself.
 */
#ifndef ASSAY_BENCH_PAYLOAD_REDUCTION_H
#define ASSAY_BENCH_PAYLOAD_REDUCTION_H

#include "bench/payload/payload.h"
#include "codecs/codec.h"

enum { REDUCTION_BATCHES = 1000, REDUCTION_BYTES = 32000000 };

struct reduction {
    double fraction;          /* 0.8: the codec takes 80 % off */
    size_t batches;           /* compressed */
    size_t records_per_batch; /* as asked, or the whole pool when it has fewer */
};

/* records_per_batch >= 1; the pool is not empty. *out untouched on failure. */
enum rc reduction_measure(const struct payload_pool *pool, size_t records_per_batch,
                          struct codec_spec codec, struct reduction *out, struct err *e) MUST_CHECK;

#endif
