#include "core/kafka/consumer.h"

#include "base/clock.h"
#include "core/kafka/client.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    DEFAULT_MESSAGE_BYTES = 1000000,
    DEFAULT_BATCH_RECORDS = 1000,
    BATCH_RECORDS_MAX = 100000,
    FETCH_OVERHEAD = 1024,         /* of a batch or response, generously */
    PARTITION_FETCH_MIN = 1 << 20, /* librdkafka's default */
    QUEUE_KBYTES_MAX = 2097151,    /* librdkafka's limit */
};
static const int64_t MESSAGE_BYTES_MAX = 1000000000;
static const int64_t FETCH_BYTES = INT64_C(50) << 20; /* librdkafka's default for a response */
/* Fetched and not yet polled. A full queue makes librdkafka 2.0.2 pause for a second. */
static const int64_t QUEUE_BYTES = INT64_C(256) << 20;

struct consumer {
    struct client client;
    rd_kafka_topic_t *topic[CONSUMER_MORE_TOPICS + 1]; /* owned; by number */
    size_t topic_count;
    rd_kafka_queue_t *queue;       /* owned; all partitions flow into it */
    rd_kafka_message_t **messages; /* owned array; the first taken are owned too */
    struct consumed *records;      /* owned */
    struct consumer_start *next;   /* owned; where each partition goes on */
    size_t partitions;             /* in next */
    size_t started;                /* of these, fetching */
    size_t room;                   /* records a poll may return */
    size_t taken;                  /* messages not yet given back */
};

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The sizes that must grow with the largest batch; each follows from the one before. */
static enum rc set_sizes(rd_kafka_conf_t *conf, int64_t largest, struct err *e)
{
    int64_t partition =
        smaller(larger(largest + FETCH_OVERHEAD, PARTITION_FETCH_MIN), MESSAGE_BYTES_MAX);
    int64_t fetch = larger(FETCH_BYTES, partition);
    /* Room for the decompressed batch too: zstd otherwise can stall for good. */
    int64_t receive = smaller(larger(2 * fetch, 3 * partition), INT_MAX);
    int64_t queue = smaller(larger(QUEUE_BYTES, 3 * partition) / 1024, QUEUE_KBYTES_MAX);
    const struct {
        const char *key;
        int64_t value;
    } rows[] = {
        {"fetch.message.max.bytes", partition},
        {"fetch.max.bytes", fetch},
        {"receive.message.max.bytes", receive},
        {"message.max.bytes", larger(partition, PARTITION_FETCH_MIN)},
        {"queued.max.messages.kbytes", queue},
        {"queued.min.messages", 1000000},
    };
    enum rc rc = RC_OK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && rc == RC_OK; i++)
        rc = client_conf_set_int(conf, rows[i].key, rows[i].value, e);
    return rc;
}

static enum rc consumer_conf(const struct consumer_settings *s, rd_kafka_conf_t **out,
                             struct err *e)
{
    int64_t message = s->message_max_bytes == 0 ? DEFAULT_MESSAGE_BYTES : s->message_max_bytes;
    if (message < 1 || message > MESSAGE_BYTES_MAX || s->batch_bytes < 0)
        return err_set(e, RC_INPUT, "largest message: %lld; expected 1 to %lld bytes",
                       (long long)message, (long long)MESSAGE_BYTES_MAX);
    rd_kafka_conf_t *conf = NULL;
    enum rc rc = client_conf(s->cluster, &conf, e);
    if (rc != RC_OK)
        return rc;
    rc = set_sizes(conf, larger(message, s->batch_bytes), e);
    if (rc == RC_OK && s->fetch_wait_ns != 0)
        rc = client_conf_set_int(conf, "fetch.wait.max.ms", client_ms(s->fetch_wait_ns), e);
    if (rc == RC_OK && s->fetch_min_bytes != 0)
        rc = client_conf_set_int(conf, "fetch.min.bytes", s->fetch_min_bytes, e);
    if (rc == RC_OK)
        rc = client_conf_set(conf, "check.crcs", "true", e);
    if (rc == RC_OK)
        rc = client_conf_set(conf, "enable.auto.commit", "false", e);
    if (rc == RC_OK)
        rc = client_conf_set(conf, "enable.auto.offset.store", "false", e);
    if (rc == RC_OK) /* records out of reach are an error, not a reason to read elsewhere */
        rc = client_conf_set(conf, "auto.offset.reset", "error", e);
    if (rc != RC_OK) {
        rd_kafka_conf_destroy(conf);
        return rc;
    }
    *out = conf;
    return RC_OK;
}

