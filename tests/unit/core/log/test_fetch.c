/* Reading stored batches off the wire, from a broker that behaves and from many that do not. */
#define _XOPEN_SOURCE 700
#include <stdarg.h>

#include "tests/unit/core/log/broker_fake.h"

#include "base/clock.h"
#include "core/log/fetch.h"

#include <setjmp.h>

#include <cmocka.h>

#define LONG_NS (INT64_C(30) * NS_PER_S)   /* never reached */
#define SHORT_NS (INT64_C(50) * NS_PER_MS) /* always reached */

struct fetch_seen {
    int64_t batches, first, last;
};

static enum rc see(void *ctx, int32_t partition, const struct stored_batch *b, struct err *e)
{
    (void)e;
    struct fetch_seen *s = ctx;
    assert_int_equal(partition, 0);
    if (s->batches++ == 0)
        s->first = b->base_offset;
    s->last = b->last_offset;
    return RC_OK;
}

static enum rc walk(struct fetch *f, struct fetch_range r, struct fetch_seen *s, struct err *e)
{
    return fetch_walk(f, &r, see, s, e);
}

static enum rc open_fake(const struct broker_fake *f, int64_t timeout_ns, struct fetch **out,
                         struct err *e)
{
    char address[64];
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", f->port);
    return fetch_open(address, "t", timeout_ns, out, e);
}

/* Ten batches of 5 records from offset 0. */
static void make_log(struct buf *log)
{
    static const uint8_t body[50];
    buf_init(log, SAMPLE_MAX);
    for (int64_t i = 0; i < 10; i++) {
        const struct stored_sample s = {.base_offset = i * 5,
                                        .records = 5,
                                        .attributes = 3,
                                        .body = span_of(body, sizeof body)};
        assert_true(sample_append(log, &s));
    }
}

static void reads_what_is_there(void **state)
{
    (void)state;
    static const int16_t versions[] = {4, 5, 7, 9, 10, 11, 17};
    struct buf log;
    make_log(&log);
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        struct broker_fake f = {.log = buf_span(&log), .latest = 50, .fetch_newest = versions[i]};
        struct fetch *fetch = NULL;
        struct fetch_seen s = {0};
        struct err e = {0};
        assert_true(broker_fake_start(&f));
        if (open_fake(&f, LONG_NS, &fetch, &e) != RC_OK ||
            walk(fetch, (struct fetch_range){0, 0, INT64_MAX}, &s, &e) != RC_OK)
            fail_msg("Fetch %d: %s", versions[i], e.text);
        assert_int_equal(fetch_partitions(fetch), 1);
        fetch_close(fetch);
        broker_fake_stop(&f);
        assert_int_equal(s.batches, 10);
        assert_int_equal(s.last, 49);
        assert_int_equal(f.fetches, 1);
    }
    buf_release(&log);
}

static void keeps_to_the_range(void **state)
{
    (void)state;
    struct buf log;
    make_log(&log);
    struct broker_fake f = {.log = buf_span(&log), .latest = 50};
    struct fetch *fetch = NULL;
    struct fetch_seen s = {0};
    struct err e = {0};
    assert_true(broker_fake_start(&f));
    assert_int_equal(open_fake(&f, LONG_NS, &fetch, &e), RC_OK);
    assert_int_equal(walk(fetch, (struct fetch_range){0, 12, 31}, &s, &e), RC_OK);
    assert_int_equal(s.batches, 5); /* 10-14 … 30-34: those with a record in the range */
    assert_int_equal(s.first, 10);
    assert_int_equal(s.last, 34);
    assert_int_equal(walk(fetch, (struct fetch_range){0, 50, INT64_MAX}, &s, &e), RC_OK);
    assert_int_equal(s.batches, 5);
    assert_int_equal(walk(fetch, (struct fetch_range){1, 0, 50}, &s, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "has no partition 1: it has 1"));
    fetch_close(fetch);
    broker_fake_stop(&f);
    buf_release(&log);
}

/* A partition whose end is never reached, as compaction may leave one, must not hold us for ever.
 */
static void gives_up_on_a_gap(void **state)
{
    (void)state;
    struct buf log;
    make_log(&log);
    struct broker_fake f = {.log = buf_span(&log), .latest = 60};
    struct fetch *fetch = NULL;
    struct fetch_seen s = {0};
    struct err e = {0};
    assert_true(broker_fake_start(&f));
    assert_int_equal(open_fake(&f, LONG_NS, &fetch, &e), RC_OK);
    assert_int_equal(walk(fetch, (struct fetch_range){0, 0, INT64_MAX}, &s, &e), RC_OK);
    assert_int_equal(s.batches, 10);
    fetch_close(fetch);
    broker_fake_stop(&f);
    buf_release(&log);
}

/* Compaction leaves gaps: the batch after one may start past the range. */
static void keeps_to_the_range_past_a_gap(void **state)
{
    (void)state;
    struct buf log;
    buf_init(&log, SAMPLE_MAX);
    const struct stored_sample before = {.base_offset = 0, .records = 5};
    const struct stored_sample after = {.base_offset = 20, .records = 5};
    assert_true(sample_append(&log, &before) && sample_append(&log, &after));
    struct broker_fake f = {.log = buf_span(&log), .latest = 25};
    struct fetch *fetch = NULL;
    struct fetch_seen s = {0};
    struct err e = {0};
    assert_true(broker_fake_start(&f));
    assert_int_equal(open_fake(&f, LONG_NS, &fetch, &e), RC_OK);
    assert_int_equal(walk(fetch, (struct fetch_range){0, 0, 10}, &s, &e), RC_OK);
    assert_int_equal(s.batches, 1);
    assert_int_equal(s.last, 4);
    fetch_close(fetch);
    broker_fake_stop(&f);
    buf_release(&log);
}

