#include "bench/link/token_bucket.h"

#include <assert.h>

enum { BITS_PER_BYTE = 8, TAKE_MAX = 1 << 30 };

void token_bucket_set(struct token_bucket *b, int64_t bit_per_s)
{
    assert(bit_per_s >= 0);
    if (bit_per_s != b->bit_per_s)
        b->fraction_bit = 0;
    b->bit_per_s = bit_per_s;
}

struct instant token_bucket_take(struct token_bucket *b, struct instant now, size_t size)
{
    assert(size <= TAKE_MAX);
    if (b->free.ns < now.ns) {
        b->free = now;
        b->fraction_bit = 0;
    }
    if (b->bit_per_s == 0)
        return b->free;
    /* 2^30 * 8 * 10^9 is below 2^63; the fraction is below one more bit_per_s. */
    int64_t due = (int64_t)size * BITS_PER_BYTE * NS_PER_S + b->fraction_bit;
    b->free.ns += due / b->bit_per_s;
    b->fraction_bit = due % b->bit_per_s;
    return b->free;
}
