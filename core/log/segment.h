/*
 * The log of one topic-partition as the broker keeps it on disk: FOLDER/TOPIC-PARTITION/ with
 * segments named after their first offset, NNNNNNNNNNNNNNNNNNNN.log.
 *
 * Safe beside a running broker: files are read, never mapped, so a segment cut short under our eyes
 * is not a crash; a batch still being written at the very end is left out. Memory: one window of
 * 1 MiB, more only where a single batch is larger.
 * Ownership: the visitor borrows the batch during the call. Threads: one call, one thread.
 */
#ifndef ASSAY_CORE_LOG_SEGMENT_H
#define ASSAY_CORE_LOG_SEGMENT_H

#include "core/log/stored_batch.h"

#include <stdint.h>

/* Called with every batch in offset order; anything but RC_OK stops the walk and is returned. */
typedef enum rc stored_batch_visit(void *ctx, int32_t partition, const struct stored_batch *b,
                                   struct err *e);

struct segment_range {
    const char *log_dir; /* the broker's log.dirs folder */
    const char *topic;
    int32_t partition;
    int64_t from, to; /* batches with a record in [from, to) are visited; CRCs are checked */
};

/* RC_INPUT when the folder is not there; RC_INFRA when it cannot be read; RC_INTEGRITY for a batch
 * that is damaged, naming file and position. */
enum rc segment_walk(const struct segment_range *r, stored_batch_visit *visit, void *ctx,
                     struct err *e) MUST_CHECK;

/* One more than the highest partition of the topic that stands in log_dir: a broker among several
 * may hold only some of them. RC_INPUT when there is none, naming topics that are there. */
enum rc segment_partitions(const char *log_dir, const char *topic, int32_t *partitions,
                           struct err *e) MUST_CHECK;
bool segment_holds(const char *log_dir, const char *topic, int32_t partition);

/* As Kafka allows: 1 to 249 of a-z A-Z 0-9 . _ - and neither "." nor "..". */
enum rc segment_check_topic(const char *topic, struct err *e) MUST_CHECK;

#endif
