#include "core/kafka/admin_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLICE_MS = 250,    /* one wait, after which failures are looked at */
    SETTLE_MS = 20,    /* between two looks at the metadata */
    REASON_TEXT = 512, /* for librdkafka's own sentences */
};
/* Extra time before giving up when no broker can be reached: one may be starting. */
static const int64_t ALL_DOWN_GRACE_NS = INT64_C(2) * NS_PER_S;
/* A broker of several may hear of a topic later than the one that was asked before. */
static const int64_t UNKNOWN_GRACE_NS = INT64_C(5) * NS_PER_S;
static const int64_t UNKNOWN_PAUSE_NS = 50 * NS_PER_MS;

static int64_t left_of(struct instant deadline)
{
    return instant_since(deadline, clock_now());
}

/* True when more waiting cannot help. */
static bool give_up(struct admin *a, struct instant started, struct instant deadline)
{
    (void)rd_kafka_poll(a->client.rk, 0); /* serves the error callback */
    if (left_of(deadline) <= 0 || trouble_is_hopeless(&a->client.trouble))
        return true;
    return atomic_load(&a->client.all_down) &&
           instant_since(clock_now(), started) > ALL_DOWN_GRACE_NS;
}

static int slice_ms(struct instant deadline)
{
    int ms = client_ms(left_of(deadline));
    return ms > SLICE_MS ? SLICE_MS : ms;
}

enum rc admin_look(struct admin *a, const char *topic, const struct rd_kafka_metadata **out,
                   struct err *e)
{
    struct instant started = clock_now();
    struct instant deadline = instant_after(started, a->timeout_ns);
    rd_kafka_topic_t *handle = NULL;
    if (topic != NULL) {
        handle = rd_kafka_topic_new(a->client.rk, topic, NULL);
        if (handle == NULL)
            return err_set(e, RC_INPUT, "topic %s: %s", topic,
                           rd_kafka_err2str(rd_kafka_last_error()));
    }
    rd_kafka_resp_err_t code;
    do {
        code = rd_kafka_metadata(a->client.rk, 0, handle, out, slice_ms(deadline));
    } while (code != RD_KAFKA_RESP_ERR_NO_ERROR && !give_up(a, started, deadline));
    if (handle != NULL)
        rd_kafka_topic_destroy(handle);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? RC_OK : client_fail(&a->client, code, e);
}

enum rc admin_open(const struct cluster *c, int64_t timeout_ns, struct admin **out, struct err *e)
{
    struct admin *a = calloc(1, sizeof *a);
    if (a == NULL)
        return err_set(e, RC_INFRA, "out of memory for an admin client");
    a->timeout_ns = timeout_ns;
    rd_kafka_conf_t *conf = NULL;
    enum rc rc = client_conf(c, &conf, e);
    if (rc == RC_OK)
        rc = client_open(&a->client, RD_KAFKA_CONSUMER, conf, e);
    if (rc == RC_OK) {
        const struct rd_kafka_metadata *seen = NULL;
        a->events = rd_kafka_queue_new(a->client.rk);
        rc = admin_look(a, NULL, &seen, e);
        if (rc == RC_OK) {
            a->brokers = seen->broker_cnt;
            rd_kafka_metadata_destroy(seen);
        }
    }
    if (rc != RC_OK) {
        admin_close(a);
        return rc;
    }
    *out = a;
    return RC_OK;
}

void admin_close(struct admin *a)
{
    if (a == NULL)
        return;
    if (a->events != NULL)
        rd_kafka_queue_destroy(a->events);
    client_close(&a->client);
    free(a);
}

enum rc admin_await(struct admin *a, rd_kafka_event_t **out, struct err *e)
{
    struct instant started = clock_now();
    struct instant deadline = instant_after(started, a->timeout_ns);
    rd_kafka_event_t *event;
    do {
        event = rd_kafka_queue_poll(a->events, slice_ms(deadline));
    } while (event == NULL && !give_up(a, started, deadline));
    if (event == NULL)
        return client_fail(&a->client, RD_KAFKA_RESP_ERR__TIMED_OUT, e);
    rd_kafka_resp_err_t code = rd_kafka_event_error(event);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        *out = event;
        return RC_OK;
    }
    (void)client_fail(&a->client, code, e);
    rd_kafka_event_destroy(event);
    return RC_INFRA;
}

