/*
 * How often the decisions are wrong, by simulation with fixed seeds: A/A comparisons of several
 * kinds of noise, fixed and with early looks; what the intervals cover; power where it is promised.
 *
 * A rate of `runs` simulated cases has the standard error sqrt(p (1 - p) / runs); three of them are
 * allowed, so that a right program passes and one that is wrong by a few points does not: 0.0103 at
 * 5 % of 4000 runs, 0.0146 of 2000. (With 100 000 runs 6, 12 and 24 blocks of normal noise call
 * 0.0307, 0.0430 and 0.0494; the exact distribution says 0.0313, 0.0425 and 0.0491.)
 */
#include "base/rng.h"
#include "reports/stats/looks.h"
#include "reports/stats/paired.h"
#include "reports/stats/unpaired.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const double ALPHA = 0.05;
enum { RUNS = 2000, AA_RUNS = 4000, MOST = 24, SEED = 1945 };

static double allowed(double rate, size_t runs)
{
    return 3 * sqrt(rate * (1 - rate) / (double)runs);
}

/* One arm's trial in a block: a log time, but for counts. late: the arm ran second. */
typedef double trial_fn(struct rng *r, double ground, bool late);

static double normal(struct rng *r, double ground, bool late)
{
    (void)ground, (void)late;
    return 0.05 * rng_normal(r);
}

/* Log-normal, and every twelfth trial is hit by a stall of up to many times its length. */
static double stalls(struct rng *r, double ground, bool late)
{
    (void)ground, (void)late;
    double time = exp(0.1 * rng_normal(r));
    if (rng_below(r, 12) == 0)
        time += 4 * exp(rng_normal(r));
    return log(time);
}

/* A count of a few values only: ties and zeros in nearly every block. */
static double counts(struct rng *r, double ground, bool late)
{
    (void)ground, (void)late;
    return (double)(20 + rng_below(r, 3) + rng_below(r, 2));
}

/* The machine wanders by far more than the noise, alike for both arms of a block, and whoever runs
 * second finds it a little slower. */
static double drift(struct rng *r, double ground, bool late)
{
    return ground + 0.02 * rng_normal(r) + (late ? 0.01 : 0);
}

static const struct noise {
    const char *name;
    trial_fn *trial;
    bool tied;  /* equal differences are common */
    bool alike; /* every block's difference has the same distribution */
} NOISES[] = {
    {.name = "normal", .trial = normal, .alike = true},
    {.name = "stalls", .trial = stalls, .alike = true},
    {.name = "counts", .trial = counts, .tied = true, .alike = true},
    {.name = "drift", .trial = drift},
};
enum { NOISE_COUNT = sizeof NOISES / sizeof *NOISES };

/* The tests are exact, not only conservative: the rate is the level itself. */
static bool exact(const struct noise *noise)
{
    return noise->alike && !noise->tied;
}

/* Differences B - A of blocks whose order alternates, plus the effect. */
static void simulate(const struct noise *noise, struct rng *r, size_t n, double effect, double *d)
{
    double ground = 0;
    for (size_t i = 0; i < n; i++) {
        bool a_late = i % 2 == 1;
        ground += 0.2 * rng_normal(r);
        double a = noise->trial(r, ground, a_late), b = noise->trial(r, ground, !a_late);
        d[i] = b - a + effect;
    }
}

static struct paired judge_pairs(const double *d, size_t n, double alpha)
{
    struct paired p;
    struct err e = {.text = ""};
    if (paired_judge(d, n, alpha, &p, &e) != RC_OK)
        fail_msg("%s", e.text);
    return p;
}

static bool holds(const struct paired *p, double truth)
{
    return p->lo <= truth && truth <= p->hi;
}

static void at_most(const char *what, const char *noise, size_t hits, size_t runs, double rate)
{
    double seen = (double)hits / (double)runs;
    print_message("%s, %s: %.4f\n", what, noise, seen);
    if (seen > rate + allowed(rate, runs))
        fail_msg("%s, %s: %.4f is more than %.3f and three standard errors", what, noise, seen,
                 rate);
}

static void aa_calls_are_rare(void **state)
{
    (void)state;
    double d[MOST];
    for (size_t i = 0; i < NOISE_COUNT; i++) {
        for (size_t n = 6; n <= MOST; n *= 2) {
            struct rng r;
            rng_init(&r, SEED, 100 * i + n);
            size_t by_p = 0, by_interval = 0;
            double level = 0;
            for (size_t run = 0; run < AA_RUNS; run++) {
                simulate(&NOISES[i], &r, n, 0, d);
                struct paired p = judge_pairs(d, n, ALPHA);
                by_p += p.p <= ALPHA ? 1 : 0;
                by_interval += holds(&p, 0) ? 0 : 1;
                level = 1 - p.confidence;
            }
            at_most("A/A by p", NOISES[i].name, by_p, AA_RUNS, ALPHA);
            at_most("A/A by interval", NOISES[i].name, by_interval, AA_RUNS, level);
            if (!NOISES[i].tied) /* then both say the same */
                assert_int_equal(by_p, by_interval);
            if (exact(&NOISES[i])) /* and as often as the level says */
                assert_true((double)by_p / AA_RUNS >= level - allowed(level, AA_RUNS));
        }
    }
}

