#include "core/log/fetch.h"

#include "core/log/connection.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    DEFAULT_PORT = 9092,
    PORT_MAX = 65535,
    DECIMAL = 10,
    FETCH_BYTES = 8388608,         /* asked of a partition at a time */
    ANSWER_SLACK = 1048576,        /* what surrounds the records in an answer */
    ANSWER_MAX = STORED_BATCH_MAX, /* and the records themselves */
    EMPTY_ANSWERS = 3 /* empty answers in a row before the partition is taken to end earlier */
};

struct fetch {
    char *topic; /* owned */
    int64_t timeout_ns;
    struct topic_map map;            /* owned */
    struct connection **connections; /* owned, by position in map.brokers; NULL: not open yet */
    struct buf request, answer;      /* owned */
};

/* One fetch_walk under way. */
struct fetch_state {
    struct connection *leader;
    struct protocol_fetch ask;
    int64_t to; /* the lesser of what was asked and the partition's end */
    stored_batch_visit *visit;
    void *ctx;
};

static enum rc ask(struct fetch *f, struct connection *c, enum protocol_api api, struct err *e)
{
    int16_t version = 0;
    enum rc rc = connection_version(c, api, &version, e);
    return rc != RC_OK ? rc : connection_ask(c, api, buf_span(&f->request), &f->answer, e);
}

static enum rc judge_topic(const struct fetch *f, const char *broker, struct err *e)
{
    char text[KAFKA_ERROR_TEXT];
    if (f->map.error == KAFKA_UNKNOWN_TOPIC)
        return err_set(e, RC_INPUT, "%s: there is no topic \"%s\"", broker, f->topic);
    if (f->map.error != KAFKA_NO_ERROR)
        return err_set(e, RC_INFRA, "%s: topic \"%s\": %s", broker, f->topic,
                       kafka_error_say(f->map.error, text));
    if (f->map.partition_count == 0)
        return err_set(e, RC_INFRA, "%s: topic \"%s\" has no partitions yet", broker, f->topic);
    return RC_OK;
}

/* Learns the partitions and leaders from the broker at host:port. */
static enum rc learn(struct fetch *f, const char *host, int32_t port, struct err *e)
{
    struct connection *c = NULL;
    enum rc rc = connection_open(host, port, f->timeout_ns, &c, e);
    if (rc != RC_OK)
        return rc;
    buf_clear(&f->request);
    rc = protocol_metadata_write(&f->request, f->topic, e);
    if (rc == RC_OK)
        rc = ask(f, c, API_METADATA, e);
    if (rc == RC_OK) {
        rc = protocol_metadata_read(buf_span(&f->answer), &f->map, e);
        if (rc != RC_OK)
            (void)err_wrap(e, "%s", connection_name(c));
        else
            rc = judge_topic(f, connection_name(c), e);
    }
    connection_close(c);
    return rc;
}

/* Splits "HOST:PORT", "[V6]:PORT" or "HOST"; a listener's "PLAINTEXT://" in front is passed over.
 */
static enum rc split_address(const char *text, size_t length, char host[BROKER_HOST_MAX],
                             int32_t *port, struct err *e)
{
    char copy[BROKER_HOST_MAX + 16];
    static const char scheme[] = "PLAINTEXT://";
    if (length > sizeof scheme - 1 && strncmp(text, scheme, sizeof scheme - 1) == 0) {
        text += sizeof scheme - 1;
        length -= sizeof scheme - 1;
    }
    (void)snprintf(copy, sizeof copy, "%.*s", (int)(length < sizeof copy ? length : sizeof copy),
                   text);
    char *colon = strrchr(copy, ':');
    char *bracket = strrchr(copy, ']');
    *port = DEFAULT_PORT;
    if (colon != NULL && (bracket == NULL || colon > bracket)) {
        char *end = NULL;
        long value = strtol(colon + 1, &end, DECIMAL);
        if (!isdigit((unsigned char)colon[1]) || *end != '\0' || value < 1 || value > PORT_MAX)
            return err_set(e, RC_INPUT, "\"%s\": the port must be a number from 1 to %d", copy,
                           PORT_MAX);
        *port = (int32_t)value;
        *colon = '\0';
    }
    const char *name = copy;
    if (bracket != NULL && copy[0] == '[') {
        *bracket = '\0';
        name = copy + 1;
    }
    if (name[0] == '\0' || strlen(name) >= BROKER_HOST_MAX || length >= sizeof copy)
        return err_set(e, RC_INPUT, "\"%s\": expected HOST:PORT", copy);
    memcpy(host, name, strlen(name) + 1);
    return RC_OK;
}

