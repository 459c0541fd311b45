/* Two folders, and one job, from made-up records whose truth is known. */
#include "reports/gate/gate_cases.h"
#include "reports/gate/simulated.h"
#include "reports/record/environment_change.h"
#include "reports/summary/comparison.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct simulated STEADY = {.seed = 1,
                                        .groups = 2,
                                        .blocks = 12,
                                        .noise = 0.01,
                                        .drift = 0.05,
                                        .slower = 1,
                                        .bytes = 1,
                                        .unsteady = 1,
                                        .after = ""};

struct pair {
    struct results a, b;
    struct comparison c;
};

static void simulate(struct pair *p, const struct simulated *a, const struct simulated *b)
{
    struct err e;
    memset(p, 0, sizeof *p);
    assert_int_equal(simulated_run(a, &p->a, &e), RC_OK);
    assert_int_equal(simulated_run(b, &p->b, &e), RC_OK);
}

static void compare_pair(struct pair *p)
{
    struct err e;
    struct comparison_options o = {.metrics = NULL};
    assert_int_equal(comparison_of(&p->a, &p->b, &o, &p->c, &e), RC_OK);
}

static void release(struct pair *p)
{
    comparison_release(&p->c);
    results_release(&p->a);
    results_release(&p->b);
}

static const struct effect *effect_of(const struct comparison *c, const char *arm, size_t group,
                                      enum metric m)
{
    for (size_t i = 0; i < c->cell_count; i++) {
        const struct compared_cell *cell = &c->cells[i];
        if (strcmp(trial_record_arm(cell->a), arm) != 0 || cell->a->group != (int64_t)group)
            continue;
        for (size_t k = cell->first; k < cell->first + cell->count; k++)
            if (c->effects[k].metric == m)
                return &c->effects[k];
    }
    fail_msg("no %s of %s", METRICS[m].name, arm);
    return NULL;
}

static void test_finds_what_is_slower_and_larger(void **state)
{
    struct pair p;
    struct simulated b = STEADY;
    (void)state;
    b.seed = 2;
    b.drift = 0.01;
    b.slower = 1.5;
    b.bytes = 1.001;
    simulate(&p, &STEADY, &b);
    compare_pair(&p);
    assert_false(p.c.unreliable);
    assert_int_equal(p.c.cell_count, 6);
    assert_int_equal(p.c.level.comparisons, 12); /* 2 groups x 2 arms x 3 noisy metrics */
    const struct effect *f = effect_of(&p.c, "zstd-3", 1, METRIC_E2E_P50);
    assert_string_equal(effect_says(f), "slower");
    assert_true(f->lo < 0.5 && 0.5 < f->hi && f->lo > 0.3 && f->hi < 0.7);
    assert_string_equal(effect_says(effect_of(&p.c, "zstd-3", 0, METRIC_RECORDS_PER_S)), "slower");
    f = effect_of(&p.c, "zstd-3", 0, METRIC_STORED_BYTES);
    assert_true(f->exact);
    assert_string_equal(effect_says(f), "larger");
    assert_true(fabs(f->change - 0.001) < 1e-9);
    f = effect_of(&p.c, "gzip-6", 0, METRIC_E2E_P50);
    assert_string_equal(effect_says(f), "no difference found");
    assert_true(f->detectable > 0 && f->detectable < 0.5);
    release(&p);
}

static void test_a_reference_that_differs_is_told(void **state)
{
    struct pair p;
    struct simulated b = STEADY;
    (void)state;
    b.seed = 2;
    b.unsteady = 1.5;
    simulate(&p, &STEADY, &b);
    compare_pair(&p);
    assert_true(p.c.reference_differs);
    assert_false(p.c.unreliable);
    assert_non_null(strstr(p.c.why, "reference arm itself differs (none: "));
    /* What the arms are to it changed, and that is what is told. */
    const struct effect *f = effect_of(&p.c, "zstd-3", 1, METRIC_E2E_P50);
    assert_string_equal(effect_says(f), "faster");
    assert_true(f->lo < 1 / 1.5 - 1 && 1 / 1.5 - 1 < f->hi);
    assert_true(f->from > 0.9 * f->to && f->from < 1.1 * f->to); /* medians are of the arm itself */
    release(&p);
}

