/* Sizes: compared as they are where they repeat, as noisy where they do not.
 * Planted bugs these tests find: a tolerance ignored; bytes of unlike batches compared; sizes that
 * differ between blocks called exact. */
#include "tests/unit/reports/claims/judged_claim.h"

/* Bytes are compared as they are, one block suffices, and the tolerance is the band's. */
/* The records say that their bytes repeat. */
static void repeats(struct bench *b)
{
    for (size_t i = 0; i < b->results.count; i++)
        b->results.records[i].cell.exact = true;
}

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
        repeats(&b);
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
    repeats(&b);
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

/* One block of 0.3 % noise decided 300 of 300 comparisons of a thing with itself. */
static void sizes_closed_by_time_are_noisy(void **state)
{
    (void)state;
    static char stored[] = "stored_bytes_per_record";
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    t.metric = stored;
    t.band = (struct claim_band){.weak = 0, .strong = NAN, .falling = true};
    bench_init(&b);
    bench_pair(&b, 0, 1, -0.003, 0);
    struct claim_verdict v = judge(&b, &c);
    assert_false(v.strata[0].exact);
    assert_non_null(strstr(v.strata[0].why, "1 block: no verdict"));
    expect(&v, VERDICT_INCONCLUSIVE, "");
    b.results.count = 0; /* the same bytes twice need no record that says so */
    bench_pair(&b, 0, 1, -0.3, 0);
    bench_pair(&b, 0, 1, -0.3, 0);
    for (size_t i = 0; i < b.results.count; i++)
        b.results.records[i].block = (int64_t)(i / 2 + 1);
    v = judge(&b, &c);
    assert_true(v.strata[0].exact);
    expect(&v, VERDICT_SUPPORTED, "holds in 1 of 1");
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_metrics),
        cmocka_unit_test(bytes_of_unlike_batches_are_not_compared),
        cmocka_unit_test(sizes_that_differ_between_blocks_are_noisy),
        cmocka_unit_test(sizes_closed_by_time_are_noisy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