static void damage_is_named(void **state)
{
    (void)state;
    struct buf log;
    make_log(&log);
    log.data[111 * 4 + 100] ^= 1;
    struct broker_fake f = {.log = buf_span(&log), .latest = 50};
    struct fetch *fetch = NULL;
    struct fetch_seen s = {0};
    struct err e = {0};
    assert_true(broker_fake_start(&f));
    assert_int_equal(open_fake(&f, LONG_NS, &fetch, &e), RC_OK);
    assert_int_equal(walk(fetch, (struct fetch_range){0, 0, INT64_MAX}, &s, &e), RC_INTEGRITY);
    assert_int_equal(s.batches, 4);
    assert_non_null(
        strstr(e.text, "topic \"t\" partition 0: the batch of offsets 20 to 24 is dam"));
    fetch_close(fetch);
    broker_fake_stop(&f);
    buf_release(&log);
}

static void misbehaviour_is_named(void **state)
{
    (void)state;
    static const struct {
        enum fake_manner manner;
        enum rc rc;
        int64_t timeout_ns;
        const char *words;
    } rows[] = {
        {FAKE_TLS, RC_INFRA, LONG_NS, "the broker answers in TLS"},
        {FAKE_HTTP, RC_INFRA, LONG_NS, "this is a web server"},
        {FAKE_HANGS_UP, RC_INFRA, LONG_NS, "hung up on ApiVersions; a listener that expects TLS"},
        {FAKE_WANTS_LOGIN, RC_INFRA, LONG_NS, "hung up on Metadata; a listener that expects a log"},
        {FAKE_SILENT, RC_INFRA, SHORT_NS, "no answer within"},
        {FAKE_WRONG_NUMBER, RC_INFRA, LONG_NS, "the answer carries number 2"},
        {FAKE_NO_TOPIC, RC_INPUT, LONG_NS, "there is no topic \"t\""},
        {FAKE_TOPIC_IN_SHREDS, RC_INFRA, LONG_NS, "the answer to Metadata ends early"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct broker_fake f = {.manner = rows[i].manner};
        struct fetch *fetch = NULL;
        struct err e = {0};
        assert_true(broker_fake_start(&f));
        assert_int_equal(open_fake(&f, rows[i].timeout_ns, &fetch, &e), rows[i].rc);
        broker_fake_stop(&f);
        assert_null(fetch);
        if (strstr(e.text, rows[i].words) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", e.text, rows[i].words);
    }
}

static void old_brokers_are_named(void **state)
{
    (void)state;
    struct broker_fake f = {.manner = FAKE_OLD, .latest = 50};
    struct fetch *fetch = NULL;
    struct fetch_seen s = {0};
    struct err e = {0};
    assert_true(broker_fake_start(&f));
    assert_int_equal(open_fake(&f, LONG_NS, &fetch, &e), RC_OK);
    assert_int_equal(walk(fetch, (struct fetch_range){0, 0, INT64_MAX}, &s, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "speaks no version of Fetch between 4 and 11"));
    fetch_close(fetch);
    broker_fake_stop(&f);
}

static void addresses_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *bootstrap, *words;
        enum rc rc;
    } rows[] = {
        {"", "no broker is given", RC_INPUT},
        {"127.0.0.1:", "the port must be a number", RC_INPUT},
        {"127.0.0.1:99999", "the port must be a number", RC_INPUT},
        {":9092", "expected HOST:PORT", RC_INPUT},
        {"127.0.0.1:1", "127.0.0.1:1: cannot connect", RC_INFRA},
        {"[::1]:1,127.0.0.1:1", "127.0.0.1:1: cannot connect", RC_INFRA},
        {"no..host:9092", "cannot find the host", RC_INFRA},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fetch *fetch = NULL;
        struct err e = {0};
        assert_int_equal(fetch_open(rows[i].bootstrap, "t", LONG_NS, &fetch, &e), rows[i].rc);
        if (strstr(e.text, rows[i].words) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", e.text, rows[i].words);
    }
}

/* The first broker of a list is down: the next one is asked. */
static void asks_the_next_broker(void **state)
{
    (void)state;
    struct broker_fake f = {.latest = 0};
    struct fetch *fetch = NULL;
    struct err e = {0};
    char list[64];
    assert_true(broker_fake_start(&f));
    (void)snprintf(list, sizeof list, "127.0.0.1:1,PLAINTEXT://127.0.0.1:%d", f.port);
    if (fetch_open(list, "t", LONG_NS, &fetch, &e) != RC_OK)
        fail_msg("%s", e.text);
    fetch_close(fetch);
    broker_fake_stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_there),   cmocka_unit_test(keeps_to_the_range),
        cmocka_unit_test(gives_up_on_a_gap),     cmocka_unit_test(keeps_to_the_range_past_a_gap),
        cmocka_unit_test(damage_is_named),       cmocka_unit_test(misbehaviour_is_named),
        cmocka_unit_test(old_brokers_are_named), cmocka_unit_test(addresses_are_checked),
        cmocka_unit_test(asks_the_next_broker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
