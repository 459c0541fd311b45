/* The configs of topics and brokers, of admin.h. */
#include "core/kafka/admin_client.h"

#include "base/quantity.h"

#include <stdio.h>
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
    const char *key; /* of the config */
};

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
    for (size_t i = 0; i < count; i++) {
        const char *text = rd_kafka_ConfigEntry_value(entries[i]);
        if (strcmp(rd_kafka_ConfigEntry_name(entries[i]), q->key) != 0 || text == NULL)
            continue;
        out->own =
            rd_kafka_ConfigEntry_source(entries[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG;
        return buf_append(out->value, text, strlen(text), e);
    }
    return RC_OK;
}

static enum rc describe(struct admin *a, const struct asked_config *q, struct entry *out,
                        struct err *e)
{
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(q->type, q->name);
    rd_kafka_AdminOptions_t *options = admin_request_options(a, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(a->client.rk, &resource, 1, options, a->events);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ConfigResource_destroy(resource);
    buf_clear(out->value);
    out->own = false;
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
    struct asked_config q = {.type = RD_KAFKA_RESOURCE_TOPIC, .name = topic, .key = key};
    struct entry entry = {.value = value};
    return describe(a, &q, &entry, e);
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
        rc = err_wrap(e, "%s", q->key);
    out->own = entry.own;
    buf_release(&value);
    return rc;
}

enum rc admin_topic_limit(struct admin *a, const char *topic, const char *key,
                          struct admin_limit *out, struct err *e)
{
    struct asked_config q = {.type = RD_KAFKA_RESOURCE_TOPIC, .name = topic, .key = key};
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
        struct asked_config q = {.type = RD_KAFKA_RESOURCE_BROKER, .name = name, .key = key};
        (void)snprintf(name, sizeof name, "%d", (int)seen->brokers[i].id);
        rc = describe_number(a, &q, &limit, e);
        if (rc == RC_OK && limit.value >= 0 && (*out < 0 || limit.value < *out))
            *out = limit.value;
    }
    rd_kafka_metadata_destroy(seen);
    return rc;
}
