/* The gate's rule, branch by branch: what fails, what does not, and what cannot be said. */
#include "reports/gate/gate_rule.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { CASES = 3 };

static struct effect noisy(enum metric m, double change, double p)
{
    return (struct effect){.metric = m,
                           .n_from = 12,
                           .n_to = 12,
                           .from = 100,
                           .to = 100 * (1 + change),
                           .change = change,
                           .p = p,
                           .p_holm = 1,
                           .reachable = true,
                           .detectable = NAN,
                           .word = EFFECT_NONE_FOUND};
}

static struct effect exact(double change)
{
    struct effect f = noisy(METRIC_STORED_BYTES, change, 1);
    f.exact = true;
    f.word = change == 0 ? EFFECT_SAME : change > 0 ? EFFECT_WORSE : EFFECT_BETTER;
    return f;
}

/* Nothing differs anywhere. */
static void calm(struct gate *g, struct gate_case cases[CASES])
{
    *g = (struct gate){.cases = cases, .count = CASES, .one_job = true, .alpha = 0.05};
    for (size_t i = 0; i < CASES; i++) {
        cases[i] = (struct gate_case){.limit = 0.05};
        for (size_t s = 0; s < GATE_STAGES; s++) {
            cases[i].effect[s] = noisy(METRIC_E2E_P50, 0.01, 0.5);
            cases[i].null[s] = noisy(METRIC_E2E_P50, 0, 0.9);
        }
    }
}

static void ends(struct gate *g, size_t suspects, enum gate_outcome want)
{
    struct err e;
    size_t found = 99;
    assert_int_equal(gate_judge(g, &found, &e), RC_OK);
    assert_int_equal(found, suspects);
    assert_int_equal(gate_decide(g, &e), RC_OK);
    assert_string_equal(GATE_NAMES[g->outcome], GATE_NAMES[want]);
}

static void test_calm_passes(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    ends(&g, 0, GATE_PASS);
    assert_int_equal(c[0].outcome, GATE_CASE_FINE);
}

static void test_all_four_conditions_fail_it(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    c[1].effect[GATE_MAIN] = noisy(METRIC_E2E_P50, 0.06, 0.001);
    c[1].effect[GATE_CONFIRMATION] = noisy(METRIC_E2E_P50, 0.055, 0.04);
    ends(&g, 1, GATE_REGRESSION);
    assert_int_equal(c[1].outcome, GATE_CASE_REGRESSED);
    assert_int_equal(c[0].outcome, GATE_CASE_FINE);
    assert_int_equal(gate_count(&g, GATE_CASE_REGRESSED), 1);
}

static void test_each_condition_alone_does_not(void **state)
{
    static const struct {
        double change, p, again_change, again_p;
        size_t suspects;
    } ROWS[] = {
        {0.06, 0.02, 0.06, 0.001, 0},   /* Holm: 3 x 0.02 */
        {0.049, 0.001, 0.06, 0.001, 0}, /* below the limit */
        {-0.2, 0.001, -0.2, 0.001, 0},  /* better */
        {0.06, 0.001, 0.06, 0.051, 1},  /* not significant again */
        {0.06, 0.001, 0.04, 0.001, 1},  /* not large enough again */
        {0.06, 0.001, -0.06, 0.001, 1}, /* the other way round */
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct gate g;
        struct gate_case c[CASES];
        calm(&g, c);
        c[2].effect[GATE_MAIN] = noisy(METRIC_E2E_P50, ROWS[i].change, ROWS[i].p);
        c[2].effect[GATE_CONFIRMATION] =
            noisy(METRIC_E2E_P50, ROWS[i].again_change, ROWS[i].again_p);
        ends(&g, ROWS[i].suspects, GATE_PASS);
        assert_int_equal(c[2].outcome,
                         ROWS[i].suspects > 0 ? GATE_CASE_NOT_REPEATED : GATE_CASE_FINE);
    }
}

