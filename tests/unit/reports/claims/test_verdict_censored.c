/* Strata whose values were cut off: "not recovered in 60 s" is at least 60 s.
 * Planted bugs these tests find: such a value dropped, or taken as it stands; an end that hangs on
 * it shown as closed; a maximum called low although one may lie behind the cut. */
#include "reports/claims/verdict_stratum.h"
#include "reports/claims/verdict_text.h"
#include "tests/unit/reports/claims/judged_claim.h"

enum { BLOCKS = 12 };
static const double S = 1e9;

/* Twelve trials of one arm, or pairs of two, as contrast_of would make them. */
struct made_up {
    struct trial_record records[BLOCKS];
    struct contrast_pair pairs[BLOCKS];
    double from[BLOCKS], to[BLOCKS];
    bool from_censored[BLOCKS], to_censored[BLOCKS];
    struct contrast contrast;
    struct stratum s;
};

static void make(struct made_up *m, double from, double to)
{
    *m = (struct made_up){.s = {.metric = METRIC_CPU_SENDER}};
    for (size_t i = 0; i < BLOCKS; i++) {
        trial_record_init(&m->records[i]);
        (void)snprintf(m->records[i].trial, sizeof m->records[i].trial, "b%02zu", i + 1);
        m->pairs[i] = (struct contrast_pair){&m->records[i], &m->records[i]};
        m->from[i] = from + 0.01 * S * (double)i;
        m->to[i] = to + 0.02 * S * (double)i;
    }
    m->contrast = (struct contrast){.n = BLOCKS,
                                    .from = m->from,
                                    .to = m->to,
                                    .from_censored = m->from_censored,
                                    .to_censored = m->to_censored,
                                    .pairs = m->pairs,
                                    .trials = 2 * BLOCKS,
                                    .why = "",
                                    .batch_from = NOT_MEASURED,
                                    .batch_to = NOT_MEASURED};
}

static void cut(struct made_up *m, bool *which, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        which[i] = true;
    m->contrast.censored += count;
}

static void judge_level(struct made_up *m, double below)
{
    static char metric[] = "cpu_sender_ns_per_record", arm[] = "a";
    struct err e;
    struct claim_test t = claim_test_made_up();
    struct strata_group g = {.paced = false};
    t.kind = TEST_LEVEL;
    t.metric = metric;
    t.from = NULL;
    t.to = arm;
    t.band = (struct claim_band){.weak = below, .strong = NAN, .falling = true};
    struct stratum_question q = {
        .test = &t, .group = &g, .contrast = &m->contrast, .alpha = 0.05, .comparisons = 1};
    assert_int_equal(stratum_judge(&q, &m->s, &e), RC_OK);
}

/* "to takes at least half the time less": a change below -50 %. */
static void judge_change(struct made_up *m)
{
    struct err e;
    struct claim_test t = claim_test_made_up();
    struct strata_group g = {.paced = false};
    t.band = (struct claim_band){.weak = -0.5, .strong = NAN, .falling = true};
    (void)snprintf(m->s.from, sizeof m->s.from, "a");
    (void)snprintf(m->s.to, sizeof m->s.to, "b");
    struct stratum_question q = {
        .test = &t, .group = &g, .contrast = &m->contrast, .alpha = 0.05, .comparisons = 1};
    assert_int_equal(stratum_judge(&q, &m->s, &e), RC_OK);
}

static void is(const struct made_up *m, enum verdict want)
{
    if (m->s.verdict != want)
        fail_msg("%s is not %s: %s", VERDICT_NAMES[m->s.verdict], VERDICT_NAMES[want], m->s.why);
}

static void all_beyond_the_limit_refute(void **state)
{
    (void)state;
    struct made_up m;
    char text[EFFECT_WORDS];
    make(&m, 0, 60 * S);
    cut(&m, m.to_censored, 0, BLOCKS);
    judge_level(&m, 30 * S);
    is(&m, VERDICT_REFUTED);
    assert_true(m.s.lo > 60 * S && isinf(m.s.hi) && m.s.estimate_is == ESTIMATE_AT_LEAST);
    assert_true(fabs(m.s.p_refute - 2.0 / 4096) < 1e-12 && m.s.p_support == 1);
    assert_true(isnan(m.s.detectable));
    assert_non_null(strstr(m.s.why, "12 of 12 values were cut off"));
    assert_non_null(strstr(effect_words(&m.s, text), "≥ 60.1 s"));
    assert_non_null(strstr(text, "unbounded"));
}

