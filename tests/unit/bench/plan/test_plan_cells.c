/* What a cell of a plan sends and needs: lengths, rates, sizes, codecs; and what cannot be run. */
#include "bench/measure/ledger.h"
#include "tests/unit/bench/plan_scene.h"

static struct plan_cell only_cell(const char *text)
{
    struct scenario *s = scenario_of(text);
    struct plan p = plan_of(s);
    struct plan_cell c = p.cells[0];
    assert_int_equal(p.disk_bytes, 2 * c.estimate.disk_bytes);
    assert_int_equal(p.memory_bytes, c.estimate.pool_bytes + c.estimate.ledger_bytes);
    assert_int_equal(p.total_duration_ns, 3 * c.estimate.duration_ns);
    assert_int_equal(p.total_payload_bytes, 3 * c.estimate.payload_bytes);
    plan_release(&p);
    scenario_free(s);
    return c;
}

static void lengths_follow_the_first_limit(void **state)
{
    (void)state;
    struct plan_cell c = only_cell("codecs: none\npayloads: iot\nrecords: 2000\n");
    assert_int_equal(c.warmup_records, 200);
    assert_int_equal(c.records_max, 2200);
    assert_int_equal(c.window_ns, 0);
    assert_int_equal(c.estimate.records, 2200);
    assert_int_equal(c.estimate.payload_bytes, 220000);
    assert_int_equal(c.estimate.ledger_bytes, ledger_bytes(2200, false));
    assert_true(c.estimate.disk_bytes >= 220000);

    c = only_cell("codecs: none\npayloads: iot\nrecords: 2000\nmeasure_bytes: 1010 B\n");
    assert_int_equal(c.warmup_records, 2);
    assert_int_equal(c.records_max, 11 + 2);

    c = only_cell("codecs: none\npayloads: iot\nwarmup: 50\nduration: 2 s\nload: {rate: 100/s}\n");
    assert_int_equal(c.window_ns, 2000000000);
    assert_int_equal(c.estimate.records, 250);
    assert_in_range(c.records_max, 250, 500);
    assert_true(c.estimate.duration_ns >= 2000000000);
}

static void arms_at_a_common_rate_are_alike(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: [none, gzip-9]\npayloads: raster\n"
                                     "record_bytes: 1 MB\nduration: 2 s\nload: {rate: auto}\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.cells[0].records_max, p.cells[1].records_max);
    assert_int_equal(p.cells[0].warmup_records, p.cells[1].warmup_records);
    assert_int_equal(p.cells[0].estimate.records, p.cells[1].estimate.records);
    int64_t records = p.cells[0].estimate.records;
    plan_release(&p);
    scenario_free(s);
    s = scenario_of("codecs: [gzip-9, none]\npayloads: raster\n" /* the slowest sets the rate */
                    "record_bytes: 1 MB\nduration: 2 s\nload: {rate: auto}\n");
    p = plan_of(s);
    assert_int_equal(p.cells[0].estimate.records, records);
    plan_release(&p);
    scenario_free(s);
    s = scenario_of("codecs: [none, gzip-9]\npayloads: raster\nrecord_bytes: 1 MB\n"
                    "duration: 2 s\n");
    p = plan_of(s); /* flat out: one gets further than the other */
    assert_true(p.cells[0].estimate.records > p.cells[1].estimate.records);
    assert_int_equal(p.cells[0].warmup_records, p.cells[1].warmup_records);
    plan_release(&p);
    scenario_free(s);
}

static void base64_records_are_larger_and_as_many(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: none\npayloads: raster\nrecord_bytes: 3 MB\n"
                                     "encodings: [raw, base64-json]\nmeasure_bytes: 30 MB\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.cells[0].records_max, 11);
    assert_int_equal(p.cells[1].records_max, 11);
    assert_int_equal(p.cells[0].estimate.payload_bytes, 33000000);
    assert_in_range(p.cells[1].estimate.payload_bytes, 44000000, 44100000);
    assert_true(p.cells[0].message_max_bytes > 3000000);
    assert_true(p.cells[1].message_max_bytes > 4000000);
    plan_release(&p);
    scenario_free(s);
}

