/* Kafka's primitive types: read straight through, never past the end, judged at the end. */
#include "core/log/wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void what_is_put_is_read(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    assert_int_equal(wire_put_int8(&b, -2, NULL), RC_OK);
    assert_int_equal(wire_put_int16(&b, INT16_MIN, NULL), RC_OK);
    assert_int_equal(wire_put_int32(&b, 0x01020304, NULL), RC_OK);
    assert_int_equal(wire_put_int64(&b, INT64_MIN + 1, NULL), RC_OK);
    assert_int_equal(wire_put_string(&b, "topic", NULL), RC_OK);
    assert_int_equal(b.size, 1 + 2 + 4 + 8 + 2 + 5);
    const uint8_t middle[] = {1, 2, 3, 4};
    assert_memory_equal(b.data + 3, middle, sizeof middle); /* big-endian */
    struct wire_reader r = wire_reader_of(buf_span(&b));
    assert_int_equal(wire_int8(&r), -2);
    assert_int_equal(wire_int16(&r), INT16_MIN);
    assert_int_equal(wire_int32(&r), 0x01020304);
    assert_true(wire_int64(&r) == INT64_MIN + 1);
    struct span s = wire_string(&r);
    assert_int_equal(s.size, 5);
    assert_memory_equal(s.data, "topic", 5);
    assert_false(r.broken);
    assert_int_equal(wire_left(&r), 0);
    buf_release(&b);
}

static void the_end_is_not_passed(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0, 0, 0, 9, 1, 2};
    struct wire_reader r = wire_reader_of(span_of(bytes, sizeof bytes));
    struct span s = wire_blob(&r); /* announces 9, has 2 */
    assert_true(r.broken);
    assert_null(s.data);
    assert_int_equal(s.size, 0);
    assert_int_equal(wire_int8(&r), 0); /* broken stays broken */
    assert_int_equal(wire_left(&r), 0);
    r = wire_reader_of(span_of(bytes, 3));
    assert_int_equal(wire_int32(&r), 0);
    assert_true(r.broken);
    r = wire_reader_of((struct span){0});
    assert_int_equal(wire_int8(&r), 0);
    assert_true(r.broken);
}

static void null_is_not_empty(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0xff, 0xfe};
    struct wire_reader r = wire_reader_of(span_of(bytes, sizeof bytes));
    assert_null(wire_string(&r).data);
    assert_null(wire_blob(&r).data);
    assert_false(r.broken);
    assert_non_null(wire_string(&r).data); /* empty */
    assert_false(r.broken);
    (void)wire_string(&r); /* -2 is no length */
    assert_true(r.broken);
}

static void arrays_are_not_believed(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0, 0, 0, 2, 1, 1, 1, 1, 1, 1, 1};
    struct wire_reader r = wire_reader_of(span_of(bytes, sizeof bytes));
    assert_int_equal(wire_array(&r, 3), 2);
    r = wire_reader_of(span_of(bytes, sizeof bytes));
    assert_int_equal(wire_array(&r, 4), 0); /* 8 bytes would be needed, 7 are there */
    assert_true(r.broken);
    const uint8_t huge[] = {0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0};
    r = wire_reader_of(span_of(huge, sizeof huge));
    assert_int_equal(wire_array(&r, 1), 0);
    assert_true(r.broken);
    const uint8_t null[] = {0xff, 0xff, 0xff, 0xff};
    r = wire_reader_of(span_of(null, sizeof null));
    assert_int_equal(wire_array(&r, 1), 0);
    assert_false(r.broken);
}

static int64_t varlong(const uint8_t *bytes, size_t size, bool *broken)
{
    struct wire_reader r = wire_reader_of(span_of(bytes, size));
    int64_t v = wire_varlong(&r);
    *broken = r.broken || r.at != size;
    return v;
}

static int32_t varint(const uint8_t *bytes, size_t size, bool *broken)
{
    struct wire_reader r = wire_reader_of(span_of(bytes, size));
    int32_t v = wire_varint(&r);
    *broken = r.broken || r.at != size;
    return v;
}

static void varints_by_the_table(void **state)
{
    (void)state;
    bool broken;
    /* protobuf.dev/programming-guides/encoding, signed integers */
    assert_int_equal(varint((const uint8_t[]){0}, 1, &broken), 0);
    assert_int_equal(varint((const uint8_t[]){1}, 1, &broken), -1);
    assert_int_equal(varint((const uint8_t[]){2}, 1, &broken), 1);
    assert_int_equal(varint((const uint8_t[]){0xac, 0x02}, 2, &broken), 150);
    assert_false(broken);
    assert_int_equal(varint((const uint8_t[]){0xfe, 0xff, 0xff, 0xff, 0x0f}, 5, &broken),
                     INT32_MAX);
    assert_int_equal(varint((const uint8_t[]){0xff, 0xff, 0xff, 0xff, 0x0f}, 5, &broken),
                     INT32_MIN);
    assert_false(broken);
    (void)varint((const uint8_t[]){0xff, 0xff, 0xff, 0xff, 0x1f}, 5, &broken); /* 33 bits */
    assert_true(broken);
    (void)varint((const uint8_t[]){0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, 6, &broken);
    assert_true(broken);
    (void)varint((const uint8_t[]){0x80}, 1, &broken);
    assert_true(broken);
    static const uint8_t least[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
    assert_true(varlong(least, sizeof least, &broken) == INT64_MIN);
    assert_false(broken);
}

static void long_texts_are_refused(void **state)
{
    (void)state;
    static char text[40000];
    struct buf b;
    struct err e = {0};
    memset(text, 'a', sizeof text - 1);
    buf_init(&b, 100000);
    assert_int_equal(wire_put_string(&b, text, &e), RC_INPUT);
    assert_int_equal(b.size, 0);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_read),  cmocka_unit_test(the_end_is_not_passed),
        cmocka_unit_test(null_is_not_empty),    cmocka_unit_test(arrays_are_not_believed),
        cmocka_unit_test(varints_by_the_table), cmocka_unit_test(long_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
