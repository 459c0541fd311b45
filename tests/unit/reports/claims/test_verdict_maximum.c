/* A maximum is refuted by one counterexample.
 * Planted bugs these tests find: one trial above the limit outvoted by the others; a value on the
 * limit taken for one above it; the rule applied to what is no maximum. */
#include "tests/unit/reports/claims/judged_claim.h"

enum { BLOCKS = 12 };
static const double MS = 1e6;

/* "The longest is below 100 ms." */
static struct claim_test longest_below(void)
{
    static char metric[] = "e2e_max_ns";
    struct claim_test t = claim_test_made_up();
    t.kind = TEST_LEVEL;
    t.metric = metric;
    t.from = NULL;
    t.band = (struct claim_band){.weak = 100 * MS, .strong = NAN, .falling = true};
    return t;
}

/* About 40 ms in every block. */
static void add_trials(struct bench *b)
{
    bench_init(b);
    for (int block = 1; block <= BLOCKS; block++)
        bench_add(b, 0, "zstd-3", block, 1000)->latency_ns[LATENCY_E2E].max =
            (int64_t)((40 + block % 5) * MS);
}

static void nothing_above_supports(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = longest_below();
    struct claim c = claim_made_up(&t, 1);
    add_trials(&b);
    struct claim_verdict v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "");
    /* on the limit is not above it */
    b.results.records[4].latency_ns[LATENCY_E2E].max = (int64_t)(100 * MS);
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "");
    bench_release(&b);
}

static void one_above_refutes_and_is_named(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = longest_below();
    struct claim c = claim_made_up(&t, 1);
    add_trials(&b);
    b.results.records[4].latency_ns[LATENCY_E2E].max = (int64_t)(100 * MS) + 1;
    b.results.records[7].latency_ns[LATENCY_E2E].max = (int64_t)(250 * MS);
    struct claim_verdict v = judge(&b, &c);
    assert_string_equal(v.strata[0].why, "c007.b08 has 250 ms, and one above the limit refutes a "
                                         "maximum (2 of 12 trials are above)");
    assert_true(stratum_decided(&v, &v.strata[0]));
    assert_true(v.strata[0].p_refute == 0);
    expect(&v, VERDICT_REFUTED, "short of the band");
    /* two blocks are too few for an interval, and one counterexample is enough */
    b.results.count = 2;
    b.results.records[1].latency_ns[LATENCY_E2E].max = (int64_t)(101 * MS);
    v = judge(&b, &c);
    expect(&v, VERDICT_REFUTED, "short of the band");
    bench_release(&b);
}

static void a_median_is_no_maximum(void **state)
{
    (void)state;
    static char median[] = "e2e_p50_ns";
    struct bench b;
    struct claim_test t = longest_below();
    struct claim c = claim_made_up(&t, 1);
    t.metric = median;
    add_trials(&b);
    b.results.records[7].latency_ns[LATENCY_E2E].p50 = (int64_t)(250 * MS);
    struct claim_verdict v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "");
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_above_supports),
        cmocka_unit_test(one_above_refutes_and_is_named),
        cmocka_unit_test(a_median_is_no_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