static void the_policy_is_resolved_by_data_type(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("codecs: policy\npayloads: [alert, iot, raster]\n");
    struct plan p = plan_of(s);
    char text[CODEC_SPEC_TEXT];
    for (size_t i = 0; i < 3; i++) {
        const struct policy_row *row = policy_find(s->payloads[i].data_type);
        assert_true(p.cells[i].codec->policy);
        assert_non_null(strstr(p.cells[i].policy_says, row->data_type)); /* and said why */
        assert_non_null(strstr(p.cells[i].policy_says, row->choice));
        assert_string_equal(codec_spec_format(p.cells[i].choice, text), row->choice);
    }
    plan_release(&p);
    scenario_free(s);
}

static void what_cannot_be_run_is_refused(void **state)
{
    (void)state;
    refuses("codecs: none\npayloads: {data: /etc/passwd, cut: lines, name: short}\n"
            "batching: {records: 301}\n",
            "t: payload short: found 300 records, fewer than the 301 that a batch would hold, so "
            "that one would hold a record twice; expected a larger corpus, or batching: "
            "{records: 300} or less");
    refuses("codecs: none\npayloads: {data: /etc/passwd, cut: lines, name: short}\n"
            "batching: {records: 150}\npartitions: 3\n",
            "t: payload short: found 300 records, fewer than the 450 that the batches of all "
            "partitions would hold, so that one would hold a record twice; expected a larger "
            "corpus, or batching: {records: 100} or less");
    refuses("codecs: none\npayloads: raster\nrecord_bytes: 1 GB\nrecords: 1\n",
            "t: payload raster: found a record of 1.00 GB; expected below 1 GB, the most "
            "that fits");
    refuses("codecs: none\npayloads: raster\nrecord_bytes: 3 MB\nmessage_max: 1 MB\n",
            "t: payload raster: found a record of 3.00 MB; expected below message_max");
    refuses("codecs: none\npayloads: raster\nrecord_bytes: 3 MB\nbatching: {records: 500}\n",
            "t: payload raster: found batches of 500 records, 1.50 GB each; expected below 1 "
            "GB, the most that fits");
    refuses("codecs: [none, lz4]\npayloads: iot\nblocks: 1000\nrecord_bytes: [1 B, 2 B, 3 B, 4 B, "
            "5 B, 6 B, 7 B, 8 B, 9 B, 10 B]\nload: [flat out, {rate: 1/s}, {rate: 2/s}, {rate: "
            "3/s}, {rate: 4/s}, {rate: 5/s}]\n",
            "t: found 120 cells in 1000 blocks; expected at most 100000 trials");
}

static void a_sample_that_fails_says_whose(void **state)
{
    (void)state;
    struct err e = {0};
    struct plan p;
    struct scenario *s = scenario_of("codecs: none\npayloads: iot\n");
    assert_int_equal(plan_build(s, no_sample, &p, &e), RC_INPUT);
    assert_string_equal(e.text, "t: payload iot: no such corpus");
    assert_null(p.cells);
    plan_release(&p);
    plan_release(NULL);
    scenario_free(s);
}

static void a_real_payload_can_be_sampled(void **state)
{
    (void)state;
    struct err e = {0};
    struct plan_sample sampled;
    struct scenario *s = scenario_of(
        "codecs: none\npayloads: [iot, {data: tests/unit/bench/plan/test_plan.c, cut: lines}]\n");
    assert_int_equal(plan_sample_payload(s, &s->payloads[0], 0, &sampled, &e), RC_OK);
    assert_int_equal(sampled.records, 0);
    assert_in_range(sampled.mean_bytes, 1, sampled.max_bytes);
    assert_int_equal(sampled.pool_bytes, 64000000);
    assert_int_equal(plan_sample_payload(s, &s->payloads[1], 0, &sampled, &e), RC_OK);
    assert_in_range(sampled.records, 100, 1000);
    assert_in_range(sampled.max_bytes, 60, 110);
    scenario_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_follow_the_first_limit),
        cmocka_unit_test(arms_at_a_common_rate_are_alike),
        cmocka_unit_test(base64_records_are_larger_and_as_many),
        cmocka_unit_test(the_policy_is_resolved_by_data_type),
        cmocka_unit_test(what_cannot_be_run_is_refused),
        cmocka_unit_test(a_sample_that_fails_says_whose),
        cmocka_unit_test(a_real_payload_can_be_sampled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
