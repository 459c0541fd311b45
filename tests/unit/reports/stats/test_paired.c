/*
 * Paired judgements against published tables and tests/data/paired_answers.tsv (scipy, and all sign
 * flips listed); Holm against statsmodels; numbers of blocks.
 */
#include "reports/stats/paired.h"
#include "reports/stats/signed_rank.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/reports/stats/answers.h"

static struct paired judge_pairs(const double *d, size_t n, double alpha)
{
    struct paired r;
    struct err e = {.text = ""};
    if (paired_judge(d, n, alpha, &r, &e) != RC_OK)
        fail_msg("%s", e.text);
    return r;
}

static double beyond(const double *d, size_t n, double edge, bool greater)
{
    double p;
    struct err e = {.text = ""};
    if (paired_p_beyond(d, n, edge, greater, &p, &e) != RC_OK)
        fail_msg("%s", e.text);
    return p;
}

static void near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-12 * fmax(1, fabs(want))))
        fail_msg("%.17g is not %.17g", got, want);
}

/* Largest W that is significant; -1: none is. R. L. McCornack, Extended tables of the Wilcoxon
 * matched pair signed rank statistic, JASA 60 (1965) 864: n = 5 to 30, one tail .05 .025 .01 .005;
 * the .025 column to n = 71 also as OEIS A226330. */
static void critical_values_are_the_published_ones(void **state)
{
    (void)state;
    static const double TAILS[] = {0.05, 0.025, 0.01, 0.005};
    static const int TABLE[][4] = {
        {0, -1, -1, -1},      {2, 0, -1, -1},       {3, 2, 0, -1},      {5, 3, 1, 0},
        {8, 5, 3, 1},         {10, 8, 5, 3},        {13, 10, 7, 5},     {17, 13, 9, 7},
        {21, 17, 12, 9},      {25, 21, 15, 12},     {30, 25, 19, 15},   {35, 29, 23, 19},
        {41, 34, 27, 23},     {47, 40, 32, 27},     {53, 46, 37, 32},   {60, 52, 43, 37},
        {67, 58, 49, 42},     {75, 65, 55, 48},     {83, 73, 62, 54},   {91, 81, 69, 61},
        {100, 89, 76, 68},    {110, 98, 84, 75},    {119, 107, 92, 83}, {130, 116, 101, 91},
        {140, 126, 110, 100}, {151, 137, 120, 109},
    };
    static const size_t TO_71[] = {147, 159, 170, 182, 195, 208, 221, 235, 249, 264, 279,
                                   294, 310, 327, 343, 361, 378, 396, 415, 434, 453, 473,
                                   494, 514, 536, 557, 579, 602, 625, 648, 672, 697};
    for (size_t row = 0; row < sizeof TABLE / sizeof *TABLE; row++) {
        for (size_t i = 0; i < 4; i++) {
            struct critical c = signed_rank_critical(row + 5, TAILS[i]);
            if ((c.bounded ? (int)c.below : -1) != TABLE[row][i])
                fail_msg("n %zu, tail %g: %d should be %d", row + 5, TAILS[i],
                         c.bounded ? (int)c.below : -1, TABLE[row][i]);
            assert_true(c.tail <= TAILS[i]);
        }
    }
    for (size_t i = 0; i < sizeof TO_71 / sizeof *TO_71; i++)
        assert_int_equal(signed_rank_critical(31 + i, 0.025).below, TO_71[i]);
}

/* Beyond 100 the normal takes over: at n = 101 the exact value is 1997 (whole numbers, Python). */
static void the_normal_takes_over_smoothly(void **state)
{
    (void)state;
    assert_int_equal(signed_rank_critical(100, 0.025).below, 1955);
    struct critical c = signed_rank_critical(101, 0.025);
    assert_int_equal(c.below, 1996);
    assert_true(c.tail <= 0.025 && c.tail > 0.0249);
    for (size_t n = 101; n <= PAIRED_MAX; n++) {
        c = signed_rank_critical(n, 0.025);
        assert_true(c.tail <= 0.025 && c.tail > 0.0247);
    }
    assert_int_equal(signed_rank_critical(300, 0.05).below, 20101);  /* exact: 20100 */
    assert_int_equal(signed_rank_critical(150, 0.0005).below, 3908); /* exact: 3922 */
}

