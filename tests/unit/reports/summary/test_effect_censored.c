/* Effects of values that were cut off, paired and unpaired.
 * Planted bugs these tests find: such a value dropped, or taken as it stands; "no difference
 * found" where the cut hides one; two values cut off at the same place called exact. */
#include "reports/summary/effect.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { N = 12 };
static const struct effect_level LEVEL = {.alpha = 0.05, .comparisons = 1};

struct arms {
    double from[N], to[N];
    bool from_cut[N], to_cut[N];
};

static struct arms arms_of(double from, double to)
{
    struct arms a;
    memset(&a, 0, sizeof a);
    for (size_t i = 0; i < N; i++) {
        a.from[i] = from * (1 + 0.01 * (double)(i * 5 % N));
        a.to[i] = to * (1 + 0.01 * (double)i);
    }
    return a;
}

static struct effect judged(const struct arms *a, enum metric m, bool paired)
{
    struct effect f, *list[] = {&f};
    struct err e;
    struct sample from = {a->from, N, a->from_cut}, to = {a->to, N, a->to_cut};
    enum rc rc = paired ? effect_paired(m, from, to, LEVEL, &f, &e)
                        : effect_unpaired(m, from, to, LEVEL, &f, &e);
    assert_int_equal(rc, RC_OK);
    assert_int_equal(effects_correct(list, 1, 0.05, &e), RC_OK);
    return f;
}

static void what_no_longer_ends_is_worse(void **state)
{
    (void)state;
    char text[EFFECT_TEXT];
    struct arms a = arms_of(5, 60);
    memset(a.to_cut, 1, sizeof a.to_cut);
    for (int paired = 0; paired < 2; paired++) {
        struct effect f = judged(&a, METRIC_CPU_SENDER, paired);
        assert_int_equal(f.word, EFFECT_WORSE);
        assert_int_equal(f.censored, N);
        assert_true(f.change > 10 && f.lo > 9 && isinf(f.hi) && isnan(f.detectable));
        assert_true(effect_may_be_worse(&f));
        assert_non_null(strstr(effect_change_text(&f, text), ", open]"));
    }
    /* where more is better, "at least so much more" is better */
    struct effect f = judged(&a, METRIC_RECORDS_PER_S, true);
    assert_int_equal(f.word, EFFECT_BETTER);
    assert_false(effect_may_be_worse(&f));
}

static void what_ends_again_is_better(void **state)
{
    (void)state;
    struct arms a = arms_of(60, 5);
    memset(a.from_cut, 1, sizeof a.from_cut);
    for (int paired = 0; paired < 2; paired++) {
        struct effect f = judged(&a, METRIC_CPU_SENDER, paired);
        assert_int_equal(f.word, EFFECT_BETTER);
        assert_true(f.lo == -1 && f.hi < -0.9);
        assert_false(effect_may_be_worse(&f));
    }
}

static void cut_off_in_both_is_not_decided(void **state)
{
    (void)state;
    char text[EFFECT_TEXT];
    struct arms a = arms_of(60, 60);
    memset(a.from_cut, 1, sizeof a.from_cut);
    memset(a.to_cut, 1, sizeof a.to_cut);
    for (int paired = 0; paired < 2; paired++) {
        struct effect f = judged(&a, METRIC_CPU_SENDER, paired);
        assert_int_equal(f.word, EFFECT_CENSORED);
        assert_string_equal(effect_says(&f), "not decided: values were cut off");
        assert_string_equal(effect_change_text(&f, text), "? % [unbounded]");
        assert_true(effect_may_be_worse(&f));
    }
}

/* The same on both sides, one of twelve cut off: the interval is closed, and holds none. */
static void one_of_twelve_hides_nothing(void **state)
{
    (void)state;
    struct arms a = arms_of(60, 60);
    a.to_cut[11] = true;
    struct effect f = judged(&a, METRIC_CPU_SENDER, true);
    assert_int_equal(f.word, EFFECT_NONE_FOUND);
    assert_true(isfinite(f.hi));
    assert_false(effect_may_be_worse(&f));
}

static void alike_and_cut_off_is_not_exact(void **state)
{
    (void)state;
    const double values[2] = {60, 60};
    const bool cut[2] = {true, true};
    struct sample plain = {values, 2, NULL}, open = {values, 2, cut};
    assert_true(effect_is_exact(METRIC_STORED_BYTES, plain, plain, true));
    assert_false(effect_is_exact(METRIC_STORED_BYTES, plain, open, true));
    assert_false(effect_is_exact(METRIC_STORED_BYTES, open, plain, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_longer_ends_is_worse),
        cmocka_unit_test(what_ends_again_is_better),
        cmocka_unit_test(cut_off_in_both_is_not_decided),
        cmocka_unit_test(one_of_twelve_hides_nothing),
        cmocka_unit_test(alike_and_cut_off_is_not_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
