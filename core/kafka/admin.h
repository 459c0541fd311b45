/*
 * Administration of a cluster: its topics, their configs and offsets, the limits of its brokers.
 *
 * Every call waits for its effect, up to the timeout given at opening, and fails with one sentence
 * that names the cause: unreachable, login refused, unknown CA, not authorised, topic exists.
 * Ownership: an open admin holds one client (threads, sockets) until admin_close. Threads: one
 * owner; do not fork without exec while it is open.
 */
#ifndef ASSAY_CORE_KAFKA_ADMIN_H
#define ASSAY_CORE_KAFKA_ADMIN_H

#include "core/kafka/cluster.h"

#include <stdint.h>

struct admin; /* opaque */

/* Connects and reads the cluster's metadata once, so that a wrong address or password shows here.
 */
enum rc admin_open(const struct cluster *c, int64_t timeout_ns, struct admin **out,
                   struct err *e) MUST_CHECK;
void admin_close(struct admin *a); /* NULL is fine */

struct topic_settings {
    int32_t partitions;
    int16_t replication_factor; /* -1: the broker's default */
    /* "max.message.bytes", its value, "retention.ms", its value …, NULL; NULL: as the broker has it
     */
    const char *const *config;
};
/* Waits until every partition has a leader that answers. RC_INPUT when the topic exists or a config
 * is refused. */
enum rc admin_create_topic(struct admin *a, const char *topic, const struct topic_settings *s,
                           struct err *e) MUST_CHECK;
/* Waits until the topic is gone from the metadata. RC_INPUT when there is none. */
enum rc admin_delete_topic(struct admin *a, const char *topic, struct err *e) MUST_CHECK;

struct topic_shape {
    bool exists;
    int32_t partitions;
    int32_t replication_factor;
};
/* A missing topic is not a failure: exists says so. Never creates one. */
enum rc admin_topic(struct admin *a, const char *topic, struct topic_shape *out,
                    struct err *e) MUST_CHECK;
/* The number of the broker that leads each partition, into out[0 … partitions-1]; -1: none.
 * RC_INPUT: no such topic, or fewer partitions. */
enum rc admin_leaders(struct admin *a, const char *topic, int32_t partitions, int32_t *out,
                      struct err *e) MUST_CHECK;
/* A topic's config as the broker has it in force ("max.message.bytes"); "" when not told. */
enum rc admin_topic_config(struct admin *a, const char *topic, const char *key, struct buf *value,
                           struct err *e) MUST_CHECK;
/* Several of them by one request, into values[0 … count-1]. */
struct topic_keys {
    const char *const *keys;
    size_t count;
};
enum rc admin_topic_configs(struct admin *a, const char *topic, const struct topic_keys *k,
                            struct buf *values, struct err *e) MUST_CHECK;

struct admin_limit {
    int64_t value; /* -1: not told */
    bool own;      /* set for the topic itself, not inherited from the broker */
};
/* A topic's config that is a number. */
enum rc admin_topic_limit(struct admin *a, const char *topic, const char *key,
                          struct admin_limit *out, struct err *e) MUST_CHECK;
/* A broker's config that is a number: the smallest of all brokers, -1 when none tells. */
enum rc admin_broker_limit(struct admin *a, const char *key, int64_t *out,
                           struct err *e) MUST_CHECK;

struct watermarks {
    int64_t earliest; /* first offset still there */
    int64_t latest;   /* the offset the next record gets */
};
/* out[0 … partitions-1]. */
enum rc admin_watermarks(struct admin *a, const char *topic, int32_t partitions,
                         struct watermarks *out, struct err *e) MUST_CHECK;

enum { CLUSTER_ID_MAX = 64 };
struct cluster_identity {
    char id[CLUSTER_ID_MAX]; /* "" when the brokers do not tell */
    int32_t brokers;
    int32_t controller; /* broker id, -1 unknown */
};
/* As seen when the admin was opened. */
void admin_identity(struct admin *a, struct cluster_identity *out);

#endif
