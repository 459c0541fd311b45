/* Pairs are made block by block, of trials that count, whatever the order of the lines. */
#include "tests/unit/reports/made_up_claim.h"

#include "reports/summary/contrast.h"
#include "reports/summary/strata.h"

static const struct contrast_key KEY = {
    .scenario = "s", .from = "gzip-6", .to = "zstd-3", .metric = METRIC_E2E_P50};

static struct contrast make(const struct bench *b, struct contrast_key k)
{
    struct contrast c;
    struct err e;
    if (contrast_of(&b->results, &k, &c, &e) != RC_OK)
        fail_msg("%s", e.text);
    return c;
}

static void pairs_share_a_block(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b);
    (void)bench_add(&b, 0, "zstd-3", 3, 30);
    (void)bench_add(&b, 0, "gzip-6", 1, 100);
    (void)bench_add(&b, 0, "gzip-6", 3, 300);
    (void)bench_add(&b, 0, "zstd-3", 2, 20); /* its partner is saturated */
    (void)bench_add(&b, 0, "zstd-3", 1, 10);
    struct trial_record *r = bench_add(&b, 0, "gzip-6", 2, 200);
    r->validity = TRIAL_SATURATED;
    (void)snprintf(r->why, sizeof r->why, "late");
    (void)bench_add(&b, 1, "gzip-6", 1, 7); /* another group, another arm, another scenario */
    (void)bench_add(&b, 0, "lz4", 1, 7);
    (void)snprintf(bench_add(&b, 0, "gzip-6", 4, 7)->scenario, RECORD_NAME_MAX, "t");
    struct contrast c = make(&b, KEY);
    assert_int_equal(c.n, 2);
    assert_true(c.from[0] == 100 && c.to[0] == 10 && c.from[1] == 300 && c.to[1] == 30);
    assert_ptr_equal(c.pairs[0].from, &b.results.records[1]);
    assert_ptr_equal(c.pairs[1].to, &b.results.records[0]);
    assert_int_equal(c.trials, 6);
    assert_int_equal(c.saturated, 1);
    assert_int_equal(c.voided, 0);
    assert_string_equal(c.why, "late");
    assert_int_equal(c.blocks, 3);
    assert_int_equal(c.absent, 0);
    assert_true(fabs(c.spread - 2.0 / 3) < 1e-12);
    assert_true(c.batch_from == 10 && c.batch_to == 10);
    contrast_release(&c);
    struct contrast_key early = KEY;
    early.last_block = 2;
    c = make(&b, early);
    assert_int_equal(c.n, 1);
    contrast_release(&c);
    /* bytes hold for the saturated trial, too */
    struct contrast_key bytes = KEY;
    bytes.metric = METRIC_STORED_BYTES;
    c = make(&b, bytes);
    assert_int_equal(c.n, 3);
    assert_int_equal(c.saturated, 0);
    contrast_release(&c);
    bench_release(&b);
}

static void one_arm_alone_and_arms_that_are_absent(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b);
    (void)bench_add(&b, 0, "zstd-3", 1, 10);
    bench_add(&b, 0, "zstd-3", 2, 20)->latency_ns[LATENCY_E2E].p50 = NOT_MEASURED;
    struct contrast_key alone = KEY;
    alone.from = NULL;
    struct contrast c = make(&b, alone);
    assert_int_equal(c.n, 1);
    assert_int_equal(c.unmeasured, 1);
    assert_int_equal(c.absent, 0);
    contrast_release(&c);
    c = make(&b, KEY);
    assert_int_equal(c.n, 0);
    assert_int_equal(c.absent, 1);
    contrast_release(&c);
    b.results.count = 0;
    c = make(&b, KEY);
    assert_int_equal(c.absent, 2);
    contrast_release(&c);
    bench_release(&b);
}

/* The record says it; a delivery that is not perfect says nothing by itself. */
static void what_is_wrong_is_what_the_record_says(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b);
    (void)bench_add(&b, 0, "gzip-6", 1, 10);
    struct trial_record *r = bench_add(&b, 0, "zstd-3", 1, 10);
    r->validity = TRIAL_VOID;
    r->delivery.outcome[OUTCOME_UNDECIDED] = 7;
    struct contrast c = make(&b, KEY);
    assert_int_equal(c.voided, 1);
    assert_null(c.wrong);
    contrast_release(&c);
    r->integrity_hurt = true;
    c = make(&b, KEY);
    assert_ptr_equal(c.wrong, r);
    contrast_release(&c);
    bench_release(&b);
}

