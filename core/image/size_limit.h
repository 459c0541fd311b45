/*
 * Which limit on the way of a record refuses it first, and which setting cures it.
 *
 * In the order in which a record meets them: the producer's message.max.bytes (on the uncompressed
 * record with its overhead), the broker's socket.request.max.bytes (on the request as sent), the
 * topic's max.message.bytes, or where the topic has none of its own the broker's message.max.bytes
 * (both on the batch as sent, so compressed), and the consumer's receive.message.max.bytes (on the
 * response and on what it decompresses to).
 * fetch.max.bytes, max.partition.fetch.bytes and replica.fetch.max.bytes refuse nothing: a first
 * batch larger than they are is handed out all the same (KIP-74).
 * A topic with a compression.type of its own compresses what comes in another codec anew and looks
 * again: what does not compress is larger then by a few hundred bytes, which is not judged here.
 * Sources: librdkafka 2.0.2, CONFIGURATION.md and rdkafka_msg.c; Apache Kafka 4 documentation.
 * Ownership: rows are static. Threads: pure functions; size_limits_ask is for the admin's owner.
 */
#ifndef ASSAY_CORE_IMAGE_SIZE_LIMIT_H
#define ASSAY_CORE_IMAGE_SIZE_LIMIT_H

#include "base/err.h"
#include "core/kafka/admin.h"

#include <stdint.h>

enum size_limit {
    LIMIT_PRODUCER,
    LIMIT_REQUEST,
    LIMIT_BROKER, /* used when the topic has no limit of its own */
    LIMIT_TOPIC,  /* used when the topic has one */
    LIMIT_CONSUMER,
    SIZE_LIMITS
};

struct size_limit_row {
    const char *where;   /* "producer" */
    const char *setting; /* "message.max.bytes" */
    int64_t usual;       /* the default, bytes */
    int64_t most;        /* no value can be larger */
    /* The cure reads: before, the topic where it is named, setting=bytes, after. */
    const char *before, *after;
    bool names_topic;
};
extern const struct size_limit_row SIZE_LIMIT_TABLE[]; /* by enum size_limit; where NULL ends */

struct size_limits {
    int64_t bytes[SIZE_LIMITS]; /* in force; -1: not known, so not judged */
    bool topic_has_own;
};
/* The defaults of librdkafka and Apache Kafka; the topic without a limit of its own. */
void size_limits_init(struct size_limits *l);
/* The cluster's figures, and with topic not NULL the topic's; the clients' stay as they are. */
enum rc size_limits_ask(struct admin *a, const char *topic, struct size_limits *l,
                        struct err *e) MUST_CHECK;

/* A record on its way. */
struct sized_record {
    int64_t value_bytes, key_bytes;
    int64_t batch_bytes; /* as sent, compressed; 0: not compressed, alone in its batch */
};
/* The exact size of an uncompressed batch of this record alone, without headers (record batch v2).
 */
int64_t size_of_batch(const struct sized_record *r);

enum { SIZE_FINDING_TEXT = 256 };
struct size_finding {
    enum size_limit limit;
    bool counts; /* false: another limit stands in its place, or it is not known */
    bool refuses;
    int64_t needed; /* what the setting must be at least */
    char says[SIZE_FINDING_TEXT];
    char cure[SIZE_FINDING_TEXT]; /* "" when it does not refuse */
};
/* Judges every limit: out[0 … SIZE_LIMITS-1], in the order above. Returns the first that refuses,
 * SIZE_LIMITS when none does. topic is for the texts; NULL: none is named. */
enum size_limit size_limits_judge(const struct size_limits *l, const struct sized_record *r,
                                  const char *topic, struct size_finding *out);

#endif
