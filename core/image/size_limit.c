#include "core/image/size_limit.h"

#include <inttypes.h>
#include <stdio.h>

const struct size_limit_row SIZE_LIMIT_TABLE[] = {
    [LIMIT_PRODUCER] = {.where = "producer",
                        .setting = "message.max.bytes",
                        .usual = 1000000,
                        .most = 1000000000,
                        .before = "",
                        .after = " in the producer (librdkafka; max.request.size in Java's)"},
    [LIMIT_REQUEST] = {.where = "request",
                       .setting = "socket.request.max.bytes",
                       .usual = 104857600,
                       .most = INT32_MAX,
                       .before = "",
                       .after = " in server.properties of every broker, and restart them"},
    [LIMIT_BROKER] = {.where = "broker",
                      .setting = "message.max.bytes",
                      .usual = 1048588,
                      .most = INT32_MAX,
                      .before = "kafka-configs.sh --alter --entity-type brokers --entity-default "
                                "--add-config ",
                      .after = ""},
    [LIMIT_TOPIC] = {.where = "topic",
                     .setting = "max.message.bytes",
                     .usual = 1048588,
                     .most = INT32_MAX,
                     .before = "kafka-configs.sh --alter --entity-type topics --entity-name ",
                     .names_topic = true,
                     .after = " (the broker's message.max.bytes does not help)"},
    [LIMIT_CONSUMER] = {.where = "consumer",
                        .setting = "receive.message.max.bytes",
                        .usual = 100000000,
                        .most = INT32_MAX,
                        .before = "",
                        .after = " in the consumer, and fetch.max.bytes at most 512 below it"},
    [SIZE_LIMITS] = {.where = NULL},
};

enum {
    BATCH_HEADER = 61, /* record batch v2 */
    RECORD_FIXED = 4,  /* attributes, timestamp and offset delta, no headers */
    VARINT_BITS = 7,
    PRODUCER_OVERHEAD =
        36,              /* librdkafka's most for one record (RD_KAFKAP_MESSAGE_V2_MAX_OVERHEAD) */
    REQUEST_ROOM = 1024, /* the rest of a produce request or a fetch response, generously */
    DECOMPRESSION = 3,   /* a consumer wants so many times the largest decompressed batch */
};

void size_limits_init(struct size_limits *l)
{
    *l = (struct size_limits){.topic_has_own = false};
    for (size_t i = 0; i < SIZE_LIMITS; i++)
        l->bytes[i] = SIZE_LIMIT_TABLE[i].usual;
}

enum rc size_limits_ask(struct admin *a, const char *topic, struct size_limits *l, struct err *e)
{
    struct admin_limit own = {.value = -1};
    enum rc rc =
        admin_broker_limit(a, SIZE_LIMIT_TABLE[LIMIT_REQUEST].setting, &l->bytes[LIMIT_REQUEST], e);
    if (rc == RC_OK)
        rc = admin_broker_limit(a, SIZE_LIMIT_TABLE[LIMIT_BROKER].setting, &l->bytes[LIMIT_BROKER],
                                e);
    if (rc == RC_OK && topic != NULL)
        rc = admin_topic_limit(a, topic, SIZE_LIMIT_TABLE[LIMIT_TOPIC].setting, &own, e);
    if (rc == RC_OK && topic != NULL) {
        l->bytes[LIMIT_TOPIC] = own.value;
        l->topic_has_own = own.own;
    }
    return rc;
}

/* Bytes of a length as Kafka writes it: ZigZag, seven bits a byte. */
static int64_t varint_size(int64_t value)
{
    int64_t size = 1;
    for (uint64_t zigzag = (uint64_t)value << 1; zigzag >> VARINT_BITS != 0; zigzag >>= VARINT_BITS)
        size++;
    return size;
}

