/*
 * The four requests of Kafka's protocol that reading stored batches takes, built and taken apart.
 *
 * ApiVersions 0, Metadata 4, ListOffsets 1, Fetch 4 to 11 as kafka.apache.org/protocol lists them.
 * Bodies only: framing and correlation are connection.h's. Answers are outside bytes: whatever does
 * not fit is RC_INFRA and names the message; a Kafka error code is not a failure here, it is a
 * field. Ownership: a topic_map owns its arrays; other results borrow the answer. Threads: pure
 * functions.
 */
#ifndef ASSAY_CORE_LOG_PROTOCOL_H
#define ASSAY_CORE_LOG_PROTOCOL_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum protocol_api { API_FETCH, API_LIST_OFFSETS, API_METADATA, API_VERSIONS, API_COUNT };

struct protocol_row {
    const char *name;
    int16_t key;            /* on the wire */
    int16_t oldest, newest; /* versions written and read here */
};
extern const struct protocol_row PROTOCOL[API_COUNT];

enum { KAFKA_NO_ERROR = 0, KAFKA_OFFSET_OUT_OF_RANGE = 1, KAFKA_UNKNOWN_TOPIC = 3 };
/* "unknown topic or partition"; "error 97" for codes not known here (into text). */
enum { KAFKA_ERROR_TEXT = 64 };
const char *kafka_error_say(int16_t code, char *text);

/* The newest version of each api that both sides know; -1 where there is none. */
struct protocol_versions {
    int16_t use[API_COUNT];
};
enum rc protocol_versions_read(struct span answer, struct protocol_versions *out,
                               struct err *e) MUST_CHECK;

enum { BROKER_HOST_MAX = 256 };
struct topic_map {
    struct topic_broker {
        int32_t id, port;
        char host[BROKER_HOST_MAX];
    } * brokers; /* owned */
    int32_t broker_count;
    int32_t *leaders; /* owned; broker id by partition, -1: none now */
    int32_t partition_count;
    int16_t error; /* of the topic; then there are no partitions */
};
enum rc protocol_metadata_write(struct buf *b, const char *topic, struct err *e) MUST_CHECK;
enum rc protocol_metadata_read(struct span answer, struct topic_map *out, struct err *e) MUST_CHECK;
void topic_map_release(struct topic_map *m); /* NULL is fine */

enum { OFFSET_EARLIEST = -2, OFFSET_LATEST = -1 };
struct protocol_offset {
    int16_t error;
    int64_t offset;
};
enum rc protocol_offsets_write(struct buf *b, const char *topic, int32_t partition, int64_t which,
                               struct err *e) MUST_CHECK;
enum rc protocol_offsets_read(struct span answer, int32_t partition, struct protocol_offset *out,
                              struct err *e) MUST_CHECK;

struct protocol_fetch {
    int16_t version;
    const char *topic;
    int32_t partition;
    int64_t offset;
    int32_t max_bytes; /* the first batch comes whole even when it is larger */
};
struct protocol_fetched {
    int16_t error;
    int64_t high_watermark;
    struct span records; /* raw batches, the last one possibly cut */
};
enum rc protocol_fetch_write(struct buf *b, const struct protocol_fetch *f,
                             struct err *e) MUST_CHECK;
enum rc protocol_fetch_read(struct span answer, const struct protocol_fetch *f,
                            struct protocol_fetched *out, struct err *e) MUST_CHECK;

#endif
