/* The place in a block: removed where it shows, left alone where it does not, said where blocks
 * were lost. */
#include "base/rng.h"
#include "bench/plan/order.h"
#include "reports/stats/paired.h"
#include "reports/summary/contrast.h"
#include "reports/summary/effect.h"
#include "tests/unit/reports/made_up_claim.h"

enum { RUNS = 400, ARMS_MOST = 3, BLOCKS = 12 };
static const double ALPHA = 0.05;
static const char *const ARMS[ARMS_MOST] = {"gzip-6", "zstd-3", "lz4"};

struct scene {
    size_t arms;
    double effect, place; /* logarithms: of zstd-3, and what each place adds to the one before */
    size_t lost;          /* first blocks in which zstd-3 came last, and that were lost */
};

static void simulate(const struct scene *s, struct rng *r, struct bench *b)
{
    size_t order[ARMS_MOST * BLOCKS], lost = 0;
    struct err e = {.text = ""};
    assert_int_equal(order_arms(r, s->arms, BLOCKS, order, &e), RC_OK);
    b->results.count = 0;
    for (size_t block = 0; block < BLOCKS; block++) {
        const size_t *row = order + block * s->arms;
        double ground = 0.05 * rng_normal(r);
        size_t before = s->arms * (size_t)rng_below(r, 2); /* trials of another comparison */
        bool gone = lost < s->lost && row[s->arms - 1] == 1;
        lost += gone;
        for (size_t at = 0; at < s->arms; at++) {
            double v = ground + 0.03 * rng_normal(r) + s->place * (double)at +
                       (row[at] == 1 ? s->effect : 0);
            if (gone)
                continue;
            struct trial_record *t = bench_add(b, 0, ARMS[row[at]], (int)block + 1, 1e6 * exp(v));
            t->position = (int64_t)(before + at);
            t->cell_index = (int64_t)row[at];
        }
    }
}

static struct effect judge(const struct bench *b, struct contrast *c)
{
    struct contrast_key k = {
        .scenario = "s", .from = ARMS[0], .to = ARMS[1], .metric = METRIC_E2E_P50};
    struct effect f;
    struct err e = {.text = ""};
    if (contrast_of(&b->results, &k, c, &e) != RC_OK)
        fail_msg("%s", e.text);
    struct sample from = {.values = c->from, .n = c->n}, to = {.values = c->to, .n = c->n};
    struct effect_level level = {.alpha = ALPHA, .comparisons = 1, .stretch = c->stretch};
    if (effect_paired(METRIC_E2E_P50, from, to, level, &f, &e) != RC_OK)
        fail_msg("%s", e.text);
    return f;
}

/* Shares of RUNS: called, and with the place removed. */
struct rates {
    double called, removed, off;
};

static struct rates rates_of(const struct scene *s, uint64_t stream)
{
    struct rates rates = {0};
    struct bench b;
    struct rng r;
    rng_init(&r, 7919, stream);
    bench_init(&b);
    for (size_t run = 0; run < RUNS; run++) {
        struct contrast c;
        simulate(s, &r, &b);
        struct effect f = judge(&b, &c);
        rates.called += (f.p <= ALPHA) / (double)RUNS;
        rates.removed += (c.place == PLACE_REMOVED || c.place == PLACE_REBALANCED) / (double)RUNS;
        rates.off += (log1p(f.change) - s->effect) / RUNS;
        contrast_release(&c);
    }
    bench_release(&b);
    return rates;
}

/* -5 % at 3 % of noise, while each place adds 10 %: found in 2.5 of 100 when it stays in. */
static void an_effect_is_found_behind_places(void **state)
{
    (void)state;
    for (size_t arms = 2; arms <= ARMS_MOST; arms++) {
        struct scene s = {.arms = arms, .effect = log(0.95), .place = log(1.1)};
        struct rates rates = rates_of(&s, arms);
        print_message("%zu arms: found in %.3f, removed in %.3f\n", arms, rates.called,
                      rates.removed);
        assert_true(rates.called >= 0.9);
        assert_true(rates.removed >= 0.99);
        assert_true(fabs(rates.off) < 0.005);
    }
}

static void nothing_is_called_for_a_place(void **state)
{
    (void)state;
    static const double PLACES[] = {0, 0.02, 0.1};
    const double most = ALPHA + 3 * sqrt(ALPHA * (1 - ALPHA) / RUNS);
    for (size_t arms = 2; arms <= ARMS_MOST; arms++)
        for (size_t i = 0; i < 3; i++) {
            struct scene s = {.arms = arms, .place = PLACES[i]};
            struct rates rates = rates_of(&s, 10 * arms + i);
            print_message("%zu arms, %.2f a place: called in %.3f, removed in %.3f\n", arms,
                          PLACES[i], rates.called, rates.removed);
            if (rates.called > most)
                fail_msg("%zu arms, %.2f a place: called in %.3f", arms, PLACES[i], rates.called);
            if (PLACES[i] == 0)
                assert_true(rates.removed < 0.03);
        }
}

/* Three blocks lost in which one arm came last: its place would look like a gain of 2.5 %. */
static void lost_blocks_are_said_and_adjusted(void **state)
{
    (void)state;
    struct scene s = {.arms = 2, .place = log(1.1), .lost = 3};
    struct rates rates = rates_of(&s, 77);
    print_message("unbalanced: called in %.3f, off by %.4f\n", rates.called, rates.off);
    assert_true(rates.removed > 0.99);
    assert_true(rates.called < 0.09);
    assert_true(fabs(rates.off) < 0.006);
    struct bench b;
    struct rng r;
    struct contrast c;
    char text[CONTRAST_WORDS];
    rng_init(&r, 1, 1);
    bench_init(&b);
    simulate(&s, &r, &b);
    (void)judge(&b, &c);
    assert_int_equal(c.place, PLACE_REBALANCED);
    assert_non_null(
        strstr(contrast_place_text(&c, METRIC_E2E_P50, text),
               "the order of the arms is not balanced: what the place in a block does (last"));
    contrast_release(&c);
    for (size_t i = 0; i < b.results.count; i++) /* one arm always first: nothing can be told */
        b.results.records[i].position = b.results.records[i].cell_index;
    (void)judge(&b, &c);
    assert_int_equal(c.place, PLACE_UNBALANCED);
    assert_non_null(strstr(contrast_place_text(&c, METRIC_E2E_P50, text), "is in the figures"));
    assert_true(c.stretch == 0);
    contrast_release(&c);
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_effect_is_found_behind_places),
        cmocka_unit_test(nothing_is_called_for_a_place),
        cmocka_unit_test(lost_blocks_are_said_and_adjusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
