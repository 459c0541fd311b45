/*
 * Files cut into the blocks a codec is given: records, joined into batches as a producer joins
 * them.
 *
 * A block holds payload bytes only; the few bytes per record that Kafka's batch format adds are not
 * there. A block never holds records of two files. Ownership: block_list_release frees everything;
 * spans handed out live until the next add or the release. Threads: one owner.
 */
#ifndef ASSAY_BENCH_MEASURE_BLOCK_LIST_H
#define ASSAY_BENCH_MEASURE_BLOCK_LIST_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>

struct block_rule {
    bool lines;           /* a record is a line without its newline; empty lines are skipped */
    size_t record_bytes;  /* else a slice of so many bytes, the last may be shorter; 0: the file */
    size_t batch_records; /* most records of a block; 0: no limit */
    size_t batch_bytes;   /* most bytes of a block, unless one record alone has more; 0: no limit */
};

struct block_list {
    struct block_rule rule;
    struct buf bytes;   /* every block, end to end */
    size_t *ends;       /* owned; where block i ends in bytes */
    size_t count;       /* blocks */
    size_t room;        /* of ends */
    size_t records;     /* in all blocks */
    size_t open_count;  /* records in the block being filled */
    size_t open_start;  /* where that block begins in bytes */
    size_t empty_lines; /* skipped */
};

void block_list_init(struct block_list *l, struct block_rule rule);
void block_list_release(struct block_list *l); /* NULL is fine */

/* Adds the records of one file, or of standard input for "-". RC_INPUT, naming the path, when it
 * cannot be read or holds no record; what earlier files gave stays. */
enum rc block_list_add_file(struct block_list *l, const char *path, struct err *e) MUST_CHECK;
/* The same from memory; name is for messages. */
enum rc block_list_add(struct block_list *l, struct span content, const char *name,
                       struct err *e) MUST_CHECK;

struct span block_list_at(const struct block_list *l, size_t i);
size_t block_list_largest(const struct block_list *l); /* bytes of the largest block; 0 if none */

#endif
