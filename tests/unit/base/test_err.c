/* Texts made safe for a terminal and a single line. */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void becomes(const char *given, const char *want)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%s", given);
    err_one_line(text);
    assert_string_equal(text, want);
}

static void what_steers_a_terminal_is_replaced(void **state)
{
    (void)state;
    becomes("a\x1b[31m\r\nb\x7f", "a?[31m??b?");
    becomes("csi \xc2\x9b"
            "31m",
            "csi ??31m");
    becomes("turned \xe2\x80\xae"
            "back \xe2\x81\xa6x",
            "turned ???back ???x");
}

static void plain_text_stays(void **state)
{
    (void)state;
    becomes("", "");
    becomes("20 °C – ±5 % … „ö“ \xc2\xa0 \xe2\x80\xa9", "20 °C – ±5 % … „ö“ \xc2\xa0 \xe2\x80\xa9");
    becomes("cut \xe2\x80", "cut \xe2\x80"); /* a character cut in two is not read past */
    becomes("cut \xc2", "cut \xc2");
}

static void lengths(void **state)
{
    (void)state;
    assert_int_equal(err_control_bytes("\n"), 1);
    assert_int_equal(err_control_bytes("\xc2\x80"), 2);
    assert_int_equal(err_control_bytes("\xe2\x80\xaa"), 3);
    assert_int_equal(err_control_bytes("a\n"), 0);
    assert_int_equal(err_control_bytes(""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_steers_a_terminal_is_replaced),
        cmocka_unit_test(plain_text_stays),
        cmocka_unit_test(lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
