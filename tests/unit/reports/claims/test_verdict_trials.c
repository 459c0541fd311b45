/* Trials that do not count, and numbers that say nothing.
 * Planted bugs these tests find: a void trial ignored; saturated trials counted as slow; the length
 * of a queue judged as a latency. */
#include "tests/unit/reports/claims/judged_claim.h"

static void trials_that_do_not_count(void **state)
{
    (void)state;
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    bench_init(&b);
    bench_pair(&b, 0, 12, -0.3, 0.01);
    struct trial_record *r = &b.results.records[3];
    /* one role failed, and what became of its records is not known: the pair is left out */
    r->validity = TRIAL_VOID;
    r->delivery.outcome[OUTCOME_UNDECIDED] = 5;
    (void)snprintf(r->why, sizeof r->why, "the sender stood still");
    struct claim_verdict v = judge(&b, &c);
    assert_int_equal(v.strata[0].pairs, 11);
    expect(&v, VERDICT_SUPPORTED, "in band");
    r->delivery.outcome[OUTCOME_LOST] = 2;
    r->integrity_hurt = true;
    (void)snprintf(r->why, sizeof r->why, "2 of 100 records lost");
    v = judge(&b, &c);
    assert_non_null(strstr(v.strata[0].why, "2 of 100 records lost"));
    expect(&v, VERDICT_VOID, "void in 1 of 1");
    r->delivery.outcome[OUTCOME_LOST] = 0;
    (void)snprintf(r->stored[0].codec, sizeof r->stored[0].codec, "lz4");
    v = judge(&b, &c);
    expect(&v, VERDICT_VOID, "");
    /* uncompressed by fallback is part of the codec's effect, and said */
    r->validity = TRIAL_VALID;
    r->integrity_hurt = false;
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
    /* what this machine could not measure is no failure of the claim's words */
    assert_int_equal(v.strata[0].verdict, VERDICT_INCONCLUSIVE);
    assert_non_null(strstr(v.strata[0].why, "a lower one, or more processors, would tell"));
    expect(&v, VERDICT_INCONCLUSIVE, "holds in 1 of 2, undecided in 1 of 2");
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
    assert_non_null(strstr(v.strata[0].why, "more records a trial would tell"));
    expect(&v, VERDICT_INCONCLUSIVE, "");
    t = claim_test_made_up();
    for (size_t i = 0; i < b.results.count; i++) {
        (void)snprintf(b.results.records[i].cell.load, RECORD_NAME_MAX, "flat out");
        b.results.records[i].cell.load_paced = false;
    }
    v = judge(&b, &c);
    assert_non_null(strstr(v.strata[0].why, "length of the queue"));
    expect(&v, VERDICT_NOT_APPLICABLE, "");
    bench_pair(&b, 1, 12, -0.3, 0.01); /* a paced one beside it: the queue is outside the words */
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "holds in 1 of 2, not applicable in 1 of 2");
    b.results.count /= 2;
    t.where.takes[DIMENSION_LOAD] = loads; /* the claim asks for it by name */
    v = judge(&b, &c);
    expect(&v, VERDICT_SUPPORTED, "in band");
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trials_that_do_not_count),
        cmocka_unit_test(saturated_trials),
        cmocka_unit_test(latencies_that_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
