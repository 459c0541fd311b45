/* What measures and judges prints nothing: a self-test and a gate tell their listener, line by
 * line, and hand the result back. */
#define _GNU_SOURCE
#include "bench/claims/claims_report.h"
#include "bench/gate/gate_settle.h"
#include "bench/selftest/selftest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { LINES = 16, LINE = 4096 };

struct heard_events {
    char lines[LINES][LINE];
    size_t results, steps;
};

static void hear(void *ctx, enum say_kind kind, const char *line)
{
    struct heard_events *h = ctx;
    assert_null(strchr(line, '\n'));
    h->steps += kind == SAY_STEP;
    if (kind == SAY_RESULT && h->results < LINES)
        (void)snprintf(h->lines[h->results], LINE, "%s", line);
    h->results += kind == SAY_RESULT;
}

static void test_simulated_tells_its_counts(void **state)
{
    struct heard_events *h = calloc(1, sizeof *h);
    struct err e = {0};
    (void)state;
    assert_non_null(h);
    const struct selftest_request r = {.listener = {.say = hear, .ctx = h}, .simulated = 5};
    assert_int_equal(selftest_simulated(&r, &e), RC_OK);
    assert_int_equal(h->results, 7);
    assert_int_equal(h->steps, 0);
    assert_string_equal(h->lines[0], "simulated A/A, 5 seeds (4 cells, 12 blocks, true difference "
                                     "0): of these were called");
    assert_string_equal(h->lines[3], "  gate, says REGRESSION                               0 of "
                                     "at most   0  ok");
    free(h);
}

static void test_nobody_has_to_listen(void **state)
{
    struct err e = {0};
    const struct selftest_request r = {.simulated = 1};
    const struct run_progress p = {.doing = "measuring"};
    (void)state;
    assert_int_equal(selftest_simulated(&r, &e), RC_OK);
    run_tell(&r.listener, &p);
}

static void test_a_long_line_is_cut(void **state)
{
    static char text[2 * LINE];
    struct heard_events *h = calloc(1, sizeof *h);
    (void)state;
    assert_non_null(h);
    const struct run_listener l = {.say = hear, .ctx = h};
    memset(text, 'x', sizeof text - 1);
    run_say(&l, SAY_RESULT, "%s", text);
    assert_int_equal(strlen(h->lines[0]), LINE - 1);
    run_say(&l, SAY_STEP, "%d of %d", 1, 2);
    assert_int_equal(h->steps, 1);
    free(h);
}

/* --- the end of a gate --- */

static enum rc show_once(void *ctx, const struct gate_report *r, const char *folder, struct err *e)
{
    char path[128];
    int *shown = ctx;
    ++*shown;
    (void)snprintf(path, sizeof path, "%s/" GATE_FILE, folder);
    assert_int_equal(access(path, R_OK), 0); /* the evidence is there before it is spoken of */
    return r->seconds < 0 ? err_set(e, RC_INFRA, "nobody can see it") : RC_OK;
}

static void test_gate_settles_with_evidence_first(void **state)
{
    char folder[] = "/tmp/assay-settle-XXXXXX", path[128];
    int shown = 0;
    const struct gate_show show = {show_once, &shown};
    struct gate g = {.outcome = GATE_REGRESSION, .alpha = 0.05};
    struct gate_report r = {.gate = &g, .baseline = "a", .candidate = "b", .seconds = 1};
    struct err e = {0};
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(gate_settle(&r, folder, &show, &e), RC_REGRESSION);
    assert_true(e.text[0] != '\0');
    g.outcome = GATE_PASS;
    assert_int_equal(gate_settle(&r, folder, &show, &e), RC_OK);
    r.seconds = -1;
    assert_int_equal(gate_settle(&r, folder, &show, &e), RC_INFRA);
    assert_string_equal(e.text, "nobody can see it");
    assert_int_equal(shown, 3);
    (void)snprintf(path, sizeof path, "%s/" GATE_FILE, folder);
    assert_int_equal(remove(path), 0);
    (void)snprintf(path, sizeof path, "%s/junit.xml", folder);
    assert_int_equal(remove(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

/* --- what counts of claims come to --- */

static void weighs(struct claims_count c, bool enforce, enum rc expected, const char *says)
{
    struct err e = {.text = ""};
    assert_int_equal(claims_weigh(&c, enforce, &e), expected);
    assert_string_equal(expected == RC_OK ? "" : e.text, says);
}

static void test_claims_are_weighed(void **state)
{
    (void)state;
    struct claims_count c = {.of = {[VERDICT_SUPPORTED] = 3}};
    weighs(c, true, RC_OK, "");
    c.of[VERDICT_INCONCLUSIVE] = 2;
    weighs(c, false, RC_OK, "");
    weighs(c, true, RC_UNDECIDED, "2 claims are inconclusive");
    c.supported_in_part = 2; /* the part asked for holds */
    weighs(c, true, RC_OK, "");
    c.supported_in_part = 1;
    weighs(c, true, RC_UNDECIDED, "1 claim is inconclusive");
    c.of[VERDICT_REFUTED] = 1;
    weighs(c, false, RC_OK, "");
    weighs(c, true, RC_REGRESSION, "1 claim is refuted");
    c.of[VERDICT_VOID] = 2;
    weighs(c, false, RC_INTEGRITY, "2 claims are void: what arrived or was stored was wrong");
    weighs(c, true, RC_INTEGRITY, "2 claims are void: what arrived or was stored was wrong");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simulated_tells_its_counts),
        cmocka_unit_test(test_nobody_has_to_listen),
        cmocka_unit_test(test_a_long_line_is_cut),
        cmocka_unit_test(test_gate_settles_with_evidence_first),
        cmocka_unit_test(test_claims_are_weighed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
