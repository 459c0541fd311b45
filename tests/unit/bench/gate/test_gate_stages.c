/* The stages of the gate: what the confirmation measures is decided once, when the main stage has
 * ended, and whoever asks for it changes nothing. */
#include "bench/gate/gate_stages.h"
#include "reports/gate/simulated.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { GROUPS = 3, WORSE = 1, BLOCKS = 12, OFTEN = 1000 };

static struct simulated job(double slower, const char *after)
{
    return (struct simulated){.seed = 7,
                              .groups = GROUPS,
                              .blocks = BLOCKS,
                              .noise = 0.01,
                              .drift = 0.01,
                              .slower = slower,
                              .bytes = 1,
                              .unsteady = 1,
                              .after = after};
}

/* Appends a stage in which the candidate is slower in one comparison of three. */
static void add_stage(struct results *r, const char *after)
{
    struct err e = {0};
    struct results slow = {.count = 0};
    struct simulated same = job(1, after), slower = job(1.3, after);
    size_t first = r->count;
    assert_int_equal(simulated_job(&same, r, &e), RC_OK);
    assert_int_equal(simulated_job(&slower, &slow, &e), RC_OK);
    assert_int_equal(r->count - first, slow.count);
    for (size_t i = 0; i < slow.count; i++)
        if (slow.records[i].group == WORSE)
            r->records[first + i] = slow.records[i];
    results_release(&slow);
}

static void wants(const struct gate_stages *s, enum gate_stage stage, const char *groups)
{
    char found[GROUPS + 1] = "";
    for (size_t g = 0; g < GROUPS; g++)
        found[g] = gate_stages_want(s, stage, g) ? 'y' : 'n';
    assert_string_equal(found, groups);
}

/* As live metrics do, which count what is still wanted of all parts after the first trial. */
static void test_asked_early_nothing_is_judged(void **state)
{
    struct gate_limits limits = gate_limits_of_table();
    struct gate_stages s = {.limits = &limits};
    struct results r = {.count = 0};
    struct err e = {0};
    (void)state;
    add_stage(&r, "");
    for (size_t i = 0; i < OFTEN; i++) {
        wants(&s, GATE_MAIN, "yyy");
        wants(&s, GATE_CONFIRMATION, "nnn");
    }
    assert_int_equal(s.gate.count, 0);
    assert_null(s.gate.cases);
    /* and what is judged afterwards is the whole stage */
    assert_int_equal(gate_stages_end(&s, GATE_MAIN, &r, &e), RC_OK);
    wants(&s, GATE_CONFIRMATION, "nyn");
    gate_stages_release(&s);
    results_release(&r);
}

static void test_asked_twice_the_answer_stays(void **state)
{
    struct gate_limits limits = gate_limits_of_table();
    struct gate_stages s = {.limits = &limits};
    struct results r = {.count = 0};
    struct err e = {0};
    (void)state;
    add_stage(&r, "");
    assert_int_equal(gate_stages_end(&s, GATE_MAIN, &r, &e), RC_OK);
    assert_true(s.suspects > 0);
    struct gate before = s.gate;
    for (size_t i = 0; i < OFTEN; i++) {
        wants(&s, GATE_CONFIRMATION, "nyn");
        wants(&s, GATE_MAIN, "yyy");
    }
    assert_memory_equal(&before, &s.gate, sizeof before);
    add_stage(&r, GATE_AGAIN);
    wants(&s, GATE_CONFIRMATION, "nyn"); /* records of a stage that has not ended say nothing */
    assert_int_equal(gate_stages_end(&s, GATE_CONFIRMATION, &r, &e), RC_OK);
    assert_int_equal(s.gate.outcome, GATE_REGRESSION);
    gate_stages_release(&s);
    results_release(&r);
}

static void test_nothing_worse_needs_no_confirmation(void **state)
{
    struct gate_limits limits = gate_limits_of_table();
    struct gate_stages s = {.limits = &limits};
    struct results r = {.count = 0};
    struct simulated same = job(1, "");
    struct err e = {0};
    (void)state;
    assert_int_equal(simulated_job(&same, &r, &e), RC_OK);
    assert_int_equal(gate_stages_end(&s, GATE_MAIN, &r, &e), RC_OK);
    assert_int_equal(s.suspects, 0);
    wants(&s, GATE_CONFIRMATION, "nnn");
    assert_int_equal(gate_stages_end(&s, GATE_CONFIRMATION, &r, &e), RC_OK);
    assert_int_equal(s.gate.outcome, GATE_PASS);
    gate_stages_release(&s);
    results_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asked_early_nothing_is_judged),
        cmocka_unit_test(test_asked_twice_the_answer_stays),
        cmocka_unit_test(test_nothing_worse_needs_no_confirmation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
