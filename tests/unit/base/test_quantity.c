/* Quantities are read strictly, with their units, and said as people write them. */
#include "base/quantity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_sizes_know_decimal_and_binary_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t bytes;
    } cases[] = {{"0", 0},           {"1 B", 1},          {"10 KB", 10000},   {"10kB", 10000},
                 {"1.5MB", 1500000}, {"64KiB", 65536},    {"1 MiB", 1048576}, {"2GB", 2000000000},
                 {"0.5 KiB", 512},   {"1GiB", 1073741824}};
    struct err e;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t bytes = -1;
        assert_int_equal(quantity_size(cases[i].text, &bytes, &e), RC_OK);
        assert_int_equal(bytes, cases[i].bytes);
    }
}

static void test_what_is_not_a_size_is_refused_and_leaves_the_value(void **state)
{
    (void)state;
    static const char *const cases[] = {"",      "10",     "KB",      "1e3 B", "-1 B",
                                        "+1 B",  "1.5 B",  "1..5 MB", "1. MB", ".5 MB",
                                        "10 Kb", "1 MB x", "0x10 B",  "nan B", "9999999999999 GB"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        int64_t bytes = 77;
        assert_int_equal(quantity_size(cases[i], &bytes, &e), RC_INPUT);
        assert_int_equal(bytes, 77);
        assert_true(strlen(e.text) > 10);
    }
}

static void test_a_missing_unit_is_named_with_an_example(void **state)
{
    (void)state;
    struct err e;
    int64_t ns = 0;
    assert_int_equal(quantity_duration("5", &ns, &e), RC_INPUT);
    assert_string_equal(e.text, "\"5\" has no unit; write for example 5 ms, 1.5 s or 10 min");
}

static void test_durations_rates_bandwidths_and_counts(void **state)
{
    (void)state;
    struct err e;
    int64_t n = 0;
    double rate = 0;
    assert_int_equal(quantity_duration("1.5s", &n, &e), RC_OK);
    assert_int_equal(n, 1500000000);
    assert_int_equal(quantity_duration("10 min", &n, &e), RC_OK);
    assert_int_equal(n, 600000000000);
    assert_int_equal(quantity_rate("2.5k/s", &rate, &e), RC_OK);
    assert_true(rate == 2500.0);
    assert_int_equal(quantity_rate("0", &rate, &e), RC_INPUT);
    assert_int_equal(quantity_rate("0/s", &rate, &e), RC_INPUT);
    assert_int_equal(quantity_bandwidth("100Mbit/s", &n, &e), RC_OK);
    assert_int_equal(n, 100000000);
    assert_int_equal(quantity_count("20k", &n, &e), RC_OK);
    assert_int_equal(n, 20000);
    assert_int_equal(quantity_count("1.0005k", &n, &e), RC_INPUT);
}

static void test_whole_numbers_keep_to_their_range(void **state)
{
    (void)state;
    struct err e;
    int64_t n = 5;
    assert_int_equal(quantity_int("-1", -1, 12, &n, &e), RC_OK);
    assert_int_equal(n, -1);
    assert_int_equal(quantity_int("13", -1, 12, &n, &e), RC_INPUT);
    assert_int_equal(quantity_int("1x", -1, 12, &n, &e), RC_INPUT);
    assert_int_equal(quantity_int("", -1, 12, &n, &e), RC_INPUT);
    assert_int_equal(quantity_int("99999999999999999999", -1, 12, &n, &e), RC_INPUT);
    assert_int_equal(n, -1);
}

static void test_percentages_are_shares(void **state)
{
    (void)state;
    struct err e;
    double share = -1;
    assert_int_equal(quantity_percent("8%", &share, &e), RC_OK);
    assert_true(share > 0.0799 && share < 0.0801);
    assert_int_equal(quantity_percent("0.5 %", &share, &e), RC_OK);
    assert_true(share > 0.00499 && share < 0.00501);
    assert_int_equal(quantity_percent("0", &share, &e), RC_OK);
    assert_true(share == 0);
    share = -1;
    assert_int_equal(quantity_percent("5", &share, &e), RC_INPUT);
    assert_string_equal(e.text, "\"5\" has no unit; write for example 8% or 0.5%");
    assert_true(share == -1);
}

