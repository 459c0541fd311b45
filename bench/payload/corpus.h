/*
 * Files as payload: a file, or a folder walked in name order, cut into records.
 *
 * In a folder every regular file below it is taken, sorted by name byte by byte, folder by folder;
 * names that start with a dot are left out, symbolic links are followed. Anything that cannot be
 * read as a file (a socket, a missing link target) is refused by name, never passed over.
 * Threads: one owner of the writer.
 */
#ifndef ASSAY_BENCH_PAYLOAD_CORPUS_H
#define ASSAY_BENCH_PAYLOAD_CORPUS_H

#include "bench/payload/pool.h"

/* Adds the records of spec->path to w, until spec->pool_bytes or spec->records_max is reached.
 * Empty lines and empty files are no records; they are counted in w->skipped_lines.
 * RC_INPUT names the path: missing, unreadable, a line, slice or file above POOL_RECORD_MAX. */
enum rc corpus_read(const struct payload_spec *spec, struct pool_writer *w,
                    struct err *e) MUST_CHECK;

#endif