/* Blocks are judged as they come, until the interval leaves 0 out, or p is small enough, or `most`
 * is reached. */
static bool called_early(const double *d, size_t most, bool naive)
{
    size_t blocks = 0, look;
    while (blocks < most) {
        blocks = look_next(blocks, most);
        assert_true(look_at(blocks, most, &look));
        double level = naive ? ALPHA : look_alpha(look, most, ALPHA);
        struct paired p = judge_pairs(d, blocks, level);
        if (!holds(&p, 0) || p.p <= level)
            return true;
    }
    return false;
}

static void early_looks_do_not_call_more(void **state)
{
    (void)state;
    double d[MOST];
    for (size_t i = 0; i < NOISE_COUNT; i++) {
        struct rng r;
        rng_init(&r, SEED, 1000 + i);
        size_t called = 0, naive = 0;
        for (size_t run = 0; run < RUNS; run++) {
            simulate(&NOISES[i], &r, MOST, 0, d);
            called += called_early(d, MOST, false) ? 1 : 0;
            naive += called_early(d, MOST, true) ? 1 : 0;
        }
        at_most("A/A with looks", NOISES[i].name, called, RUNS, ALPHA);
        print_message("  at %.2f in every look: %.4f\n", ALPHA, (double)naive / RUNS);
        /* the check above can fail: looking without paying for it does */
        if (NOISES[i].alike)
            assert_true((double)naive / RUNS > ALPHA + allowed(ALPHA, RUNS));
    }
}

/* A true effect is not missed because of the looks: they cost a few points of power. */
static void early_looks_still_find(void **state)
{
    (void)state;
    const double sigma = 0.05 * sqrt(2);
    double d[MOST], effect = paired_detectable(sigma, MOST, ALPHA);
    struct rng r;
    rng_init(&r, SEED, 1100);
    size_t called = 0;
    for (size_t run = 0; run < RUNS; run++) {
        simulate(&NOISES[0], &r, MOST, effect, d);
        called += called_early(d, MOST, false) ? 1 : 0;
    }
    print_message("power with looks: %.4f\n", (double)called / RUNS);
    assert_true((double)called / RUNS > 0.7 && (double)called / RUNS < 0.85);
}

static void intervals_cover(void **state)
{
    (void)state;
    double d[MOST];
    for (size_t i = 0; i < NOISE_COUNT; i++) {
        for (size_t n = 8; n <= MOST; n += 8) {
            struct rng r;
            rng_init(&r, SEED, 2000 + 100 * i + n);
            double truth = NOISES[i].tied ? 1 : 0.1, estimates = 0;
            size_t missed = 0;
            double level = 0;
            for (size_t run = 0; run < RUNS; run++) {
                simulate(&NOISES[i], &r, n, truth, d);
                struct paired p = judge_pairs(d, n, 0.1);
                missed += holds(&p, truth) ? 0 : 1;
                level = 1 - p.confidence;
                estimates += p.estimate;
            }
            at_most("not covered", NOISES[i].name, missed, RUNS, level);
            if (exact(&NOISES[i]))
                assert_true((double)missed / RUNS >= level - allowed(level, RUNS));
            assert_true(fabs(estimates / RUNS - truth) < 0.03);
        }
    }
}

/* Share of RUNS in which n blocks of unit noise find the effect at alpha. */
static double power(size_t n, double effect, double alpha, uint64_t stream)
{
    double d[PAIRED_MAX];
    struct rng r;
    rng_init(&r, SEED, stream);
    size_t found = 0;
    for (size_t run = 0; run < RUNS; run++) {
        for (size_t i = 0; i < n; i++)
            d[i] = effect + rng_normal(&r);
        struct paired p = judge_pairs(d, n, alpha);
        found += p.lo > 0 ? 1 : 0;
    }
    return (double)found / RUNS;
}

static void detectable_effects_are_found(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        double alpha;
    } ROWS[] = {{6, 0.05}, {9, 0.05}, {12, 0.05}, {12, 0.01}, {24, 0.05}, {24, 0.05 / 36}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        double effect = paired_detectable(1, ROWS[i].n, ROWS[i].alpha);
        double found = power(ROWS[i].n, effect, ROWS[i].alpha, 3000 + i);
        print_message("%zu blocks at %.4f: %.2f is found in %.4f\n", ROWS[i].n, ROWS[i].alpha,
                      effect, found);
        assert_true(found > 0.75 && found < 0.85);
    }
}

