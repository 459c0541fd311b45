/*
 * Producer and consumer against librdkafka's mock broker: reports, full queues, lost brokers. The
 * mock is no Kafka: what is stored, and how fast, is tested elsewhere, on a real broker.
 */
#include "core/kafka/admin.h"
#include "core/kafka/consumer.h"
#include "core/kafka/producer.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { RECORDS = 5000, WAIT_S = 20, API_PRODUCE = 0, API_INIT_PRODUCER_ID = 22, BROKER = 1 };
#define TOPIC "test"
static const int64_t WAIT_NS = (int64_t)WAIT_S * NS_PER_S;

/* A mock cluster with one broker and the topic, and what was reported about the records sent. */
struct bench {
    rd_kafka_t *rk;
    rd_kafka_mock_cluster_t *mock;
    struct cluster cluster;
    int64_t offsets[RECORDS];
    int32_t partitions[RECORDS];
    int reports[RECORDS];
    enum delivery_kind kinds[RECORDS];
    char error[256];
    _Atomic int64_t count;
};

static void note(void *ctx, const struct delivery_report *r)
{
    struct bench *b = ctx;
    b->offsets[r->tag] = r->offset;
    b->partitions[r->tag] = r->partition;
    b->kinds[r->tag] = r->kind;
    b->reports[r->tag]++;
    if (r->kind == DELIVERY_ACKNOWLEDGED)
        assert_null(r->error);
    else
        (void)snprintf(b->error, sizeof b->error, "%s", r->error);
    atomic_fetch_add(&b->count, 1);
}

static void quiet(const rd_kafka_t *rk, int level, const char *facility, const char *line)
{
    (void)rk, (void)level, (void)facility, (void)line;
}

static int setup(void **state)
{
    static struct bench bench;
    struct err e = {0};
    char why[256];
    memset(&bench, 0, sizeof bench);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, quiet);
    bench.rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    assert_non_null(bench.rk);
    bench.mock = rd_kafka_mock_cluster_new(bench.rk, 1);
    assert_non_null(bench.mock);
    (void)rd_kafka_mock_topic_create(bench.mock, TOPIC, 4, 1);
    cluster_init(&bench.cluster);
    assert_int_equal(
        cluster_set_bootstrap(&bench.cluster, rd_kafka_mock_cluster_bootstraps(bench.mock), &e),
        RC_OK);
    *state = &bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    cluster_release(&b->cluster);
    rd_kafka_mock_cluster_destroy(b->mock);
    rd_kafka_destroy(b->rk);
    return 0;
}

static struct producer_settings settings_of(struct bench *b)
{
    struct producer_settings s;
    producer_settings_init(&s);
    s.cluster = &b->cluster;
    s.topic = TOPIC;
    s.on_delivery = note;
    s.ctx = b;
    return s;
}

static struct producer *open_with(const struct producer_settings *s)
{
    struct producer *p = NULL;
    struct err e = {0};
    enum rc rc = producer_open(s, &p, &e);
    if (rc != RC_OK)
        print_error("%s\n", e.text);
    assert_int_equal(rc, RC_OK);
    return p;
}

static void flush(struct producer *p)
{
    struct err e = {0};
    enum rc rc = producer_flush(p, WAIT_NS, &e);
    if (rc != RC_OK)
        print_error("%s\n", e.text);
    assert_int_equal(rc, RC_OK);
}

static struct producer_record record(const char *value, uint64_t tag)
{
    return (struct producer_record){.value = span_str(value), .partition = 0, .tag = tag};
}

