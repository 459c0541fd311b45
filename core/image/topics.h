/*
 * The documents' three topics as data, and their creation on a cluster.
 *
 * Source: the optimization guide, section 3. Ownership: rows are static. Threads: pure functions;
 * topics_create is for the admin's owner.
 */
#ifndef ASSAY_CORE_IMAGE_TOPICS_H
#define ASSAY_CORE_IMAGE_TOPICS_H

#include "base/err.h"
#include "core/kafka/admin.h"

#include <stdint.h>

enum image_topic { IMAGE_TOPIC_METADATA, IMAGE_TOPIC_BINARY, IMAGE_TOPIC_CHUNKS, IMAGE_TOPICS };

struct image_topic_row {
    const char *name;
    int32_t partitions;
    const char *compression; /* compression.type */
    int level; /* the documents' level; the producer sets it, because old topics had no level */
    int64_t max_message_bytes;
    const char *purpose;
};
extern const struct image_topic_row IMAGE_TOPIC_TABLE[]; /* by enum image_topic; name NULL ends */

enum { TOPIC_NAME_MAX = 250 }; /* Kafka's 249 and a NUL */
/* prefix and the row's name into out, which holds TOPIC_NAME_MAX bytes. RC_INPUT when no topic can
 * have that name. */
enum rc topics_name(const struct image_topic_row *row, const char *prefix, char *out,
                    struct err *e) MUST_CHECK;

enum topic_made { TOPIC_CREATED, TOPIC_WAS_THERE };
/* Creates one topic as its row says; prefix stands before its name ("" for none). One that is there
 * already is left as it is: compare it. */
enum rc topics_create(struct admin *a, const struct image_topic_row *row, const char *prefix,
                      enum topic_made *made, struct err *e) MUST_CHECK;

/* What of a topic is not as its row says, as half a sentence; empty when all is. */
enum rc topics_compare(struct admin *a, const struct image_topic_row *row, const char *prefix,
                       struct buf *differs, struct err *e) MUST_CHECK;

#endif
