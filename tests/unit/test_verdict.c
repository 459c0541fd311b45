/* Every word a claim can get, from made-up records.
 * Planted bugs these tests find: Holm left out; support corrected too; a void trial ignored;
 * saturated trials counted as slow; bytes of unlike batches compared; a band's edges swapped; an
 * interval judged with too few blocks; any_stratum treated as every. */
#include "tests/unit/made_up_claim.h"

#include "reports/paired.h"
#include "reports/verdict.h"

static struct claim_verdict judge_with(struct bench *b, const struct claim *c,
                                       struct judge_options o)
{
    struct claim_verdict v;
    struct err e;
    o.results = b != NULL ? &b->results : NULL;
    if (claim_verdict_begin(c, &v, &e) != RC_OK || claim_judge(&o, &v, &e) != RC_OK)
        fail_msg("%s", e.text);
    return v;
}

static struct claim_verdict judge(struct bench *b, const struct claim *c)
{
    return judge_with(b, c, (struct judge_options){.blocks_planned = 12});
}

static void expect(struct claim_verdict *v, enum verdict want, const char *detail)
{
    if (v->verdict != want)
        fail_msg("%s is not %s: %s", VERDICT_NAMES[v->verdict], VERDICT_NAMES[want], v->detail);
    if (strstr(v->detail, detail) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", v->detail, detail);
    claim_verdict_release(v);
}

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

/* Bytes are compared as they are, one block suffices, and the tolerance is the band's. */
static void exact_metrics(void **state)
{
    (void)state;
    static char ratio[] = "stored_bytes_per_record";
    static const struct {
        double change, tolerance;
        enum verdict want;
        const char *detail;
    } cases[] = {
        {-0.30, 0, VERDICT_SUPPORTED, "in band"},
        {-0.50, 0, VERDICT_SUPPORTED, "understated"},
        {-0.41, 0.02, VERDICT_SUPPORTED, "in band"},
        {-0.19, 0.02, VERDICT_SUPPORTED, "in band"},
        {-0.19, 0, VERDICT_REFUTED, "short of the band"},
        {+0.01, 0, VERDICT_REFUTED, "opposite sign"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench b;
        struct claim_test t = claim_test_made_up();
        struct claim c = claim_made_up(&t, 1);
        t.metric = ratio;
        t.tolerance = cases[i].tolerance;
        bench_init(&b);
        bench_pair(&b, 0, 1, cases[i].change, 0);
        struct claim_verdict v = judge(&b, &c);
        assert_true(v.strata[0].exact);
        assert_true(isnan(v.strata[0].p_refute));
        expect(&v, cases[i].want, cases[i].detail);
        bench_release(&b);
    }
}

static void bytes_of_unlike_batches_are_not_compared(void **state)
{
    (void)state;
    static char stored[] = "stored_bytes_per_record";
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    t.metric = stored;
    bench_init(&b);
    bench_pair(&b, 0, 1, -0.3, 0);
    b.results.records[1].bytes.batches = 20;
    struct claim_verdict v = judge(&b, &c);
    assert_non_null(strstr(v.strata[0].why, "unlike (10.0 against 5.0 records)"));
    expect(&v, VERDICT_NOT_APPLICABLE, "");
    /* unless the arms are about batching */
    (void)snprintf(b.results.records[1].cell.batching, RECORD_NAME_MAX, "5 records");
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "in band");
    bench_release(&b);
}

/* "10 records, 60.0 s" alone does not tell what takes a minute; in the records it stays. */
static void labels_say_what_the_duration_is(void **state)
{
    static const char *const ROWS[][2] = {
        {"10 records, 60.0 s", "p0, 10 records, linger 60.0 s, open 500/s"},
        {"0 ms", "p0, linger 0 ms, open 500/s"},
        {"10 records", "p0, 10 records, open 500/s"}};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct bench b;
        struct claim_test t = claim_test_made_up();
        struct claim c = claim_made_up(&t, 1);
        bench_init(&b);
        bench_pair(&b, 0, 1, -0.3, 0);
        for (size_t k = 0; k < b.results.count; k++)
            (void)snprintf(b.results.records[k].cell.batching, RECORD_NAME_MAX, "%s", ROWS[i][0]);
        struct claim_verdict v = judge(&b, &c);
        assert_string_equal(v.strata[0].label, ROWS[i][1]);
        assert_string_equal(v.strata[0].batching, ROWS[i][0]);
        claim_verdict_release(&v);
        bench_release(&b);
    }
}

static void sizes_that_differ_between_blocks_are_noisy(void **state)
{
    (void)state;
    static char stored[] = "stored_bytes_per_record";
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    t.metric = stored;
    bench_init(&b);
    bench_pair(&b, 0, 12, -0.3, 0.01); /* both drift by 30 % and more */
    struct claim_verdict v = judge(&b, &c);
    assert_false(v.strata[0].exact);
    assert_non_null(strstr(v.strata[0].why, "judged as noisy"));
    expect(&v, VERDICT_SUPPORTED, "in band");
    bench_release(&b);
}

