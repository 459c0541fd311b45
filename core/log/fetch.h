/*
 * Reading a partition's stored batches over Kafka's protocol, raw, as the broker holds them.
 *
 * Plain TCP only. Versions by ApiVersions: Metadata 4, ListOffsets 1, Fetch 4 to 11 (10 and more
 * where a broker has zstd), which brokers from 1.0 to 4.x speak. Topics are never created by
 * asking. Errors name broker, request and what the broker said; a broker that answers in TLS, or
 * hangs up as one that wants a login does, is named as such. Ownership: a fetch holds sockets until
 * fetch_close. Threads: one owner.
 */
#ifndef ASSAY_CORE_LOG_FETCH_H
#define ASSAY_CORE_LOG_FETCH_H

#include "core/log/segment.h"

struct fetch; /* opaque */

/* Asks the first broker of "HOST:PORT,…" that answers for the topic's partitions and leaders.
 * timeout_ns holds for every connect, request and answer. RC_INPUT when there is no such topic. */
enum rc fetch_open(const char *bootstrap, const char *topic, int64_t timeout_ns, struct fetch **out,
                   struct err *e) MUST_CHECK;
void fetch_close(struct fetch *f); /* NULL is fine */

int32_t fetch_partitions(const struct fetch *f);

/* The first offset still stored and the one that the next record gets. */
enum rc fetch_watermarks(struct fetch *f, int32_t partition, int64_t *earliest, int64_t *latest,
                         struct err *e) MUST_CHECK;

struct fetch_range {
    int32_t partition;
    int64_t from, to; /* batches with a record in [from, to) are visited */
};
/* Up to the end of the partition as it was at the call, and without what retention has removed.
 * CRCs are checked. */
enum rc fetch_walk(struct fetch *f, const struct fetch_range *r, stored_batch_visit *visit,
                   void *ctx, struct err *e) MUST_CHECK;

#endif
