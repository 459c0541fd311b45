/* The content hash of the ledger: XXH3-64 (libxxhash). Detects corruption, not malice. */
#ifndef ASSAY_BASE_HASH_H
#define ASSAY_BASE_HASH_H

#include "base/err.h"
#include "base/span.h"

uint64_t hash_bytes(struct span bytes); /* never 0, so 0 can mean "none" */

/* The same over bytes that come piece by piece. Ownership: one owner, hash_stream_close frees.
 * Threads: one owner. */
struct hash_stream;                                                           /* opaque */
enum rc hash_stream_open(struct hash_stream **out, struct err *e) MUST_CHECK; /* RC_INFRA: memory */
void hash_stream_close(struct hash_stream *s);                                /* NULL is fine */
void hash_stream_restart(struct hash_stream *s); /* as if nothing had been added */
void hash_stream_add(struct hash_stream *s, struct span piece);
uint64_t hash_stream_value(const struct hash_stream *s); /* hash_bytes of all since the restart */

#endif
