/* A buffer keeps to its ceiling, and to what it held when an append fails. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_what_is_appended_stays_in_order_and_ends_in_nul(void **state)
{
    (void)state;
    struct buf b;
    struct err e;
    buf_init(&b, 1000);
    assert_int_equal(buf_append(&b, "ab", 2, &e), RC_OK);
    assert_int_equal(buf_appendf(&b, &e, "-%d-%s", 7, "x"), RC_OK);
    assert_int_equal(b.size, 6);
    assert_string_equal((const char *)b.data, "ab-7-x");
    buf_clear(&b);
    assert_int_equal(buf_span(&b).size, 0);
    buf_release(&b);
    assert_null(b.data);
}

static void test_the_ceiling_holds_however_small(void **state)
{
    (void)state;
    struct buf b;
    struct err e = {0};
    buf_init(&b, 10);
    assert_int_equal(buf_append(&b, "0123456789", 10, &e), RC_OK);
    assert_int_equal(buf_append(&b, "x", 1, &e), RC_INPUT);
    assert_int_equal(buf_appendf(&b, &e, "%s", "y"), RC_INPUT);
    assert_int_equal(b.size, 10);
    assert_string_equal((const char *)b.data, "0123456789");
    assert_int_equal(buf_reserve(&b, SIZE_MAX, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "ceiling of 10"));
    buf_release(&b);
}

static void test_it_grows_far_past_its_first_room(void **state)
{
    (void)state;
    struct buf b;
    struct err e;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(buf_append(&b, &(char){(char)('a' + i % 26)}, 1, &e), RC_OK);
    assert_int_equal(b.size, 100000);
    for (size_t i = 0; i < b.size; i++)
        assert_int_equal(b.data[i], 'a' + i % 26);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_appended_stays_in_order_and_ends_in_nul),
        cmocka_unit_test(test_the_ceiling_holds_however_small),
        cmocka_unit_test(test_it_grows_far_past_its_first_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
