/* What a pass is worth: a gate says when its noise hides a harm as large as the limit. */
#include "reports/gate/gate_report.h"
#include "reports/gate/gate_sight.h"
#include "reports/stats/paired.h"
#include "reports/stats/unpaired.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS = 12, TEXT_MAX = 1 << 16 };
static const double LEVEL = 0.05 / 3;

/* One case that was judged and is fine, with the noise of one difference. */
static void fine(enum metric m, double sigma, struct gate *g, struct gate_case *c)
{
    *g = (struct gate){.cases = c,
                       .count = 1,
                       .one_job = true,
                       .alpha = 0.05,
                       .alpha_each = LEVEL,
                       .outcome = GATE_PASS};
    *c = (struct gate_case){.label = "a cell", .limit = 0.05, .outcome = GATE_CASE_FINE};
    c->effect[GATE_MAIN] =
        (struct effect){.metric = m,
                        .n_from = BLOCKS,
                        .n_to = BLOCKS,
                        .from = 100,
                        .to = 101,
                        .change = 0.01,
                        .lo = -0.61,
                        .hi = 0.85,
                        .p = 0.5,
                        .p_holm = 1,
                        .reachable = true,
                        .detectable = expm1(paired_detectable(sigma, BLOCKS, LEVEL)),
                        .word = EFFECT_NONE_FOUND};
}

static void test_quiet_case_sees_its_limit(void **state)
{
    struct gate g;
    struct gate_case c;
    (void)state;
    fine(METRIC_E2E_P50, 0.01, &g, &c);
    struct gate_sight s = gate_sight_of(&g, &c);
    assert_true(s.harm > 0 && s.harm < c.limit);
    assert_false(s.blind);
    assert_int_equal(s.blocks, 0);
    assert_int_equal(gate_count_unseen(&g), 0);
}

/* The blocks it names find the limit, and one less does not. */
static void test_noisy_case_names_the_blocks(void **state)
{
    static const double SIGMA = 0.1;
    struct gate g;
    struct gate_case c;
    (void)state;
    fine(METRIC_E2E_P50, SIGMA, &g, &c);
    struct gate_sight s = gate_sight_of(&g, &c);
    assert_true(s.blind);
    assert_true(s.blocks > BLOCKS && s.blocks <= PAIRED_MAX);
    assert_true(expm1(paired_detectable(SIGMA, s.blocks, LEVEL)) <= 0.05);
    assert_true(expm1(paired_detectable(SIGMA, s.blocks - 1, LEVEL)) > 0.05);
}

/* 5 % less needs a larger ratio than 5 % more: the direction of the metric counts. */
static void test_throughput_is_harmed_downwards(void **state)
{
    struct gate g;
    struct gate_case c;
    (void)state;
    fine(METRIC_RECORDS_PER_S, 0.1, &g, &c);
    struct gate_sight less = gate_sight_of(&g, &c);
    double found = paired_detectable(0.1, BLOCKS, LEVEL);
    assert_true(fabs(less.harm - (1 - exp(-found))) < 1e-9);
    assert_true(-expm1(-paired_detectable(0.1, less.blocks, LEVEL)) <= 0.05);
    assert_true(-expm1(-paired_detectable(0.1, less.blocks - 1, LEVEL)) > 0.05);
}

static void test_two_folders_are_unpaired(void **state)
{
    struct gate g;
    struct gate_case c;
    (void)state;
    fine(METRIC_E2E_P50, 0.1, &g, &c);
    g.one_job = false;
    c.effect[GATE_MAIN].detectable = expm1(unpaired_detectable(0.1, BLOCKS, BLOCKS, LEVEL));
    struct gate_sight s = gate_sight_of(&g, &c);
    assert_true(s.blind);
    assert_true(expm1(unpaired_detectable(0.1, s.blocks, s.blocks, LEVEL)) <= 0.05);
}

static void test_what_says_nothing(void **state)
{
    struct gate g;
    struct gate_case c;
    (void)state;
    fine(METRIC_E2E_P50, 0.1, &g, &c);
    c.effect[GATE_MAIN].detectable = NAN;
    assert_true(isnan(gate_sight_of(&g, &c).harm));
    fine(METRIC_E2E_P50, 0.1, &g, &c);
    c.effect[GATE_MAIN].exact = true;
    assert_true(isnan(gate_sight_of(&g, &c).harm));
    fine(METRIC_E2E_P50, 0.1, &g, &c);
    c.limit = 0; /* any harm counts: there is no size to be blind for */
    assert_false(gate_sight_of(&g, &c).blind);
    fine(METRIC_E2E_P50, 0.1, &g, &c);
    c.outcome = GATE_CASE_REGRESSED; /* it was seen */
    assert_int_equal(gate_count_unseen(&g), 0);
    fine(METRIC_E2E_P50, 30, &g, &c);
    assert_int_equal(gate_sight_of(&g, &c).blocks, PAIRED_MAX + 1);
}

typedef enum rc writes(const struct gate_report *r, struct buf *out, struct err *e);

static void says(writes *write, const struct gate *g, const char *words, bool wanted)
{
    struct gate_report r = {
        .gate = g, .baseline = "old", .candidate = "new", .seconds = -1, .why = NULL};
    struct buf out;
    struct err e;
    buf_init(&out, TEXT_MAX);
    assert_int_equal(write(&r, &out, &e), RC_OK);
    assert_int_equal(buf_append(&out, "", 1, &e), RC_OK);
    if ((strstr((const char *)out.data, words) != NULL) != wanted)
        fail_msg("\"%s\" %s in:\n%s", words, wanted ? "is missing" : "stands", out.data);
    buf_release(&out);
}

static void test_it_is_told_everywhere(void **state)
{
    static const char UNSEEN[] = "could not have seen a regression of 5 %";
    struct gate g;
    struct gate_case c;
    (void)state;
    fine(METRIC_E2E_P50, 0.1, &g, &c);
    says(gate_write_lines, &g, UNSEEN, true);
    says(gate_write_lines, &g,
         "PASS: the one gated case did not regress; but it was too noisy to see", true);
    says(gate_write_junit, &g, UNSEEN, true);
    says(gate_write_junit, &g, "<failure", false);
    says(gate_write_annotations, &g, "::notice title=assay gate%3A e2e_p50_ns", true);
    says(gate_write_annotations, &g, "could not have seen a regression of 5 %25", true);
    says(gate_write_json, &g, "\"limit_is_seen\": false", true);
    says(gate_write_json, &g, "\"blocks_to_see_limit\": ", true);
    fine(METRIC_E2E_P50, 0.01, &g, &c);
    says(gate_write_lines, &g, "could not have seen", false);
    says(gate_write_lines, &g, "finds harm from ", true);
    says(gate_write_lines, &g, "PASS: the one gated case did not regress\n", true);
    says(gate_write_annotations, &g, "e2e_p50_ns", false);
    says(gate_write_json, &g, "\"limit_is_seen\": true", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet_case_sees_its_limit),
        cmocka_unit_test(test_noisy_case_names_the_blocks),
        cmocka_unit_test(test_throughput_is_harmed_downwards),
        cmocka_unit_test(test_two_folders_are_unpaired),
        cmocka_unit_test(test_what_says_nothing),
        cmocka_unit_test(test_it_is_told_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
