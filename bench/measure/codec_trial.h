/*
 * Codecs in memory, without a broker: how small they make blocks and how fast, both ways.
 *
 * One repeat measures every codec once, in an order that moves on by one with each repeat, so that
 * a slow spell of the machine hits all of them. A measurement runs whole passes over all blocks
 * until min_time_ns is filled. After each repeat every block is compared with what came back.
 * Ownership: results are the caller's; codec_trial_release frees what is inside. Threads: one.
 */
#ifndef ASSAY_BENCH_MEASURE_CODEC_TRIAL_H
#define ASSAY_BENCH_MEASURE_CODEC_TRIAL_H

#include "base/err.h"
#include "bench/measure/block_list.h"
#include "codecs/codec.h"

enum { CODEC_TRIAL_REPEATS_MAX = 1000 };

struct codec_speed {
    double *samples; /* owned; one per repeat in order of time; payload bytes per second */
    double median, min, max;
};

struct codec_result {
    struct codec_spec choice;
    size_t plain_bytes;
    size_t packed_bytes;
    size_t grown_blocks; /* larger after compression: Kafka clients send these uncompressed */
    struct codec_speed compress;
    struct codec_speed decompress; /* counted in bytes that come out */
};

struct codec_trial {
    const struct block_list *blocks; /* at least one block */
    int64_t min_time_ns;             /* per codec, direction and repeat; 0: one pass */
    size_t repeats;                  /* 1 to CODEC_TRIAL_REPEATS_MAX */
    /* Told before each measurement; may be NULL. */
    void (*progress)(void *context, size_t done, size_t all);
    void *context;
};

/* Fills results[i] for choices[i]. RC_INTEGRITY, naming codec and block, when a block does not come
 * back byte for byte; RC_INPUT when a codec cannot take a block or there is nothing to measure;
 * RC_INFRA without memory. On failure the results are released already. */
enum rc codec_trial_run(const struct codec_trial *t, const struct codec_spec *choices, size_t count,
                        struct codec_result *results, struct err *e) MUST_CHECK;
void codec_trial_release(struct codec_result *results, size_t count); /* NULL is fine */

/* plain/packed, and 1 - packed/plain. */
double codec_result_ratio(const struct codec_result *r);
double codec_result_reduction(const struct codec_result *r);
/* (max - min) / median. */
double codec_speed_spread(const struct codec_speed *s);

#endif
