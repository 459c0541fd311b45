/* Figures that are typical, and tests that are remarks.
 * Planted bugs these tests find: only the weak edge looked at; a void stratum outvoted; a remark
 * that decides, or takes part in Holm's correction. */
#include "tests/unit/reports/claims/judged_claim.h"

static char STORED[] = "stored_bytes_per_record";

/* One exact block of a payload whose stored bytes change by so much. */
static void payload(struct bench *b, int group, double change)
{
    bench_pair(b, group, 1, change, 0);
    for (size_t i = b->results.count - 2; i < b->results.count; i++)
        b->results.records[i].cell.exact = true;
}

/* "~40 %": -35 to -45 %. */
static struct claim_test about_forty(void)
{
    struct claim_test t = claim_test_made_up();
    t.metric = STORED;
    t.typical = true;
    t.band = (struct claim_band){.weak = -0.35, .strong = -0.45, .falling = true};
    return t;
}

static void the_middle_decides_between_both_edges(void **state)
{
    (void)state;
    static const struct {
        double changes[3];
        enum verdict want;
        const char *detail;
    } CASES[] = {
        {{-0.05, -0.41, -0.9}, VERDICT_SUPPORTED, "typically -41.0 % in 3 strata"},
        {{-0.05, -0.2, -0.41}, VERDICT_REFUTED, "typically -20.0 % in 3 strata"},
        {{-0.41, -0.8, -0.9}, VERDICT_REFUTED, "typically -80.0 % in 3 strata"},
    };
    for (size_t i = 0; i < 3; i++) {
        struct bench b;
        struct claim_test t = about_forty();
        struct claim c = claim_made_up(&t, 1);
        bench_init(&b);
        for (int g = 0; g < 3; g++)
            payload(&b, g, CASES[i].changes[g]);
        struct claim_verdict v = judge(&b, &c);
        expect(&v, CASES[i].want, CASES[i].detail);
        bench_release(&b);
    }
}

/* Each stratum says for itself whether the figure holds: too much is as wrong as too little. */
static void strata_speak_for_themselves(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = about_forty();
    struct claim c = claim_made_up(&t, 1);
    bench_init(&b);
    payload(&b, 0, -0.05);
    payload(&b, 1, -0.41);
    payload(&b, 2, -0.9);
    struct claim_verdict v = judge(&b, &c);
    assert_int_equal(v.strata[0].verdict, VERDICT_REFUTED);
    assert_int_equal(v.strata[1].verdict, VERDICT_SUPPORTED);
    assert_int_equal(v.strata[2].verdict, VERDICT_REFUTED);
    assert_string_equal(v.strata[2].detail, "understated");
    expect(&v, VERDICT_SUPPORTED, "holds in 1 of 3, refuted in 2 of 3; holds for p1");
    b.results.records[0].validity = TRIAL_VOID;
    b.results.records[0].integrity_hurt = true;
    v = judge(&b, &c);
    expect(&v, VERDICT_VOID, "void in 1 of 3");
    bench_release(&b);
}

static void noisy_strata_have_intervals(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = about_forty();
    struct claim c = claim_made_up(&t, 1);
    static char latency[] = "e2e_p50_ns";
    t.metric = latency;
    bench_init(&b);
    bench_pair(&b, 0, 12, -0.40, 0.01);
    bench_pair(&b, 1, 12, -0.41, 0.01);
    bench_pair(&b, 2, 12, -0.05, 0.01);
    struct claim_verdict v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "typically -4");
    b.results.count = 0; /* three blocks have no interval, so nothing is typical yet */
    for (int g = 0; g < 3; g++)
        bench_pair(&b, g, 3, -0.40, 0.01);
    v = judge(&b, &c);
    expect(&v, VERDICT_INCONCLUSIVE, "");
    bench_release(&b);
}

