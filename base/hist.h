/*
 * A log-linear histogram of latencies: int64_t nanoseconds, relative error below 1/1024.
 *
 * The layout is HdrHistogram's for lowest discernible value 1, highest trackable 2^42 - 1 (73 min)
 * and 3 significant digits (https://hdrhistogram.org, AbstractHistogram), so that it exports
 * without requantising. Nothing is clipped: larger values are counted in `above` (they belong to
 * n, min, max and sum), negative ones in `negative` (they belong to nothing else).
 * Ownership: hist_init allocates 264 KiB and touches it; hist_release frees.
 * Threads: one writer; merge after the join.
 */
#ifndef ASSAY_BASE_HIST_H
#define ASSAY_BASE_HIST_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HIST_DIGITS = 3,
    HIST_HALF_BITS = 10, /* every power of two is cut into 2^10 equal steps */
    HIST_TOP_BITS = 42,
    HIST_SLOTS = (HIST_TOP_BITS - HIST_HALF_BITS + 1) << HIST_HALF_BITS,
};
#define HIST_HIGHEST_NS ((INT64_C(1) << HIST_TOP_BITS) - 1)

struct hist {
    uint64_t *counts;  /* owned; HIST_SLOTS of them */
    uint64_t n;        /* values recorded, above included, negative not */
    uint64_t above;    /* > HIST_HIGHEST_NS */
    uint64_t negative; /* values below 0, which a wrong clock or order makes */
    int64_t min, max;  /* exact; INT64_MAX and -1 while n is 0 */
    uint64_t sum;      /* exact, modulo 2^64; sum_carry counts the overflows */
    uint64_t sum_carry;
};

/* RC_INFRA when memory does not suffice; *h is then empty and may be released. */
enum rc hist_init(struct hist *h, struct err *e) MUST_CHECK;
void hist_release(struct hist *h); /* NULL is fine */
void hist_clear(struct hist *h);   /* as after hist_init */

void hist_record(struct hist *h, int64_t value_ns);
static inline int64_t hist_count(const struct hist *h)
{
    return (int64_t)h->n;
}
static inline int64_t hist_min(const struct hist *h) /* -1 when n is 0, as hist_max */
{
    return h->n > 0 ? h->min : -1;
}
static inline int64_t hist_max(const struct hist *h)
{
    return h->max;
}
/* Adds all of from to into. */
void hist_merge(struct hist *into, const struct hist *from);

/* The smallest recorded value v such that at least ceil(q * n) values are <= v, rounded up to the
 * end of its slot but never past max. q in [0, 1]; q = 0 is min, q = 1 is max. A rank that falls
 * among the values above the range gives max. -1 when n is 0. */
int64_t hist_quantile(const struct hist *h, double q);
double hist_mean(const struct hist *h); /* from the exact sum; -1 when n is 0 */
/* Values in the slot of value_ns; 0 outside the range. */
uint64_t hist_count_at(const struct hist *h, int64_t value_ns);

/* Slots, for export and plots: slot of a value in [0, HIST_HIGHEST_NS]; its bounds, inclusive. */
size_t hist_slot(int64_t value_ns);
int64_t hist_slot_low(size_t slot);
int64_t hist_slot_high(size_t slot);

#endif