static void background_is_a_condition_like_any_other(void **state)
{
    static char none[] = "none", raster[] = "raster";
    static char *backgrounds[] = {none, NULL};
    struct bench b;
    struct strata s;
    struct claim_test t = claim_test_made_up();
    (void)state;
    bench_init(&b);
    (void)bench_add(&b, 0, "gzip-6", 1, 10);
    (void)bench_add(&b, 0, "zstd-3", 1, 10);
    struct trial_record *r = bench_add(&b, 1, "gzip-6", 1, 10);
    trial_cell_set(&r->cell, DIMENSION_BACKGROUND, "raster 1.00 MB, routed, zstd-1, closed 1");
    r = bench_add(&b, 1, "zstd-3", 1, 10);
    trial_cell_set(&r->cell, DIMENSION_BACKGROUND, "raster 1.00 MB, routed, zstd-1, closed 1");
    t.where.takes[DIMENSION_BACKGROUND] = backgrounds;
    assert_int_equal(strata_of(&b.results, "s", &t, &s, NULL), RC_OK);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.all[0].group, 0);
    assert_string_equal(s.all[0].common.background, "none");
    strata_release(&s);
    backgrounds[0] = raster;
    assert_int_equal(strata_of(&b.results, "s", &t, &s, NULL), RC_OK);
    assert_int_equal(s.count, 1);
    assert_int_equal(s.all[0].group, 1);
    strata_release(&s);
    bench_release(&b);
}

static void a_filter_takes_one_part_of_a_label(void **state)
{
    static const struct {
        const char *where;
        bool passes;
    } ROWS[] = {{"threads 8", true},    {"order key", true},   {"threads 8, order key", true},
                {"threads", true},      {"threads 80", false}, {"key", false},
                {"order key, ", false}, {"order ke", false}};
    struct trial_cell cell = {.record_bytes = 0};
    (void)state;
    trial_cell_set(&cell, DIMENSION_PARAMETERS, "threads 8, order key");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char word[RECORD_NAME_MAX], *words[] = {word, NULL};
        (void)snprintf(word, sizeof word, "%s", ROWS[i].where);
        struct claim_filter f = {.takes = {[DIMENSION_PARAMETERS] = words}};
        if (strata_lets_through(&f, &cell) != ROWS[i].passes)
            fail_msg("%s", ROWS[i].where);
    }
}

static void filters_see_what_arms_have_in_common(void **state)
{
    (void)state;
    static char open[] = "open", iot[] = "p1", gzip[] = "gzip-6";
    static char *loads[] = {open, NULL}, *payloads[] = {iot, NULL}, *codecs[] = {gzip, NULL};
    static char flat[] = "flat out", ope[] = "ope";
    struct bench b;
    struct strata s;
    struct claim_test t = claim_test_made_up();
    bench_init(&b);
    for (int g = 0; g < 3; g++) {
        (void)bench_add(&b, 2 - g, "gzip-6", 1, 10);
        (void)bench_add(&b, 2 - g, "zstd-3", 2, 10);
        (void)bench_add(&b, 2 - g, "lz4", 5, 10);
    }
    (void)bench_add(&b, 9, "lz4", 1, 10); /* none of the test's arms */
    assert_int_equal(strata_of(&b.results, "s", &t, &s, NULL), RC_OK);
    assert_int_equal(s.count, 3);
    assert_int_equal(s.all[0].group, 0);
    assert_string_equal(s.all[0].common.payload, "p0");
    assert_string_equal(s.all[0].common.codec, "");
    assert_string_equal(s.all[0].common.link, "unlimited");
    assert_int_equal(s.all[0].blocks, 2);
    strata_release(&s);
    t.where = (struct claim_filter){
        .takes = {
            [DIMENSION_PAYLOAD] = payloads, [DIMENSION_LOAD] = loads, [DIMENSION_CODEC] = codecs}};
    assert_int_equal(strata_of(&b.results, "s", &t, &s, NULL), RC_OK);
    assert_int_equal(s.count, 1); /* codec tells the arms apart: no filter on it */
    strata_release(&s);
    loads[0] = flat;
    assert_int_equal(strata_of(&b.results, "s", &t, &s, NULL), RC_OK);
    assert_int_equal(s.count, 0);
    strata_release(&s);
    loads[0] = ope; /* not a whole word */
    assert_int_equal(strata_of(&b.results, "s", &t, &s, NULL), RC_OK);
    assert_int_equal(s.count, 0);
    strata_release(&s);
    bench_release(&b);
}

static void tiers_name_arms_whole(void **state)
{
    (void)state;
    static char one[] = "none", two[] = "lz4|zstd-1|zstd-3";
    static char *order[] = {one, two, NULL};
    struct claim_test t = {.kind = TEST_RANKING, .order = order};
    assert_true(strata_has_arm(&t, "none"));
    assert_true(strata_has_arm(&t, "lz4"));
    assert_true(strata_has_arm(&t, "zstd-3"));
    assert_false(strata_has_arm(&t, "zstd"));
    assert_false(strata_has_arm(&t, "lz"));
    assert_false(strata_has_arm(&t, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_share_a_block),
        cmocka_unit_test(one_arm_alone_and_arms_that_are_absent),
        cmocka_unit_test(what_is_wrong_is_what_the_record_says),
        cmocka_unit_test(background_is_a_condition_like_any_other),
        cmocka_unit_test(a_filter_takes_one_part_of_a_label),
        cmocka_unit_test(filters_see_what_arms_have_in_common),
        cmocka_unit_test(tiers_name_arms_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