static enum rc allocate(struct consumer *c, const struct consumer_settings *s, struct err *e)
{
    c->room = s->batch_records == 0 ? DEFAULT_BATCH_RECORDS : s->batch_records;
    if (c->room > BATCH_RECORDS_MAX)
        return err_set(e, RC_INPUT, "records per poll: %zu; expected 1 to %d", c->room,
                       BATCH_RECORDS_MAX);
    if (s->start_count == 0)
        return err_set(e, RC_INPUT, "a consumer without partitions");
    c->messages = calloc(c->room, sizeof(rd_kafka_message_t *));
    c->records = calloc(c->room, sizeof *c->records);
    c->next = calloc(s->start_count, sizeof *c->next);
    if (c->messages == NULL || c->records == NULL || c->next == NULL)
        return err_set(e, RC_INFRA, "out of memory for a consumer");
    memcpy(c->next, s->starts, s->start_count * sizeof *c->next);
    c->partitions = s->start_count;
    return RC_OK;
}

static enum rc open_topics(struct consumer *c, const struct consumer_settings *s, struct err *e)
{
    if (s->more_count > CONSUMER_MORE_TOPICS)
        return err_set(e, RC_INPUT, "%zu topics; a consumer takes %d", s->more_count + 1,
                       CONSUMER_MORE_TOPICS + 1);
    for (; c->topic_count <= s->more_count; c->topic_count++) {
        const char *name = c->topic_count == 0 ? s->topic : s->more_topics[c->topic_count - 1];
        c->topic[c->topic_count] = rd_kafka_topic_new(c->client.rk, name, NULL);
        if (c->topic[c->topic_count] == NULL)
            return err_set(e, RC_INPUT, "topic %s: %s", name,
                           rd_kafka_err2str(rd_kafka_last_error()));
    }
    return RC_OK;
}

static enum rc start(struct consumer *c, const struct consumer_settings *s, struct err *e)
{
    enum rc rc = allocate(c, s, e);
    rd_kafka_conf_t *conf = NULL;
    if (rc == RC_OK)
        rc = consumer_conf(s, &conf, e);
    if (rc == RC_OK)
        rc = client_open(&c->client, RD_KAFKA_CONSUMER, conf, e);
    if (rc == RC_OK)
        rc = open_topics(c, s, e);
    if (rc != RC_OK)
        return rc;
    c->queue = rd_kafka_queue_new(c->client.rk);
    for (; c->started < c->partitions; c->started++) {
        const struct consumer_start *at = &c->next[c->started];
        if (at->topic >= c->topic_count)
            return err_set(e, RC_INPUT, "no topic %zu", at->topic);
        rd_kafka_topic_t *topic = c->topic[at->topic];
        if (rd_kafka_consume_start_queue(topic, at->partition, at->offset, c->queue) != 0)
            return err_set(e, RC_INFRA, "consuming topic %s, partition %d: %s",
                           rd_kafka_topic_name(topic), (int)at->partition,
                           rd_kafka_err2str(rd_kafka_last_error()));
    }
    return RC_OK;
}

enum rc consumer_open(const struct consumer_settings *s, struct consumer **out, struct err *e)
{
    struct consumer *c = calloc(1, sizeof *c);
    if (c == NULL)
        return err_set(e, RC_INFRA, "out of memory for a consumer");
    enum rc rc = start(c, s, e);
    if (rc != RC_OK) {
        consumer_close(c);
        return rc;
    }
    *out = c;
    return RC_OK;
}

static void give_back(struct consumer *c)
{
    for (size_t i = 0; i < c->taken; i++)
        rd_kafka_message_destroy(c->messages[i]);
    c->taken = 0;
}

void consumer_close(struct consumer *c)
{
    if (c == NULL)
        return;
    give_back(c);
    for (size_t i = 0; i < c->started; i++)
        (void)rd_kafka_consume_stop(c->topic[c->next[i].topic], c->next[i].partition);
    if (c->queue != NULL)
        rd_kafka_queue_destroy(c->queue);
    for (size_t i = 0; i < c->topic_count; i++)
        rd_kafka_topic_destroy(c->topic[i]);
    client_close(&c->client);
    free(c->messages);
    free(c->records);
    free(c->next);
    free(c);
}

static struct consumer_start *place_of(const struct consumer *c, size_t topic, int32_t partition)
{
    for (size_t i = 0; i < c->partitions; i++)
        if (c->next[i].partition == partition && c->next[i].topic == topic)
            return &c->next[i];
    return NULL;
}

