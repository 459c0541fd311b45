/* The order of arms in blocks: what repeats in the machine must not look like a difference. */
#include "bench/plan/order.h"
#include "reports/stats/paired.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { RUNS = 2000, ARMS_MOST = 3, BLOCKS_MOST = 24, SHAPES = 3 };
static const double ALPHA = 0.05, PI = 3.14159265358979323846;

/* What disturbs trial t of a machine whose rhythm is `period` trials long, -1 to 1. */
static double disturbance(size_t shape, double t, double period)
{
    double turn = fmod(t, period) / period;
    switch (shape) {
    case 0:
        return sin(2 * PI * turn);
    case 1:
        return turn < 0.5 ? 1 : -1;
    default:
        return turn * period < 1 ? 1 : 0;
    }
}

/* Differences of the first two arms, which do not differ. */
static void simulate(struct rng *r, size_t arms, size_t blocks, size_t shape, double height,
                     double *d)
{
    size_t order[ARMS_MOST * BLOCKS_MOST];
    struct err e = {.text = ""};
    assert_int_equal(order_arms(r, arms, blocks, order, &e), RC_OK);
    double period = (double)(2 * arms), phase = period * rng_unit(r);
    for (size_t block = 0; block < blocks; block++) {
        double of[ARMS_MOST] = {0};
        for (size_t i = 0; i < arms; i++) {
            size_t t = block * arms + i;
            of[order[t]] = height * disturbance(shape, (double)t + phase, period) + rng_normal(r);
        }
        d[block] = of[1] - of[0];
    }
}

static double called(size_t arms, size_t blocks, size_t shape, double height)
{
    double d[BLOCKS_MOST];
    size_t calls = 0;
    struct rng r;
    rng_init(&r, 2029, (uint64_t)(blocks * 100 + shape * 10 + arms));
    for (size_t run = 0; run < RUNS; run++) {
        struct paired p;
        struct err e = {.text = ""};
        simulate(&r, arms, blocks, shape, height, d);
        assert_int_equal(paired_judge(d, blocks, ALPHA, &p, &e), RC_OK);
        calls += p.p <= ALPHA;
    }
    return (double)calls / RUNS;
}

/* A disturbance with the period of two blocks, as strong as the noise and five times as strong. */
static void a_rhythm_of_two_blocks_is_no_difference(void **state)
{
    (void)state;
    const double most = ALPHA + 3 * sqrt(ALPHA * (1 - ALPHA) / RUNS);
    for (size_t arms = 2; arms <= ARMS_MOST; arms++)
        for (size_t blocks = 12; blocks <= BLOCKS_MOST; blocks += 12)
            for (size_t shape = 0; shape < SHAPES; shape++)
                for (double height = 1; height <= 5; height += 4) {
                    double rate = called(arms, blocks, shape, height);
                    print_message("%zu arms, %zu blocks, shape %zu x%.0f: %.4f\n", arms, blocks,
                                  shape, height, rate);
                    if (rate > most)
                        fail_msg("%zu arms, %zu blocks, shape %zu x%.0f: %.4f is more than %.4f",
                                 arms, blocks, shape, height, rate, most);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rhythm_of_two_blocks_is_no_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
