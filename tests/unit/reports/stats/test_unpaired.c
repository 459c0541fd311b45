/*
 * Unpaired judgements against published tables and tests/data/unpaired_answers.tsv (scipy, and all
 * choices of the second sample listed).
 */
#include "reports/stats/rank_sum.h"
#include "reports/stats/unpaired.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/reports/stats/answers.h"

static struct unpaired judge_samples(const double *x, size_t n_x, const double *y, size_t n_y,
                                     double alpha)
{
    struct unpaired r;
    struct err e = {.text = ""};
    struct unpaired_samples samples = {.x = x, .y = y, .n_x = n_x, .n_y = n_y};
    if (unpaired_judge(&samples, alpha, &r, &e) != RC_OK)
        fail_msg("%s", e.text);
    return r;
}

static void near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-12 * fmax(1, fabs(want))))
        fail_msg("%.17g is not %.17g", got, want);
}

/* Largest U significant at two-sided 0.05, samples of 2 to 20; -1: none is. The table of the
 * textbooks after D. Auble (Bulletin of the Institute of Educational Research at Indiana University
 * 1 (1953) 2); the misprints 67 (14 and 17) and 13 (4 and 20) of many copies are put right by
 * counting all draws in whole numbers. */
static void critical_values_are_the_published_ones(void **state)
{
    (void)state;
    static const int TABLE[19][19] = {
        {-1},
        {-1, -1},
        {-1, -1, 0},
        {-1, 0, 1, 2},
        {-1, 1, 2, 3, 5},
        {-1, 1, 3, 5, 6, 8},
        {0, 2, 4, 6, 8, 10, 13},
        {0, 2, 4, 7, 10, 12, 15, 17},
        {0, 3, 5, 8, 11, 14, 17, 20, 23},
        {0, 3, 6, 9, 13, 16, 19, 23, 26, 30},
        {1, 4, 7, 11, 14, 18, 22, 26, 29, 33, 37},
        {1, 4, 8, 12, 16, 20, 24, 28, 33, 37, 41, 45},
        {1, 5, 9, 13, 17, 22, 26, 31, 36, 40, 45, 50, 55},
        {1, 5, 10, 14, 19, 24, 29, 34, 39, 44, 49, 54, 59, 64},
        {1, 6, 11, 15, 21, 26, 31, 37, 42, 47, 53, 59, 64, 70, 75},
        {2, 6, 11, 17, 22, 28, 34, 39, 45, 51, 57, 63, 69, 75, 81, 87},
        {2, 7, 12, 18, 24, 30, 36, 42, 48, 55, 61, 67, 74, 80, 86, 93, 99},
        {2, 7, 13, 19, 25, 32, 38, 45, 52, 58, 65, 72, 78, 85, 92, 99, 106, 113},
        {2, 8, 14, 20, 27, 34, 41, 48, 55, 62, 69, 76, 83, 90, 98, 105, 112, 119, 127},
    };
    for (size_t m = 2; m <= 20; m++) {
        for (size_t n = 2; n <= m; n++) {
            struct critical c, turned;
            assert_int_equal(rank_sum_critical(m, n, 0.025, &c, NULL), RC_OK);
            assert_int_equal(rank_sum_critical(n, m, 0.025, &turned, NULL), RC_OK);
            int below = c.bounded ? (int)c.below : -1;
            if (below != TABLE[m - 2][n - 2])
                fail_msg("%zu and %zu: %d should be %d", m, n, below, TABLE[m - 2][n - 2]);
            assert_true(c.tail <= 0.025 && c.bounded == turned.bounded && c.below == turned.below);
        }
    }
}

/* Beyond 60 values the normal takes over: no tail may be larger than asked for. */
static void the_normal_takes_over_smoothly(void **state)
{
    (void)state;
    for (size_t n = 31; n <= UNPAIRED_MAX; n++) {
        struct critical c;
        assert_int_equal(rank_sum_critical(30, n, 0.025, &c, NULL), RC_OK);
        assert_true(c.bounded && c.tail <= 0.025 && c.tail > 0.024);
    }
    struct critical c;
    assert_int_equal(rank_sum_critical(1, 200, 0.001, &c, NULL), RC_OK);
    assert_false(c.bounded);
}

enum { METHOD, ALPHA, P, ESTIMATE, LO, HI, CONFIDENCE, FIRST, SECOND, COLUMNS };

static void known_answers(void **state)
{
    (void)state;
    struct answers a;
    double x[ANSWERS_LIST], y[ANSWERS_LIST];
    answers_open(&a, "tests/data/unpaired_answers.tsv");
    while (answers_next(&a, COLUMNS)) {
        size_t n_x = answers_list(&a, FIRST, x), n_y = answers_list(&a, SECOND, y);
        struct unpaired r = judge_samples(x, n_x, y, n_y, answers_number(&a, ALPHA));
        answers_near(&a, "p", r.p, answers_number(&a, P));
        answers_near(&a, "estimate", r.estimate, answers_number(&a, ESTIMATE));
        answers_near(&a, "lo", r.lo, answers_number(&a, LO));
        answers_near(&a, "hi", r.hi, answers_number(&a, HI));
        answers_near(&a, "confidence", r.confidence, answers_number(&a, CONFIDENCE));
        assert_true(r.n_x == n_x && r.n_y == n_y);
    }
    assert_int_equal(a.rows, 63);
}

