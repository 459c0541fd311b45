/* Trials that do not count: no gate passes on the survivors of the candidate. */
#include "reports/gate/gate_cases.h"
#include "reports/gate/gate_report.h"
#include "reports/gate/simulated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS = 12 };

/* A job in which nothing differs. */
static struct results job(void)
{
    struct results r = {.path = "made up"};
    struct simulated s = {.seed = 5,
                          .groups = 1,
                          .blocks = BLOCKS,
                          .noise = 0.02,
                          .slower = 1,
                          .bytes = 1,
                          .unsteady = 1,
                          .after = ""};
    assert_int_equal(simulated_job(&s, &r, NULL), RC_OK);
    return r;
}

/* So many trials of an arm, from the first block on, become of that kind. */
static void spoil(struct results *r, const char *arm, size_t count, enum validity v)
{
    for (size_t i = 0; i < r->count && count > 0; i++) {
        struct trial_record *t = &r->records[i];
        if (strcmp(trial_record_arm(t), arm) != 0)
            continue;
        t->validity = v;
        (void)snprintf(t->why, sizeof t->why, "it did not count");
        count--;
    }
    assert_int_equal(count, 0);
}

static void ends(struct results *r, enum gate_outcome want, const char *says)
{
    struct gate g;
    struct gate_limits limits = gate_limits_of_table();
    size_t suspects = 0;
    char text[GATE_WHY];
    assert_int_equal(gate_cases_of_job(r, &limits, &g, NULL), RC_OK);
    assert_int_equal(gate_judge(&g, &suspects, NULL), RC_OK);
    assert_int_equal(suspects, 0);
    assert_int_equal(gate_decide(&g, NULL), RC_OK);
    struct gate_report report = {.gate = &g};
    assert_string_equal(GATE_NAMES[g.outcome], GATE_NAMES[want]);
    if (strstr(gate_outcome_text(&report, text), says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", text, says);
    gate_cases_release(&g);
    results_release(r);
}

static void all_that_count_pass(void **state)
{
    (void)state;
    struct results r = job();
    ends(&r, GATE_PASS, "PASS");
}

/* Half of the candidate's trials, and none of the 24 of the baseline: p is 0.0005. */
static void saturated_beyond_chance_is_a_regression(void **state)
{
    (void)state;
    struct results r = job();
    spoil(&r, GATE_ARM_CANDIDATE, BLOCKS / 2, TRIAL_SATURATED);
    ends(&r, GATE_REGRESSION, "REGRESSION: 1 of ");
}

static void saturated_by_chance_is_not_decided(void **state)
{
    (void)state;
    struct results r = job();
    spoil(&r, GATE_ARM_CANDIDATE, 1, TRIAL_SATURATED);
    ends(&r, GATE_INCONCLUSIVE,
         "1 of 12 trials of the candidate are saturated, and 0 of 24 of the baseline, p 0.33");
}

static void saturated_alike_says_nothing(void **state)
{
    (void)state;
    struct results r = job();
    spoil(&r, GATE_ARM_CANDIDATE, 2, TRIAL_SATURATED);
    spoil(&r, GATE_ARM_BASELINE, 2, TRIAL_SATURATED);
    spoil(&r, GATE_ARM_AGAIN, 2, TRIAL_SATURATED);
    ends(&r, GATE_PASS, "PASS");
}

static void void_trials_never_pass(void **state)
{
    (void)state;
    static const char *const ARMS[] = {GATE_ARM_CANDIDATE, GATE_ARM_BASELINE, GATE_ARM_AGAIN};
    for (size_t i = 0; i < sizeof ARMS / sizeof *ARMS; i++) {
        struct results r = job();
        spoil(&r, ARMS[i], 1, TRIAL_VOID);
        ends(&r, GATE_INCONCLUSIVE, "are void, and");
    }
    struct results r = job();
    spoil(&r, GATE_ARM_CANDIDATE, BLOCKS / 2, TRIAL_VOID);
    ends(&r, GATE_INCONCLUSIVE,
         "6 of 12 trials of the candidate are void, and 0 of 24 of the "
         "baseline; first ");
}

/* What no client takes was never tried: alike in all arms that says nothing of a change. */
static void refused_trials_are_no_survivors(void **state)
{
    (void)state;
    struct results r = job();
    spoil(&r, GATE_ARM_CANDIDATE, BLOCKS / 2, TRIAL_REFUSED);
    ends(&r, GATE_INCONCLUSIVE, "6 trials of the candidate were refused, and 0 of the baseline");
    r = job();
    spoil(&r, GATE_ARM_CANDIDATE, 2, TRIAL_REFUSED);
    spoil(&r, GATE_ARM_BASELINE, 2, TRIAL_REFUSED);
    spoil(&r, GATE_ARM_AGAIN, 2, TRIAL_REFUSED);
    ends(&r, GATE_PASS, "PASS");
}

/* A latency that only some trials of the candidate have: the others may be the slow ones. */
static void trials_without_a_value_never_pass(void **state)
{
    (void)state;
    struct results r = job();
    size_t left = 3;
    for (size_t i = 0; i < r.count && left > 0; i++) {
        struct trial_record *t = &r.records[i];
        if (strcmp(trial_record_arm(t), GATE_ARM_CANDIDATE) != 0)
            continue;
        t->latency_ns[LATENCY_E2E].p50 = NOT_MEASURED;
        left--;
    }
    ends(&r, GATE_INCONCLUSIVE, "1 was not measured in the candidate");
}

/* What the blocks of one start say, and those of the next: 12 blocks on 3 starts. */
static void starts_are_told_as_words_and_as_figures(void **state)
{
    (void)state;
    struct results r = job();
    struct gate g;
    struct gate_limits limits = gate_limits_of_table();
    struct buf out;
    size_t suspects = 0;
    for (size_t i = 0; i < r.count; i++)
        r.records[i].broker_started_wall_ns = 1 + (r.records[i].block - 1) / 4;
    buf_init(&out, 1 << 20);
    assert_int_equal(gate_cases_of_job(&r, &limits, &g, NULL), RC_OK);
    assert_int_equal(gate_judge(&g, &suspects, NULL), RC_OK);
    assert_int_equal(gate_decide(&g, NULL), RC_OK);
    struct gate_report report = {.gate = &g, .baseline = "old", .candidate = "new", .seconds = -1};
    assert_int_equal(gate_write_lines(&report, &out, NULL), RC_OK);
    assert_int_equal(gate_write_json(&report, &out, NULL), RC_OK);
    assert_int_equal(buf_append(&out, "", 1, NULL), RC_OK);
    assert_non_null(strstr((const char *)out.data, "; 3 starts of the broker "));
    assert_non_null(strstr((const char *)out.data, "\"count\": 3"));
    buf_release(&out);
    gate_cases_release(&g);
    results_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_count_pass),
        cmocka_unit_test(saturated_beyond_chance_is_a_regression),
        cmocka_unit_test(saturated_by_chance_is_not_decided),
        cmocka_unit_test(saturated_alike_says_nothing),
        cmocka_unit_test(void_trials_never_pass),
        cmocka_unit_test(refused_trials_are_no_survivors),
        cmocka_unit_test(trials_without_a_value_never_pass),
        cmocka_unit_test(starts_are_told_as_words_and_as_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