static void test_every_record_is_reported_once_in_order(void **state)
{
    struct bench *b = *state;
    struct producer_settings s = settings_of(b);
    s.codec.codec = codec_find("lz4");
    struct producer *p = open_with(&s);
    struct err e = {0};
    static struct producer_record records[RECORDS];
    for (size_t i = 0; i < RECORDS; i++)
        records[i] = record("a record like any other", i);
    enum send_outcome stop = SEND_FAILED;
    assert_int_equal(producer_send_many(p, 2, records, RECORDS - 1, &stop, &e), RECORDS - 1);
    assert_int_equal(stop, SEND_DONE);
    records[RECORDS - 1].partition = 2;
    assert_int_equal(producer_send(p, &records[RECORDS - 1], &e), SEND_DONE);
    flush(p);
    assert_int_equal(atomic_load(&b->count), RECORDS);
    assert_int_equal(producer_pending(p), 0);
    for (int i = 0; i < RECORDS; i++) {
        assert_int_equal(b->reports[i], 1);
        assert_int_equal(b->kinds[i], DELIVERY_ACKNOWLEDGED);
        assert_int_equal(b->partitions[i], 2);
        assert_int_equal(b->offsets[i], i);
    }
    assert_true(producer_wire(p).sent > 0);
    assert_true(producer_wire(p).received > 0);
    assert_int_equal(producer_failure(p, &e), RC_OK);
    producer_close(p);
}

static void test_flush_does_not_wait_for_linger(void **state)
{
    struct bench *b = *state;
    struct producer_settings s = settings_of(b);
    s.linger_ns = INT64_C(900) * NS_PER_S;
    s.batch_records = 100;
    struct producer *p = open_with(&s);
    struct err e = {0};
    struct producer_record r = record("x", 0);
    r.timestamp_ms = 1700000000000;
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    flush(p);
    assert_int_equal(b->kinds[0], DELIVERY_ACKNOWLEDGED);
    assert_int_equal(b->offsets[0], 0);
    producer_close(p);
}

static void test_a_full_queue_takes_the_front(void **state)
{
    struct bench *b = *state;
    struct producer_settings s = settings_of(b);
    s.queue_records = 10;
    s.linger_ns = INT64_C(900) * NS_PER_S;
    struct producer *p = open_with(&s);
    struct err e = {0};
    struct producer_record records[30];
    for (size_t i = 0; i < 30; i++)
        records[i] = record("x", i);
    enum send_outcome stop = SEND_DONE;
    assert_int_equal(producer_send_many(p, 0, records, 30, &stop, &e), 10);
    assert_int_equal(stop, SEND_QUEUE_FULL);
    assert_int_equal(producer_send(p, &records[10], &e), SEND_QUEUE_FULL);
    records[11].timestamp_ms = 1;
    assert_int_equal(producer_send(p, &records[11], &e), SEND_QUEUE_FULL);
    assert_int_equal(producer_pending(p), 10);
    flush(p);
    assert_int_equal(atomic_load(&b->count), 10);
    for (size_t i = 0; i < 30; i++)
        assert_int_equal(b->reports[i], i < 10 ? 1 : 0);
    producer_close(p);
}

static void test_a_record_too_large_is_refused_where_it_stands(void **state)
{
    struct bench *b = *state;
    struct producer_settings s = settings_of(b);
    static uint8_t large[20000];
    s.message_max_bytes = 10000;
    s.batch_bytes = 5000;
    struct producer *p = open_with(&s);
    struct err e = {0};
    struct producer_record records[4] = {record("x", 0), record("", 1), record("y", 2),
                                         record("z", 3)};
    records[1].value = span_of(large, 10000); /* the largest there may be */
    records[2].value = span_of(large, sizeof large);
    enum send_outcome stop = SEND_DONE;
    assert_int_equal(producer_send_many(p, 0, records, 4, &stop, &e), 2);
    assert_int_equal(stop, SEND_FAILED);
    assert_non_null(strstr(e.text, "larger than"));
    flush(p);
    assert_int_equal(b->kinds[0], DELIVERY_ACKNOWLEDGED);
    assert_int_equal(b->kinds[1], DELIVERY_ACKNOWLEDGED);
    assert_int_equal(b->reports[2] + b->reports[3], 0);
    producer_close(p);
}

