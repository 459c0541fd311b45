/*
 * One direction of a link: parcels of bytes, each with the instant at which it comes out.
 *
 * A parcel comes out when its last bit has left at the line's rate (token_bucket.h) and the delay
 * has passed; all connections share the line, first in, first out. It takes bytes a few
 * milliseconds ahead, so that waking up late costs no rate; what is in flight is bounded by
 * DELAY_LINE_MAX. Ownership: parcels in the line are the line's; one that came out is the caller's
 * to free(). Threads: one owner; the caller brings the time.
 */
#ifndef ASSAY_BENCH_LINK_DELAY_LINE_H
#define ASSAY_BENCH_LINK_DELAY_LINE_H

#include "bench/link/token_bucket.h"

#include <stdbool.h>

enum { DELAY_LINE_MAX = 64 << 20, PARCEL_MAX = 64 * 1024, PARCEL_MIN = 1448 };

struct parcel {
    struct parcel *next;
    struct instant due;
    void *owner; /* borrowed: whoever put it */
    size_t size; /* 0: the end of the stream */
    size_t sent; /* bytes of it already passed on */
    uint8_t data[];
};

struct delay_line {
    struct token_bucket bucket;
    int64_t delay_ns;
    struct parcel *first, *last; /* owned */
    size_t bytes;                /* of all parcels in the line */
};

/* For what is put from now on; a shorter delay does not let it overtake what went before. */
void delay_line_set(struct delay_line *l, int64_t bit_per_s, int64_t delay_ns);
void delay_line_release(struct delay_line *l);

/* How many bytes a parcel should have: half a millisecond of the rate, within PARCEL_MIN and
 * PARCEL_MAX. */
size_t delay_line_parcel(const struct delay_line *l);
/* Whether it takes another parcel now, and when it is worth asking again (0: when one came out). */
bool delay_line_takes(const struct delay_line *l, struct instant now);
struct instant delay_line_ask_again(const struct delay_line *l);

/* When size bytes put at now would come out; the line's rate is used up by it. */
struct instant delay_line_pass(struct delay_line *l, struct instant now, size_t size);
/* Puts a copy of size bytes that come out at due, from delay_line_pass. false: no memory. */
bool delay_line_put(struct delay_line *l, struct instant due, void *owner, const void *data,
                    size_t size);
/* Takes out the first parcel when it is due; NULL when none is. */
struct parcel *delay_line_get(struct delay_line *l, struct instant now);
/* When the first parcel is due; 0 when the line is empty. */
struct instant delay_line_due(const struct delay_line *l);

#endif