/* Ten strata: nine hold, one does not. */
static void one_refuted_of_many_refutes(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    bench_init(&b);
    for (int g = 0; g < 10; g++)
        bench_pair(&b, g, 12, g == 4 ? 0.2 : -0.3, 0.01);
    struct claim_verdict v = judge(&b, &c);
    assert_int_equal(v.strata[4].verdict, VERDICT_REFUTED);
    assert_string_equal(v.strata[4].payload, "p4");
    expect(&v, VERDICT_REFUTED,
           "holds in 9 of 10, refuted in 1 of 10; holds for p0, 10 records, open 500/s | ");
    t.any_stratum = true;
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "holds in 9 of 10");
    bench_release(&b);
}

/* Eleven differences against the claim and the largest for it: p is 0.03 alone, more after Holm. */
static void weak_refutation(struct bench *b, int group)
{
    static const double change[] = {0.1,  0.11, 0.12, 0.13, 0.14, 0.15,
                                    0.16, 0.17, 0.18, 0.19, 0.2,  -0.245};
    for (int block = 1; block <= 12; block++) {
        (void)bench_add(b, group, "gzip-6", block, 1e6);
        (void)bench_add(b, group, "zstd-3", block, 1e6 * exp(log(0.8) + change[block - 1]));
    }
}

static void holm_makes_the_difference(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    bench_init(&b);
    weak_refutation(&b, 0);
    struct claim_verdict v = judge(&b, &c);
    double alone = v.strata[0].p_refute;
    if (alone > 0.05)
        fail_msg("p %g alone", alone);
    expect(&v, VERDICT_REFUTED, "");
    bench_pair(&b, 1, 12, -0.3, 0.01);
    v = judge(&b, &c); /* two comparisons are enough: p is two-sided */
    expect(&v, VERDICT_INCONCLUSIVE, "undecided in 1 of 2");
    for (int g = 2; g < 6; g++)
        bench_pair(&b, g, 12, -0.3, 0.01);
    v = judge(&b, &c);
    assert_true(v.strata[0].p_refute > 0.05);
    assert_non_null(strstr(v.strata[0].why, "not after Holm's correction for 6 comparisons"));
    assert_false(stratum_decided(&v, &v.strata[0]));
    assert_true(stratum_decided(&v, &v.strata[1]));
    expect(&v, VERDICT_INCONCLUSIVE, "undecided in 1 of 6");
    bench_release(&b);
}

/* Support of one among many is a union and is corrected; support of all is not. */
static void any_stratum_corrects_support(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    t.band = (struct claim_band){.weak = -0.2, .strong = NAN, .falling = false}; /* above -20 % */
    bench_init(&b);
    for (int g = 0; g < 6; g++)
        weak_refutation(&b, g);
    struct claim_verdict v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "holds in 6 of 6");
    t.any_stratum = true;
    v = judge(&b, &c);
    expect(&v, VERDICT_INCONCLUSIVE, "undecided in 6 of 6");
    t.band.falling = true; /* each refuted at alpha: no correction is needed for all of them */
    v = judge(&b, &c);
    expect(&v, VERDICT_REFUTED, "refuted in 6 of 6");
    bench_release(&b);
}

static void rankings(void **state)
{
    (void)state;
    static char tier1[] = "none", tier2[] = "lz4|zstd-1", tier3[] = "gzip-6";
    static char *order[] = {tier1, tier2, tier3, NULL};
    static const struct {
        double none, lz4, zstd, gzip, noise;
        enum verdict want;
    } cases[] = {
        {1, 1.5, 1.6, 3, 0.02, VERDICT_SUPPORTED},
        {1, 1.5, 3.6, 3, 0.02, VERDICT_REFUTED},      /* zstd-1 above gzip-6 */
        {1, 1.5, 1.0, 3, 0.02, VERDICT_INCONCLUSIVE}, /* none and zstd-1 alike */
        {1, 0.5, 1.6, 3, 0.02, VERDICT_REFUTED},      /* lz4 below none */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench b;
        struct claim_test t = claim_test_made_up();
        struct claim c = claim_made_up(&t, 1);
        const double base[] = {cases[i].none, cases[i].lz4, cases[i].zstd, cases[i].gzip};
        const char *const arms[] = {"none", "lz4", "zstd-1", "gzip-6"};
        t.kind = TEST_RANKING;
        t.order = order;
        t.from = t.to = NULL;
        bench_init(&b);
        for (int block = 1; block <= 12; block++) {
            for (int a = 0; a < 4; a++)
                (void)bench_add(&b, 0, arms[a], block,
                                1e6 * base[a] *
                                    (1 + cases[i].noise * (((block * (a + 3)) % 7) / 3.0 - 1)));
        }
        struct claim_verdict v = judge(&b, &c);
        assert_int_equal(v.stratum_count, 4); /* none-lz4 none-zstd lz4-gzip zstd-gzip */
        assert_string_equal(v.strata[3].from, "zstd-1");
        assert_string_equal(v.strata[3].to, "gzip-6");
        if (v.verdict != cases[i].want)
            fail_msg("ranking %zu", i);
        expect(&v, cases[i].want, "");
        bench_release(&b);
    }
}