static void test_closing_reports_what_was_not_sent(void **state)
{
    struct bench *b = *state;
    (void)rd_kafka_mock_broker_set_down(b->mock, BROKER);
    struct producer_settings s = settings_of(b);
    struct producer *p = open_with(&s);
    struct err e = {0};
    for (uint64_t i = 0; i < 5; i++) {
        struct producer_record r = record("x", i);
        assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    }
    assert_int_equal(producer_flush(p, INT64_C(200) * NS_PER_MS, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "5 records not acknowledged"));
    producer_close(p);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(b->reports[i], 1);
        assert_int_equal(b->kinds[i], DELIVERY_NOT_STORED);
    }
    assert_true(strlen(b->error) > 0);
}

static void test_a_broker_that_went_away_is_named(void **state)
{
    struct bench *b = *state;
    struct producer_settings s = settings_of(b);
    s.delivery_timeout_ns = INT64_C(1) * NS_PER_S;
    struct producer *p = open_with(&s);
    struct err e = {0};
    struct producer_record r = record("x", 0);
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    flush(p);
    (void)rd_kafka_mock_broker_set_down(b->mock, BROKER);
    r.tag = 1;
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    flush(p); /* reported on, as failed */
    assert_int_equal(b->reports[1], 1);
    assert_int_not_equal(b->kinds[1], DELIVERY_ACKNOWLEDGED);
    assert_non_null(strstr(b->error, "timed out"));
    assert_int_equal(producer_failure(p, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "127.0.0.1:"));
    producer_close(p);
}