/* What may be worse by any amount behind a cut is no pass; what is worse already regressed. */
static void test_values_cut_off(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    c[1].effect[GATE_MAIN].censored = 3;
    c[1].effect[GATE_MAIN].hi = 0.2; /* closed: the cut changes nothing */
    ends(&g, 0, GATE_PASS);
    c[1].effect[GATE_MAIN].hi = INFINITY;
    ends(&g, 0, GATE_INCONCLUSIVE);
    assert_int_equal(c[1].outcome, GATE_CASE_CENSORED);
    /* certain, but on the safe side of the limit only as far as was seen */
    c[1].effect[GATE_MAIN].change = 0.02;
    c[1].effect[GATE_MAIN].p = 0.001;
    ends(&g, 0, GATE_INCONCLUSIVE);
    c[1].effect[GATE_MAIN].change = 0.2;
    c[1].effect[GATE_CONFIRMATION] = c[1].effect[GATE_MAIN];
    ends(&g, 1, GATE_REGRESSION);
    c[1].effect[GATE_CONFIRMATION].p = 0.2; /* not again, as far as was seen */
    ends(&g, 1, GATE_INCONCLUSIVE);
    assert_int_equal(c[1].outcome, GATE_CASE_CENSORED);
}

/* Less throughput is worse, more is not. */
static void test_direction_of_the_metric(void **state)
{
    (void)state;
    for (int sign = -1; sign <= 1; sign += 2) {
        struct gate g;
        struct gate_case c[CASES];
        calm(&g, c);
        for (size_t s = 0; s < GATE_STAGES; s++)
            c[0].effect[s] = noisy(METRIC_RECORDS_PER_S, 0.1 * sign, 0.001);
        ends(&g, sign < 0 ? 1U : 0U, sign < 0 ? GATE_REGRESSION : GATE_PASS);
    }
}

static void test_null_control_of_the_main_stage(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    c[1].effect[GATE_MAIN] = noisy(METRIC_E2E_P50, 0.2, 0.001);
    c[0].null[GATE_MAIN] = noisy(METRIC_E2E_P50, -0.01, 0.001); /* however small, either way */
    ends(&g, 0, GATE_UNRELIABLE);
    assert_int_equal(g.null_differs_in, GATE_MAIN);
    assert_int_equal(c[1].outcome, GATE_CASE_UNRELIABLE);
}

static void test_null_control_is_corrected_too(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    c[0].null[GATE_MAIN] = noisy(METRIC_E2E_P50, 0.1, 0.02); /* 3 x 0.02 */
    ends(&g, 0, GATE_PASS);
}

static void test_null_control_of_the_confirmation(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    for (size_t s = 0; s < GATE_STAGES; s++)
        c[1].effect[s] = noisy(METRIC_E2E_P50, 0.2, 0.001);
    c[1].null[GATE_CONFIRMATION] = noisy(METRIC_E2E_P50, 0.2, 0.001);
    ends(&g, 1, GATE_UNRELIABLE);
    assert_int_equal(g.null_differs_in, GATE_CONFIRMATION);
}

static void test_exact_needs_no_confirmation(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    c[0].effect[GATE_MAIN] = exact(0.001);
    c[0].null[GATE_MAIN] = exact(0);
    c[0].limit = 0;
    ends(&g, 0, GATE_REGRESSION);
    c[0].limit = 0.001; /* at the tolerance */
    ends(&g, 0, GATE_PASS);
    c[0].effect[GATE_MAIN] = exact(-0.5);
    ends(&g, 0, GATE_PASS);
}

/* Bytes do not depend on the machine's mood. */
static void test_exact_stands_when_noise_is_unreliable(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    c[0].effect[GATE_MAIN] = exact(0.1);
    c[0].null[GATE_MAIN] = exact(0);
    c[1].null[GATE_MAIN] = noisy(METRIC_E2E_P50, 0.3, 0.0001);
    ends(&g, 0, GATE_REGRESSION);
    assert_int_equal(c[1].outcome, GATE_CASE_UNRELIABLE);
    c[0].null[GATE_MAIN] = exact(0.1); /* but these do differ by themselves */
    ends(&g, 0, GATE_UNRELIABLE);
    assert_int_equal(c[0].outcome, GATE_CASE_UNRELIABLE);
}

