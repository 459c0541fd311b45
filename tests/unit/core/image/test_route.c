/* Routes by size: every boundary at -1, 0 and +1 byte, in MB and in MiB, and rules of one's own. */
#include "core/image/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_boundaries_are_exact(void **state)
{
    (void)state;
    static const struct {
        enum route_unit unit;
        int64_t size;
        enum route route;
    } rows[] = {
        {ROUTE_MB, 0, ROUTE_DIRECT},          {ROUTE_MB, 1, ROUTE_DIRECT},
        {ROUTE_MB, 19999999, ROUTE_DIRECT},   {ROUTE_MB, 20000000, ROUTE_DIRECT},
        {ROUTE_MB, 20000001, ROUTE_CHUNKS},   {ROUTE_MB, 99999999, ROUTE_CHUNKS},
        {ROUTE_MB, 100000000, ROUTE_CHUNKS},  {ROUTE_MB, 100000001, ROUTE_OBJECT},
        {ROUTE_MB, INT64_MAX, ROUTE_OBJECT},  {ROUTE_MIB, 20971519, ROUTE_DIRECT},
        {ROUTE_MIB, 20971520, ROUTE_DIRECT},  {ROUTE_MIB, 20971521, ROUTE_CHUNKS},
        {ROUTE_MIB, 104857599, ROUTE_CHUNKS}, {ROUTE_MIB, 104857600, ROUTE_CHUNKS},
        {ROUTE_MIB, 104857601, ROUTE_OBJECT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct route_rule rule;
        struct err e = {0};
        route_rule_init(&rule, rows[i].unit);
        assert_int_equal(route_rule_check(&rule, &e), RC_OK);
        if (route_of(&rule, rows[i].size) != rows[i].route)
            fail_msg("row %zu: %s", i, ROUTE_NAMES[route_of(&rule, rows[i].size)]);
    }
}

static void test_chunks_of_five(void **state)
{
    (void)state;
    struct route_rule rule;
    route_rule_init(&rule, ROUTE_MB);
    assert_int_equal(rule.chunk_bytes, 5000000);
    route_rule_init(&rule, ROUTE_MIB);
    assert_int_equal(rule.chunk_bytes, 5242880);
}

static void test_rules_of_ones_own(void **state)
{
    (void)state;
    struct err e = {0};
    /* Nothing in chunks; nothing direct. */
    struct route_rule rule = {.direct_max_bytes = 10, .chunk_bytes = 1, .chunked_max_bytes = 10};
    assert_int_equal(route_rule_check(&rule, &e), RC_OK);
    assert_int_equal(route_of(&rule, 10), ROUTE_DIRECT);
    assert_int_equal(route_of(&rule, 11), ROUTE_OBJECT);
    rule.direct_max_bytes = 0;
    assert_int_equal(route_rule_check(&rule, &e), RC_OK);
    assert_int_equal(route_of(&rule, 1), ROUTE_CHUNKS);
}

static void test_rules_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        struct route_rule rule;
        const char *says;
    } rows[] = {
        {{-1, 1, 1}, "direct_max_bytes: -1"},
        {{1, 0, 1}, "chunk_bytes: 0"},
        {{1, INT64_C(4294967296), 1}, "chunk_bytes: 4294967296"},
        {{2, 1, 1}, "chunked_max_bytes: 1; it must not be below direct_max_bytes, 2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        assert_int_equal(route_rule_check(&rows[i].rule, &e), RC_INPUT);
        if (strstr(e.text, rows[i].says) == NULL)
            fail_msg("row %zu: %s", i, e.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boundaries_are_exact),
        cmocka_unit_test(test_chunks_of_five),
        cmocka_unit_test(test_rules_of_ones_own),
        cmocka_unit_test(test_rules_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