enum { METHOD, ALPHA, TWO_SIDED, LESS, GREATER, ESTIMATE, LO, HI, CONFIDENCE, VALUES, COLUMNS };

static void known_answers(void **state)
{
    (void)state;
    struct answers a;
    double d[ANSWERS_LIST];
    answers_open(&a, "tests/data/paired_answers.tsv");
    while (answers_next(&a, COLUMNS)) {
        size_t n = answers_list(&a, VALUES, d);
        struct paired r = judge_pairs(d, n, answers_number(&a, ALPHA));
        answers_near(&a, "p", r.p, answers_number(&a, TWO_SIDED));
        answers_near(&a, "p of less", beyond(d, n, 0, true), answers_number(&a, LESS));
        answers_near(&a, "p of greater", beyond(d, n, 0, false), answers_number(&a, GREATER));
        answers_near(&a, "estimate", r.estimate, answers_number(&a, ESTIMATE));
        answers_near(&a, "lo", r.lo, answers_number(&a, LO));
        answers_near(&a, "hi", r.hi, answers_number(&a, HI));
        answers_near(&a, "confidence", r.confidence, answers_number(&a, CONFIDENCE));
        assert_int_equal(r.n, n);
    }
    assert_int_equal(a.rows, 90);
}

/* M. Hollander, D. A. Wolfe, Nonparametric Statistical Methods (1973), table 3.1: Hamilton
 * depression scores of nine patients before and after. T+ = 5; estimate -0.46, interval -0.786 to
 * -0.010. */