static void test_a_refusal_of_the_broker_is_reported(void **state)
{
    struct bench *b = *state;
    struct producer_settings s = settings_of(b);
    struct producer *p = open_with(&s);
    struct err e = {0};
    rd_kafka_mock_push_request_errors(b->mock, API_PRODUCE, 1,
                                      RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    struct producer_record r = record("x", 0);
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    flush(p);
    assert_int_equal(b->kinds[0], DELIVERY_NOT_STORED);
    assert_non_null(strstr(b->error, "too large"));
    producer_close(p);
}

static void test_what_is_lost_for_good_is_said(void **state)
{
    struct bench *b = *state;
    rd_kafka_mock_push_request_errors(b->mock, API_INIT_PRODUCER_ID, 1,
                                      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
    struct producer_settings s = settings_of(b);
    struct producer *p = open_with(&s);
    struct err e = {0};
    struct producer_record r = record("x", 0);
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    struct instant until = instant_after(clock_now(), WAIT_NS);
    while (producer_failure(p, &e) == RC_OK && instant_since(until, clock_now()) > 0)
        clock_sleep(NS_PER_MS);
    assert_int_equal(producer_failure(p, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "gave up for good"));
    r.tag = 1;
    e.text[0] = '\0';
    assert_int_equal(producer_send(p, &r, &e), SEND_FAILED);
    assert_non_null(strstr(e.text, "gave up for good"));
    enum send_outcome stop;
    assert_int_equal(producer_send_many(p, 0, &r, 1, &stop, &e), 0);
    assert_int_equal(stop, SEND_FAILED);
    producer_close(p);
    assert_int_equal(b->reports[0], 1);
    assert_int_equal(b->kinds[0], DELIVERY_NOT_STORED);
    assert_int_equal(b->reports[1], 0);
}

/* Polls until count records have come or time is up. */
static size_t consume(struct consumer *c, size_t count, int64_t *offsets, int32_t *partitions)
{
    struct err e = {0};
    size_t got = 0;
    struct instant end = instant_after(clock_now(), WAIT_NS);
    while (got < count && instant_since(end, clock_now()) > 0) {
        struct consumer_batch batch;
        enum rc rc = consumer_poll(c, INT64_C(100) * NS_PER_MS, &batch, &e);
        if (rc != RC_OK)
            print_error("%s\n", e.text);
        assert_int_equal(rc, RC_OK);
        for (size_t i = 0; i < batch.count && got < count; i++, got++) {
            assert_false(batch.records[i].broken);
            offsets[got] = batch.records[i].offset;
            partitions[got] = batch.records[i].partition;
        }
        consumer_batch_release(&batch);
    }
    return got;
}

static struct consumer *consume_from(struct bench *b, const struct consumer_start *starts,
                                     size_t count)
{
    struct consumer_settings cs = {
        .cluster = &b->cluster, .topic = TOPIC, .starts = starts, .start_count = count};
    struct consumer *c = NULL;
    struct err e = {0};
    enum rc rc = consumer_open(&cs, &c, &e);
    if (rc != RC_OK)
        print_error("%s\n", e.text);
    assert_int_equal(rc, RC_OK);
    return c;
}

static void test_consumes_from_given_offsets(void **state)
{
    struct bench *b = *state;
    struct producer_settings s = settings_of(b);
    s.batch_records = 1; /* the mock hands out whole batches and does not skip within them */
    struct producer *p = open_with(&s);
    struct err e = {0};
    for (uint64_t i = 0; i < 20; i++) {
        struct producer_record r = record("some value", i);
        r.partition = (int32_t)(i % 2);
        assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    }
    flush(p);
    producer_close(p);

    const struct consumer_start starts[] = {{0, 0}, {1, 4}};
    struct consumer *c = consume_from(b, starts, 2);
    assert_int_equal(consumer_position(c, 1), 4);
    int64_t offsets[16];
    int32_t partitions[16];
    assert_int_equal(consume(c, 16, offsets, partitions), 16);
    int64_t expected[2] = {0, 4};
    for (size_t i = 0; i < 16; i++)
        assert_int_equal(offsets[i], expected[partitions[i]]++);
    assert_int_equal(consumer_position(c, 0), 10);
    assert_int_equal(consumer_position(c, 1), 10);
    assert_int_equal(consumer_position(c, 3), -1);
    assert_true(consumer_wire(c).received > 0);
    consumer_close(c);
}

static void test_value_key_and_timestamp_arrive(void **state)
{
    struct bench *b = *state;
    struct producer_settings s = settings_of(b);
    struct producer *p = open_with(&s);
    struct err e = {0};
    static const char *const texts[] = {"source=test", "empty", NULL};
    struct producer_headers *headers = NULL;
    assert_int_equal(producer_headers_make(texts, &headers, &e), RC_OK);
    struct producer_record r = record("\x01\x02value", 0);
    r.key = span_str("key");
    r.timestamp_ms = 1700000000123;
    r.headers = headers;
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    producer_headers_free(headers);
    flush(p);
    producer_close(p);

    const struct consumer_start start = {0, 0};
    struct consumer *c = consume_from(b, &start, 1);
    struct consumer_batch batch = {0};
    for (int i = 0; i < 200 && batch.count == 0; i++)
        assert_int_equal(consumer_poll(c, INT64_C(100) * NS_PER_MS, &batch, &e), RC_OK);
    assert_true(batch.count > 0);
    assert_int_equal(batch.records[0].value.size, 7);
    assert_memory_equal(batch.records[0].value.data, "\x01\x02value", 7);
    assert_int_equal(batch.records[0].key.size, 3);
    assert_memory_equal(batch.records[0].key.data, "key", 3);
    assert_int_equal(batch.records[0].timestamp_ms, 1700000000123);
    consumer_batch_release(&batch);
    consumer_batch_release(&batch); /* twice is fine */
    consumer_close(c);
    static const char *const bad[] = {"=x", NULL};
    assert_int_equal(producer_headers_make(bad, &headers, &e), RC_INPUT);
}

static void test_same_key_same_partition(void **state)
{
    struct bench *b = *state;
    struct producer_settings s = settings_of(b);
    struct producer *p = open_with(&s);
    struct err e = {0};
    static const char *const keys[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    struct producer_record records[64];
    for (size_t i = 0; i < 64; i++) {
        records[i] = record("x", i);
        records[i].key = span_str(keys[i % 8]);
    }
    enum send_outcome stop;
    assert_int_equal(producer_send_many(p, -1, records, 64, &stop, &e), 64);
    flush(p);
    int32_t first = b->partitions[0];
    bool spread = false;
    for (size_t i = 0; i < 64; i++) {
        assert_int_equal(b->partitions[i], b->partitions[i % 8]);
        spread = spread || b->partitions[i] != first;
    }
    assert_true(spread);
    producer_close(p);
}

static void test_settings_in_force(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    assert_int_equal(cluster_add(&b->cluster, "retries=7", &e), RC_OK);
    struct producer_settings s = settings_of(b);
    assert_int_equal(codec_choice_parse("zstd-6", &s.codec, &e), RC_OK);
    s.batch_records = 123;
    s.linger_ns = INT64_C(2500) * NS_PER_US;
    struct producer *p = open_with(&s);
    struct settings told;
    assert_int_equal(producer_in_force(p, &told, &e), RC_OK);
    assert_string_equal(settings_find(&told, "compression.codec"), "zstd");
    assert_string_equal(settings_find(&told, "compression.level"), "6");
    assert_string_equal(settings_find(&told, "batch.num.messages"), "123");
    assert_string_equal(settings_find(&told, "request.required.acks"), "-1");
    assert_string_equal(settings_find(&told, "enable.idempotence"), "true");
    assert_string_equal(settings_find(&told, "message.send.max.retries"), "7");
    assert_non_null(settings_find(&told, "librdkafka"));
    assert_string_equal(settings_find(&told, "queue.buffering.max.ms"), "2.5");
    assert_string_equal(settings_find(&told, "max.in.flight.requests.per.connection"), "5");
    settings_release(&told);
    producer_close(p);
}

static void test_settings_out_of_range(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    struct producer *p = NULL;
    struct producer_settings s = settings_of(b);
    s.batch_records = 0;
    assert_int_equal(producer_open(&s, &p, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "batch records: 0: 1 to 1000000"));
    s = settings_of(b);
    s.linger_ns = INT64_C(901) * NS_PER_S;
    assert_int_equal(producer_open(&s, &p, &e), RC_INPUT);
    struct cluster nowhere;
    cluster_init(&nowhere);
    s = settings_of(b);
    s.cluster = &nowhere;
    assert_int_equal(producer_open(&s, &p, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "--bootstrap"));
    assert_null(p);
}

static void test_admin_names_what_is_wrong(void **state)
{
    struct bench *b = *state;
    struct err e = {0};
    struct admin *a = NULL;
    assert_int_equal(admin_open(&b->cluster, WAIT_NS, &a, &e), RC_OK);
    struct cluster_identity id;
    admin_identity(a, &id);
    assert_int_equal(id.brokers, 1);
    struct topic_shape shape;
    assert_int_equal(admin_topic(a, TOPIC, &shape, &e), RC_OK);
    assert_true(shape.exists);
    assert_int_equal(shape.partitions, 4);
    struct watermarks marks[4];
    assert_int_equal(admin_watermarks(a, TOPIC, 4, marks, &e), RC_OK);
    assert_int_equal(marks[3].latest, 0);
    admin_close(a);

    struct cluster nobody;
    cluster_init(&nobody);
    assert_int_equal(cluster_set_bootstrap(&nobody, "127.0.0.1:1", &e), RC_OK);
    a = NULL;
    assert_int_equal(admin_open(&nobody, INT64_C(5) * NS_PER_S, &a, &e), RC_INFRA);
    assert_string_equal(e.text, "cannot reach 127.0.0.1:1: Connection refused");
    assert_null(a);
    cluster_release(&nobody);
}

#define WITH_MOCK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MOCK(test_every_record_is_reported_once_in_order),
        WITH_MOCK(test_flush_does_not_wait_for_linger),
        WITH_MOCK(test_a_full_queue_takes_the_front),
        WITH_MOCK(test_a_record_too_large_is_refused_where_it_stands),
        WITH_MOCK(test_closing_reports_what_was_not_sent),
        WITH_MOCK(test_a_broker_that_went_away_is_named),
        WITH_MOCK(test_a_refusal_of_the_broker_is_reported),
        WITH_MOCK(test_what_is_lost_for_good_is_said),
        WITH_MOCK(test_consumes_from_given_offsets),
        WITH_MOCK(test_value_key_and_timestamp_arrive),
        WITH_MOCK(test_same_key_same_partition),
        WITH_MOCK(test_settings_in_force),
        WITH_MOCK(test_settings_out_of_range),
        WITH_MOCK(test_admin_names_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
