#include "base/rng.h"

#include <math.h>
#include <string.h>

static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = (*x += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static uint64_t rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

void rng_init(struct rng *r, uint64_t seed, uint64_t stream)
{
    uint64_t x = seed;
    uint64_t mixed = splitmix(&x) ^ (stream * 0xd1342543de82ef95U);
    for (int i = 0; i < 4; i++)
        r->state[i] = splitmix(&mixed);
}

uint64_t rng_u64(struct rng *r)
{
    uint64_t *s = r->state;
    uint64_t result = rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

uint64_t rng_below(struct rng *r, uint64_t bound)
{
    uint64_t limit = bound * (UINT64_MAX / bound);
    uint64_t x = rng_u64(r);
    while (x >= limit)
        x = rng_u64(r);
    return x % bound;
}

double rng_unit(struct rng *r)
{
    return (double)(rng_u64(r) >> 11) * 0x1.0p-53;
}

double rng_normal(struct rng *r)
{
    double radius = sqrt(-2.0 * log(1.0 - rng_unit(r)));
    return radius * cos(6.283185307179586 * rng_unit(r));
}

double rng_exponential(struct rng *r)
{
    return -log(1.0 - rng_unit(r));
}

void rng_fill(struct rng *r, void *data, size_t size)
{
    uint8_t *at = data;
    while (size > 0) {
        uint64_t x = rng_u64(r);
        size_t n = size < sizeof x ? size : sizeof x;
        memcpy(at, &x, n);
        at += n;
        size -= n;
    }
}
