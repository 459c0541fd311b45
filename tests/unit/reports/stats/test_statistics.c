/* Known answers for medians, spreads and paired ratios; the rule for quoting quantiles. */
#include "reports/stats/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void near(double got, double want)
{
    if (fabs(got - want) > 1e-12 * (1 + fabs(want)))
        fail_msg("%.17g is not %.17g", got, want);
}

static void medians_and_deviations(void **state)
{
    (void)state;
    double odd[] = {9, 1, 5}, even[] = {4, 1, 3, 100};
    struct measure m = measure_of(odd, 3);
    assert_int_equal(m.n, 3);
    near(m.median, 5);
    near(m.min, 1);
    near(m.max, 9);
    near(m.mad, 4);
    near(measure_spread(&m), 0.8);
    m = measure_of(even, 4);
    near(m.median, 3.5);
    near(m.mad, 1.5); /* of 0.5 0.5 2.5 96.5 */
    near(m.max, 100);
    double one[] = {7};
    m = measure_of(one, 1);
    near(m.median, 7);
    near(m.mad, 0);
    near(measure_spread(&m), NOT_MEASURED);
    m = measure_of(one, 0);
    assert_int_equal(m.n, 0);
    near(m.median, NOT_MEASURED);
}

/* The machine halves its speed in the second block: the paired ratio does not see it. */
static void pairs_cancel_drift(void **state)
{
    (void)state;
    double arm[] = {120, 60, 118}, reference[] = {100, 50, 100};
    struct measure m = measure_of_ratios(arm, reference, 3);
    near(m.median, 1.2);
    near(m.min, 1.18);
    near(m.max, 1.2);
    assert_int_equal(m.n, 3);
}

static void swapped_arms_invert_the_ratio(void **state)
{
    (void)state;
    const double a[] = {3, 5, 8, 13}, b[] = {2, 7, 4, 11};
    double x[4], y[4];
    memcpy(x, a, sizeof x);
    memcpy(y, b, sizeof y);
    struct measure forward = measure_of_ratios(x, b, 4), back = measure_of_ratios(y, a, 4);
    near(forward.median * back.median, 1);
    near(forward.min * back.max, 1);
    near(measure_of_ratios(x, b, 0).median, NOT_MEASURED);
}

static void quantiles_need_ten_values_beyond(void **state)
{
    (void)state;
    static const struct {
        int n;
        bool p50, p90, p99, p999;
    } rows[] = {
        {0, false, false, false, false}, {19, false, false, false, false},
        {20, true, false, false, false}, {99, true, false, false, false},
        {100, true, true, false, false}, {999, true, true, false, false},
        {1000, true, true, true, false}, {9999, true, true, true, false},
        {10000, true, true, true, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hist h;
        struct latency l;
        assert_int_equal(hist_init(&h, NULL), RC_OK);
        for (int v = 1; v <= rows[i].n; v++)
            hist_record(&h, v % 2000);
        latency_from_hist(&h, &l);
        assert_int_equal(l.n, rows[i].n);
        assert_int_equal(l.p50 != NOT_MEASURED, rows[i].p50);
        assert_int_equal(l.p90 != NOT_MEASURED, rows[i].p90);
        assert_int_equal(l.p99 != NOT_MEASURED, rows[i].p99);
        assert_int_equal(l.p999 != NOT_MEASURED, rows[i].p999);
        assert_int_equal(l.min != NOT_MEASURED, rows[i].n > 0);
        assert_int_equal(l.max != NOT_MEASURED, rows[i].n > 0);
        hist_release(&h);
    }
}

static void odd_values_are_carried_along(void **state)
{
    (void)state;
    struct hist h;
    struct latency l;
    assert_int_equal(hist_init(&h, NULL), RC_OK);
    hist_record(&h, -5);
    hist_record(&h, INT64_MAX);
    hist_record(&h, 3);
    latency_from_hist(&h, &l);
    assert_int_equal(l.n, 2);
    assert_int_equal(l.above, 1);
    assert_int_equal(l.negative, 1);
    assert_int_equal(l.min, 3);
    assert_true(l.max == INT64_MAX);
    hist_release(&h);
}

/* Two trials of 1 to 1000 and 1001 to 1100: their medians' mean would be 775, and the second is too
 * short for a p99 of its own. All values together have both. */
static void merged_histograms_have_the_quantiles_of_all_values(void **state)
{
    (void)state;
    struct hist first, second;
    assert_int_equal(hist_init(&first, NULL), RC_OK);
    assert_int_equal(hist_init(&second, NULL), RC_OK);
    for (int v = 1; v <= 1000; v++)
        hist_record(&first, v);
    for (int v = 1001; v <= 1100; v++)
        hist_record(&second, v);
    assert_int_equal(hist_quantile_or_not(&first, 0.5), 500);
    assert_int_equal(hist_quantile_or_not(&second, 0.5), 1050);
    assert_int_equal(hist_quantile_or_not(&second, 0.99), NOT_MEASURED);
    hist_merge(&first, &second);
    struct latency l;
    latency_from_hist(&first, &l);
    assert_int_equal(l.n, 1100);
    assert_int_equal(l.p50, 550);
    assert_int_equal(l.p90, 990);
    assert_int_equal(l.p99, 1089);
    assert_int_equal(l.p999, NOT_MEASURED);
    hist_release(&first);
    hist_release(&second);
}

/* MAD of the first by hand: 2.5; scipy.stats.median_abs_deviation(scale="normal"): 3.7065 of it. */
static void spreads_estimate_the_standard_deviation(void **state)
{
    (void)state;
    double stalled[] = {9, 3, 100, 1, 2, 4, 5, 6, 8, 7}, equal[] = {2, 2, 7, 2, 2};
    double two[] = {1, 3}, nine[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    near(spread_of(stalled, 10), 3.706505546264005 * 10 / 9.2);
    near(spread_of(equal, 5), 2.23606797749979);
    near(spread_of(two, 2), 1.482602218505602 * 1.196);
    near(spread_of(nine, 9), 2 * 1.482602218505602 * 1.107);
    assert_true(isnan(spread_of(two, 1)) && isnan(spread_of(NULL, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medians_and_deviations),
        cmocka_unit_test(pairs_cancel_drift),
        cmocka_unit_test(swapped_arms_invert_the_ratio),
        cmocka_unit_test(quantiles_need_ten_values_beyond),
        cmocka_unit_test(odd_values_are_carried_along),
        cmocka_unit_test(merged_histograms_have_the_quantiles_of_all_values),
        cmocka_unit_test(spreads_estimate_the_standard_deviation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
