/* The word of a claim: bands, levels, several tests, what is missing, early looks.
 * Planted bugs these tests find: a band's edges swapped; an interval judged with too few blocks;
 * a test of several forgotten; blocks after the last look used. */
#include "tests/unit/reports/claims/judged_claim.h"

/* One stratum: where the interval lies decides. */
static void bands(void **state)
{
    (void)state;
    static const struct {
        double change, noise, weak, strong;
        int blocks;
        enum verdict want;
        const char *detail;
    } cases[] = {
        {-0.30, 0.01, -0.2, -0.4, 12, VERDICT_SUPPORTED, "in band"},
        {-0.60, 0.01, -0.2, -0.4, 12, VERDICT_SUPPORTED, "understated"},
        {-0.40, 0.02, -0.2, -0.4, 12, VERDICT_SUPPORTED, "size undecided"},
        {-0.10, 0.01, -0.2, -0.4, 12, VERDICT_REFUTED, "short of the band"},
        {+0.30, 0.01, -0.2, -0.4, 12, VERDICT_REFUTED, "opposite sign"},
        {-0.20, 0.05, -0.2, -0.4, 12, VERDICT_INCONCLUSIVE, "undecided in 1 of 1"},
        {-0.30, 0.01, -0.2, -0.4, 5, VERDICT_INCONCLUSIVE, ""},
        {-0.30, 0.01, -0.2, -0.4, 6, VERDICT_SUPPORTED, "in band"},
        {-0.30, 0, -0.2, -0.4, 12, VERDICT_SUPPORTED, "in band"}, /* all pairs alike */
        {0, 0, 0, NAN, 12, VERDICT_INCONCLUSIVE, ""},             /* all differences zero */
        {-0.30, 0.01, -0.2, NAN, 12, VERDICT_SUPPORTED, "holds in 1 of 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench b;
        struct claim_test t = claim_test_made_up();
        struct claim c = claim_made_up(&t, 1);
        t.band.weak = cases[i].weak;
        t.band.strong = cases[i].strong;
        bench_init(&b);
        bench_pair(&b, 0, cases[i].blocks, cases[i].change, cases[i].noise);
        struct claim_verdict v = judge(&b, &c);
        assert_int_equal(v.stratum_count, 1);
        if (fabs(v.strata[0].estimate - cases[i].change) > 0.03)
            fail_msg("case %zu: %g is not near %g", i, v.strata[0].estimate, cases[i].change);
        assert_int_equal(v.strata[0].pairs, cases[i].blocks);
        expect(&v, cases[i].want, cases[i].detail);
        bench_release(&b);
    }
}

static void too_few_blocks_say_how_many(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    bench_init(&b);
    bench_pair(&b, 0, 3, -0.3, 0.01);
    struct claim_verdict v = judge(&b, &c);
    assert_non_null(strstr(v.strata[0].why, "3 blocks: no verdict, 1 comparison at 5 % needs 6"));
    assert_true(isnan(v.strata[0].lo) && !isnan(v.strata[0].estimate));
    assert_int_equal(v.strata[0].blocks_to_decide, 6);
    expect(&v, VERDICT_INCONCLUSIVE, "");
    b.results.count = 0; /* seven are enough for one comparison, and not for ten */
    for (int g = 0; g < 10; g++)
        bench_pair(&b, g, 7, -0.3, 0.01);
    v = judge(&b, &c);
    assert_non_null(strstr(v.strata[9].why, "7 blocks: no verdict, 10 comparisons at 5 % need 9"));
    expect(&v, VERDICT_INCONCLUSIVE, "undecided in 10 of 10");
    bench_release(&b);
}

/* Rising claims, and limits in a unit of their own. */
static void levels_and_differences(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    bench_init(&b);
    bench_pair(&b, 0, 12, 0.5, 0.01);
    t.kind = TEST_DIFFERENCE;
    t.band = (struct claim_band){.weak = 10e6, .strong = NAN, .falling = true};
    struct claim_verdict v = judge(&b, &c);
    assert_false(v.strata[0].relative);
    expect(&v, VERDICT_SUPPORTED, "holds in 1 of 1");
    t.band.weak = 1e5;
    v = judge(&b, &c);
    expect(&v, VERDICT_REFUTED, "short of the band");
    t.kind = TEST_LEVEL;
    t.from = NULL;
    t.band = (struct claim_band){.weak = 1.4e6, .strong = NAN, .falling = false};
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "holds in 1 of 1");
    t.band.weak = 9e6;
    v = judge(&b, &c);
    expect(&v, VERDICT_REFUTED, "short of the band");
    bench_release(&b);
}

