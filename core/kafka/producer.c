#include "core/kafka/producer.h"

#include "base/clock.h"
#include "core/kafka/client.h"
#include "core/kafka/producer_conf.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    POLL_MS = 100,         /* the poll thread looks up at least so often */
    PURGE_WAIT_MS = 5000,  /* closing waits so long for the reports of purged records */
    LARGE_BYTES = 1000000, /* from here on a request may be larger than a broker takes */
    CHUNK = 256,           /* records handed to the library at once */
};
struct producer {
    struct client client;
    rd_kafka_topic_t *topic[PRODUCER_MORE_TOPICS + 1]; /* owned; by number */
    size_t topic_count;
    rd_kafka_queue_t *events; /* owned; delivery reports and errors */
    pthread_t thread;
    bool running;       /* the thread runs and must be joined */
    _Atomic bool stop;  /* asks thread to end */
    size_t message_max; /* message.max.bytes in force */
    _Atomic bool large; /* a record of more than LARGE_BYTES was handed over */
    producer_on_delivery *on_delivery;
    void *ctx;
};

_Static_assert(sizeof(void *) >= sizeof(uint64_t), "a tag travels in a pointer");

/* One topic needs no look at its name. */
static size_t topic_of(const struct producer *p, const rd_kafka_message_t *m)
{
    size_t i = 0;
    while (i + 1 < p->topic_count &&
           strcmp(rd_kafka_topic_name(p->topic[i]), rd_kafka_topic_name(m->rkt)) != 0)
        i++;
    return i;
}

static void report(const struct producer *p, const rd_kafka_message_t *m, size_t more)
{
    struct delivery_report r = {
        .tag = (uint64_t)(uintptr_t)m->_private,
        .offset = m->offset >= 0 ? m->offset : -1,
        .partition = m->partition,
        .topic = topic_of(p, m),
        .kind = DELIVERY_ACKNOWLEDGED,
        .more = more,
    };
    if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_msg_status_t status = rd_kafka_message_status(m);
        r.kind = status == RD_KAFKA_MSG_STATUS_NOT_PERSISTED ? DELIVERY_NOT_STORED
                                                             : DELIVERY_MAYBE_STORED;
        r.error = rd_kafka_err2str(m->err);
        r.too_large = m->err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? m->len : 0;
        r.offset = -1;
    }
    p->on_delivery(p->ctx, &r);
}

static void *poll_thread(void *arg)
{
    struct producer *p = arg;
    while (!atomic_load_explicit(&p->stop, memory_order_acquire)) {
        rd_kafka_event_t *event = rd_kafka_queue_poll(p->events, POLL_MS);
        if (event == NULL)
            continue;
        const rd_kafka_message_t *m;
        size_t more = rd_kafka_event_message_count(event);
        while ((m = rd_kafka_event_message_next(event)) != NULL)
            report(p, m, --more);
        rd_kafka_event_destroy(event);
    }
    return NULL;
}

static enum rc open_client(struct producer *p, const struct producer_settings *s, struct err *e)
{
    rd_kafka_conf_t *conf = NULL;
    enum rc rc = producer_conf(s, &conf, e);
    if (rc != RC_OK)
        return rc;
    /* Delivery reports come as events, so that one thread can flush while another reports. */
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR);
    return client_open(&p->client, RD_KAFKA_PRODUCER, conf, e);
}

static enum rc open_topics(struct producer *p, const struct producer_settings *s, struct err *e)
{
    if (s->more_count > PRODUCER_MORE_TOPICS)
        return err_set(e, RC_INPUT, "%zu topics; a producer takes %d", s->more_count + 1,
                       PRODUCER_MORE_TOPICS + 1);
    for (; p->topic_count <= s->more_count; p->topic_count++) {
        const char *name = p->topic_count == 0 ? s->topic : s->more_topics[p->topic_count - 1];
        p->topic[p->topic_count] = rd_kafka_topic_new(p->client.rk, name, NULL);
        if (p->topic[p->topic_count] == NULL)
            return err_set(e, RC_INPUT, "topic %s: %s", name,
                           rd_kafka_err2str(rd_kafka_last_error()));
    }
    return RC_OK;
}

static enum rc start(struct producer *p, const struct producer_settings *s, struct err *e)
{
    enum rc rc = open_client(p, s, e);
    if (rc == RC_OK)
        rc = open_topics(p, s, e);
    if (rc != RC_OK)
        return rc;
    p->events = rd_kafka_queue_get_main(p->client.rk);
    int failed = pthread_create(&p->thread, NULL, poll_thread, p);
    if (failed != 0)
        return err_sys(e, RC_INFRA, failed, "starting the producer's thread");
    p->running = true;
    return RC_OK;
}