rd_kafka_AdminOptions_t *admin_request_options(struct admin *a, rd_kafka_admin_op_t op)
{
    char why[REASON_TEXT];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(a->client.rk, op);
    /* The library replaces a timeout that it does not take by its default; admin_await ends the
     * wait. */
    (void)rd_kafka_AdminOptions_set_request_timeout(options, client_ms(a->timeout_ns), why,
                                                    sizeof why);
    if (op != RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS)
        (void)rd_kafka_AdminOptions_set_operation_timeout(options, client_ms(a->timeout_ns), why,
                                                          sizeof why);
    return options;
}

enum rc admin_fail(const char *doing, const char *topic, rd_kafka_resp_err_t code, const char *says,
                   struct err *e)
{
    bool ours = code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS ||
                code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
                code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION ||
                code == RD_KAFKA_RESP_ERR_INVALID_CONFIG ||
                code == RD_KAFKA_RESP_ERR_INVALID_PARTITIONS ||
                code == RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR ||
                code == RD_KAFKA_RESP_ERR_POLICY_VIOLATION ||
                code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
                code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
    const char *short_form = rd_kafka_err2str(code);
    if (says == NULL || strcmp(says, short_form) == 0)
        return err_set(e, ours ? RC_INPUT : RC_INFRA, "%s topic %s: %s", doing, topic, short_form);
    return err_set(e, ours ? RC_INPUT : RC_INFRA, "%s topic %s: %s (%s)", doing, topic, short_form,
                   says);
}

/* The only topic's result of a create or delete request. */
static enum rc topic_result(const rd_kafka_topic_result_t **results, size_t count,
                            const char *doing, struct err *e)
{
    if (count != 1)
        return err_set(e, RC_INFRA, "%s a topic: the broker answered for %zu topics", doing, count);
    rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[0]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return RC_OK;
    return admin_fail(doing, rd_kafka_topic_result_name(results[0]), code,
                      rd_kafka_topic_result_error_string(results[0]), e);
}

