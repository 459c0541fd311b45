/*
 * The order of k arms in n blocks: balanced, shuffled, and the same for the same seed.
 *
 * Blocks take the rows of a Williams square: its rows are the rotations of 0, k-1, 1, k-2, …, so
 * that every arm stands at every position once in k blocks and, for even k, follows every other arm
 * once; odd squares are read forwards and backwards in turn. The rows of several squares, of a span
 * of 24 blocks or a few more, are shuffled together: were each square shuffled by itself, what
 * disturbs every second block would find two arms in turn, and the machine's rhythm would look like
 * a difference. Which arm is which number is shuffled once. Over all n blocks an arm stands at each
 * position floor(n/k) or ceil(n/k) times.
 * Source: E. J. Williams, Experimental designs balanced for the estimation of residual effects of
 * treatments, Australian Journal of Scientific Research A 2 (1949) 149.
 * Threads: one owner per struct rng.
 */
#ifndef ASSAY_BENCH_PLAN_ORDER_H
#define ASSAY_BENCH_PLAN_ORDER_H

#include "base/err.h"
#include "base/rng.h"

#include <stddef.h>

/* out[block * arms + position] is the arm there; out holds blocks * arms. RC_INFRA: no memory. */
enum rc order_arms(struct rng *r, size_t arms, size_t blocks, size_t *out,
                   struct err *e) MUST_CHECK;

/* 0 … count-1 in shuffled order (Fisher and Yates). */
void order_shuffle(struct rng *r, size_t count, size_t *out);

#endif