enum rc producer_open(const struct producer_settings *s, struct producer **out, struct err *e)
{
    struct producer *p = calloc(1, sizeof *p);
    if (p == NULL)
        return err_set(e, RC_INFRA, "out of memory for a producer");
    p->on_delivery = s->on_delivery;
    p->ctx = s->ctx;
    p->message_max = (size_t)producer_message_limit(s);
    enum rc rc = start(p, s, e);
    if (rc != RC_OK) {
        producer_close(p);
        return rc;
    }
    *out = p;
    return RC_OK;
}

void producer_purge(struct producer *p)
{
    (void)rd_kafka_purge(p->client.rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

void producer_close(struct producer *p)
{
    if (p == NULL)
        return;
    if (p->running) {
        if (producer_pending(p) > 0) {
            producer_purge(p);
            (void)rd_kafka_flush(p->client.rk, PURGE_WAIT_MS);
        }
        atomic_store_explicit(&p->stop, true, memory_order_release);
        rd_kafka_queue_yield(p->events);
        (void)pthread_join(p->thread, NULL);
    }
    if (p->events != NULL)
        rd_kafka_queue_destroy(p->events);
    for (size_t i = 0; i < p->topic_count; i++)
        rd_kafka_topic_destroy(p->topic[i]);
    client_close(&p->client);
    free(p);
}

/* The state of a record that the library did not take. */
static enum send_outcome outcome_of(struct producer *p, rd_kafka_resp_err_t code, struct err *e)
{
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return SEND_QUEUE_FULL;
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        (void)err_set(e, RC_INPUT,
                      "a record larger than the largest message set for this producer "
                      "(message.max.bytes %zu); assay doctor --size tells every limit on its way",
                      p->message_max);
    else if (code != RD_KAFKA_RESP_ERR__FATAL || client_state(&p->client, e) == RC_OK)
        (void)client_fail(&p->client, code, e);
    return SEND_FAILED;
}

/* The library's pointers are not const, but it does not write: payloads are not its own. */
static void *lend(const uint8_t *data)
{
    union {
        const uint8_t *borrowed;
        void *lent;
    } cast = {.borrowed = data};
    return cast.lent;
}

/* Notes large records, so that a connection that breaks under them is reported with that cause. */
static void look_at_size(struct producer *p, size_t size)
{
    if (size <= LARGE_BYTES || atomic_load_explicit(&p->large, memory_order_relaxed))
        return;
    atomic_store_explicit(&p->large, true, memory_order_relaxed);
    trouble_note_large(&p->client.trouble);
}

/* Sends a record that has a timestamp or headers. */
static enum send_outcome send_dressed(struct producer *p, const struct producer_record *r,
                                      struct err *e)
{
    rd_kafka_headers_t *headers = NULL;
    if (r->headers != NULL)
        headers = rd_kafka_headers_copy((const rd_kafka_headers_t *)r->headers);
    rd_kafka_vu_t args[7] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = p->topic[r->topic]},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = r->partition},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {lend(r->value.data), r->value.size}},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {lend(r->key.data), r->key.size}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = (void *)(uintptr_t)r->tag},
        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = r->timestamp_ms},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    size_t count = sizeof args / sizeof args[0] - (headers == NULL ? 1 : 0);
    rd_kafka_error_t *error = rd_kafka_produceva(p->client.rk, args, count);
    if (error == NULL)
        return SEND_DONE; /* and owns the headers from now on */
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    if (headers != NULL)
        rd_kafka_headers_destroy(headers);
    return outcome_of(p, code, e);
}

enum send_outcome producer_send(struct producer *p, const struct producer_record *r, struct err *e)
{
    look_at_size(p, r->value.size);
    if (r->timestamp_ms != 0 || r->headers != NULL)
        return send_dressed(p, r, e);
    if (rd_kafka_produce(p->topic[r->topic], r->partition, 0, lend(r->value.data), r->value.size,
                         r->key.data, r->key.size, (void *)(uintptr_t)r->tag) == 0)
        return SEND_DONE;
    return outcome_of(p, rd_kafka_last_error(), e);
}

/* True when the library's batch call can take it: it knows neither timestamps nor headers, and
 * would go on after a record that is too large. */
static bool fits_batch_call(const struct producer *p, const struct producer_record *r)
{
    return r->timestamp_ms == 0 && r->headers == NULL &&
           r->value.size + r->key.size + PRODUCER_RECORD_OVERHEAD <= p->message_max;
}

