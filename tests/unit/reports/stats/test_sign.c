/* Skewed noise in one arm: at an edge that is true, ranks call it broken, ranks and signs do not.
 */
#include "base/rng.h"
#include "reports/stats/paired.h"
#include "reports/stats/sign.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { RUNS = 4000, MOST = 24 };
static const double ALPHA = 0.05, EDGE = 0.2;

/* The medians of both arms lie EDGE apart; the noise of the one is exponential. */
static void skewed(struct rng *r, double noise, size_t n, double *d)
{
    const double scale = 0.1, ln2 = 0.69314718055994531;
    for (size_t i = 0; i < n; i++)
        d[i] = EDGE + scale * (rng_exponential(r) - ln2) - noise * rng_normal(r);
}

static void a_true_edge_is_not_broken(void **state)
{
    (void)state;
    static const double NOISES[] = {0.03, 0.05, 0.1};
    for (size_t n = 12; n <= MOST; n += 12)
        for (size_t k = 0; k < 3; k++) {
            double d[MOST];
            size_t ranks = 0, both = 0;
            struct rng r;
            rng_init(&r, 1873, n * 10 + k);
            for (size_t run = 0; run < RUNS; run++) {
                double p;
                struct err e = {.text = ""};
                skewed(&r, NOISES[k], n, d);
                assert_int_equal(paired_p_beyond(d, n, EDGE, false, &p, &e), RC_OK);
                ranks += p <= ALPHA / 2;
                both += fmax(p, sign_p_beyond(d, n, EDGE, false)) <= ALPHA / 2;
            }
            print_message("%zu blocks, other arm %.2f: ranks %.3f, signs, too %.3f\n", n, NOISES[k],
                          (double)ranks / RUNS, (double)both / RUNS);
            assert_true((double)ranks / RUNS > 0.045);
            assert_true((double)both / RUNS <= 0.05);
        }
}

static void near(double found, double expected)
{
    if (fabs(found - expected) > 1e-9)
        fail_msg("%.12g is not %.12g", found, expected);
}

static void known_answers(void **state)
{
    (void)state;
    static const double D[] = {1, 2, 3, 4, 5, 6, -7, 0};
    near(sign_p_beyond(D, 8, 0, false), 8.0 / 128); /* 1 of 7 below; the one on the edge is none */
    near(sign_p_beyond(D, 8, 0, true), 127.0 / 128);
    near(sign_p_beyond(D, 6, 0, false), 1.0 / 64);
    near(sign_p_beyond(D, 0, 0, true), 1);
    near(sign_p_beyond(D, 8, 10, true), 1.0 / 256);
}

static void blocks_that_would_decide(void **state)
{
    (void)state;
    size_t all = sign_blocks_to_decide(1, ALPHA), most = sign_blocks_to_decide(0.8, ALPHA);
    assert_int_equal(all, 6);
    assert_true(most > 15 && most < 30);
    assert_true(sign_blocks_to_decide(0.8, ALPHA / 10) > most);
    assert_int_equal(sign_blocks_to_decide(0.5, ALPHA), PAIRED_MAX + 1);
    double d[64];
    size_t found = 0;
    struct rng r;
    rng_init(&r, 11, 11);
    for (size_t run = 0; run < RUNS; run++) {
        for (size_t i = 0; i < most; i++)
            d[i] = rng_unit(&r) < 0.8 ? 1 : -1;
        found += sign_p_beyond(d, most, 0, false) <= ALPHA / 2;
    }
    assert_true((double)found / RUNS > 0.78 && (double)found / RUNS < 0.88);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_true_edge_is_not_broken),
        cmocka_unit_test(known_answers),
        cmocka_unit_test(blocks_that_would_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
