/* A part of the strata: what it decides of the claim, and what it leaves open.
 * Planted bugs these tests find: "all" supported by a part; "one" refuted by a part; a refutation
 * of "all" called open; strata judged that nobody asked for; the part's own word lost. */
#include "tests/unit/reports/claims/judged_claim.h"

struct asked {
    size_t asked, left_out;
};

static struct claim_verdict judge_part(struct bench *b, const struct claim *c, const char *only,
                                       const struct asked *parts)
{
    struct claim_verdict v;
    struct strata_choice choice = {.count = 0};
    struct err e = {0};
    struct judge_options o = {.results = &b->results, .blocks_planned = 12, .only = &choice};
    if (strata_choice_add(&choice, only, &e) != RC_OK || claim_verdict_begin(c, &v, &e) != RC_OK)
        fail_msg("%s", e.text);
    for (size_t i = 0; i < c->test_count; i++) {
        struct test_part part = {parts[i].asked, parts[i].left_out};
        assert_int_equal(claim_verdict_set_part(&v, i, part, &e), RC_OK);
    }
    assert_int_equal(claim_judge(&o, &v, &e), RC_OK);
    return v;
}

/* Group 0 falls by 30 %, group 1 rises by 20 %. */
static void two_strata(struct bench *b)
{
    bench_init(b);
    bench_pair(b, 0, 12, -0.3, 0.01);
    bench_pair(b, 1, 12, 0.2, 0.01);
}

static void a_part_does_not_support_all(void **state)
{
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    (void)state;
    two_strata(&b);
    struct claim_verdict v = judge_part(&b, &c, "payload=p0", &(struct asked){1, 35});
    assert_int_equal(v.stratum_count, 1);
    assert_int_equal(v.strata[0].verdict, VERDICT_SUPPORTED);
    assert_int_equal(v.in_part, VERDICT_SUPPORTED);
    assert_int_equal(claim_test_verdict(&v, 0), VERDICT_INCONCLUSIVE);
    expect(&v, VERDICT_INCONCLUSIVE,
           "SUPPORTED in the part asked for, 1 of 36 strata, others left out by --only, and the "
           "words are decided by all: holds in 1 of 1; in band");
    v = judge_part(&b, &c, "payload=p1", &(struct asked){1, 35}); /* one suffices against all */
    assert_int_equal(v.in_part, VERDICT_REFUTED);
    expect(&v, VERDICT_REFUTED, "in 1 of 36 strata, others left out by --only: refuted in 1 of 1");
    v = judge_part(&b, &c, "payload=p0", &(struct asked){1, 0}); /* that was all */
    expect(&v, VERDICT_SUPPORTED, "holds in 1 of 1");
    bench_release(&b);
}

static void a_part_does_not_refute_one_of_all(void **state)
{
    struct bench b;
    struct claim_test t = claim_test_made_up();
    struct claim c = claim_made_up(&t, 1);
    (void)state;
    t.any_stratum = true;
    two_strata(&b);
    struct claim_verdict v = judge_part(&b, &c, "payload=p1", &(struct asked){1, 3});
    assert_int_equal(v.in_part, VERDICT_REFUTED);
    expect(&v, VERDICT_INCONCLUSIVE, "REFUTED in the part asked for, 1 of 4 strata");
    v = judge_part(&b, &c, "payload=p0", &(struct asked){1, 3});
    expect(&v, VERDICT_SUPPORTED, "in 1 of 4 strata, others left out by --only: holds in 1 of 1");
    bench_release(&b);
}

static void tests_that_are_left_out(void **state)
{
    struct bench b;
    struct claim_test t[2] = {claim_test_made_up(), claim_test_made_up()};
    struct claim c = claim_made_up(t, 2);
    static char p0[] = "p0", p1[] = "p1";
    static char *first[] = {p0, NULL}, *second[] = {p1, NULL};
    (void)state;
    t[0].where.takes[DIMENSION_PAYLOAD] = first;
    t[1].where.takes[DIMENSION_PAYLOAD] = second;
    two_strata(&b);
    const struct asked parts[] = {{1, 0}, {0, 1}};
    struct claim_verdict v = judge_part(&b, &c, "payload=p0", parts);
    assert_int_equal(claim_test_verdict(&v, 0), VERDICT_SUPPORTED);
    assert_int_equal(claim_test_verdict(&v, 1), VERDICT_NOT_MEASURED);
    expect(&v, VERDICT_INCONCLUSIVE, "SUPPORTED in the part asked for, 1 of 2 strata");
    const struct asked none[] = {{0, 1}, {0, 1}};
    v = judge_part(&b, &c, "payload=p7", none);
    expect(&v, VERDICT_NOT_MEASURED, "all 2 strata left out by --only");
    bench_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_does_not_support_all),
        cmocka_unit_test(a_part_does_not_refute_one_of_all),
        cmocka_unit_test(tests_that_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
