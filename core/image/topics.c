#include "core/image/topics.h"

#include "core/log/segment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Sizes are those of the guide's create commands. */
const struct image_topic_row IMAGE_TOPIC_TABLE[] = {
    [IMAGE_TOPIC_METADATA] = {.name = "wildfire-satellite-imagery-metadata",
                              .partitions = 4,
                              .compression = "zstd",
                              .level = 3,
                              .max_message_bytes = 1048576,
                              .purpose = "image metadata and object-store references"},
    [IMAGE_TOPIC_BINARY] = {.name = "wildfire-satellite-imagery-binary",
                            .partitions = 8,
                            .compression = "zstd",
                            .level = 1,
                            .max_message_bytes = 20971520,
                            .purpose = "images in one binary record"},
    [IMAGE_TOPIC_CHUNKS] = {.name = "wildfire-satellite-imagery-chunks",
                            .partitions = 6,
                            .compression = "zstd",
                            .level = 1,
                            .max_message_bytes = 10485760,
                            .purpose = "images in chunks, for reassembly"},
    [IMAGE_TOPICS] = {.name = NULL},
};

enum { NUMBER_TEXT = 32, VALUE_MAX = 1024 };

enum rc topics_name(const struct image_topic_row *row, const char *prefix, char *out, struct err *e)
{
    int n = snprintf(out, TOPIC_NAME_MAX, "%s%s", prefix, row->name);
    if (n < 0 || n >= TOPIC_NAME_MAX)
        return err_set(e, RC_INPUT, "prefix \"%.40s\": a topic's name has at most %d characters",
                       prefix, TOPIC_NAME_MAX - 1);
    return segment_check_topic(out, e);
}

static enum rc create(struct admin *a, const struct image_topic_row *row, const char *name,
                      struct err *e)
{
    char number[NUMBER_TEXT];
    const char *config[] = {"compression.type", row->compression, "max.message.bytes", number,
                            NULL};
    const struct topic_settings s = {
        .partitions = row->partitions, .replication_factor = -1, .config = config};
    (void)snprintf(number, sizeof number, "%" PRId64, row->max_message_bytes);
    return admin_create_topic(a, name, &s, e);
}

enum rc topics_create(struct admin *a, const struct image_topic_row *row, const char *prefix,
                      enum topic_made *made, struct err *e)
{
    char name[TOPIC_NAME_MAX];
    struct topic_shape shape = {.exists = false};
    enum rc rc = topics_name(row, prefix, name, e);
    if (rc == RC_OK)
        rc = admin_topic(a, name, &shape, e);
    if (rc != RC_OK)
        return rc;
    *made = shape.exists ? TOPIC_WAS_THERE : TOPIC_CREATED;
    return shape.exists ? RC_OK : create(a, row, name, e);
}

/* Appends "; KEY is X, not Y" when they differ. */
static enum rc append_difference(struct buf *out, const char *key, const char *is,
                                 const char *right, struct err *e)
{
    if (strcmp(is, right) == 0)
        return RC_OK;
    return buf_appendf(out, e, "%s%s is %s, not %s", out->size > 0 ? "; " : "", key, is, right);
}

static enum rc note_number(struct buf *out, const char *key, int64_t is, int64_t right,
                           struct err *e)
{
    char a[NUMBER_TEXT], b[NUMBER_TEXT];
    (void)snprintf(a, sizeof a, "%" PRId64, is);
    (void)snprintf(b, sizeof b, "%" PRId64, right);
    return append_difference(out, key, a, b, e);
}

/* Compares the configs of a topic with its row. */
static enum rc compare_configs(struct admin *a, const struct image_topic_row *row, const char *name,
                               struct buf *out, struct err *e)
{
    struct admin_limit limit;
    struct buf value;
    buf_init(&value, VALUE_MAX);
    enum rc rc = admin_topic_limit(a, name, "max.message.bytes", &limit, e);
    if (rc == RC_OK)
        rc = note_number(out, "max.message.bytes", limit.value, row->max_message_bytes, e);
    if (rc == RC_OK)
        rc = admin_topic_config(a, name, "compression.type", &value, e);
    if (rc == RC_OK)
        rc = append_difference(out, "compression.type",
                               value.size > 0 ? (const char *)value.data : "", row->compression, e);
    buf_release(&value);
    return rc;
}

enum rc topics_compare(struct admin *a, const struct image_topic_row *row, const char *prefix,
                       struct buf *differs, struct err *e)
{
    char name[TOPIC_NAME_MAX];
    struct topic_shape shape = {.exists = false};
    buf_clear(differs);
    enum rc rc = topics_name(row, prefix, name, e);
    if (rc == RC_OK)
        rc = admin_topic(a, name, &shape, e);
    if (rc != RC_OK)
        return rc;
    if (!shape.exists)
        return buf_appendf(differs, e, "it does not exist");
    rc = note_number(differs, "its number of partitions", shape.partitions, row->partitions, e);
    return rc == RC_OK ? compare_configs(a, row, name, differs, e) : rc;
}