static bool calls_a_difference(const struct comparison *c)
{
    for (size_t i = 0; i < c->cell_count; i++)
        for (size_t k = c->cells[i].first; k < c->cells[i].first + c->cells[i].count; k++)
            if (!c->cells[i].reference &&
                (c->effects[k].word == EFFECT_BETTER || c->effects[k].word == EFFECT_WORSE))
                return true;
    return false;
}

/* How many pairs of folders differ, the second run being shifted as a whole. */
enum { PAIRS = 100 };

static size_t called_of_pairs(double shift, double slower)
{
    size_t called = 0;
    for (uint64_t i = 0; i < PAIRS; i++) {
        struct pair p;
        struct simulated a = STEADY, b = STEADY;
        a.seed = 2 * i + 1;
        b.seed = 2 * i + 2;
        a.noise = b.noise = 0.03;
        b.shift = shift;
        b.slower = slower;
        simulate(&p, &a, &b);
        compare_pair(&p);
        called += calls_a_difference(&p.c);
        release(&p);
    }
    return called;
}

/* 5 % of 100 are 5; 11 or more come by chance in 1 of 100. Comparing values called 19 %. */
static void test_a_shift_of_the_whole_run_is_no_difference(void **state)
{
    (void)state;
    static const double SHIFTS[] = {0.02, 0.2};
    for (size_t i = 0; i < sizeof SHIFTS / sizeof *SHIFTS; i++) {
        size_t called = called_of_pairs(SHIFTS[i], 1);
        print_message("shift %.2f: %zu of %d pairs of folders differ\n", SHIFTS[i], called, PAIRS);
        assert_in_range(called, 0, 10);
    }
    assert_in_range(called_of_pairs(0.2, 1.15), PAIRS - 5, PAIRS);
}

static void test_no_common_reference_is_unreliable(void **state)
{
    struct pair p;
    (void)state;
    simulate(&p, &STEADY, &STEADY);
    for (size_t i = 0; i < p.b.count; i++)
        p.b.records[i].reference = false;
    compare_pair(&p);
    assert_true(p.c.unreliable);
    assert_non_null(strstr(p.c.why, "no reference arm"));
    release(&p);
}

static void test_cells_of_one_folder_only(void **state)
{
    struct pair p;
    struct simulated b = STEADY;
    (void)state;
    b.groups = 3;
    simulate(&p, &STEADY, &b);
    for (size_t i = 0; i < p.a.count; i++)
        if (strcmp(p.a.records[i].cell.codec, "gzip-6") == 0)
            (void)snprintf(p.a.records[i].cell.codec, sizeof p.a.records[i].cell.codec, "gzip-9");
    compare_pair(&p);
    assert_int_equal(p.c.only_a_count, 2);
    assert_string_equal(p.c.only_a[0]->cell.codec, "gzip-9");
    assert_int_equal(p.c.only_b_count, 5); /* gzip-6 twice, and all of the third group */
    release(&p);
}

/* 3 against 3: the smallest p is 2/20. */
static void test_too_few_blocks(void **state)
{
    struct pair p;
    struct simulated few = STEADY;
    (void)state;
    few.blocks = 3;
    simulate(&p, &few, &few);
    compare_pair(&p);
    assert_int_equal(comparison_too_few(&p.c), p.c.level.comparisons);
    assert_int_equal(effect_needs((struct effect_level){0.05, 1, 0}, false), 4);  /* 2/70 */
    assert_int_equal(effect_needs((struct effect_level){0.05, 12, 0}, false), 6); /* 2/924 */
    assert_int_equal(effect_needs((struct effect_level){0.05, 12, 0}, true), 9);
    assert_string_equal(effect_says(effect_of(&p.c, "zstd-3", 0, METRIC_E2E_P50)),
                        "too few blocks");
    release(&p);
}

