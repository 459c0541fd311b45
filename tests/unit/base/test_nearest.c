/* Nearest names: typing slips are near, other words are not. */
#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void distances_count_edits(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("", ""), 0);
    assert_int_equal(nearest_distance("zstd", "zstd"), 0);
    assert_int_equal(nearest_distance("", "lz4"), 3);
    assert_int_equal(nearest_distance("lz4", ""), 3);
    assert_int_equal(nearest_distance("zsd", "zstd"), 1);
    assert_int_equal(nearest_distance("zstdd", "zstd"), 1);
    assert_int_equal(nearest_distance("zztd", "zstd"), 1);
    assert_int_equal(nearest_distance("zsdt", "zstd"), 1);
    assert_int_equal(nearest_distance("kitten", "sitting"), 3);
    char longer[80];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(nearest_distance(longer, longer), SIZE_MAX);
}

static const char *best_of(const char *given)
{
    static const char *const names[] = {"codecs", "payloads", "records", "record_bytes", "exact"};
    struct nearest n = {.given = given};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        nearest_offer(&n, names[i]);
    return n.best;
}

static void the_nearest_wins_and_far_ones_are_not_offered(void **state)
{
    (void)state;
    assert_string_equal(best_of("codec"), "codecs");
    assert_string_equal(best_of("recrods"), "records");
    assert_string_equal(best_of("record_byte"), "record_bytes");
    assert_string_equal(best_of("record"), "records");
    assert_null(best_of("zebra"));
    assert_null(best_of("ab"));
    assert_null(best_of(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_count_edits),
        cmocka_unit_test(the_nearest_wins_and_far_ones_are_not_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
