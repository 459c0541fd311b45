/*
 * Which limit on the way of a record refuses it first, and which setting cures it.
 *
 * In the order in which a record meets them: the producer's message.max.bytes (on the uncompressed
 * record), the broker's socket.request.max.bytes (on the request as sent), the topic's
 * max.message.bytes, or where the topic has none of its own the broker's message.max.bytes (both on
 * the compressed batch), and the consumer's receive.message.max.bytes (on the response).
 * fetch.max.bytes and max.partition.fetch.bytes do not refuse: a first batch larger than they are
 * is handed out all the same (KIP-74); they are checked against the others only.
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
    LIMIT_BROKER, /* only where the topic does not say otherwise */
    LIMIT_TOPIC,
    LIMIT_REPLICA, /* does not refuse, slows: replica.fetch.max.bytes */
    LIMIT_CONSUMER,
    SIZE_LIMITS
};

struct size_limit_row {
    const char *where;   /* "producer", "topic" */
    const char *setting; /* "message.max.bytes" */
    bool compressed;     /* it looks at the compressed batch */
    int64_t usual;       /* the default of client or broker, bytes */
    int64_t most;        /* no setting can be larger */
};
extern const struct size_limit_row SIZE_LIMIT_TABLE[]; /* by enum size_limit; where NULL ends */

struct size_limits {
    int64_t bytes[SIZE_LIMITS]; /* in force */
    bool topic_overrides;       /* the topic has a limit of its own: the broker's does not count */
};
/* The defaults of librdkafka 2.0.2 and Apache Kafka. */
void size_limits_init(struct size_limits *l);

enum { SIZE_VERDICT_TEXT = 512 };
struct size_verdict {
    bool passes;
    enum size_limit first; /* the first that refuses; SIZE_LIMITS when none does */
    int64_t needed;        /* what that setting must be at least */
    char says[SIZE_VERDICT_TEXT];
    char cure[SIZE_VERDICT_TEXT]; /* "" when it passes */
};
/* record: bytes of key, value and headers; batch: bytes of the batch as sent (record when it does
 * not compress). */
void size_limits_judge(const struct size_limits *l, int64_t record, int64_t batch,
                       struct size_verdict *out);

/* The cluster's own figures for a topic; the client's stay as they are. */
enum rc size_limits_ask(struct admin *a, const char *topic, struct size_limits *l,
                        struct err *e) MUST_CHECK;

#endif