/* Saturated and void trials give no times, and void ones no bytes. */
static void test_trials_that_do_not_count(void **state)
{
    struct pair p;
    (void)state;
    simulate(&p, &STEADY, &STEADY);
    for (size_t i = 0; i < p.b.count; i++)
        if (strcmp(p.b.records[i].cell.codec, "zstd-3") == 0)
            p.b.records[i].validity = p.b.records[i].group == 0 ? TRIAL_SATURATED : TRIAL_VOID;
    compare_pair(&p);
    assert_string_equal(effect_says(effect_of(&p.c, "zstd-3", 0, METRIC_E2E_P50)), "not measured");
    assert_string_equal(effect_says(effect_of(&p.c, "zstd-3", 0, METRIC_STORED_BYTES)), "the same");
    assert_string_equal(effect_says(effect_of(&p.c, "zstd-3", 1, METRIC_STORED_BYTES)),
                        "not measured");
    release(&p);
}

static void test_what_is_telling(void **state)
{
    struct trial_record r;
    (void)state;
    trial_record_init(&r);
    assert_false(effect_is_telling(METRIC_E2E_P50, &r));
    assert_true(effect_is_telling(METRIC_RECORDS_PER_S, &r));
    r.cell.load_paced = r.cell.load_sets_rate = true;
    assert_true(effect_is_telling(METRIC_E2E_P50, &r));
    assert_false(effect_is_telling(METRIC_RECORDS_PER_S, &r));
    r.cell.linger_ns = INT64_C(60000000000); /* a long linger alone is not exact */
    assert_true(effect_is_telling(METRIC_E2E_P50, &r));
    r.cell.exact = true;
    assert_false(effect_is_telling(METRIC_E2E_P50, &r));
    assert_true(effect_is_telling(METRIC_STORED_BYTES, &r));
}

static void test_hosts(void **state)
{
    struct environment *a = calloc(2, sizeof *a), *b = a + 1;
    struct environment_change rows[ENVIRONMENT_CHANGES];
    (void)state;
    assert_non_null(a);
    environment_init(a);
    environment_init(b);
    a->memory_bytes = 1000000;
    b->memory_bytes = 1010000; /* within what kernels keep for themselves */
    assert_int_equal(environment_changes(a, b, rows), 0);
    b->memory_bytes = 2000000;
    b->cores = 8;
    (void)snprintf(a->versions[0].name, sizeof a->versions[0].name, "librdkafka");
    (void)snprintf(a->versions[0].version, sizeof a->versions[0].version, "2.0.2");
    (void)snprintf(b->versions[0].name, sizeof b->versions[0].name, "libzstd");
    (void)snprintf(b->versions[0].version, sizeof b->versions[0].version, "1.5.4");
    assert_int_equal(environment_changes(a, b, rows), 4);
    assert_string_equal(rows[0].what, "cores");
    assert_true(rows[0].host && rows[1].host && !rows[2].host);
    assert_string_equal(rows[2].what, "librdkafka");
    assert_string_equal(rows[2].to, "unknown");
    assert_string_equal(rows[3].from, "unknown");
    free(a);
}

/* --- one job --- */

static enum gate_outcome run_gate(const struct simulated *s, const struct simulated *again,
                                  struct gate *g)
{
    struct results r = {.count = 0};
    struct err e;
    size_t suspects;
    assert_int_equal(simulated_job(s, &r, &e), RC_OK);
    struct gate_limits limits = gate_limits_of_table();
    assert_int_equal(gate_cases_of_job(&r, &limits, g, &e), RC_OK);
    assert_int_equal(gate_judge(g, &suspects, &e), RC_OK);
    if (again != NULL) {
        assert_int_equal(simulated_job(again, &r, &e), RC_OK);
        assert_int_equal(gate_cases_confirm(&r, g, &e), RC_OK);
    }
    assert_int_equal(gate_decide(g, &e), RC_OK);
    results_release(&r);
    return g->outcome;
}