static void blocks_to_decide_decide(void **state)
{
    (void)state;
    static const double EFFECTS[] = {1.2, 0.8, 0.6};
    for (size_t i = 0; i < 3; i++) {
        struct paired p = {.n = 6, .estimate = EFFECTS[i], .lo = -1, .hi = 2};
        size_t n = paired_blocks_to_decide(&p, 1, 0, ALPHA);
        double found = power(n, EFFECTS[i], ALPHA, 5000 + i);
        double sooner = power(n * 2 / 3, EFFECTS[i], ALPHA, 5100 + i);
        print_message("an effect of %.1f: %zu blocks find it in %.4f\n", EFFECTS[i], n, found);
        assert_true(found > 0.75 && found < 0.87);
        assert_true(sooner < 0.72);
    }
}

/* Twelve comparisons without a difference: some call after Holm in at most 5 % of the families. */
static void holm_keeps_the_family(void **state)
{
    (void)state;
    enum { FAMILIES = 1000, COMPARISONS = 12 };
    double d[MOST], p[COMPARISONS];
    struct rng r;
    rng_init(&r, SEED, 6000);
    size_t called = 0, naive = 0;
    for (size_t family = 0; family < FAMILIES; family++) {
        bool any = false, any_naive = false;
        for (size_t i = 0; i < COMPARISONS; i++) {
            simulate(&NOISES[i % 2], &r, 12, 0, d);
            p[i] = judge_pairs(d, 12, ALPHA).p;
            any_naive |= p[i] <= ALPHA;
        }
        holm_adjust(p, COMPARISONS);
        for (size_t i = 0; i < COMPARISONS; i++)
            any |= p[i] <= ALPHA;
        called += any ? 1 : 0;
        naive += any_naive ? 1 : 0;
    }
    at_most("some call of twelve", "Holm", called, FAMILIES, ALPHA);
    assert_true((double)naive / FAMILIES > 0.3);
}

static struct unpaired judge_two(const struct noise *noise, struct rng *r, double effect,
                                 double scale)
{
    enum { X = 10, Y = 14 };
    double x[X], y[Y];
    for (size_t i = 0; i < X; i++)
        x[i] = noise->trial(r, 0, false) * scale;
    for (size_t i = 0; i < Y; i++)
        y[i] = noise->trial(r, 0, false) * scale + effect;
    struct unpaired u;
    struct unpaired_samples samples = {.x = x, .y = y, .n_x = X, .n_y = Y};
    struct err e = {.text = ""};
    if (unpaired_judge(&samples, ALPHA, &u, &e) != RC_OK)
        fail_msg("%s", e.text);
    return u;
}

static void two_samples_keep_the_level_and_the_power(void **state)
{
    (void)state;
    enum { PAIRS = 1000 };
    for (size_t i = 0; i < NOISE_COUNT; i++) {
        struct rng r;
        rng_init(&r, SEED, 7000 + i);
        size_t by_p = 0, missed = 0;
        double level = 0;
        for (size_t run = 0; run < PAIRS; run++) {
            struct unpaired u = judge_two(&NOISES[i], &r, 2, 1);
            missed += u.lo > 2 || u.hi < 2 ? 1 : 0;
            level = 1 - u.confidence;
            by_p += judge_two(&NOISES[i], &r, 0, 1).p <= ALPHA ? 1 : 0;
        }
        at_most("A/A of two samples", NOISES[i].name, by_p, PAIRS, ALPHA);
        at_most("two samples not covered", NOISES[i].name, missed, PAIRS, level);
    }
    double effect = unpaired_detectable(1, 10, 14, ALPHA);
    struct rng r;
    rng_init(&r, SEED, 7100);
    size_t found = 0;
    for (size_t run = 0; run < PAIRS; run++) {
        struct unpaired u = judge_two(&NOISES[0], &r, effect, 20);
        found += u.lo > 0 ? 1 : 0;
    }
    print_message("two samples: %.2f is found in %.4f\n", effect, (double)found / PAIRS);
    assert_true((double)found / PAIRS > 0.75 && (double)found / PAIRS < 0.85);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aa_calls_are_rare),
        cmocka_unit_test(early_looks_do_not_call_more),
        cmocka_unit_test(early_looks_still_find),
        cmocka_unit_test(intervals_cover),
        cmocka_unit_test(detectable_effects_are_found),
        cmocka_unit_test(blocks_to_decide_decide),
        cmocka_unit_test(holm_keeps_the_family),
        cmocka_unit_test(two_samples_keep_the_level_and_the_power),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