/* Sends up to CHUNK records that fit the batch call; returns how many were taken. */
static size_t send_chunk(struct producer *p, int32_t partition,
                         const struct producer_record *records, size_t count,
                         rd_kafka_resp_err_t *code)
{
    rd_kafka_message_t chunk[CHUNK];
    size_t n = 0;
    while (n < count && n < CHUNK && fits_batch_call(p, &records[n])) {
        const struct producer_record *r = &records[n];
        look_at_size(p, r->value.size);
        chunk[n] = (rd_kafka_message_t){
            .payload = lend(r->value.data),
            .len = r->value.size,
            .key = lend(r->key.data),
            .key_len = r->key.size,
            ._private = (void *)(uintptr_t)r->tag,
        };
        n++;
    }
    *code = RD_KAFKA_RESP_ERR_NO_ERROR;
    size_t taken = (size_t)rd_kafka_produce_batch(p->topic[0], partition, 0, chunk, (int)n);
    if (taken == n)
        return n;
    /* After the first refusal the library refuses all the rest, so those taken are in front. */
    for (size_t i = 0; i < n; i++)
        if (chunk[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            *code = chunk[i].err;
            break;
        }
    return taken;
}

size_t producer_send_many(struct producer *p, int32_t partition,
                          const struct producer_record *records, size_t count,
                          enum send_outcome *stop, struct err *e)
{
    size_t sent = 0;
    *stop = SEND_DONE;
    while (sent < count && *stop == SEND_DONE) {
        if (fits_batch_call(p, &records[sent])) {
            rd_kafka_resp_err_t code;
            sent += send_chunk(p, partition, records + sent, count - sent, &code);
            if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
                *stop = outcome_of(p, code, e);
        } else {
            struct producer_record r = records[sent];
            r.partition = partition;
            *stop = producer_send(p, &r, e);
            sent += *stop == SEND_DONE ? 1 : 0;
        }
    }
    return sent;
}

enum rc producer_flush(struct producer *p, int64_t timeout_ns, struct err *e)
{
    struct instant deadline = instant_after(clock_now(), timeout_ns);
    rd_kafka_resp_err_t code;
    do { /* in slices: each wakes the broker threads, which else look up once a second */
        int left_ms = client_ms(instant_since(deadline, clock_now()));
        code = rd_kafka_flush(p->client.rk, left_ms < POLL_MS ? left_ms : POLL_MS);
    } while (code != RD_KAFKA_RESP_ERR_NO_ERROR && instant_since(deadline, clock_now()) > 0);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return RC_OK;
    if (client_state(&p->client, e) == RC_OK)
        (void)err_set(e, RC_INFRA, "the broker is slow or the time too short");
    return err_wrap(e, "%lld records not acknowledged after %lld ms",
                    (long long)producer_pending(p), (long long)client_ms(timeout_ns));
}

enum send_outcome producer_hand_over(struct producer *p, const struct producer_record *r,
                                     const struct producer_patience *w, struct err *e)
{
    enum send_outcome outcome;
    while ((outcome = producer_send(p, r, e)) == SEND_QUEUE_FULL)
        if (w->wait(w->ctx, e) != RC_OK)
            break;
    return outcome;
}

enum rc producer_settle(struct producer *p, const struct producer_patience *w, struct err *e)
{
    struct err slow;
    enum rc rc = RC_OK;
    while (rc == RC_OK && producer_flush(p, NS_PER_S, &slow) != RC_OK)
        rc = w->wait(w->ctx, e);
    return rc;
}

int64_t producer_pending(struct producer *p)
{
    return rd_kafka_outq_len(p->client.rk);
}

enum rc producer_failure(struct producer *p, struct err *e)
{
    return client_state(&p->client, e);
}

char *producer_trouble(struct producer *p, char *text, size_t size)
{
    (void)trouble_say(&p->client.trouble, text, size);
    return text;
}

struct wire_bytes producer_wire(const struct producer *p)
{
    return client_wire(&p->client);
}

enum rc producer_in_force(const struct producer *p, struct settings *out, struct err *e)
{
    static const char *const KEYS[] = {
        "request.required.acks",
        "enable.idempotence",
        "compression.codec",
        "compression.level",
        "batch.num.messages",
        "batch.size",
        "queue.buffering.max.ms",
        "queue.buffering.max.messages",
        "queue.buffering.max.kbytes",
        "max.in.flight.requests.per.connection",
        "message.max.bytes",
        "message.timeout.ms",
        "message.send.max.retries",
        "partitioner",
        "sticky.partitioning.linger.ms",
        "socket.nagle.disable",
        "security.protocol",
        NULL,
    };
    return client_in_force(&p->client, KEYS, out, e);
}
