/*
 * What probes do on a broker: a topic of their own, records sent to it, and what is stored then.
 *
 * Ownership: a struct probe_topic is plain memory and stands for a topic until probe_topic_delete.
 * Errors: only what ends the asking (broker lost, interrupted); that a record or a setting is
 * refused is what probes want to know, and stands in the struct. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_PROBE_PROBE_TOPIC_H
#define ASSAY_BENCH_PROBE_PROBE_TOPIC_H

#include "bench/payload/payload.h"
#include "bench/probe/probe.h"
#include "core/kafka/producer.h"
#include "core/log/stored.h"

enum { PROBE_TOPIC_NAME = 128, PROBE_REFUSAL = 256 };

struct probe_topic {
    const struct probe_context *context;
    char name[PROBE_TOPIC_NAME];
    bool made;
};

/* config: key, value, key, value … NULL. One partition. */
enum rc probe_topic_make(const struct probe_context *g, const char *what, const char *const *config,
                         struct probe_topic *out, struct err *e) MUST_CHECK;
void probe_topic_delete(struct probe_topic *t); /* one that was not made is fine */

enum probe_refuser { REFUSED_BY_NOBODY, REFUSED_BY_CLIENT, REFUSED_BY_BROKER };
struct probe_sent {
    int64_t acknowledged;
    enum probe_refuser refuser;  /* of the first record that was not taken */
    char refusal[PROBE_REFUSAL]; /* its reason; "" when all were taken */
};

/* Sends all records in order, each with the same timestamp, and waits for their reports. cluster,
 * topic, callback and its context in s are set here. */
enum rc probe_send(const struct probe_topic *t, const struct producer_settings *s,
                   const struct span *records, size_t count, struct probe_sent *out,
                   struct err *e) MUST_CHECK;
/* The same with every record of a pool. */
enum rc probe_send_pool(const struct probe_topic *t, const struct producer_settings *s,
                        const struct payload_pool *pool, struct probe_sent *out,
                        struct err *e) MUST_CHECK;

enum rc probe_stored(const struct probe_topic *t, struct stored_summary *out,
                     struct err *e) MUST_CHECK;
/* "zstd", or "none and gzip" where batches differ; "nothing". text holds PROBE_REFUSAL bytes. */
char *probe_codecs(const struct stored_summary *s, char *text);

#endif
