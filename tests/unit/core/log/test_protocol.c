/* Requests and answers of Kafka's protocol, version by version, byte by byte. */
#include "core/log/protocol.h"

#include "core/log/wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Fields came with versions: kafka.apache.org/protocol#The_Messages_Fetch. */
static void fetch_requests_have_their_fields(void **state)
{
    (void)state;
    static const size_t sizes[] = {
        [4] = 44, [5] = 52, [6] = 52, [7] = 64, [8] = 64, [9] = 68, [10] = 68, [11] = 70};
    for (int16_t v = PROTOCOL[API_FETCH].oldest; v <= PROTOCOL[API_FETCH].newest; v++) {
        const struct protocol_fetch f = {
            .version = v, .topic = "t", .partition = 3, .offset = 0x0102, .max_bytes = 99};
        struct buf b;
        buf_init(&b, 1000);
        assert_int_equal(protocol_fetch_write(&b, &f, NULL), RC_OK);
        assert_int_equal(b.size, sizes[v]);
        buf_release(&b);
    }
}

static void metadata_never_creates(void **state)
{
    (void)state;
    static const uint8_t request[] = {0, 0, 0, 1, 0, 1, 't', 0};
    struct buf b;
    buf_init(&b, 1000);
    assert_int_equal(protocol_metadata_write(&b, "t", NULL), RC_OK);
    assert_int_equal(b.size, sizeof request);
    assert_memory_equal(b.data, request, sizeof request);
    buf_release(&b);
}

static enum rc versions_of(int oldest, int newest, int16_t *use)
{
    const uint8_t answer[] = {0, 0, 0, 0, 0, 1, 0, 1, 0, (uint8_t)oldest, 0, (uint8_t)newest};
    struct protocol_versions v;
    enum rc rc = protocol_versions_read(span_of(answer, sizeof answer), &v, NULL);
    *use = v.use[API_FETCH];
    return rc;
}

static void versions_are_agreed_on(void **state)
{
    (void)state;
    static const struct {
        int oldest, newest, use;
    } rows[] = {{0, 3, -1}, {0, 4, 4}, {0, 7, 7}, {4, 18, 11}, {11, 18, 11}, {12, 18, -1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int16_t use = 0;
        assert_int_equal(versions_of(rows[i].oldest, rows[i].newest, &use), RC_OK);
        assert_int_equal(use, rows[i].use);
    }
    struct protocol_versions v;
    struct err e = {0};
    const uint8_t refused[] = {0, 35, 0, 0, 0, 0};
    assert_int_equal(protocol_versions_read(span_of(refused, sizeof refused), &v, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "does not know that version"));
    const uint8_t trailing[] = {0, 0, 0, 0, 0, 0, 7};
    assert_int_equal(protocol_versions_read(span_of(trailing, sizeof trailing), &v, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "has 1 bytes too many"));
}

static void errors_are_told(void **state)
{
    (void)state;
    char text[KAFKA_ERROR_TEXT];
    assert_string_equal(kafka_error_say(KAFKA_UNKNOWN_TOPIC, text), "unknown topic or partition");
    assert_string_equal(kafka_error_say(97, text), "error 97");
}

/* The whole Fetch is refused: an error and no partition, as sessions have it. */
static void a_refused_fetch_is_an_error(void **state)
{
    (void)state;
    const uint8_t answer[] = {0, 0, 0, 0, 0, 70, 0, 0, 0, 0, 0, 0, 0, 0};
    const struct protocol_fetch f = {.version = 11, .topic = "t"};
    struct protocol_fetched got;
    assert_int_equal(protocol_fetch_read(span_of(answer, sizeof answer), &f, &got, NULL), RC_OK);
    assert_int_equal(got.error, 70);
    assert_int_equal(got.records.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fetch_requests_have_their_fields),
        cmocka_unit_test(metadata_never_creates),
        cmocka_unit_test(versions_are_agreed_on),
        cmocka_unit_test(errors_are_told),
        cmocka_unit_test(a_refused_fetch_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