/* M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods (1973), table 4.1: permeability of
 * membranes at term and at 12 to 26 weeks. U = 15 of 50: one-sided p 0.1272, shift 0.305. */
static void the_textbook_example(void **state)
{
    (void)state;
    static const double TERM[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
    static const double EARLY[] = {1.15, 0.88, 0.90, 0.74, 1.21};
    struct unpaired r = judge_samples(EARLY, 5, TERM, 10, 0.05);
    near(r.estimate, 0.305);
    near(r.p, 2 * 0.12720612720612720613);
    assert_true(r.lo < 0 && r.hi > 0 && r.confidence >= 0.95);
}

static void swapping_the_samples_turns_everything_round(void **state)
{
    (void)state;
    static const double X[] = {0, 1, 1, 2, 5, 0.5, 0.25}, Y[] = {1, 3, 2, 2, 8, 0.75, 9, 9, 4};
    struct unpaired r = judge_samples(X, 7, Y, 9, 0.05), back = judge_samples(Y, 9, X, 7, 0.05);
    near(r.estimate, -back.estimate);
    near(r.lo, -back.hi);
    near(r.hi, -back.lo);
    near(r.p, back.p);
    near(r.confidence, back.confidence);
}

static void small_samples_say_nothing(void **state)
{
    (void)state;
    static const double X[] = {1, 2, 3, 4}, Y[] = {11, 12, 13, 14};
    struct unpaired r = judge_samples(X, 1, Y, 1, 0.05);
    near(r.p, 1);
    near(r.estimate, 10);
    assert_true(r.lo == -INFINITY && r.hi == INFINITY && r.confidence == 0);
    assert_true(isnan(unpaired_detectable(1, 1, 1, 0.05)));
    assert_true(isnan(unpaired_detectable(NAN, 9, 9, 0.05)));
    r = judge_samples(X, 3, Y, 3, 0.05);
    near(r.p, 0.1);
    assert_true(r.lo == -INFINITY && r.hi == INFINITY && r.confidence == 0);
    r = judge_samples(X, 4, Y, 4, 0.05);
    near(r.p, 2.0 / 70);
    near(r.lo, 7);
    near(r.hi, 13);
    static const double SAME[] = {5, 5, 5, 5, 5};
    r = judge_samples(SAME, 5, SAME, 5, 0.05);
    near(r.p, 1);
    near(r.lo, 0);
    near(r.hi, 0);
}

static void odd_input_is_refused(void **state)
{
    (void)state;
    static const double GOOD[] = {1, 2, 3}, BAD[] = {1, 2, INFINITY};
    static const double MANY[UNPAIRED_MAX + 1];
    struct unpaired_samples samples = {.x = GOOD, .y = GOOD, .n_x = 0, .n_y = 3};
    struct unpaired r;
    struct err e;
    assert_int_equal(unpaired_judge(&samples, 0.05, &r, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "first sample is empty"));
    samples = (struct unpaired_samples){.x = GOOD, .y = BAD, .n_x = 3, .n_y = 3};
    assert_int_equal(unpaired_judge(&samples, 0.05, &r, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "value 3 of the second sample"));
    samples = (struct unpaired_samples){.x = MANY, .y = GOOD, .n_x = UNPAIRED_MAX + 1, .n_y = 3};
    assert_int_equal(unpaired_judge(&samples, 0.05, &r, &e), RC_INPUT);
    static const double LEVELS[] = {0, 1, -0.05, NAN};
    samples = (struct unpaired_samples){.x = GOOD, .y = GOOD, .n_x = 3, .n_y = 3};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(unpaired_judge(&samples, LEVELS[i], &r, &e), RC_INPUT);
    r = judge_samples(MANY, UNPAIRED_MAX, MANY, UNPAIRED_MAX, 0.05);
    near(r.p, 1);
}

/* Simulated with numpy, 100 000 cases of normal noise: 80 % power needs a shift of 1.399 standard
 * deviations for 10 against 10, 0.854 for 24 against 24, 1.238 for 8 against 24. */
static void detectable_effects(void **state)
{
    (void)state;
    static const struct {
        size_t n_x, n_y;
        double least, most;
    } ROWS[] = {{10, 10, 1.37, 1.43}, {24, 24, 0.84, 0.87}, {8, 24, 1.21, 1.26}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        double d = unpaired_detectable(2, ROWS[i].n_x, ROWS[i].n_y, 0.05) / 2;
        if (!(d >= ROWS[i].least && d <= ROWS[i].most))
            fail_msg("%zu against %zu: %g is not %g to %g", ROWS[i].n_x, ROWS[i].n_y, d,
                     ROWS[i].least, ROWS[i].most);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(critical_values_are_the_published_ones),
        cmocka_unit_test(the_normal_takes_over_smoothly),
        cmocka_unit_test(known_answers),
        cmocka_unit_test(the_textbook_example),
        cmocka_unit_test(swapping_the_samples_turns_everything_round),
        cmocka_unit_test(small_samples_say_nothing),
        cmocka_unit_test(odd_input_is_refused),
        cmocka_unit_test(detectable_effects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
