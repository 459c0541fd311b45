/* Arrivals are fixed by seed and rate before the trial, whatever the sender does meanwhile. */
#include "bench/measure/pacer.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { RECORDS = 20000 };

/* A start in the past: every record is overdue, so nothing here waits. */
static struct instant long_ago(void)
{
    return (struct instant){.ns = clock_now().ns - 3600 * (int64_t)NS_PER_S};
}

static const struct load OPEN = {.kind = LOAD_OPEN, .rate_per_s = 1000};

static void test_the_same_seed_gives_the_same_arrivals_and_another_one_others(void **state)
{
    (void)state;
    struct instant start = long_ago();
    struct pacer a;
    struct pacer b;
    struct pacer c;
    int differ = 0;
    pacer_start(&a, &OPEN, 0, 7, start);
    pacer_start(&b, &OPEN, 0, 7, start);
    pacer_start(&c, &OPEN, 0, 8, start);
    for (int i = 0; i < RECORDS; i++) {
        int64_t due = pacer_next(&a);
        assert_int_equal(due, pacer_next(&b));
        differ += due != pacer_next(&c);
    }
    assert_true(differ > RECORDS / 2);
}

/* Mean gap 1 ms; a Poisson process's gaps have a standard deviation as large as their mean. */
static void test_gaps_are_those_of_a_poisson_process_at_the_rate(void **state)
{
    (void)state;
    struct instant start = long_ago();
    struct pacer p;
    pacer_start(&p, &OPEN, 0, 1, start);
    int64_t before = start.ns;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < RECORDS; i++) {
        int64_t due = pacer_next(&p);
        assert_true(due >= before);
        double gap = (double)(due - before);
        sum += gap;
        squares += gap * gap;
        before = due;
    }
    double mean = sum / RECORDS;
    double deviation = sqrt(squares / RECORDS - mean * mean);
    assert_true(fabs(mean - 1e6) < 3e4);
    assert_true(fabs(deviation - 1e6) < 5e4);
}

static void test_a_late_sender_is_told_when_the_record_was_due(void **state)
{
    (void)state;
    struct instant start = long_ago();
    struct pacer p;
    pacer_start(&p, &OPEN, 0, 1, start);
    int64_t due = pacer_next(&p);
    assert_true(due > start.ns && due < start.ns + NS_PER_S);
}

static struct instant ago(int64_t ns)
{
    return (struct instant){.ns = clock_now().ns - ns};
}

/* A sender that is late by less than a twentieth of the window sends all that was due in it, and
 * the record that closes it; one that is later still, no more. */
static void test_what_was_due_in_the_window_is_due_when_it_is_late(void **state)
{
    (void)state;
    static const int64_t window_ns = 100 * (int64_t)NS_PER_S;
    struct instant start = ago(window_ns + window_ns / 50);
    struct pacer free, ended;
    int64_t due = 0;
    int in_window = 0;
    pacer_start(&free, &OPEN, 0, 7, start);
    pacer_start(&ended, &OPEN, 0, 7, start);
    pacer_end_after(&free, 0);
    pacer_end_after(&ended, window_ns);
    while (due < start.ns + window_ns) {
        due = pacer_next(&ended);
        assert_int_equal(due, pacer_next(&free));
        in_window += due < start.ns + window_ns;
    }
    assert_int_equal(pacer_next(&ended), PACER_OVER);
    assert_true(in_window > 98000 && in_window < 102000);
    pacer_start(&ended, &OPEN, 0, 7, ago(window_ns + window_ns / 19));
    pacer_end_after(&ended, window_ns);
    assert_int_equal(pacer_next(&ended), PACER_OVER);
}

static void test_what_is_due_at_once_ends_with_the_window(void **state)
{
    (void)state;
    static const struct load flat = {.kind = LOAD_FLAT_OUT};
    struct pacer p;
    pacer_start(&p, &flat, 0, 1, ago(NS_PER_S));
    pacer_end_after(&p, 3600 * (int64_t)NS_PER_S);
    assert_int_not_equal(pacer_next(&p), PACER_OVER);
    pacer_start(&p, &flat, 0, 1, ago(NS_PER_S));
    pacer_end_after(&p, NS_PER_S);
    assert_int_equal(pacer_next(&p), PACER_OVER);
}

static void test_a_cap_holds_for_a_flat_out_load(void **state)
{
    (void)state;
    struct load flat = {.kind = LOAD_FLAT_OUT};
    struct pacer p;
    struct instant start = clock_now();
    pacer_start(&p, &flat, 1000, 1, start);
    for (int i = 0; i < 51; i++)
        (void)pacer_next(&p);
    assert_true(instant_since(clock_now(), start) >= 50 * (int64_t)NS_PER_MS);
}

/* --- rates that change in steps --- */

static const struct load_step STEPS[] = {
    {200, 10 * (int64_t)NS_PER_S}, {0, 5 * (int64_t)NS_PER_S}, {2000, 5 * (int64_t)NS_PER_S}};
