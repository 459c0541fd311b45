/*
 * The rate limit of one direction: when the last bit of what is sent now has left.
 *
 * A token bucket of depth zero in its virtual-scheduling form (the two are equivalent: ITU-T
 * I.371, annex A, "generic cell rate algorithm"): nothing is saved up while the link is idle, so a
 * message of n bytes takes n / rate even after a pause. Exact: fractions of a nanosecond are
 * carried on. Threads: one owner; the caller brings the time.
 */
#ifndef ASSAY_BENCH_LINK_TOKEN_BUCKET_H
#define ASSAY_BENCH_LINK_TOKEN_BUCKET_H

#include "base/clock.h"

#include <stddef.h>
#include <stdint.h>

struct token_bucket {
    int64_t bit_per_s;    /* 0: unlimited */
    struct instant free;  /* the link is busy until then */
    int64_t fraction_bit; /* of a nanosecond still to pay: fraction_bit / bit_per_s */
};

/* Changes the rate for what comes next; what was taken keeps its time. Also the start, on a zeroed
 * struct. */
void token_bucket_set(struct token_bucket *b, int64_t bit_per_s);

/* Sends size bytes (at most 1 GiB) at now or as soon as the link is free, and returns when the last
 * of them has left. */
struct instant token_bucket_take(struct token_bucket *b, struct instant now, size_t size);

#endif
