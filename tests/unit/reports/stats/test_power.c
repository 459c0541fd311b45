/*
 * Power against what is known without simulation: with no effect it is the normal approximation of
 * the test's own tail, because the moments must then be those of the null distribution; with a huge
 * one it is 1; with a critical value of 0 it is the chance that all signs agree.
 */
#include "reports/stats/normal.h"
#include "reports/stats/power.h"
#include "reports/stats/rank_sum.h"
#include "reports/stats/signed_rank.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-12))
        fail_msg("%.17g is not %.17g", got, want);
}

static void no_effect_is_found_as_often_as_the_level(void **state)
{
    (void)state;
    for (size_t n = 12; n <= 100; n += 11) {
        struct critical c = signed_rank_critical(n, 0.025);
        double count = (double)n, mean = count * (count + 1) / 4;
        double variance = count * (count + 1) * (2 * count + 1) / 24;
        near(power_paired(0, n, &c), normal_tail((mean - (double)c.below - 0.5) / sqrt(variance)));
    }
    for (size_t n_x = 4; n_x <= 40; n_x += 6) {
        struct critical c;
        double pairs = (double)n_x * 7, variance = pairs * (double)(n_x + 8) / 12;
        assert_int_equal(rank_sum_critical(n_x, 7, 0.025, &c, NULL), RC_OK);
        near(power_unpaired(0, n_x, 7, &c),
             normal_tail((pairs / 2 - (double)c.below - 0.5) / sqrt(variance)));
    }
}

/* Mean and variance of W from the covariances of its n (n + 1) / 2 indicators, two by two, with
 * scipy 1.17.1's multivariate_normal.cdf. */
static void moments_under_a_shift(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        double effect, power;
    } ROWS[] = {{8, 0.5, 0.17186581},
                {8, 1.2, 0.68526746},
                {12, 0.9, 0.74004317},
                {24, 0.6, 0.77688255},
                {60, 0.3, 0.59804109}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct critical c = signed_rank_critical(ROWS[i].n, 0.025);
        assert_true(fabs(power_paired(ROWS[i].effect, ROWS[i].n, &c) - ROWS[i].power) < 1e-7);
    }
}

static void all_signs_alike(void **state)
{
    (void)state;
    struct critical c = signed_rank_critical(6, 0.025);
    assert_int_equal(c.below, 0);
    near(power_paired(1, 6, &c), pow(0.8413447460685429, 6));
}

static void large_effects_are_always_found(void **state)
{
    (void)state;
    struct critical c = signed_rank_critical(8, 0.025), none = {.bounded = false};
    near(power_paired(50, 8, &c), 1);
    near(power_paired(50, 8, &none), 0);
    assert_int_equal(rank_sum_critical(6, 6, 0.025, &c, NULL), RC_OK);
    near(power_unpaired(50, 6, 6, &c), 1);
    near(power_unpaired(50, 6, 6, &none), 0);
    double before = 0;
    for (double effect = 0; effect < 3; effect += 0.25) {
        double found = power_unpaired(effect, 6, 6, &c);
        assert_true(found > before);
        before = found;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_effect_is_found_as_often_as_the_level),
        cmocka_unit_test(moments_under_a_shift),
        cmocka_unit_test(all_signs_alike),
        cmocka_unit_test(large_effects_are_always_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