static const struct load PHASES = {
    .kind = LOAD_PHASES, .rate_per_s = 600, .steps = STEPS, .step_count = 3};

/* 5 standard deviations of a Poisson count. */
static bool is_about(int found, double expected)
{
    return fabs(found - expected) <= 5 * sqrt(expected);
}

static void test_each_phase_brings_its_records_in_its_time(void **state)
{
    (void)state;
    const int64_t ends_ns[] = {10 * (int64_t)NS_PER_S, 15 * (int64_t)NS_PER_S,
                               20 * (int64_t)NS_PER_S};
    struct instant start = long_ago();
    struct pacer p;
    int count[3] = {0};
    int64_t before = 0;
    pacer_start(&p, &PHASES, 0, 11, start);
    for (int64_t due = pacer_next(&p); due != PACER_OVER; due = pacer_next(&p)) {
        int64_t at_ns = due - start.ns;
        size_t phase = pacer_phase(&p);
        assert_true(at_ns >= before && phase < 3);
        assert_true(at_ns <= ends_ns[phase] && (phase == 0 || at_ns >= ends_ns[phase - 1]));
        count[phase]++;
        before = at_ns;
    }
    assert_int_equal(pacer_next(&p), PACER_OVER);
    assert_true(is_about(count[0], 2000));
    assert_int_equal(count[1], 0);
    assert_true(is_about(count[2], 10000));
}

/* Gaps within one phase are those of a Poisson process at its rate. */
static void test_gaps_of_a_phase_are_exponential(void **state)
{
    (void)state;
    struct instant start = long_ago();
    struct pacer p;
    double sum = 0, squares = 0;
    int n = 0;
    int64_t before = 0;
    pacer_start(&p, &PHASES, 0, 12, start);
    for (int64_t due = pacer_next(&p); due != PACER_OVER; due = pacer_next(&p)) {
        if (pacer_phase(&p) == 2 && before != 0) {
            double gap = (double)(due - before);
            sum += gap;
            squares += gap * gap;
            n++;
        }
        before = pacer_phase(&p) == 2 ? due : 0;
    }
    double mean = sum / n, deviation = sqrt(squares / n - mean * mean);
    assert_true(fabs(mean - 5e5) < 3e4);
    assert_true(fabs(deviation - 5e5) < 5e4);
}

static void test_steps_are_the_same_for_the_same_seed(void **state)
{
    (void)state;
    struct instant start = long_ago();
    struct pacer a, b, c;
    int differ = 0;
    pacer_start(&a, &PHASES, 0, 7, start);
    pacer_start(&b, &PHASES, 0, 7, start);
    pacer_start(&c, &PHASES, 0, 8, start);
    for (int64_t due = pacer_next(&a); due != PACER_OVER; due = pacer_next(&a)) {
        assert_int_equal(due, pacer_next(&b));
        differ += due != pacer_next(&c);
    }
    assert_int_equal(pacer_next(&b), PACER_OVER);
    assert_true(differ > 5000);
}

static void test_a_cap_holds_for_steps(void **state)
{
    (void)state;
    struct instant start = long_ago();
    struct pacer p;
    int64_t first = 0, last = 0;
    int n = 0;
    pacer_start(&p, &PHASES, 100, 7, start);
    for (int64_t due = pacer_next(&p); due != PACER_OVER; due = pacer_next(&p)) {
        first = n == 0 ? due : first;
        last = due;
        n++;
    }
    assert_true(n > 1000 && (double)(last - first) >= 0.9999e7 * (n - 2));
}

static void test_one_step_is_an_open_load(void **state)
{
    (void)state;
    static const struct load_step one[] = {{1000, 3600 * (int64_t)NS_PER_S}};
    const struct load phase = {
        .kind = LOAD_PHASES, .rate_per_s = 1000, .steps = one, .step_count = 1};
    struct instant start = long_ago();
    struct pacer a, b;
    pacer_start(&a, &OPEN, 0, 7, start);
    pacer_start(&b, &phase, 0, 7, start);
    for (int i = 0; i < RECORDS; i++) {
        int64_t apart = pacer_next(&a) - pacer_next(&b);
        assert_true(apart >= -1000 && apart <= 1000); /* rounding */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_seed_gives_the_same_arrivals_and_another_one_others),
        cmocka_unit_test(test_gaps_are_those_of_a_poisson_process_at_the_rate),
        cmocka_unit_test(test_a_late_sender_is_told_when_the_record_was_due),
        cmocka_unit_test(test_what_was_due_in_the_window_is_due_when_it_is_late),
        cmocka_unit_test(test_what_is_due_at_once_ends_with_the_window),
        cmocka_unit_test(test_a_cap_holds_for_a_flat_out_load),
        cmocka_unit_test(test_each_phase_brings_its_records_in_its_time),
        cmocka_unit_test(test_gaps_of_a_phase_are_exponential),
        cmocka_unit_test(test_steps_are_the_same_for_the_same_seed),
        cmocka_unit_test(test_a_cap_holds_for_steps),
        cmocka_unit_test(test_one_step_is_an_open_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