/* One topic needs no look at its name. */
static size_t topic_of(const struct consumer *c, const rd_kafka_message_t *m)
{
    size_t i = 0;
    while (i + 1 < c->topic_count &&
           strcmp(rd_kafka_topic_name(c->topic[i]), rd_kafka_topic_name(m->rkt)) != 0)
        i++;
    return i;
}

int64_t consumer_position(const struct consumer *c, size_t start)
{
    return start < c->partitions ? c->next[start].offset : -1;
}

bool consumer_reached(const struct consumer *c, const int64_t *ends)
{
    for (size_t i = 0; i < c->partitions; i++)
        if (c->next[i].offset < ends[i])
            return false;
    return true;
}

/* True for a record that is in the log and cannot be read; other errors concern the connection. */
static bool is_broken(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__BAD_MSG || code == RD_KAFKA_RESP_ERR__BAD_COMPRESSION ||
           code == RD_KAFKA_RESP_ERR_INVALID_MSG;
}

/* True for errors that pass: the library retries by itself. */
static bool may_heal(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__TIMED_OUT ||
           code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
           code == RD_KAFKA_RESP_ERR__PARTITION_EOF ||
           code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION;
}

/* Turns the messages taken into records. An error that is neither a broken record nor passing ends
 * the poll, with its sentence. */
static enum rc describe(struct consumer *c, struct consumer_batch *out, struct err *e)
{
    struct consumer_start *place = NULL;
    for (size_t i = 0; i < c->taken; i++) {
        const rd_kafka_message_t *m = c->messages[i];
        bool broken = m->err != RD_KAFKA_RESP_ERR_NO_ERROR && is_broken(m->err);
        if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR && !broken) {
            if (may_heal(m->err))
                continue;
            (void)client_fail(&c->client, m->err, e);
            return err_wrap(e, "consuming partition %d", (int)m->partition);
        }
        size_t topic = topic_of(c, m);
        if (place == NULL || place->partition != m->partition || place->topic != topic)
            place = place_of(c, topic, m->partition);
        if (place != NULL && m->offset >= 0)
            place->offset = m->offset + 1;
        rd_kafka_timestamp_type_t kind;
        out->records[out->count++] = (struct consumed){
            .value = broken ? span_of(NULL, 0) : span_of(m->payload, m->len),
            .key = span_of(m->key, m->key_len),
            .offset = m->offset,
            .timestamp_ms = rd_kafka_message_timestamp(m, &kind),
            .partition = m->partition,
            .topic = topic,
            .broken = broken,
        };
    }
    return RC_OK;
}

enum rc consumer_poll(struct consumer *c, int64_t timeout_ns, struct consumer_batch *out,
                      struct err *e)
{
    give_back(c);
    *out = (struct consumer_batch){.records = c->records, .of = c};
    (void)rd_kafka_poll(c->client.rk, 0); /* errors and, for some logins, tokens */
    /* The library waits for a full batch or the whole time. So take what is there, and only when
     * nothing is wait: for one record, which is then handed on without delay. */
    ssize_t got = rd_kafka_consume_batch_queue(c->queue, 0, c->messages, c->room);
    if (got == 0 && timeout_ns > 0)
        got = rd_kafka_consume_batch_queue(c->queue, client_ms(timeout_ns), c->messages, 1);
    if (got < 0)
        return client_fail(&c->client, rd_kafka_last_error(), e);
    c->taken = (size_t)got;
    return describe(c, out, e);
}

void consumer_batch_release(struct consumer_batch *b)
{
    if (b == NULL || b->of == NULL)
        return;
    give_back(b->of);
    *b = (struct consumer_batch){0};
}

enum rc consumer_failure(struct consumer *c, struct err *e)
{
    (void)rd_kafka_poll(c->client.rk, 0);
    return client_state(&c->client, e);
}

struct wire_bytes consumer_wire(const struct consumer *c)
{
    return client_wire(&c->client);
}

enum rc consumer_in_force(const struct consumer *c, struct settings *out, struct err *e)
{
    static const char *const KEYS[] = {
        "check.crcs",
        "isolation.level",
        "fetch.wait.max.ms",
        "fetch.min.bytes",
        "fetch.max.bytes",
        "fetch.message.max.bytes",
        "receive.message.max.bytes",
        "queued.min.messages",
        "queued.max.messages.kbytes",
        "socket.nagle.disable",
        "security.protocol",
        NULL,
    };
    return client_in_force(&c->client, KEYS, out, e);
}