/* Asks the brokers of the list in turn until one answers; what it says of the topic is final. */
static enum rc learn_from_any(struct fetch *f, const char *bootstrap, struct err *e)
{
    enum rc rc = err_set(e, RC_INPUT, "no broker is given; expected HOST:PORT");
    for (const char *at = bootstrap; *at != '\0';) {
        size_t length = strcspn(at, ",");
        if (length > 0) {
            char host[BROKER_HOST_MAX];
            int32_t port = 0;
            rc = split_address(at, length, host, &port, e);
            if (rc == RC_OK)
                rc = learn(f, host, port, e);
            if (rc != RC_INFRA)
                return rc;
        }
        at += length + (at[length] == ',' ? 1 : 0);
    }
    return rc;
}

enum rc fetch_open(const char *bootstrap, const char *topic, int64_t timeout_ns, struct fetch **out,
                   struct err *e)
{
    enum rc rc = segment_check_topic(topic, e);
    if (rc != RC_OK)
        return rc;
    struct fetch *f = calloc(1, sizeof *f);
    char *copy = calloc(1, strlen(topic) + 1);
    if (f == NULL || copy == NULL) {
        free(f);
        free(copy);
        return err_set(e, RC_INFRA, "out of memory for a fetch");
    }
    memcpy(copy, topic, strlen(topic));
    f->topic = copy;
    f->timeout_ns = timeout_ns;
    buf_init(&f->request, ANSWER_SLACK);
    buf_init(&f->answer, (size_t)ANSWER_MAX + ANSWER_SLACK);
    rc = learn_from_any(f, bootstrap, e);
    if (rc == RC_OK) {
        f->connections = calloc((size_t)f->map.broker_count + 1, sizeof(struct connection *));
        if (f->connections == NULL)
            rc = err_set(e, RC_INFRA, "out of memory for connections");
    }
    if (rc != RC_OK) {
        fetch_close(f);
        return rc;
    }
    *out = f;
    return RC_OK;
}

void fetch_close(struct fetch *f)
{
    if (f == NULL)
        return;
    for (int32_t i = 0; f->connections != NULL && i < f->map.broker_count; i++)
        connection_close(f->connections[i]);
    free(f->connections);
    topic_map_release(&f->map);
    buf_release(&f->request);
    buf_release(&f->answer);
    free(f->topic);
    free(f);
}

int32_t fetch_partitions(const struct fetch *f)
{
    return f->map.partition_count;
}

/* The connection to the leader of a partition, opened when first needed. */
static enum rc leader_of(struct fetch *f, int32_t partition, struct connection **out, struct err *e)
{
    if (partition < 0 || partition >= f->map.partition_count)
        return err_set(e, RC_INPUT,
                       "topic \"%s\" has no partition %" PRId32 ": it has %" PRId32
                       ", counted from 0",
                       f->topic, partition, f->map.partition_count);
    for (int32_t i = 0; i < f->map.broker_count; i++) {
        const struct topic_broker *b = &f->map.brokers[i];
        if (b->id != f->map.leaders[partition])
            continue;
        enum rc rc = RC_OK;
        if (f->connections[i] == NULL)
            rc = connection_open(b->host, b->port, f->timeout_ns, &f->connections[i], e);
        *out = f->connections[i];
        return rc;
    }
    return err_set(e, RC_INFRA, "topic \"%s\": partition %" PRId32 " has no leader at the moment",
                   f->topic, partition);
}

static enum rc refuse(const struct fetch *f, const struct connection *c, int32_t partition,
                      int16_t error, struct err *e)
{
    char text[KAFKA_ERROR_TEXT];
    return err_set(e, error == KAFKA_OFFSET_OUT_OF_RANGE ? RC_INPUT : RC_INFRA,
                   "%s: topic \"%s\" partition %" PRId32 ": %s", connection_name(c), f->topic,
                   partition, kafka_error_say(error, text));
}

