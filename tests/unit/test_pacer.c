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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_seed_gives_the_same_arrivals_and_another_one_others),
        cmocka_unit_test(test_gaps_are_those_of_a_poisson_process_at_the_rate),
        cmocka_unit_test(test_a_late_sender_is_told_when_the_record_was_due),
        cmocka_unit_test(test_a_cap_holds_for_a_flat_out_load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
