/* Annotations: one line each, and no text can end it early or start a command of its own. */
#include "reports/render/annotations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void becomes(const struct annotation *a, const char *want)
{
    struct buf text;
    struct err e;
    buf_init(&text, 4096);
    assert_int_equal(annotation_write(a, &text, &e), RC_OK);
    assert_string_equal((const char *)text.data, want);
    buf_release(&text);
}

static void test_levels_and_properties(void **state)
{
    (void)state;
    becomes(&(struct annotation){ANNOTATION_ERROR, "scenarios/quick.yaml", 3, "slower", "by 12"},
            "::error file=scenarios/quick.yaml,line=3,title=slower::by 12\n");
    becomes(&(struct annotation){ANNOTATION_WARNING, NULL, 3, "t", "m"}, "::warning title=t::m\n");
    becomes(&(struct annotation){ANNOTATION_NOTICE, "", 0, NULL, "m"}, "::notice::m\n");
    becomes(&(struct annotation){ANNOTATION_NOTICE, "f", 0, "", ""}, "::notice file=f::\n");
}

static void test_escapes(void **state)
{
    (void)state;
    becomes(&(struct annotation){ANNOTATION_ERROR, "a:b,c%d", 0, "x\r\ny: 5 %, z",
                                 "100 %\r\n::error::forged, really: no"},
            "::error file=a%3Ab%2Cc%25d,title=x%0D%0Ay%3A 5 %25%2C z::"
            "100 %25%0D%0A::error::forged, really: no\n");
}

static void test_a_full_buffer_is_a_failure(void **state)
{
    struct buf text;
    struct err e;
    (void)state;
    buf_init(&text, 12);
    assert_int_equal(
        annotation_write(&(struct annotation){ANNOTATION_ERROR, "f", 0, "t", "m"}, &text, &e),
        RC_INPUT);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels_and_properties),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_a_full_buffer_is_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
