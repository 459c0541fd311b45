/* Many strata: all must hold or any, and what is corrected then; rankings.
 * Planted bugs these tests find: Holm left out; support corrected too; any_stratum treated as
 * every; a pair of a ranking left out. */
#include "tests/unit/reports/claims/judged_claim.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_refuted_of_many_refutes),
        cmocka_unit_test(holm_makes_the_difference),
        cmocka_unit_test(any_stratum_corrects_support),
        cmocka_unit_test(rankings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
