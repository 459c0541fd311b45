/* Histograms against sorted exact values, at the edges of their range, and merged. */
#include "base/hist.h"
#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { VALUES = 20000 };

static struct hist fresh(void)
{
    struct hist h;
    assert_int_equal(hist_init(&h, NULL), RC_OK);
    return h;
}

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void slots_tile_the_range(void **state)
{
    (void)state;
    assert_int_equal(hist_slot_low(0), 0);
    for (size_t i = 0; i < HIST_SLOTS; i++) {
        assert_int_equal(hist_slot(hist_slot_low(i)), i);
        assert_int_equal(hist_slot(hist_slot_high(i)), i);
        if (i > 0)
            assert_int_equal(hist_slot_low(i), hist_slot_high(i - 1) + 1);
        double width = (double)(hist_slot_high(i) - hist_slot_low(i));
        assert_true(width <= (double)hist_slot_low(i) / 1024.0 || width == 0);
    }
    assert_int_equal(hist_slot_high(HIST_SLOTS - 1), HIST_HIGHEST_NS);
}

/* Quantiles of a heavy-tailed sample stay within a slot of the exact ones. */
static void quantiles_match_sorted_values(void **state)
{
    (void)state;
    struct hist h = fresh();
    struct rng rng;
    rng_init(&rng, 7, 0);
    int64_t *values = malloc(VALUES * sizeof *values);
    assert_non_null(values);
    double sum = 0;
    for (size_t i = 0; i < VALUES; i++) {
        values[i] = (int64_t)exp(14 + 2 * rng_normal(&rng));
        sum += (double)values[i];
        hist_record(&h, values[i]);
    }
    qsort(values, VALUES, sizeof *values, ascending);
    const double qs[] = {0.0001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999};
    for (size_t i = 0; i < sizeof qs / sizeof *qs; i++) {
        int64_t exact = values[(size_t)ceil(qs[i] * VALUES) - 1];
        int64_t got = hist_quantile(&h, qs[i]);
        assert_true(got >= exact);
        assert_true((double)(got - exact) <= (double)exact / 1024.0);
    }
    assert_int_equal(hist_quantile(&h, 0), values[0]);
    assert_int_equal(hist_quantile(&h, 1), values[VALUES - 1]);
    assert_int_equal(h.min, values[0]);
    assert_int_equal(h.max, values[VALUES - 1]);
    assert_int_equal(h.n, VALUES);
    assert_true(fabs(hist_mean(&h) - sum / VALUES) < 1e-6 * sum / VALUES);
    free(values);
    hist_release(&h);
}

static void small_values_are_exact(void **state)
{
    (void)state;
    struct hist h = fresh();
    for (int64_t v = 0; v < 2048; v++)
        hist_record(&h, v);
    for (int64_t v = 0; v < 2048; v++)
        assert_int_equal(hist_count_at(&h, v), 1);
    assert_int_equal(hist_quantile(&h, 0.5), 1023);
    hist_clear(&h);
    hist_record(&h, 5000000); /* its slot ends above: a quantile never passes the maximum */
    assert_true(hist_slot_high(hist_slot(5000000)) > 5000000);
    assert_int_equal(hist_quantile(&h, 0.5), 5000000);
    hist_release(&h);
}

static void nothing_is_clipped(void **state)
{
    (void)state;
    struct hist h = fresh();
    hist_record(&h, 5);
    hist_record(&h, HIST_HIGHEST_NS);
    hist_record(&h, HIST_HIGHEST_NS + 1);
    hist_record(&h, INT64_MAX);
    hist_record(&h, -1);
    hist_record(&h, INT64_MIN);
    assert_int_equal(h.n, 4);
    assert_int_equal(h.above, 2);
    assert_int_equal(h.negative, 2);
    assert_int_equal(h.min, 5);
    assert_true(h.max == INT64_MAX);
    assert_int_equal(hist_count_at(&h, HIST_HIGHEST_NS), 1);
    assert_int_equal(hist_count_at(&h, HIST_HIGHEST_NS + 1), 0);
    assert_int_equal(hist_count_at(&h, -1), 0);
    assert_int_equal(hist_quantile(&h, 0.25), 5);
    assert_int_equal(hist_quantile(&h, 0.5), HIST_HIGHEST_NS);
    assert_true(hist_quantile(&h, 0.75) == INT64_MAX);
    hist_release(&h);
}

static void sums_do_not_overflow(void **state)
{
    (void)state;
    struct hist h = fresh();
    for (int i = 0; i < 10; i++)
        hist_record(&h, INT64_MAX);
    assert_true(fabs(hist_mean(&h) / (double)INT64_MAX - 1) < 1e-12);
    struct hist twice = fresh();
    hist_merge(&twice, &h);
    hist_merge(&twice, &h);
    assert_true(fabs(hist_mean(&twice) / (double)INT64_MAX - 1) < 1e-12);
    hist_release(&twice);
    hist_release(&h);
}

/* Two halves merged are the whole, down to every slot. */
static void merged_halves_are_the_whole(void **state)
{
    (void)state;
    struct hist whole = fresh(), left = fresh(), right = fresh(), empty = fresh();
    struct rng rng;
    rng_init(&rng, 11, 0);
    for (int i = 0; i < VALUES; i++) {
        int64_t v = (int64_t)rng_below(&rng, UINT64_C(1) << 43) - (INT64_C(1) << 40);
        hist_record(&whole, v);
        hist_record(i % 3 == 0 ? &left : &right, v);
    }
    hist_merge(&left, &right);
    hist_merge(&left, &empty);
    assert_memory_equal(left.counts, whole.counts, HIST_SLOTS * sizeof *whole.counts);
    assert_int_equal(left.n, whole.n);
    assert_int_equal(left.above, whole.above);
    assert_int_equal(left.negative, whole.negative);
    assert_int_equal(left.min, whole.min);
    assert_int_equal(left.max, whole.max);
    assert_int_equal(left.sum, whole.sum);
    assert_int_equal(left.sum_carry, whole.sum_carry);
    assert_true(whole.negative > 0 && whole.above > 0);
    hist_release(&whole);
    hist_release(&left);
    hist_release(&right);
    hist_release(&empty);
}

static void an_empty_one_has_no_quantile(void **state)
{
    (void)state;
    struct hist h = fresh();
    assert_int_equal(hist_quantile(&h, 0.5), -1);
    assert_true(hist_mean(&h) < 0);
    hist_record(&h, 77);
    hist_clear(&h);
    assert_int_equal(hist_quantile(&h, 0.5), -1);
    assert_int_equal(hist_count_at(&h, 77), 0);
    hist_release(&h);
    hist_release(&h);
    hist_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_tile_the_range),
        cmocka_unit_test(quantiles_match_sorted_values),
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(nothing_is_clipped),
        cmocka_unit_test(sums_do_not_overflow),
        cmocka_unit_test(merged_halves_are_the_whole),
        cmocka_unit_test(an_empty_one_has_no_quantile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