/* At least 20 s each says nothing of a limit of 30 s; nor do four of twelve, the rest at 5 s. */
static void what_lies_behind_the_cut_would_decide(void **state)
{
    (void)state;
    struct made_up m;
    make(&m, 0, 20 * S);
    cut(&m, m.to_censored, 0, BLOCKS);
    judge_level(&m, 30 * S);
    is(&m, VERDICT_INCONCLUSIVE);
    assert_non_null(strstr(m.s.why, "what lies behind the cut would decide"));
    assert_int_equal(m.s.blocks_to_decide, 0);
    make(&m, 0, 5 * S);
    cut(&m, m.to_censored, 8, 4);
    judge_level(&m, 30 * S);
    is(&m, VERDICT_INCONCLUSIVE);
    assert_true(isinf(m.s.hi) && m.s.lo < 30 * S);
}

/* One of twelve is the largest of all, and the interval still ends below the limit. */
static void one_is_outvoted_and_said(void **state)
{
    (void)state;
    struct made_up m;
    make(&m, 0, 5 * S);
    cut(&m, m.to_censored, 11, 1);
    judge_level(&m, 30 * S);
    is(&m, VERDICT_SUPPORTED);
    assert_true(isfinite(m.s.hi));
    assert_non_null(strstr(m.s.why, "1 of 12 values were cut off"));
}

static void a_maximum_may_lie_behind_the_cut(void **state)
{
    (void)state;
    struct made_up m;
    make(&m, 0, 5 * S);
    m.s.metric = METRIC_E2E_MAX;
    cut(&m, m.to_censored, 11, 1);
    struct err e;
    struct claim_test t = claim_test_made_up();
    struct strata_group g = {.paced = true};
    t.kind = TEST_LEVEL;
    t.from = NULL;
    t.band = (struct claim_band){.weak = 30 * S, .strong = NAN, .falling = true};
    struct stratum_question q = {
        .test = &t, .group = &g, .contrast = &m.contrast, .alpha = 0.05, .comparisons = 1};
    assert_int_equal(stratum_judge(&q, &m.s, &e), RC_OK);
    is(&m, VERDICT_INCONCLUSIVE);
    m.to[11] = 31 * S; /* at least that: above the limit whatever it was */
    assert_int_equal(stratum_judge(&q, &m.s, &e), RC_OK);
    is(&m, VERDICT_REFUTED);
}

/* The first arm at least 60 s, the second about 5 s: less than half in any case. */
static void changes(void **state)
{
    (void)state;
    struct made_up m;
    make(&m, 60 * S, 5 * S);
    cut(&m, m.from_censored, 0, BLOCKS);
    judge_change(&m);
    is(&m, VERDICT_SUPPORTED);
    assert_true(m.s.lo == -1 && m.s.hi < -0.9 && m.s.estimate_is == ESTIMATE_AT_MOST);
    /* both cut off: nothing is known */
    cut(&m, m.to_censored, 0, BLOCKS);
    judge_change(&m);
    is(&m, VERDICT_INCONCLUSIVE);
    assert_true(isnan(m.s.estimate) && m.s.lo == -1 && isinf(m.s.hi));
    /* the second cut off at 60 s, the first 5 s: more, whatever it was */
    make(&m, 5 * S, 60 * S);
    cut(&m, m.to_censored, 0, BLOCKS);
    judge_change(&m);
    is(&m, VERDICT_REFUTED);
    assert_string_equal(m.s.detail, "opposite sign");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_beyond_the_limit_refute),
        cmocka_unit_test(what_lies_behind_the_cut_would_decide),
        cmocka_unit_test(one_is_outvoted_and_said),
        cmocka_unit_test(a_maximum_may_lie_behind_the_cut),
        cmocka_unit_test(changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
