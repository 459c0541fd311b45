/* Known answers for values that were cut off: the bounds hold whatever lies behind the cut.
 * Planted bugs these tests find: a value cut off taken as it stands, or left out; an end that hangs
 * on it shown as closed; a p that only one of the ends has. */
#include "base/rng.h"
#include "reports/stats/bounded.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { N = 12 };

static struct bounded paired(const double *low, const double *high, size_t n)
{
    double first[N], second[N];
    struct bounds d = {.low = first, .high = second, .n_x = n};
    struct bounded b;
    struct err e;
    memcpy(first, low, n * sizeof *low);
    memcpy(second, high, n * sizeof *high);
    assert_int_equal(bounded_paired(&d, 0.05, &b, &e), RC_OK);
    return b;
}

static void nothing_cut_off_is_the_plain_answer(void **state)
{
    (void)state;
    const double d[N] = {0.3, 0.1, 0.4, 0.15, 0.9, 0.26, 0.5, 0.35, 0.8, 0.97, 0.93, 0.23};
    struct paired plain;
    struct err e;
    assert_int_equal(paired_judge(d, N, 0.05, &plain, &e), RC_OK);
    struct bounded b = paired(d, d, N);
    assert_true(b.estimate == plain.estimate && b.lo == plain.lo && b.hi == plain.hi);
    assert_true(b.p == plain.p && !b.hinges);
}

/* All twelve cut off upwards: 2 / 2^12 two-sided, the lower end known, the upper open. */
static void all_cut_off_one_way_still_differ(void **state)
{
    (void)state;
    double low[N], high[N];
    for (size_t i = 0; i < N; i++) {
        low[i] = 2 + 0.01 * (double)i;
        high[i] = INFINITY;
    }
    struct bounded b = paired(low, high, N);
    assert_true(fabs(b.p - 2.0 / 4096) < 1e-12);
    assert_true(b.lo > 2 && b.lo < 2.11 && isinf(b.hi) && b.hi > 0);
    assert_true(fabs(b.estimate - 2.055) < 1e-9);
    assert_false(b.hinges);
    for (size_t i = 0; i < N; i++) {
        high[i] = -low[i];
        low[i] = -INFINITY;
    }
    b = paired(low, high, N);
    assert_true(fabs(b.p - 2.0 / 4096) < 1e-12 && isinf(b.lo) && b.hi < -2);
    assert_true(fabs(b.estimate + 2.055) < 1e-9);
}

/* One of twelve may be anything: of 78 averages 13 lie beyond each end, and 12 are open. Two of
 * twelve open 23, so the end is open. */
static void few_cut_off_leave_the_interval_closed(void **state)
{
    (void)state;
    double low[N], high[N];
    for (size_t i = 0; i < N; i++)
        low[i] = high[i] = 0.01 * ((double)i - 5.5);
    high[3] = INFINITY;
    struct bounded b = paired(low, high, N);
    assert_true(isfinite(b.lo) && isfinite(b.hi) && b.p == 1 && !b.hinges);
    high[4] = INFINITY;
    b = paired(low, high, N);
    assert_true(isfinite(b.lo) && isinf(b.hi) && b.hinges);
}

static void cut_off_on_both_sides_says_nothing(void **state)
{
    (void)state;
    double low[N], high[N];
    for (size_t i = 0; i < N; i++) {
        low[i] = -INFINITY;
        high[i] = INFINITY;
    }
    struct bounded b = paired(low, high, N);
    assert_true(isinf(b.lo) && isinf(b.hi) && b.p == 1 && b.estimate == 0 && b.hinges);
}

/* Whatever was behind the cut: its own interval lies within the bounds, and so does its p. */
static void any_truth_lies_within(void **state)
{
    (void)state;
    struct rng g;
    rng_init(&g, 12, 0);
    for (int round = 0; round < 300; round++) {
        double low[N], high[N], truth[N];
        for (size_t i = 0; i < N; i++) {
            double x = rng_unit(&g) - 0.4;
            bool cut = rng_unit(&g) < 0.3;
            low[i] = x;
            high[i] = cut ? INFINITY : x;
            truth[i] = cut ? x + 3 * rng_unit(&g) : x;
        }
        struct paired one;
        struct err e;
        struct bounded b = paired(low, high, N);
        assert_int_equal(paired_judge(truth, N, 0.05, &one, &e), RC_OK);
        assert_true(b.lo <= one.lo && one.hi <= b.hi);
        assert_true(one.p <= b.p + 1e-12);
    }
}

static void two_samples(void **state)
{
    (void)state;
    double low[N] = {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16}, high[N], again[N];
    struct bounds d = {.low = low, .high = high, .n_x = 6, .n_y = 6};
    struct bounded b;
    struct err e;
    for (size_t i = 0; i < N; i++)
        high[i] = again[i] = i < 6 ? low[i] : INFINITY;
    assert_int_equal(bounded_unpaired(&d, 0.05, &b, &e), RC_OK);
    assert_true(fabs(b.p - 2.0 / 924) < 1e-12); /* 2 / C(12, 6) */
    assert_true(b.lo > 5 && isinf(b.hi) && fabs(b.estimate - 10) < 1e-9 && !b.hinges);
    for (size_t i = 6; i < N; i++)
        low[i] = 3;
    d.high = again;
    assert_int_equal(bounded_unpaired(&d, 0.05, &b, &e), RC_OK);
    assert_true(b.p == 1 && isinf(b.hi) && b.hinges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_cut_off_is_the_plain_answer),
        cmocka_unit_test(all_cut_off_one_way_still_differ),
        cmocka_unit_test(few_cut_off_leave_the_interval_closed),
        cmocka_unit_test(cut_off_on_both_sides_says_nothing),
        cmocka_unit_test(any_truth_lies_within),
        cmocka_unit_test(two_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