static void test_job_finds_and_confirms(void **state)
{
    struct gate g;
    struct simulated s = STEADY, again = STEADY;
    (void)state;
    s.slower = again.slower = 1.2;
    again.after = GATE_AGAIN;
    assert_int_equal(run_gate(&s, &again, &g), GATE_REGRESSION);
    assert_int_equal(g.count, 8); /* 2 groups x (bytes, throughput, median, p99) */
    assert_int_equal(gate_count(&g, GATE_CASE_REGRESSED), 6);
    gate_cases_release(&g);
    again.slower = 1;
    assert_int_equal(run_gate(&s, &again, &g), GATE_PASS);
    assert_int_equal(gate_count(&g, GATE_CASE_NOT_REPEATED), 6);
    gate_cases_release(&g);
}

static void test_job_with_an_unsteady_machine(void **state)
{
    struct gate g;
    struct simulated s = STEADY;
    (void)state;
    s.unsteady = 1.1;
    s.slower = 1.12;
    assert_int_equal(run_gate(&s, NULL, &g), GATE_UNRELIABLE);
    gate_cases_release(&g);
    /* Far beyond what the control bounds, twice: a machine that is unsteady does not hide it. */
    struct simulated again = s;
    s.slower = again.slower = 1.8;
    again.after = GATE_AGAIN;
    assert_int_equal(run_gate(&s, &again, &g), GATE_REGRESSION);
    gate_cases_release(&g);
    again.slower = 1.12;
    assert_int_equal(run_gate(&s, &again, &g), GATE_UNRELIABLE);
    gate_cases_release(&g);
}

/* Half as slow again, in 12 blocks of 5 % noise: at least 95 % of gates call it. */
static void test_job_finds_a_slowdown_of_a_half(void **state)
{
    (void)state;
    enum { JOBS = 200, LEAST = 190 };
    size_t called = 0;
    for (uint64_t i = 0; i < JOBS; i++) {
        struct gate g;
        struct simulated s = STEADY, again = STEADY;
        s.seed = again.seed = i + 1;
        s.noise = again.noise = 0.05;
        s.slower = again.slower = 1.5;
        again.after = GATE_AGAIN;
        called += run_gate(&s, &again, &g) == GATE_REGRESSION;
        gate_cases_release(&g);
    }
    print_message("%zu of %d gates call a slowdown of 1.5\n", called, JOBS);
    assert_in_range(called, LEAST, JOBS);
}

static void test_job_with_more_bytes(void **state)
{
    struct gate g;
    struct simulated s = STEADY;
    (void)state;
    s.bytes = 1.0001;
    assert_int_equal(run_gate(&s, NULL, &g), GATE_REGRESSION);
    assert_int_equal(gate_count(&g, GATE_CASE_REGRESSED), 2);
    gate_cases_release(&g);
}

static void test_job_with_too_few_blocks(void **state)
{
    struct gate g;
    struct simulated s = STEADY;
    (void)state;
    s.blocks = 5;
    assert_int_equal(run_gate(&s, NULL, &g), GATE_INCONCLUSIVE);
    assert_int_equal(gate_blocks_needed(&g), 8); /* 1 + log2(6 / 0.05) */
    gate_cases_release(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_is_slower_and_larger),
        cmocka_unit_test(test_a_reference_that_differs_is_told),
        cmocka_unit_test(test_a_shift_of_the_whole_run_is_no_difference),
        cmocka_unit_test(test_no_common_reference_is_unreliable),
        cmocka_unit_test(test_cells_of_one_folder_only),
        cmocka_unit_test(test_too_few_blocks),
        cmocka_unit_test(test_trials_that_do_not_count),
        cmocka_unit_test(test_what_is_telling),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_job_finds_and_confirms),
        cmocka_unit_test(test_job_with_an_unsteady_machine),
        cmocka_unit_test(test_job_finds_a_slowdown_of_a_half),
        cmocka_unit_test(test_job_with_more_bytes),
        cmocka_unit_test(test_job_with_too_few_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