static void trials_that_do_not_count(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    bench_init(&b);
    bench_pair(&b, 0, 12, -0.3, 0.01);
    struct trial_record *r = &b.results.records[3];
    /* one role failed, everything arrived: the pair is left out */
    r->validity = TRIAL_VOID;
    (void)snprintf(r->why, sizeof r->why, "the sender stood still");
    struct claim_verdict v = judge(&b, &c);
    assert_int_equal(v.strata[0].pairs, 11);
    expect(&v, VERDICT_SUPPORTED, "in band");
    r->delivery.lost = 2;
    (void)snprintf(r->why, sizeof r->why, "2 of 100 records lost");
    v = judge(&b, &c);
    assert_non_null(strstr(v.strata[0].why, "2 of 100 records lost"));
    expect(&v, VERDICT_VOID, "void in 1 of 1");
    r->delivery.lost = 0;
    (void)snprintf(r->stored[0].codec, sizeof r->stored[0].codec, "lz4");
    v = judge(&b, &c);
    expect(&v, VERDICT_VOID, "");
    /* uncompressed by fallback is part of the codec's effect, and said */
    r->validity = TRIAL_VALID;
    (void)snprintf(r->stored[0].codec, sizeof r->stored[0].codec, "none");
    v = judge(&b, &c);
    assert_non_null(strstr(v.strata[0].why, "10 of 240 batches were stored with another codec"));
    expect(&v, VERDICT_SUPPORTED, "in band");
    bench_release(&b);
}

static void saturated_trials(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    bench_init(&b);
    bench_pair(&b, 0, 12, -0.3, 0.01);
    bench_pair(&b, 1, 12, -0.3, 0.01);
    b.results.records[0].validity = b.results.records[2].validity = TRIAL_SATURATED;
    struct claim_verdict v = judge(&b, &c); /* 2 of 24: left out */
    assert_int_equal(v.strata[0].pairs, 10);
    expect(&v, VERDICT_SUPPORTED, "holds in 2 of 2");
    b.results.records[4].validity = TRIAL_SATURATED;
    v = judge(&b, &c);
    assert_int_equal(v.strata[0].verdict, VERDICT_NOT_APPLICABLE);
    expect(&v, VERDICT_INCONCLUSIVE, "holds in 1 of 2, not applicable in 1 of 2");
    t.any_stratum = true;
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "");
    bench_release(&b);
}

static void latencies_that_say_nothing(void **state)
{
    (void)state;
    static char p99[] = "e2e_p99_ns", flat[] = "flat out";
    static char *loads[] = {flat, NULL};
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    bench_init(&b);
    bench_pair(&b, 0, 12, -0.3, 0.01);
    t.metric = p99; /* never measured: too few records */
    struct claim_verdict v = judge(&b, &c);
    expect(&v, VERDICT_NOT_APPLICABLE, "");
    t = claim_test_made_up();
    for (size_t i = 0; i < b.results.count; i++)
        (void)snprintf(b.results.records[i].cell.load, RECORD_NAME_MAX, "flat out");
    v = judge(&b, &c);
    assert_non_null(strstr(v.strata[0].why, "length of the queue"));
    expect(&v, VERDICT_NOT_APPLICABLE, "");
    bench_pair(&b, 1, 12, -0.3, 0.01); /* a paced one beside it: the queue is outside the words */
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "holds in 1 of 2, not applicable in 1 of 2");
    b.results.count /= 2;
    t.where.loads = loads; /* the claim asks for it by name */
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "in band");
    bench_release(&b);
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
    t.where.payloads = payloads;
    t.where.loads = loads;
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
        cmocka_unit_test(exact_metrics),
        cmocka_unit_test(bytes_of_unlike_batches_are_not_compared),
        cmocka_unit_test(labels_say_what_the_duration_is),
        cmocka_unit_test(sizes_that_differ_between_blocks_are_noisy),
        cmocka_unit_test(one_refuted_of_many_refutes),
        cmocka_unit_test(holm_makes_the_difference),
        cmocka_unit_test(any_stratum_corrects_support),
        cmocka_unit_test(rankings),
        cmocka_unit_test(trials_that_do_not_count),
        cmocka_unit_test(saturated_trials),
        cmocka_unit_test(latencies_that_say_nothing),
        cmocka_unit_test(missing_arms_and_filters),
        cmocka_unit_test(tests_of_one_claim),
        cmocka_unit_test(early_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