/* What strtod and strtoll take and nobody means. */
static void test_numbers_are_plain_decimals(void **state)
{
    static const char *const NUMBERS[] = {"0x10", "0X1p3", "inf", "infinity", "nan", "nan(1)",
                                          "+5",   "-5",    " 5",  "5e1",      "5,5", "1 0",
                                          "1_0",  "5.",    ".5",  "\t5",      "0b1"};
    static const char *const UNITS[] = {"B", "ms", "/s", "Mbit", "k", "%"};
    (void)state;
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
        char text[6][40];
        struct err e;
        int64_t n = 0;
        double share = 0;
        for (size_t u = 0; u < 6; u++)
            (void)snprintf(text[u], sizeof text[u], "%s%s", NUMBERS[i], UNITS[u]);
        assert_int_equal(quantity_size(text[0], &n, &e), RC_INPUT);
        assert_int_equal(quantity_duration(text[1], &n, &e), RC_INPUT);
        assert_int_equal(quantity_rate(text[2], &share, &e), RC_INPUT);
        assert_int_equal(quantity_bandwidth(text[3], &n, &e), RC_INPUT);
        assert_int_equal(quantity_count(text[4], &n, &e), RC_INPUT);
        assert_int_equal(quantity_percent(text[5], &share, &e), RC_INPUT);
        if (strcmp(NUMBERS[i], "-5") != 0)
            assert_int_equal(quantity_int(NUMBERS[i], -100, 100, &n, &e), RC_INPUT);
    }
    struct err e;
    int64_t n = 0;
    static const char *const WHOLE[] = {"5 ", "5\n", "--5", "- 5", "-", "5.0"};
    for (size_t i = 0; i < sizeof WHOLE / sizeof *WHOLE; i++)
        assert_int_equal(quantity_int(WHOLE[i], -100, 100, &n, &e), RC_INPUT);
}

static void test_they_are_said_with_three_digits(void **state)
{
    (void)state;
    char text[QUANTITY_TEXT];
    assert_string_equal(quantity_format_size(999, text), "999 B");
    assert_string_equal(quantity_format_size(1500000, text), "1.50 MB");
    assert_string_equal(quantity_format_duration(12300000, text), "12.3 ms");
    assert_string_equal(quantity_format_duration(0, text), "0 ns");
    assert_string_equal(quantity_format_count(45600, text), "45.6 k");
}

static void test_waits_are_seconds_minutes_or_hours(void **state)
{
    static const struct {
        int64_t ms;
        const char *says;
    } ROWS[] = {{0, "0.0 s"},        {400, "0.4 s"},         {1499, "1 s"},
                {119499, "119 s"},   {119500, "2 min"},      {7169000, "119 min"},
                {7170000, "2 h"},    {7230000, "2 h 1 min"}, {12000000, "3 h 20 min"},
                {360000000, "100 h"}};
    char text[QUANTITY_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        assert_string_equal(quantity_format_wait(ROWS[i].ms * 1000000, text), ROWS[i].says);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_know_decimal_and_binary_units),
        cmocka_unit_test(test_what_is_not_a_size_is_refused_and_leaves_the_value),
        cmocka_unit_test(test_a_missing_unit_is_named_with_an_example),
        cmocka_unit_test(test_durations_rates_bandwidths_and_counts),
        cmocka_unit_test(test_whole_numbers_keep_to_their_range),
        cmocka_unit_test(test_percentages_are_shares),
        cmocka_unit_test(test_numbers_are_plain_decimals),
        cmocka_unit_test(test_waits_are_seconds_minutes_or_hours),
        cmocka_unit_test(test_they_are_said_with_three_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