int64_t size_of_batch(const struct sized_record *r)
{
    /* A record without a key writes the length -1, which takes a byte as well. */
    int64_t body = RECORD_FIXED + varint_size(r->key_bytes) + r->key_bytes +
                   varint_size(r->value_bytes) + r->value_bytes;
    return BATCH_HEADER + varint_size(body) + body;
}

/* What each limit must be at least. */
static int64_t needed_of(enum size_limit limit, const struct sized_record *r)
{
    int64_t plain = size_of_batch(r);
    int64_t sent = r->batch_bytes > 0 ? r->batch_bytes : plain;
    switch (limit) {
    case LIMIT_PRODUCER:
        return r->value_bytes + r->key_bytes + PRODUCER_OVERHEAD;
    case LIMIT_REQUEST:
        return sent + REQUEST_ROOM;
    case LIMIT_BROKER:
    case LIMIT_TOPIC:
        return sent;
    case LIMIT_CONSUMER:
    case SIZE_LIMITS:
        break;
    }
    return r->batch_bytes > 0 ? DECOMPRESSION * plain : sent + REQUEST_ROOM;
}

static bool counts(const struct size_limits *l, enum size_limit limit)
{
    if (l->bytes[limit] < 0)
        return false;
    if (limit == LIMIT_BROKER)
        return !l->topic_has_own;
    return limit != LIMIT_TOPIC || l->topic_has_own;
}

static void write_cure(struct size_finding *f, const char *topic)
{
    const struct size_limit_row *row = &SIZE_LIMIT_TABLE[f->limit];
    if (f->needed > row->most)
        (void)snprintf(f->cure, sizeof f->cure,
                       "no value does: %" PRId64 " is the most; send it in chunks or by reference",
                       row->most);
    else
        (void)snprintf(f->cure, sizeof f->cure, "%s%.80s%s%s=%" PRId64 "%s", row->before,
                       row->names_topic ? topic : "", row->names_topic ? " --add-config " : "",
                       row->setting, f->needed, row->after);
}

static void judge_limit(const struct size_limits *l, const struct sized_record *r,
                        const char *topic, struct size_finding *f)
{
    const struct size_limit_row *row = &SIZE_LIMIT_TABLE[f->limit];
    bool unnamed = f->limit == LIMIT_TOPIC && topic == NULL;
    int64_t bytes = l->bytes[f->limit];
    f->needed = needed_of(f->limit, r);
    f->counts = counts(l, f->limit);
    f->refuses = f->counts && f->needed > bytes;
    if (bytes < 0)
        (void)snprintf(f->says, sizeof f->says, "%s of the %s is not known", row->setting,
                       row->where);
    else if (!f->counts && unnamed)
        (void)snprintf(f->says, sizeof f->says,
                       "%s of a topic is %" PRId64 " by Kafka's default, and does not count: no "
                       "topic is named, and one without its own goes by the broker's",
                       row->setting, bytes);
    else if (!f->counts)
        (void)snprintf(f->says, sizeof f->says,
                       "%s of the %s is %" PRId64 ", and does not count: %s", row->setting,
                       row->where, bytes,
                       f->limit == LIMIT_BROKER ? "the topic has its own limit"
                                                : "the topic has none of its own");
    else
        (void)snprintf(f->says, sizeof f->says, "%s of the %s is %" PRId64 "; %" PRId64 " bytes %s",
                       row->setting, row->where, bytes, f->needed,
                       f->refuses ? "are needed" : "pass");
    if (f->refuses)
        write_cure(f, topic != NULL ? topic : "TOPIC");
}

enum size_limit size_limits_judge(const struct size_limits *l, const struct sized_record *r,
                                  const char *topic, struct size_finding *out)
{
    enum size_limit first = SIZE_LIMITS;
    for (size_t i = 0; i < SIZE_LIMITS; i++) {
        out[i] = (struct size_finding){.limit = (enum size_limit)i};
        judge_limit(l, r, topic, &out[i]);
        if (out[i].refuses && first == SIZE_LIMITS)
            first = (enum size_limit)i;
    }
    return first;
}
