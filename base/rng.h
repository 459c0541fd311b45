/*
 * Seeded random numbers: the same seed gives the same sequence on every machine, for ever.
 *
 * xoshiro256** seeded by splitmix64 (Blackman & Vigna, https://prng.di.unimi.it/). Not for secrets.
 * Threads: one owner per struct rng.
 */
#ifndef ASSAY_BASE_RNG_H
#define ASSAY_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state[4];
};

/* Streams with the same seed and different stream numbers are independent. */
void rng_init(struct rng *r, uint64_t seed, uint64_t stream);
uint64_t rng_u64(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t bound); /* uniform in [0, bound); bound >= 1 */
double rng_unit(struct rng *r);                    /* uniform in [0, 1), 53 bits */
double rng_normal(struct rng *r);                  /* mean 0, standard deviation 1 */
double rng_exponential(struct rng *r);             /* mean 1; Poisson inter-arrival times */
void rng_fill(struct rng *r, void *data, size_t size);

#endif
