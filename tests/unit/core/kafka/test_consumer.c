/* The consumer against a mock broker, what both clients say they use, and the admin's refusals. */
#include "tests/unit/core/kafka/mock_bench.h"

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

static struct consumer *consume_from(struct mock_bench *b, const struct consumer_start *starts,
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
    struct mock_bench *b = *state;
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

    const struct consumer_start starts[] = {{.partition = 0}, {.partition = 1, .offset = 4}};
    const int64_t ends[] = {10, 10}, beyond[] = {10, 11};
    struct consumer *c = consume_from(b, starts, 2);
    assert_int_equal(consumer_position(c, 1), 4);
    assert_false(consumer_reached(c, ends));
    int64_t offsets[16];
    int32_t partitions[16];
    assert_int_equal(consume(c, 16, offsets, partitions), 16);
    int64_t expected[2] = {0, 4};
    for (size_t i = 0; i < 16; i++)
        assert_int_equal(offsets[i], expected[partitions[i]]++);
    assert_int_equal(consumer_position(c, 0), 10);
    assert_int_equal(consumer_position(c, 1), 10);
    assert_int_equal(consumer_position(c, 3), -1);
    assert_true(consumer_reached(c, ends));
    assert_false(consumer_reached(c, beyond));
    assert_true(consumer_wire(c).received > 0);
    consumer_close(c);
}

static void test_value_key_and_timestamp_arrive(void **state)
{
    struct mock_bench *b = *state;
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

    const struct consumer_start start = {.partition = 0};
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
    struct mock_bench *b = *state;
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
    struct mock_bench *b = *state;
    struct err e = {0};
    assert_int_equal(cluster_add(&b->cluster, "retries=7", &e), RC_OK);
    struct producer_settings s = settings_of(b);
    assert_int_equal(codec_spec_parse("zstd-6", &s.codec, &e), RC_OK);
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

/* What a user gives for fetching holds unless the caller decides it. */
static void test_fetch_settings_in_force(void **state)
{
    struct mock_bench *b = *state;
    struct err e = {0};
    const struct consumer_start start = {.partition = 0};
    struct settings told;
    struct consumer *c = consume_from(b, &start, 1);
    assert_int_equal(consumer_in_force(c, &told, &e), RC_OK);
    assert_string_equal(settings_find(&told, "fetch.min.bytes"), "1");
    assert_string_equal(settings_find(&told, "fetch.wait.max.ms"), "500");
    settings_release(&told);
    consumer_close(c);
    assert_int_equal(cluster_add(&b->cluster, "fetch.min.bytes=1048576", &e), RC_OK);
    assert_int_equal(cluster_add(&b->cluster, "fetch.wait.max.ms=70", &e), RC_OK);
    c = consume_from(b, &start, 1);
    assert_int_equal(consumer_in_force(c, &told, &e), RC_OK);
    assert_string_equal(settings_find(&told, "fetch.min.bytes"), "1048576");
    assert_string_equal(settings_find(&told, "fetch.wait.max.ms"), "70");
    settings_release(&told);
    consumer_close(c);
}

static void test_settings_out_of_range(void **state)
{
    struct mock_bench *b = *state;
    struct err e = {0};
    struct producer *p = NULL;
    struct producer_settings s = settings_of(b);
    s.batch_records = 0;
    assert_int_equal(producer_open(&s, &p, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "batch records: 0; expected 1 to 1000000"));
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
    struct mock_bench *b = *state;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MOCK(test_consumes_from_given_offsets), WITH_MOCK(test_value_key_and_timestamp_arrive),
        WITH_MOCK(test_same_key_same_partition),     WITH_MOCK(test_settings_in_force),
        WITH_MOCK(test_fetch_settings_in_force),     WITH_MOCK(test_settings_out_of_range),
        WITH_MOCK(test_admin_names_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