/* "10 records, 60.0 s" alone does not tell what takes a minute; in the records it stays. */
static void labels_say_what_the_duration_is(void **state)
{
    static const struct {
        const char *batching;
        int64_t linger_ns;
        const char *label;
    } ROWS[] = {
        {"10 records, 60.0 s", INT64_C(60000000000), "p0, 10 records, linger 60.0 s, open 500/s"},
        {"0 ms", 0, "p0, linger 0 ms, open 500/s"},
        {"10 records", 5000000, "p0, 10 records, open 500/s"}};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct bench b;
        struct claim_test t = claim_test_made_up();
        struct claim c = claim_made_up(&t, 1);
        bench_init(&b);
        bench_pair(&b, 0, 1, -0.3, 0);
        for (size_t k = 0; k < b.results.count; k++) {
            struct trial_cell *cell = &b.results.records[k].cell;
            (void)snprintf(cell->batching, sizeof cell->batching, "%s", ROWS[i].batching);
            cell->linger_ns = ROWS[i].linger_ns;
        }
        struct claim_verdict v = judge(&b, &c);
        assert_string_equal(v.strata[0].label, ROWS[i].label);
        assert_string_equal(v.strata[0].batching, ROWS[i].batching);
        claim_verdict_release(&v);
        bench_release(&b);
    }
}

static void missing_arms_and_filters(void **state)
{
    (void)state;
    static char other[] = "lz4", p1[] = "p1", open[] = "open";
    static char *payloads[] = {p1, NULL}, *loads[] = {open, NULL};
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    struct claim_verdict v = judge(NULL, &c);
    expect(&v, VERDICT_NOT_MEASURED, "not run: zstd is faster");
    bench_init(&b);
    bench_pair(&b, 0, 12, 0.3, 0.01);
    bench_pair(&b, 1, 12, -0.3, 0.01);
    t.where.takes[DIMENSION_PAYLOAD] = payloads;
    t.where.takes[DIMENSION_LOAD] = loads;
    v = judge(&b, &c);
    assert_int_equal(v.stratum_count, 1);
    expect(&v, VERDICT_SUPPORTED, "in band");
    t.to = other;
    v = judge(&b, &c);
    assert_int_equal(v.strata[0].verdict, VERDICT_NOT_MEASURED);
    expect(&v, VERDICT_NOT_MEASURED, "not measured in 1 of 1");
    t.scenario = other;
    v = judge(&b, &c);
    assert_int_equal(v.stratum_count, 0);
    expect(&v, VERDICT_NOT_MEASURED, "not run");
    bench_release(&b);
}

/* Several tests: all must hold. */
static void tests_of_one_claim(void **state)
{
    (void)state;
    static char says[] = "target", computation[] = "4995 < 5000", reason[] = "no tiering yet";
    struct claim_check check = {.says = says, .computation = computation, .holds = false};
    struct claim_test t[2] = {claim_test_made_up(), {.kind = TEST_ARITHMETIC, .says = says}};
    struct claim c = claim_made_up(t, 2);
    struct bench b;
    bench_init(&b);
    bench_pair(&b, 0, 12, -0.3, 0.01);
    t[1].checks = &check;
    t[1].check_count = 1;
    struct claim_verdict v = judge(&b, &c);
    assert_int_equal(claim_test_verdict(&v, 0), VERDICT_SUPPORTED);
    assert_int_equal(claim_test_verdict(&v, 1), VERDICT_REFUTED);
    assert_string_equal(v.findings[0].text, "target: 4995 < 5000 (does not hold)");
    expect(&v, VERDICT_REFUTED, "holds in 1 of 1; in band; target: 4995 < 5000 (does not hold)");
    check.holds = true;
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "");
    t[1].kind = TEST_NOT_BUILT;
    t[1].reason = reason;
    v = judge(&b, &c);
    expect(&v, VERDICT_NOT_MEASURED, "no tiering yet");
    struct finding f = {.test = 1, .verdict = VERDICT_INCONCLUSIVE, .text = "no answer"};
    t[1].kind = TEST_PROBE;
    assert_int_equal(claim_verdict_begin(&c, &v, NULL), RC_OK);
    assert_int_equal(claim_verdict_add(&v, &f, NULL), RC_OK);
    struct judge_options o = {.results = &b.results, .blocks_planned = 12};
    assert_int_equal(claim_judge(&o, &v, NULL), RC_OK);
    assert_int_equal(claim_judge(&o, &v, NULL), RC_OK); /* again: the same */
    assert_int_equal(v.stratum_count, 1);
    expect(&v, VERDICT_INCONCLUSIVE, "no answer");
    bench_release(&b);
}

/* With looks, blocks after the last look are not used, and each look has its own level. */
static void early_looks(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    const struct judge_options o = {.looks = true, .blocks_planned = 24};
    bench_init(&b);
    bench_pair(&b, 0, 8, -0.3, 0.01);
    struct claim_verdict v = judge_with(&b, &c, o);
    assert_true(v.strata[0].alpha < 0.002);
    expect(&v, VERDICT_INCONCLUSIVE, "");
    b.results.count = 0;
    bench_pair(&b, 0, 14, -0.3, 0.01);
    v = judge_with(&b, &c, o);
    assert_int_equal(v.strata[0].pairs, 12);
    assert_true(v.strata[0].alpha < 0.01);
    expect(&v, VERDICT_SUPPORTED, "in band");
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bands),
        cmocka_unit_test(too_few_blocks_say_how_many),
        cmocka_unit_test(levels_and_differences),
        cmocka_unit_test(labels_say_what_the_duration_is),
        cmocka_unit_test(missing_arms_and_filters),
        cmocka_unit_test(tests_of_one_claim),
        cmocka_unit_test(early_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
