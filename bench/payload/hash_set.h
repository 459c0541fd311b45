/*
 * A set of record hashes, so that a pool knows which records it already holds.
 *
 * Open addressing with linear probing; grows by doubling and never shrinks. Hashes are those of
 * hash_bytes(), which is never 0: 0 marks a free place.
 * Ownership: hash_set_release frees. A zeroed struct is an empty set. Threads: one owner.
 */
#ifndef ASSAY_BENCH_PAYLOAD_HASH_SET_H
#define ASSAY_BENCH_PAYLOAD_HASH_SET_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_set {
    uint64_t *places; /* owned */
    size_t room;      /* places; 0 or a power of two */
    size_t size;      /* hashes held */
};

/* *is_new tells whether hash (not 0) was not in the set before. RC_INFRA when memory is out; the
 * set is then what it was. */
enum rc hash_set_add(struct hash_set *s, uint64_t hash, bool *is_new, struct err *e) MUST_CHECK;
void hash_set_release(struct hash_set *s); /* NULL is fine; leaves an empty set */

#endif