static enum rc ask_offset(struct fetch *f, int32_t partition, int64_t which, int64_t *out,
                          struct err *e)
{
    struct connection *c = NULL;
    struct protocol_offset answer = {0};
    enum rc rc = leader_of(f, partition, &c, e);
    if (rc != RC_OK)
        return rc;
    buf_clear(&f->request);
    rc = protocol_offsets_write(&f->request, f->topic, partition, which, e);
    if (rc == RC_OK)
        rc = ask(f, c, API_LIST_OFFSETS, e);
    if (rc != RC_OK)
        return rc;
    rc = protocol_offsets_read(buf_span(&f->answer), partition, &answer, e);
    if (rc != RC_OK) {
        (void)err_wrap(e, "%s", connection_name(c));
        return rc;
    }
    if (answer.error != KAFKA_NO_ERROR)
        return refuse(f, c, partition, answer.error, e);
    *out = answer.offset;
    return RC_OK;
}

enum rc fetch_watermarks(struct fetch *f, int32_t partition, int64_t *earliest, int64_t *latest,
                         struct err *e)
{
    int64_t first = 0;
    enum rc rc = ask_offset(f, partition, OFFSET_EARLIEST, &first, e);
    if (rc == RC_OK)
        rc = ask_offset(f, partition, OFFSET_LATEST, latest, e);
    if (rc == RC_OK)
        *earliest = first;
    return rc;
}

/* Asks for what stands at s->ask.offset; *records borrows f->answer. */
static enum rc fetch_once(struct fetch *f, struct fetch_state *s, struct span *records,
                          struct err *e)
{
    struct protocol_fetched got = {0};
    enum rc rc = connection_version(s->leader, API_FETCH, &s->ask.version, e);
    if (rc != RC_OK)
        return rc;
    buf_clear(&f->request);
    rc = protocol_fetch_write(&f->request, &s->ask, e);
    if (rc == RC_OK)
        rc = ask(f, s->leader, API_FETCH, e);
    if (rc != RC_OK)
        return rc;
    rc = protocol_fetch_read(buf_span(&f->answer), &s->ask, &got, e);
    if (rc != RC_OK) {
        (void)err_wrap(e, "%s", connection_name(s->leader));
        return rc;
    }
    if (got.error != KAFKA_NO_ERROR)
        return refuse(f, s->leader, s->ask.partition, got.error, e);
    *records = got.records;
    return RC_OK;
}

/* Visits the whole batches of one answer and moves s->ask.offset past them. */
static enum rc visit_records(struct fetch_state *s, struct span records, struct err *e)
{
    for (;;) {
        struct stored_batch b;
        enum stored_batch_found found;
        enum rc rc = stored_batch_next(&records, &b, &found, e);
        if (rc != RC_OK || found != STORED_BATCH_WHOLE) {
            if (rc == RC_OK && b.stored_bytes > s->ask.max_bytes)
                s->ask.max_bytes = (int32_t)b.stored_bytes;
            return rc;
        }
        if (b.last_offset < s->ask.offset)
            continue;
        if (b.base_offset < s->to)
            rc = s->visit(s->ctx, s->ask.partition, &b, e);
        if (rc != RC_OK)
            return rc;
        s->ask.offset = b.last_offset + 1;
        if (s->ask.offset >= s->to)
            return RC_OK;
    }
}

enum rc fetch_walk(struct fetch *f, const struct fetch_range *r, stored_batch_visit *visit,
                   void *ctx, struct err *e)
{
    struct fetch_state s = {.ask = {.topic = f->topic,
                                    .partition = r->partition,
                                    .offset = r->from,
                                    .max_bytes = FETCH_BYTES},
                            .visit = visit,
                            .ctx = ctx};
    int64_t earliest = 0;
    int64_t latest = 0;
    enum rc rc = leader_of(f, r->partition, &s.leader, e);
    if (rc == RC_OK)
        rc = fetch_watermarks(f, r->partition, &earliest, &latest, e);
    s.to = r->to < latest ? r->to : latest;
    s.ask.offset = r->from > earliest ? r->from : earliest;
    for (int empty = 0; rc == RC_OK && s.ask.offset < s.to && empty < EMPTY_ANSWERS;) {
        int64_t before = s.ask.offset;
        struct span records = {0};
        rc = fetch_once(f, &s, &records, e);
        if (rc == RC_OK) {
            rc = visit_records(&s, records, e);
            if (rc == RC_INTEGRITY || rc == RC_INPUT)
                (void)err_wrap(e, "%s: topic \"%s\" partition %" PRId32, connection_name(s.leader),
                               f->topic, r->partition);
        }
        empty = s.ask.offset > before ? 0 : empty + 1;
    }
    return rc;
}