static void test_too_few_and_not_measured_are_inconclusive(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    c[0].effect[GATE_MAIN].reachable = false;
    ends(&g, 0, GATE_INCONCLUSIVE);
    assert_int_equal(c[0].outcome, GATE_CASE_TOO_FEW);
    calm(&g, c);
    c[0].effect[GATE_MAIN].word = EFFECT_NOT_MEASURED;
    ends(&g, 0, GATE_INCONCLUSIVE);
    assert_int_equal(c[0].outcome, GATE_CASE_NOT_MEASURED);
    calm(&g, c);
    c[0].effect[GATE_MAIN] = exact(0);
    c[0].effect[GATE_MAIN].word = EFFECT_NOT_MEASURED;
    ends(&g, 0, GATE_INCONCLUSIVE);
    calm(&g, c);
    c[1].effect[GATE_MAIN] = noisy(METRIC_E2E_P50, 0.2, 0.001);
    c[1].effect[GATE_CONFIRMATION].word = EFFECT_NOT_MEASURED;
    ends(&g, 1, GATE_INCONCLUSIVE);
    g.count = 0;
    ends(&g, 0, GATE_INCONCLUSIVE);
}

static void test_a_regression_outweighs_the_rest(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    c[0].effect[GATE_MAIN].reachable = false;
    for (size_t s = 0; s < GATE_STAGES; s++)
        c[1].effect[s] = noisy(METRIC_E2E_P50, 0.2, 0.001);
    ends(&g, 1, GATE_REGRESSION);
}

static void test_two_folders_have_no_second_chance(void **state)
{
    struct gate g;
    struct gate_case c[CASES];
    (void)state;
    calm(&g, c);
    g.one_job = false;
    c[0].effect[GATE_MAIN] = noisy(METRIC_E2E_P50, 0.2, 0.001);
    c[0].null[GATE_MAIN] = noisy(METRIC_E2E_P50, 0.2, 0.001); /* not looked at */
    ends(&g, 0, GATE_REGRESSION);
    g.unreliable = true;
    ends(&g, 0, GATE_UNRELIABLE);
    assert_int_equal(c[0].outcome, GATE_CASE_UNRELIABLE);
}

static void test_limits_and_exits(void **state)
{
    struct gate_limits l = gate_limits_of_table();
    size_t gated = 0;
    (void)state;
    assert_true(METRICS[METRIC_E2E_P50].gated && l.limit[METRIC_E2E_P50] == 0.05);
    assert_true(METRICS[METRIC_E2E_P99].gated && l.limit[METRIC_E2E_P99] == 0.10);
    assert_true(METRICS[METRIC_RECORDS_PER_S].gated && l.limit[METRIC_RECORDS_PER_S] == 0.03);
    assert_true(METRICS[METRIC_STORED_BYTES].gated && l.limit[METRIC_STORED_BYTES] == 0);
    for (int m = 0; m < METRIC_COUNT; m++)
        gated += METRICS[m].gated;
    assert_int_equal(gated, 4);
    assert_true(l.alpha == 0.05);
    assert_int_equal(gate_rc(GATE_PASS), RC_OK);
    assert_int_equal(gate_rc(GATE_REGRESSION), RC_REGRESSION);
    assert_int_equal(gate_rc(GATE_INCONCLUSIVE), RC_UNDECIDED);
    assert_int_equal(gate_rc(GATE_UNRELIABLE), RC_UNDECIDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calm_passes),
        cmocka_unit_test(test_all_four_conditions_fail_it),
        cmocka_unit_test(test_values_cut_off),
        cmocka_unit_test(test_each_condition_alone_does_not),
        cmocka_unit_test(test_direction_of_the_metric),
        cmocka_unit_test(test_null_control_of_the_main_stage),
        cmocka_unit_test(test_null_control_is_corrected_too),
        cmocka_unit_test(test_null_control_of_the_confirmation),
        cmocka_unit_test(test_exact_needs_no_confirmation),
        cmocka_unit_test(test_exact_stands_when_noise_is_unreliable),
        cmocka_unit_test(test_too_few_and_not_measured_are_inconclusive),
        cmocka_unit_test(test_a_regression_outweighs_the_rest),
        cmocka_unit_test(test_two_folders_have_no_second_chance),
        cmocka_unit_test(test_limits_and_exits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