/* One stratum of four says so, and the others could not be told: nothing is typical yet. */
static void what_could_not_be_told_may_be_anything(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = about_forty();
    struct claim c = claim_made_up(&t, 1);
    static char latency[] = "e2e_p50_ns";
    t.metric = latency;
    bench_init(&b);
    for (int g = 0; g < 4; g++)
        bench_pair(&b, g, 12, -0.41, 0.001);
    for (size_t i = 0; i < b.results.count; i++)
        if (b.results.records[i].group > 0 && b.results.records[i].block <= 3)
            b.results.records[i].validity = TRIAL_SATURATED;
    struct claim_verdict v = judge(&b, &c);
    assert_int_equal(v.strata[0].verdict, VERDICT_SUPPORTED);
    assert_int_equal(v.strata[1].verdict, VERDICT_INCONCLUSIVE);
    expect(&v, VERDICT_INCONCLUSIVE, "typically -41.0 % in 4 strata");
    bench_release(&b);
}

/* The middle of a part is not that of all, whichever way it points. */
static void a_part_decides_no_middle(void **state)
{
    (void)state;
    static const double CHANGES[] = {-0.41, 0.2};
    for (size_t i = 0; i < 2; i++) {
        struct bench b;
        struct claim_test t = about_forty();
        struct claim c = claim_made_up(&t, 1);
        struct claim_verdict v;
        struct judge_options o = {.results = &b.results, .blocks_planned = 12};
        struct err e = {.text = ""};
        bench_init(&b);
        payload(&b, 0, CHANGES[i]);
        assert_int_equal(claim_verdict_begin(&c, &v, &e), RC_OK);
        assert_int_equal(
            claim_verdict_set_part(&v, 0, (struct test_part){.asked = 1, .left_out = 3}, &e),
            RC_OK);
        assert_int_equal(claim_judge(&o, &v, &e), RC_OK);
        assert_int_equal(v.in_part, i == 0 ? VERDICT_SUPPORTED : VERDICT_REFUTED);
        expect(&v, VERDICT_INCONCLUSIVE, "in 1 stratum");
        bench_release(&b);
    }
}

static void remarks_decide_nothing(void **state)
{
    (void)state;
    static char none[] = "none", against_none[] = "against none";
    struct bench b;
    struct claim_test tests[2] = {claim_test_made_up(), claim_test_made_up()};
    struct claim c = claim_made_up(tests, 2);
    bench_init(&b);
    bench_pair(&b, 0, 12, -0.3, 0.01);
    for (int block = 1; block <= 12; block++) /* against none it is no gain at all */
        (void)bench_add(&b, 0, "none", block, 0.7e6 * (1 + 0.3 * (block % 3)));
    tests[1].from = none;
    struct claim_verdict v = judge(&b, &c);
    expect(&v, VERDICT_REFUTED, "refuted in 1 of 2");
    tests[1].remark = true;
    v = judge(&b, &c);
    assert_int_equal(v.stratum_count, 2);
    assert_int_equal(claim_test_verdict(&v, 1), VERDICT_REFUTED);
    expect(&v, VERDICT_SUPPORTED, "holds in 1 of 1; in band");
    tests[1].says = against_none;
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "in band; beside it: against none REFUTED");
    tests[0].remark = true; /* nothing is left to decide it */
    v = judge(&b, &c);
    expect(&v, VERDICT_NOT_MEASURED, "");
    bench_release(&b);
}

/* "Better": smaller, but not faster. */
static void questions_are_answered_one_by_one(void **state)
{
    (void)state;
    static char size[] = "size", speed[] = "speed";
    struct bench b;
    struct claim_test tests[2] = {claim_test_made_up(), claim_test_made_up()};
    struct claim c = claim_made_up(tests, 2);
    c.questions = true;
    tests[0].says = size;
    tests[1].says = speed;
    tests[1].band.falling = false;
    bench_init(&b);
    bench_pair(&b, 0, 12, -0.3, 0.01);
    struct claim_verdict v = judge(&b, &c);
    expect(&v, VERDICT_INCONCLUSIVE, "size: SUPPORTED, speed: REFUTED; holds in 1 of 2");
    tests[1].band.falling = true;
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "size: SUPPORTED, speed: SUPPORTED");
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_middle_decides_between_both_edges),
        cmocka_unit_test(strata_speak_for_themselves),
        cmocka_unit_test(noisy_strata_have_intervals),
        cmocka_unit_test(what_could_not_be_told_may_be_anything),
        cmocka_unit_test(a_part_decides_no_middle),
        cmocka_unit_test(remarks_decide_nothing),
        cmocka_unit_test(questions_are_answered_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