/* True when every partition of the topic in md has a leader. */
static bool topic_is_led(const struct rd_kafka_metadata *md, int32_t partitions)
{
    if (md->topic_cnt != 1 || md->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR ||
        md->topics[0].partition_cnt < partitions)
        return false;
    for (int i = 0; i < md->topics[0].partition_cnt; i++)
        if (md->topics[0].partitions[i].leader < 0 ||
            md->topics[0].partitions[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return false;
    return true;
}

/* True when the topic in md is not known to the broker. */
static bool topic_is_gone(const struct rd_kafka_metadata *md)
{
    return md->topic_cnt != 1 || md->topics[0].err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

static bool is_unknown(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
}

static enum rc watermarks_of(struct admin *a, const char *topic, int32_t partition,
                             struct watermarks *out, struct err *e);

/* Looks again and again until the topic is led (partitions > 0) or gone (0). */
static enum rc settle(struct admin *a, const char *topic, int32_t partitions, struct err *e)
{
    struct instant deadline = instant_after(clock_now(), a->timeout_ns);
    for (;;) {
        const struct rd_kafka_metadata *md = NULL;
        enum rc rc = admin_look(a, topic, &md, e);
        if (rc != RC_OK)
            return rc;
        bool settled = partitions > 0 ? topic_is_led(md, partitions) : topic_is_gone(md);
        rd_kafka_metadata_destroy(md);
        if (settled)
            return RC_OK;
        if (left_of(deadline) <= 0)
            return err_set(e, RC_INFRA, "topic %s: %s in time", topic,
                           partitions > 0 ? "not every partition got a leader" : "not gone");
        clock_sleep((int64_t)SETTLE_MS * NS_PER_MS);
    }
}

/* A leader that metadata name may not serve its partition yet. An idempotent producer that has two
 * batches on the way then loses the first: it is turned away, the second is taken as the first of
 * this producer, and the first, sent again, passes for a duplicate. So each leader is asked. */
static enum rc await_leaders(struct admin *a, const char *topic, int32_t partitions, struct err *e)
{
    struct watermarks ignored;
    enum rc rc = RC_OK;
    for (int32_t i = 0; rc == RC_OK && i < partitions; i++)
        rc = watermarks_of(a, topic, i, &ignored, e);
    return rc;
}

static enum rc topic_request(const char *topic, const struct topic_settings *s,
                             rd_kafka_NewTopic_t **out, struct err *e)
{
    char why[REASON_TEXT] = "";
    rd_kafka_NewTopic_t *wanted =
        rd_kafka_NewTopic_new(topic, s->partitions, s->replication_factor, why, sizeof why);
    if (wanted == NULL)
        return err_set(e, RC_INPUT, "creating topic %s: %s", topic, why);
    for (const char *const *row = s->config; row != NULL && row[0] != NULL; row += 2) {
        rd_kafka_resp_err_t code = rd_kafka_NewTopic_set_config(wanted, row[0], row[1]);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_NewTopic_destroy(wanted);
            return err_set(e, RC_INPUT, "creating topic %s: %s: %s", topic, row[0],
                           rd_kafka_err2str(code));
        }
    }
    *out = wanted;
    return RC_OK;
}

enum rc admin_create_topic(struct admin *a, const char *topic, const struct topic_settings *s,
                           struct err *e)
{
    rd_kafka_NewTopic_t *wanted = NULL;
    enum rc rc = topic_request(topic, s, &wanted, e);
    if (rc != RC_OK)
        return rc;
    rd_kafka_AdminOptions_t *options = admin_request_options(a, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_CreateTopics(a->client.rk, &wanted, 1, options, a->events);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_NewTopic_destroy(wanted);

    rd_kafka_event_t *event = NULL;
    rc = admin_await(a, &event, e);
    if (rc != RC_OK)
        return err_wrap(e, "creating topic %s", topic);
    size_t count = 0;
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    rc = topic_result(results, count, "creating", e);
    rd_kafka_event_destroy(event);
    if (rc == RC_OK)
        rc = settle(a, topic, s->partitions, e);
    return rc == RC_OK ? await_leaders(a, topic, s->partitions, e) : rc;
}

enum rc admin_delete_topic(struct admin *a, const char *topic, struct err *e)
{
    rd_kafka_DeleteTopic_t *unwanted = rd_kafka_DeleteTopic_new(topic);
    rd_kafka_AdminOptions_t *options = admin_request_options(a, RD_KAFKA_ADMIN_OP_DELETETOPICS);
    rd_kafka_DeleteTopics(a->client.rk, &unwanted, 1, options, a->events);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_DeleteTopic_destroy(unwanted);

    rd_kafka_event_t *event = NULL;
    enum rc rc = admin_await(a, &event, e);
    if (rc != RC_OK)
        return err_wrap(e, "deleting topic %s", topic);
    size_t count = 0;
    const rd_kafka_topic_result_t **results =
        rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
    rc = topic_result(results, count, "deleting", e);
    rd_kafka_event_destroy(event);
    return rc == RC_OK ? settle(a, topic, 0, e) : rc;
}

enum rc admin_topic(struct admin *a, const char *topic, struct topic_shape *out, struct err *e)
{
    const struct rd_kafka_metadata *md = NULL;
    enum rc rc = admin_look(a, topic, &md, e);
    if (rc != RC_OK)
        return rc;
    *out = (struct topic_shape){0};
    if (!topic_is_gone(md) && md->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR &&
        md->topics[0].partition_cnt == 0)
        rc = admin_fail("looking at", topic, md->topics[0].err, NULL, e);
    else if (!topic_is_gone(md)) {
        out->exists = true;
        out->partitions = md->topics[0].partition_cnt;
        if (out->partitions > 0)
            out->replication_factor = md->topics[0].partitions[0].replica_cnt;
    }
    rd_kafka_metadata_destroy(md);
    return rc;
}

enum rc admin_leaders(struct admin *a, const char *topic, int32_t partitions, int32_t *out,
                      struct err *e)
{
    const struct rd_kafka_metadata *md = NULL;
    enum rc rc = admin_look(a, topic, &md, e);
    if (rc != RC_OK)
        return rc;
    if (topic_is_gone(md) || md->topics[0].partition_cnt < partitions)
        rc = err_set(e, RC_INPUT, "topic %s: found %d partitions; expected at least %d", topic,
                     topic_is_gone(md) ? 0 : md->topics[0].partition_cnt, (int)partitions);
    for (int32_t i = 0; rc == RC_OK && i < partitions; i++)
        out[i] = -1;
    for (int i = 0; rc == RC_OK && i < md->topics[0].partition_cnt; i++)
        if (md->topics[0].partitions[i].id < partitions)
            out[md->topics[0].partitions[i].id] = md->topics[0].partitions[i].leader;
    rd_kafka_metadata_destroy(md);
    return rc;
}

/* Asks for the first or the next offset (RD_KAFKA_OFFSET_BEGINNING or _END stand in the place of a
 * time, as the protocol has it). rd_kafka_query_watermark_offsets would ask for both, but
 * librdkafka 2.0.2 heeds no timeout in it and never returns when the broker dies meanwhile. */
static rd_kafka_resp_err_t ask_offset(struct admin *a, rd_kafka_topic_partition_list_t *list,
                                      int64_t which, int timeout_ms, int64_t *out)
{
    list->elems[0].offset = which;
    list->elems[0].err = RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(a->client.rk, list, timeout_ms);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = list->elems[0].err;
    *out = list->elems[0].offset;
    return code;
}

static enum rc watermarks_of(struct admin *a, const char *topic, int32_t partition,
                             struct watermarks *out, struct err *e)
{
    struct instant started = clock_now();
    struct instant deadline = instant_after(started, a->timeout_ns);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    (void)rd_kafka_topic_partition_list_add(list, topic, partition);
    rd_kafka_resp_err_t code;
    do {
        code = ask_offset(a, list, RD_KAFKA_OFFSET_BEGINNING, slice_ms(deadline), &out->earliest);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            code = ask_offset(a, list, RD_KAFKA_OFFSET_END, slice_ms(deadline), &out->latest);
        if (is_unknown(code)) /* the library answers at once */
            clock_sleep(UNKNOWN_PAUSE_NS);
    } while (code != RD_KAFKA_RESP_ERR_NO_ERROR &&
             !(is_unknown(code) && instant_since(clock_now(), started) > UNKNOWN_GRACE_NS) &&
             !give_up(a, started, deadline));
    rd_kafka_topic_partition_list_destroy(list);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return RC_OK;
    (void)client_fail(&a->client, code, e);
    return err_wrap(e, "offsets of topic %s, partition %d", topic, (int)partition);
}

enum rc admin_watermarks(struct admin *a, const char *topic, int32_t partitions,
                         struct watermarks *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (int32_t i = 0; i < partitions && rc == RC_OK; i++)
        rc = watermarks_of(a, topic, i, &out[i], e);
    return rc;
}

void admin_identity(struct admin *a, struct cluster_identity *out)
{
    *out = (struct cluster_identity){.brokers = a->brokers};
    out->controller = rd_kafka_controllerid(a->client.rk, client_ms(a->timeout_ns));
    char *id = rd_kafka_clusterid(a->client.rk, client_ms(a->timeout_ns));
    if (id != NULL) {
        (void)snprintf(out->id, sizeof out->id, "%s", id);
        rd_kafka_mem_free(a->client.rk, id);
    }
}