static void the_textbook_example(void **state)
{
    (void)state;
    static const double BEFORE[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
    static const double AFTER[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
    double d[9];
    for (size_t i = 0; i < 9; i++)
        d[i] = AFTER[i] - BEFORE[i];
    struct paired r = judge_pairs(d, 9, 0.05);
    near(r.estimate, -0.46);
    near(r.lo, -0.786);
    near(r.hi, -0.01);
    near(r.p, 20.0 / 512);
    near(beyond(d, 9, 0, true), 10.0 / 512);
    near(r.confidence, 1 - 20.0 / 512);
}

static void zeros_are_ranked_and_lose_their_sign(void **state)
{
    (void)state;
    static const double D[] = {0, 0, 1, 2, -3};
    /* ranks of 1 2 3 are 3 4 5: W- = 5; sums of subsets up to 5: none, 3, 4, 5 */
    struct paired r = judge_pairs(D, 5, 0.05);
    assert_int_equal(r.zeros, 2);
    near(beyond(D, 5, 0, false), 4.0 / 8);
    near(r.p, 1);
    static const double NOTHING[] = {0, 0, 0, 0, 0, 0, 0};
    r = judge_pairs(NOTHING, 7, 0.05);
    assert_int_equal(r.zeros, 7);
    near(r.p, 1);
    near(r.estimate, 0);
    near(r.lo, 0);
    near(r.hi, 0);
    near(beyond(NOTHING, 7, 0, true), 1);
    near(beyond(NOTHING, 7, 1, true), 1.0 / 128);
    near(beyond(NOTHING, 7, 1, false), 1);
}

/* 0.3 - 0.2 and 0.2 - 0.1 are not the same double: they are a tie all the same. */
static void rounding_makes_no_difference(void **state)
{
    (void)state;
    static const double D[] = {0.1, 0.3, 0.2, 0.2, 0.1, 0.3};
    assert_true(0.3 - 0.2 != 0.2 - 0.1);
    double both = beyond(D, 6, 0.2, true);
    near(both, beyond(D, 6, 0.2, false));
    static const double SAME[] = {-1, 1, 0, 0, -1, 1};
    near(both, beyond(SAME, 6, 0, true));
    static const double SMALL[] = {1e-9, 2e-9, -3e-9, 1, 2, 3};
    static const double WHOLE[] = {1, 2, -3, 4, 5, 6};
    near(judge_pairs(SMALL, 6, 0.05).p, judge_pairs(WHOLE, 6, 0.05).p);
}

static void few_differences_say_nothing(void **state)
{
    (void)state;
    static const double D[] = {1, 2, 3, 4, 5, 6};
    struct paired r = judge_pairs(D, 0, 0.05);
    assert_int_equal(r.n, 0);
    assert_true(isnan(r.estimate) && r.lo == -INFINITY && r.hi == INFINITY);
    near(r.p, 1);
    r = judge_pairs(D, 1, 0.05);
    assert_true(r.lo == -INFINITY && r.hi == INFINITY && r.confidence == 0);
    near(r.estimate, 1);
    r = judge_pairs(D, 5, 0.05);
    assert_true(r.lo == -INFINITY && r.hi == INFINITY && r.confidence == 0);
    r = judge_pairs(D, 6, 0.05);
    near(r.lo, 1);
    near(r.hi, 6);
    near(r.confidence, 1 - 2.0 / 64);
    near(judge_pairs(D, 5, 0.0625).lo, 1); /* just enough: 2 / 32 */
}

static void odd_input_is_refused(void **state)
{
    (void)state;
    static const double BAD[] = {1, NAN, 2}, FAR[] = {INFINITY};
    static double many[PAIRED_MAX + 1];
    struct paired r;
    struct err e;
    double p;
    assert_int_equal(paired_judge(BAD, 3, 0.05, &r, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "difference 2 of 3"));
    assert_int_equal(paired_judge(FAR, 1, 0.05, &r, &e), RC_INPUT);
    assert_int_equal(paired_p_beyond(FAR, 1, 0, true, &p, &e), RC_INPUT);
    assert_int_equal(paired_p_beyond(BAD, 1, NAN, true, &p, &e), RC_INPUT);
    assert_int_equal(paired_judge(many, PAIRED_MAX + 1, 0.05, &r, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "1000"));
    static const double LEVELS[] = {0, 1, -0.05, NAN};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(paired_judge(BAD, 1, LEVELS[i], &r, &e), RC_INPUT);
    for (size_t i = 0; i < PAIRED_MAX; i++)
        many[i] = (double)i - 100;
    r = judge_pairs(many, PAIRED_MAX, 0.05);
    assert_true(r.lo > 0 && r.p < 1e-9 && r.confidence >= 0.95 && r.confidence < 0.951);
    near(r.estimate, 399.5);
}

static void swapping_the_arms_turns_everything_round(void **state)
{
    (void)state;
    static const double D[] = {0.2, -0.1, 0.4, 0.2, 0, 1.5, 0.7, -0.1, 0.3};
    double turned[9];
    for (size_t i = 0; i < 9; i++)
        turned[i] = -D[i];
    struct paired r = judge_pairs(D, 9, 0.1), back = judge_pairs(turned, 9, 0.1);
    near(r.estimate, -back.estimate);
    near(r.lo, -back.hi);
    near(r.hi, -back.lo);
    near(r.p, back.p);
    near(beyond(D, 9, 0.05, true), beyond(turned, 9, -0.05, false));
}

static void holm_adjusts_step_by_step(void **state)
{
    (void)state;
    struct answers a;
    double p[ANSWERS_LIST], want[ANSWERS_LIST];
    answers_open(&a, "tests/data/holm_answers.tsv");
    while (answers_next(&a, 2)) {
        size_t n = answers_list(&a, 0, p);
        assert_int_equal(answers_list(&a, 1, want), n);
        holm_adjust(p, n);
        for (size_t i = 0; i < n; i++)
            answers_near(&a, "p", p[i], want[i]);
    }
    assert_int_equal(a.rows, 11);
    double with_gap[] = {NAN, 0.01, -0.0, 0.04};
    holm_adjust(with_gap, 4);
    assert_true(isnan(with_gap[0]) && !signbit(with_gap[2]));
    near(with_gap[1], 0.02);
    near(with_gap[2], 0);
    near(with_gap[3], 0.04);
    holm_adjust(with_gap, 0);
}

/* ceil(1 + log2(m / alpha)), at least 6: the fewest signs whose smallest p is small enough. */
static void blocks_needed(void **state)
{
    (void)state;
    static const struct {
        size_t comparisons;
        double alpha;
        size_t blocks;
    } ROWS[] = {{0, 0.05, 6},   {1, 0.05, 6},   {2, 0.05, 7},     {12, 0.05, 9},     {36, 0.05, 11},
                {83, 0.05, 12}, {1, 0.5, 6},    {1, 0.03125, 6},  {1, 0.03124, 7},   {1, 0.01, 8},
                {10, 0.01, 11}, {1, 0.001, 11}, {1000, 0.05, 16}, {1, 0, PAIRED_MAX}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        assert_int_equal(paired_blocks_needed(ROWS[i].comparisons, ROWS[i].alpha), ROWS[i].blocks);
}

/* Simulated with numpy, 100 000 cases of normal noise: 80 % power needs a shift of 1.791 standard
 * deviations with 6 blocks (0.9635^6 = 0.8), 0.936 with 12, 0.613 with 24, 0.290 with 100. */
static void detectable_effects(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        double least, most;
    } ROWS[] = {{6, 1.77, 1.81}, {12, 0.91, 0.97}, {24, 0.60, 0.63}, {100, 0.285, 0.295}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        double d = paired_detectable(1, ROWS[i].n, 0.05);
        if (!(d >= ROWS[i].least && d <= ROWS[i].most))
            fail_msg("%zu blocks: %g is not %g to %g", ROWS[i].n, d, ROWS[i].least, ROWS[i].most);
        near(paired_detectable(3, ROWS[i].n, 0.05) / d, 3);
        assert_true(paired_detectable(1, ROWS[i].n, 0.01) > d || ROWS[i].n == 6);
    }
    assert_true(isnan(paired_detectable(1, 5, 0.05)));
    assert_true(isnan(paired_detectable(1, 6, 0.01)));
    assert_true(isnan(paired_detectable(NAN, 12, 0.05)));
    near(paired_detectable(0, 12, 0.05), 0);
}

static void blocks_to_decide(void **state)
{
    (void)state;
    struct paired r = {.n = 12, .estimate = 1.1, .lo = 0.5, .hi = 2};
    /* the number of blocks that finds an effect is the one whose detectable effect it is */
    for (size_t n = 8; n <= 60; n += 13) {
        double edge = r.estimate - paired_detectable(1, n, 0.05) * 1.0001;
        size_t blocks = paired_blocks_to_decide(&r, 1, edge, 0.05);
        assert_true(blocks <= n && blocks + 2 >= n);
        assert_int_equal(paired_blocks_to_decide(&r, 1, 2 * r.estimate - edge, 0.05), blocks);
    }
    assert_int_equal(paired_blocks_to_decide(&r, 1, -50, 0.05), 6);
    assert_int_equal(paired_blocks_to_decide(&r, 1, 1.1, 0.05), PAIRED_MAX + 1);
    assert_int_equal(paired_blocks_to_decide(&r, 1, 1.0999, 0.05), PAIRED_MAX + 1);
    r.lo = -51; /* undecided with 12: then 6 will not do */
    assert_int_equal(paired_blocks_to_decide(&r, 1, -50, 0.05), 13);
    r.lo = 0.5;
    assert_int_equal(paired_blocks_to_decide(&r, 0, 1, 0.05), 13);
    assert_int_equal(paired_blocks_to_decide(&r, NAN, 0, 0.05), PAIRED_MAX + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(critical_values_are_the_published_ones),
        cmocka_unit_test(the_normal_takes_over_smoothly),
        cmocka_unit_test(known_answers),
        cmocka_unit_test(the_textbook_example),
        cmocka_unit_test(zeros_are_ranked_and_lose_their_sign),
        cmocka_unit_test(rounding_makes_no_difference),
        cmocka_unit_test(few_differences_say_nothing),
        cmocka_unit_test(odd_input_is_refused),
        cmocka_unit_test(swapping_the_arms_turns_everything_round),
        cmocka_unit_test(holm_adjusts_step_by_step),
        cmocka_unit_test(blocks_needed),
        cmocka_unit_test(detectable_effects),
        cmocka_unit_test(blocks_to_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
