/*
 * What probes do on a broker: a topic of their own, records sent to it one by one as they are asked
 * about, and what is stored then.
 *
 * Ownership: a struct probe_topic is plain memory and stands for a topic until probe_topic_delete.
 * Errors: only what ends the asking (broker lost, interrupted); that a record or a setting is
 * refused is what probes want to know, and stands in the struct. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_PROBE_PROBE_TOPIC_H
#define ASSAY_BENCH_PROBE_PROBE_TOPIC_H

#include "base/clock.h"
#include "bench/payload/payload.h"
#include "bench/probe/probe.h"
#include "core/image/topics.h"
#include "core/kafka/producer.h"
#include "core/log/stored.h"

enum { PROBE_REFUSAL = 256 };

struct probe_topic {
    const struct probe_context *context;
    char name[TOPIC_NAME_MAX];
    bool made;
};

/* A name that no other probe has: prefix, "probe-", what it is about and numbers. */
void probe_topic_name(const struct probe_context *g, const char *what, char *out, size_t size);
/* config: as in struct topic_settings. One partition. */
enum rc probe_topic_make(const struct probe_context *g, const char *what, const char *const *config,
                         struct probe_topic *out, struct err *e) MUST_CHECK;
void probe_topic_delete(struct probe_topic *t); /* one that was not made is fine */

enum probe_refuser { REFUSED_BY_NOBODY, REFUSED_BY_CLIENT, REFUSED_BY_BROKER };
struct probe_sent {
    int64_t acknowledged;
    enum probe_refuser refuser;  /* of the first record that was not taken */
    char refusal[PROBE_REFUSAL]; /* its reason; "" when all were taken */
};

struct probe_sending {
    const struct producer_settings *settings; /* but cluster, topic, callback and patience */
    const struct producer_record *records;
    size_t count;
};
/* Sends all records in order and waits for their reports. */
enum rc probe_send(const struct probe_topic *t, const struct probe_sending *what,
                   struct probe_sent *out, struct err *e) MUST_CHECK;
/* The same with one record. */
enum rc probe_offer(const struct probe_topic *t, const struct producer_settings *s,
                    struct span value, struct probe_sent *out, struct err *e) MUST_CHECK;
/* The same with every record of a pool, each with the same timestamp. */
enum rc probe_send_pool(const struct probe_topic *t, const struct producer_settings *s,
                        const struct payload_pool *pool, struct probe_sent *out,
                        struct err *e) MUST_CHECK;

enum rc probe_stored(const struct probe_topic *t, struct stored_summary *out,
                     struct err *e) MUST_CHECK;
/* "zstd", or "none and gzip" where batches differ; "nothing". text holds PROBE_REFUSAL bytes. */
char *probe_codecs(const struct stored_summary *s, char *text);

/* size bytes that nobody can compress; the caller frees them. */
enum rc probe_random_bytes(size_t size, uint64_t seed, uint8_t **out, struct err *e) MUST_CHECK;

/* A wait that Ctrl-C ends, and that does not last for ever. */
struct probe_wait {
    const struct probe_context *context;
    struct instant deadline;
};
struct probe_wait probe_wait_begin(const struct probe_context *g);
/* Lets a moment pass, for struct producer_patience. RC_INTERRUPTED; RC_INFRA: it was long enough.
 */
enum rc probe_wait_moment(void *wait, struct err *e) MUST_CHECK;

#endif
