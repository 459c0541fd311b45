#include "core/kafka/producer_conf.h"

#include "base/clock.h"

#include <stdio.h>

enum {
    DEFAULT_MESSAGE_BYTES = 1000000,
    DEFAULT_QUEUE_RECORDS = 100000,
};
static const int64_t DEFAULT_QUEUE_BYTES = INT64_C(1) << 30;
static const int64_t DEFAULT_TIMEOUT_NS = INT64_C(300) * NS_PER_S;
static const int64_t LINGER_MAX_NS = INT64_C(900) * NS_PER_S;
static const int64_t MESSAGE_BYTES_MAX = 1000000000; /* librdkafka's limit on message.max.bytes */

void producer_settings_init(struct producer_settings *s)
{
    *s = (struct producer_settings){
        .batch_records = 10000,
        .batch_bytes = 1000000,
        .linger_ns = INT64_C(5) * NS_PER_MS,
        .acks = -1,
    };
    s->codec.codec = codec_find("none");
}

static int64_t at_least(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The library's message.max.bytes limits a record and, uncompressed, a batch. */
int64_t producer_message_limit(const struct producer_settings *s)
{
    int64_t record = s->message_max_bytes == 0 ? DEFAULT_MESSAGE_BYTES : s->message_max_bytes;
    int64_t limit = at_least(record, s->batch_bytes) + PRODUCER_RECORD_OVERHEAD;
    return limit > MESSAGE_BYTES_MAX ? MESSAGE_BYTES_MAX : limit;
}

int64_t producer_batch_limit(const struct producer_settings *s)
{
    return producer_message_limit(s) + PRODUCER_RECORD_OVERHEAD;
}

static enum rc check_range(const char *what, int64_t value, int64_t lo, int64_t hi, struct err *e)
{
    if (value >= lo && value <= hi)
        return RC_OK;
    return err_set(e, RC_INPUT, "%s: %lld; expected %lld to %lld (librdkafka's limits)", what,
                   (long long)value, (long long)lo, (long long)hi);
}

static enum rc settings_check(const struct producer_settings *s, struct err *e)
{
    const struct {
        const char *what;
        int64_t value, lo, hi;
    } rows[] = {
        {"batch records", s->batch_records, 1, 1000000},
        {"batch bytes", s->batch_bytes, 1, INT32_MAX},
        {"linger (ns)", s->linger_ns, 0, LINGER_MAX_NS},
        {"largest message (bytes)", s->message_max_bytes, 0,
         MESSAGE_BYTES_MAX - PRODUCER_RECORD_OVERHEAD},
        {"queue records", s->queue_records, 0, 10000000},
        {"queue bytes", s->queue_bytes, 0, (int64_t)INT32_MAX * 1024},
        {"acks", s->acks, -1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum rc rc = check_range(rows[i].what, rows[i].value, rows[i].lo, rows[i].hi, e);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc set_codec(rd_kafka_conf_t *conf, struct codec_spec choice, struct err *e)
{
    enum rc rc = client_conf_set(conf, "compression.codec", choice.codec->name, e);
    if (rc == RC_OK && choice.level_given && choice.codec->has_levels)
        rc = client_conf_set_int(conf, "compression.level", choice.level, e);
    return rc;
}

static enum rc set_times(rd_kafka_conf_t *conf, const struct producer_settings *s, struct err *e)
{
    char linger[32];
    (void)snprintf(linger, sizeof linger, "%.3f", (double)s->linger_ns / NS_PER_MS);
    enum rc rc = client_conf_set(conf, "linger.ms", linger, e);
    int64_t timeout = s->delivery_timeout_ns == 0 ? DEFAULT_TIMEOUT_NS : s->delivery_timeout_ns;
    /* The timeout of a record must be longer than its linger. */
    if (timeout < 2 * s->linger_ns)
        timeout = 2 * s->linger_ns;
    if (rc == RC_OK)
        rc = client_conf_set_int(conf, "message.timeout.ms", client_ms(timeout), e);
    return rc;
}

static enum rc set_limits(rd_kafka_conf_t *conf, const struct producer_settings *s, struct err *e)
{
    int64_t limit = producer_message_limit(s);
    int64_t bytes = s->queue_bytes == 0 ? DEFAULT_QUEUE_BYTES : s->queue_bytes;
    bytes = at_least(bytes, limit);
    int64_t records = s->queue_records == 0 ? DEFAULT_QUEUE_RECORDS : s->queue_records;
    const struct {
        const char *key;
        int64_t value;
    } rows[] = {
        {"batch.num.messages", s->batch_records},
        {"batch.size", s->batch_bytes},
        {"message.max.bytes", limit},
        {"queue.buffering.max.messages", records},
        {"queue.buffering.max.kbytes", bytes / 1024 + 1 > INT32_MAX ? INT32_MAX : bytes / 1024 + 1},
        {"request.required.acks", s->acks},
    };
    enum rc rc = RC_OK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && rc == RC_OK; i++)
        rc = client_conf_set_int(conf, rows[i].key, rows[i].value, e);
    if (rc == RC_OK)
        rc = client_conf_set(conf, "enable.idempotence", s->acks == -1 ? "true" : "false", e);
    return rc;
}

enum rc producer_conf(const struct producer_settings *s, rd_kafka_conf_t **out, struct err *e)
{
    rd_kafka_conf_t *conf = NULL;
    enum rc rc = settings_check(s, e);
    if (rc == RC_OK)
        rc = client_conf(s->cluster, &conf, e);
    if (rc != RC_OK)
        return rc;
    rc = set_limits(conf, s, e);
    if (rc == RC_OK)
        rc = set_times(conf, s, e);
    if (rc == RC_OK)
        rc = set_codec(conf, s->codec, e);
    if (rc != RC_OK) {
        rd_kafka_conf_destroy(conf);
        return rc;
    }
    *out = conf;
    return RC_OK;
}

static enum rc header_add(rd_kafka_headers_t *list, const char *text, struct err *e)
{
    size_t name = strcspn(text, "=");
    if (name == 0)
        return err_set(e, RC_INPUT, "a header without a name; expected name=value");
    const char *value = text[name] == '=' ? text + name + 1 : "";
    if (rd_kafka_header_add(list, text, (ssize_t)name, value, (ssize_t)strlen(value)) != 0)
        return err_set(e, RC_INFRA, "out of memory for a record header");
    return RC_OK;
}

enum rc producer_headers_make(const char *const *texts, struct producer_headers **out,
                              struct err *e)
{
    rd_kafka_headers_t *list = rd_kafka_headers_new(8);
    enum rc rc = RC_OK;
    for (; *texts != NULL && rc == RC_OK; texts++)
        rc = header_add(list, *texts, e);
    if (rc == RC_OK)
        *out = (struct producer_headers *)list;
    else
        rd_kafka_headers_destroy(list);
    return rc;
}

void producer_headers_free(struct producer_headers *h)
{
    if (h != NULL)
        rd_kafka_headers_destroy((rd_kafka_headers_t *)h);
}
