/*
 * Building a pool: records are appended one by one to a memfd, which is then sealed and mapped.
 *
 * Layout of the memfd: one header page, the payload bytes, the slots (8-byte aligned). After
 * pool_writer_finish nobody can write to it, grow or shrink it any more (file seals).
 * Ownership: a writer holds the fd until pool_writer_finish hands it to the pool;
 * pool_writer_release closes what is left and may always be called. Threads: one owner.
 */
#ifndef ASSAY_BENCH_PAYLOAD_POOL_H
#define ASSAY_BENCH_PAYLOAD_POOL_H

#include "bench/payload/hash_set.h"
#include "bench/payload/payload.h"

/* Largest record, in bytes: what a Kafka message.max.bytes can hold is below 2^31. */
enum { POOL_RECORD_MAX = 1000000000 };

struct pool_writer {
    int fd;                     /* owned until finish; -1: none */
    struct payload_slot *slots; /* owned */
    size_t records;
    size_t room;          /* of slots */
    struct buf pending;   /* owned; payload bytes not yet written to fd */
    struct hash_set seen; /* owned */
    size_t total_bytes;   /* of payload */
    size_t skipped_lines; /* for the reader of a corpus to count in */
    size_t damaged;       /* the same */
    char damage[PAYLOAD_DAMAGE];
    size_t repeats_in_row; /* records refused by add_new since the last one taken */
};

enum rc pool_writer_open(struct pool_writer *w, struct err *e) MUST_CHECK;
/* Appends a record of 1 to POOL_RECORD_MAX bytes. RC_INFRA when memory is out. */
enum rc pool_writer_add(struct pool_writer *w, struct span record, struct err *e) MUST_CHECK;
/* The same, unless the pool holds these bytes already: then nothing is added, and RC_INPUT follows
 * when that happens a thousand times in a row (the kind has no more distinct records). */
enum rc pool_writer_add_new(struct pool_writer *w, struct span record, struct err *e) MUST_CHECK;
/* Seals and maps; w is empty afterwards. RC_INPUT for a pool without records. */
enum rc pool_writer_finish(struct pool_writer *w, struct payload_pool *out,
                           struct err *e) MUST_CHECK;
void pool_writer_release(struct pool_writer *w); /* NULL and a finished writer are fine */

#endif
