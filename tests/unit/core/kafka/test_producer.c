/* The producer against a mock broker: reports, full queues, lost brokers. */
#include "tests/unit/core/kafka/mock_bench.h"

static void test_every_record_is_reported_once_in_order(void **state)
{
    struct mock_bench *b = *state;
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
    struct mock_bench *b = *state;
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
    struct mock_bench *b = *state;
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

/* Makes room at its first call, then has enough. */
struct impatience {
    struct producer *p;
    int calls;
};

static enum rc flush_once(void *ctx, struct err *e)
{
    struct impatience *i = ctx;
    if (i->calls++ > 0)
        return err_set(e, RC_INTERRUPTED, "enough");
    flush(i->p);
    return RC_OK;
}

static void test_who_hands_over_waits_for_room(void **state)
{
    struct mock_bench *b = *state;
    struct producer_settings s = settings_of(b);
    s.queue_records = 10;
    s.linger_ns = INT64_C(900) * NS_PER_S;
    struct producer *p = open_with(&s);
    struct impatience i = {.p = p};
    const struct producer_patience patience = {.wait = flush_once, .ctx = &i};
    struct err e = {0};
    for (uint64_t sent = 0; sent < 20; sent++) {
        struct producer_record r = record("x", sent);
        assert_int_equal(producer_hand_over(p, &r, &patience, &e), SEND_DONE);
        assert_int_equal(i.calls, sent < 10 ? 0 : 1);
    }
    struct producer_record last = record("x", 20);
    assert_int_equal(producer_hand_over(p, &last, &patience, &e), SEND_QUEUE_FULL);
    assert_int_equal(e.rc, RC_INTERRUPTED);
    assert_int_equal(producer_settle(p, &patience, &e), RC_OK);
    assert_int_equal(i.calls, 2); /* all was reported on at once: nobody waited */
    assert_int_equal(atomic_load(&b->count), 20);
    producer_close(p);
}

static void test_settling_ends_when_the_waiting_does(void **state)
{
    struct mock_bench *b = *state;
    struct producer_settings s = settings_of(b);
    struct producer *p = open_with(&s);
    struct impatience i = {.p = p, .calls = 1};
    const struct producer_patience patience = {.wait = flush_once, .ctx = &i};
    struct err e = {0};
    (void)rd_kafka_mock_broker_set_down(b->mock, BROKER);
    struct producer_record r = record("x", 0);
    assert_int_equal(producer_hand_over(p, &r, &patience, &e), SEND_DONE);
    assert_int_equal(producer_settle(p, &patience, &e), RC_INTERRUPTED);
    assert_string_equal(e.text, "enough");
    producer_close(p);
}

static void test_a_record_too_large_is_refused_where_it_stands(void **state)
{
    struct mock_bench *b = *state;
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
    struct mock_bench *b = *state;
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
    struct mock_bench *b = *state;
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
    struct mock_bench *b = *state;
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
    struct mock_bench *b = *state;
    rd_kafka_mock_push_request_errors(b->mock, API_INIT_PRODUCER_ID, 1,
                                      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
    struct producer_settings s = settings_of(b);
    struct producer *p = open_with(&s);
    struct err e = {0};
    struct producer_record r = record("x", 0);
    enum send_outcome first = producer_send(p, &r, &e); /* before the answer, or after it */
    assert_true(first == SEND_DONE || first == SEND_FAILED);
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
    assert_int_equal(b->reports[0], first == SEND_DONE);
    if (first == SEND_DONE)
        assert_int_equal(b->kinds[0], DELIVERY_NOT_STORED);
    assert_int_equal(b->reports[1], 0);
}

/* Polls until count records have come or time is up. */

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MOCK(test_every_record_is_reported_once_in_order),
        WITH_MOCK(test_flush_does_not_wait_for_linger),
        WITH_MOCK(test_a_full_queue_takes_the_front),
        WITH_MOCK(test_who_hands_over_waits_for_room),
        WITH_MOCK(test_settling_ends_when_the_waiting_does),
        WITH_MOCK(test_a_record_too_large_is_refused_where_it_stands),
        WITH_MOCK(test_closing_reports_what_was_not_sent),
        WITH_MOCK(test_a_broker_that_went_away_is_named),
        WITH_MOCK(test_a_refusal_of_the_broker_is_reported),
        WITH_MOCK(test_what_is_lost_for_good_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
