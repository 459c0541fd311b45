/* The configs of topics and brokers, of admin.h. */
#include "core/kafka/admin_client.h"

#include "base/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BROKER_NAME = 16, VALUE_MAX = 65536 };

/* One entry of a described topic or broker. */
struct entry {
    struct buf *value; /* "" when not told */
    bool own;          /* set for this topic, not inherited */
};

/* The resource that is described: a topic by its name, or a broker by its number. */
struct asked_config {
    rd_kafka_ResourceType_t type;
    const char *name;
    const char *const *keys; /* of the configs */
    size_t key_count;
};

/* out: an entry for each key. */
static enum rc pick(const struct asked_config *q, const rd_kafka_ConfigResource_t *resource,
                    struct entry *out, struct err *e)
{
    static const char DOING[] = "reading the config of";
    rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(resource);
    const char *says = rd_kafka_ConfigResource_error_string(resource);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return q->type == RD_KAFKA_RESOURCE_TOPIC ? admin_fail(DOING, q->name, code, says, e)
                                                  : err_set(e, RC_INFRA, "%s broker %s: %s", DOING,
                                                            q->name, rd_kafka_err2str(code));
    size_t count = 0;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        size_t k = 0;
        const char *text = rd_kafka_ConfigEntry_value(entries[i]);
        while (k < q->key_count && strcmp(rd_kafka_ConfigEntry_name(entries[i]), q->keys[k]) != 0)
            k++;
        if (k == q->key_count || text == NULL)
            continue;
        out[k].own =
            rd_kafka_ConfigEntry_source(entries[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG;
        rc = buf_append(out[k].value, text, strlen(text), e);
    }
    return rc;
}

static enum rc describe(struct admin *a, const struct asked_config *q, struct entry *out,
                        struct err *e)
{
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(q->type, q->name);
    rd_kafka_AdminOptions_t *options = admin_request_options(a, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(a->client.rk, &resource, 1, options, a->events);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy(resource);
    for (size_t k = 0; k < q->key_count; k++) {
        buf_clear(out[k].value);
        out[k].own = false;
    }
    rd_kafka_event_t *event = NULL;
    enum rc rc = admin_await(a, &event, e);
    if (rc != RC_OK)
        return err_wrap(e, "reading the config of %s %s",
                        q->type == RD_KAFKA_RESOURCE_TOPIC ? "topic" : "broker", q->name);
    size_t count = 0;
    const rd_kafka_ConfigResource_t **told = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event), &count);
    if (count == 1)
        rc = pick(q, told[0], out, e);
    rd_kafka_event_destroy(event);
    return rc;
}

enum rc admin_topic_config(struct admin *a, const char *topic, const char *key, struct buf *value,
                           struct err *e)
{
    return admin_topic_configs(a, topic, &(struct topic_keys){.keys = &key, .count = 1}, value, e);
}

enum rc admin_topic_configs(struct admin *a, const char *topic, const struct topic_keys *k,
                            struct buf *values, struct err *e)
{
    struct asked_config q = {
        .type = RD_KAFKA_RESOURCE_TOPIC, .name = topic, .keys = k->keys, .key_count = k->count};
    struct entry *entries = calloc(k->count, sizeof *entries);
    if (entries == NULL)
        return err_set(e, RC_INFRA, "no memory for %zu settings of a topic", k->count);
    for (size_t i = 0; i < k->count; i++)
        entries[i].value = &values[i];
    enum rc rc = describe(a, &q, entries, e);
    free(entries);
    return rc;
}

/* Reads a config that is a number; -1 when the broker does not report it. */
static enum rc describe_number(struct admin *a, const struct asked_config *q,
                               struct admin_limit *out, struct err *e)
{
    struct buf value;
    struct entry entry = {.value = &value};
    buf_init(&value, VALUE_MAX);
    *out = (struct admin_limit){.value = -1};
    enum rc rc = describe(a, q, &entry, e);
    if (rc == RC_OK && value.size > 0 &&
        quantity_int((const char *)value.data, 0, INT64_MAX, &out->value, e) != RC_OK)
        rc = err_wrap(e, "%s", q->keys[0]);
    out->own = entry.own;
    buf_release(&value);
    return rc;
}

enum rc admin_topic_limit(struct admin *a, const char *topic, const char *key,
                          struct admin_limit *out, struct err *e)
{
    struct asked_config q = {
        .type = RD_KAFKA_RESOURCE_TOPIC, .name = topic, .keys = &key, .key_count = 1};
    return describe_number(a, &q, out, e);
}

enum rc admin_broker_limit(struct admin *a, const char *key, int64_t *out, struct err *e)
{
    const struct rd_kafka_metadata *seen = NULL;
    enum rc rc = admin_look(a, NULL, &seen, e);
    if (rc != RC_OK)
        return rc;
    *out = -1;
    for (int i = 0; rc == RC_OK && i < seen->broker_cnt; i++) {
        char name[BROKER_NAME];
        struct admin_limit limit;
        struct asked_config q = {
            .type = RD_KAFKA_RESOURCE_BROKER, .name = name, .keys = &key, .key_count = 1};
        (void)snprintf(name, sizeof name, "%d", (int)seen->brokers[i].id);
        rc = describe_number(a, &q, &limit, e);
        if (rc == RC_OK && limit.value >= 0 && (*out < 0 || limit.value < *out))
            *out = limit.value;
    }
    rd_kafka_metadata_destroy(seen);
    return rc;
}
