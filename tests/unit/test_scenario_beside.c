/* Scenarios: images beside the records, what they become and the sentence for bad ones. */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"
#include "bench/plan/pools.h"
#include "bench/trial/sabotage.h"
#include "tests/unit/plan_scene.h"

#define BASE "codecs: none\npayloads: alert\n"
#define IMAGES "payload: {generator: raster, sizes: [1 MB, 20 MB, 3 MB]}, encoding: routed, "
#define STREAM IMAGES "codec: zstd-1, load: {in_flight: 2}"

static void nothing_goes_beside_unless_asked(void **state)
{
    (void)state;
    const char *texts[] = {BASE, BASE "beside: none\n"};
    for (size_t i = 0; i < 2; i++) {
        char label[SCENARIO_LABEL];
        struct scenario *s = scenario_of(texts[i]);
        assert_int_equal(s->beside_count, 1);
        assert_null(s->besides[0].stream);
        assert_string_equal(beside_label(&s->besides[0], label), "");
        struct plan p = plan_of(s);
        assert_null(p.cells[0].beside);
        assert_int_equal(p.beside_count, 0);
        plan_release(&p);
        scenario_free(s);
    }
}

static void a_stream_holds_what_it_says(void **state)
{
    (void)state;
    char label[SCENARIO_LABEL];
    struct scenario *s = scenario_of("seed: 7\ntimeout: 9 s\nname: x\n" BASE "beside: {" STREAM
                                     ", at_least: 4, partitions: 8, chunk: 2 MB}\n");
    const struct scenario *b = s->besides[0].stream;
    assert_non_null(b);
    assert_int_equal(s->besides[0].at_least, 4);
    assert_false(s->besides[0].same_topic);
    assert_string_equal(b->name, "x, beside");
    assert_int_equal(b->seed, 7);
    assert_int_equal(b->trial_timeout_ns, 9LL * NS_PER_S);
    assert_int_equal(b->payloads[0].size_count, 3);
    assert_int_equal(b->payloads[0].sizes[1], 20000000);
    assert_int_equal(b->payloads[0].record_bytes, 0);
    assert_int_equal(b->warmup_records, 3); /* each size once */
    assert_int_equal(b->partitions, 8);
    assert_int_equal(b->chunk_bytes, 2000000);
    assert_int_equal(b->loads[0].in_flight, 2);
    assert_string_equal(beside_label(&s->besides[0], label),
                        "raster 1.00 MB + 20.0 MB + 3.00 MB, routed, zstd-1, closed 2");
    scenario_free(s);
}

static void keys_after_it_count_as_well(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("beside: {" STREAM "}\n" BASE "seed: 9\nname: late\n");
    assert_int_equal(s->besides[0].stream->seed, 9);
    assert_string_equal(s->besides[0].stream->name, "late, beside");
    scenario_free(s);
}

static void arms_may_differ_in_it(void **state)
{
    (void)state;
    struct scenario *s =
        scenario_of("payloads: alert\nduration: 2 s\narms:\n"
                    "  - {name: alone, codec: none, beside: none}\n"
                    "  - {name: own, codec: none, beside: {" STREAM "}}\n"
                    "  - {name: among, codec: none, beside: {" STREAM ", topic: same}}\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.comparison_count, 1);
    assert_int_equal(p.beside_count, 2);
    assert_null(p.cells[0].beside);
    assert_ptr_equal(p.cells[1].beside, &p.besides[0]);
    assert_ptr_equal(p.cells[1].beside->as, &s->arms[1].beside);
    const struct plan_cell *images = p.cells[1].beside->plan.cells;
    assert_int_equal(images->records_max, 20003); /* room, and the warm-up */
    assert_int_equal(images->encoding, ENCODING_ROUTED);
    /* what goes there takes time, disk and memory; in one topic both take the largest message */
    assert_true(p.cells[1].estimate.duration_ns > p.cells[0].estimate.duration_ns);
    assert_true(p.cells[1].estimate.disk_bytes > p.cells[0].estimate.disk_bytes + 1000000);
    assert_true(p.cells[1].estimate.image_bytes > 0);
    assert_int_equal(p.cells[0].estimate.image_bytes, 0);
    assert_int_equal(p.cells[1].message_max_bytes, p.cells[0].message_max_bytes);
    assert_int_equal(p.cells[2].message_max_bytes, images->message_max_bytes);
    plan_release(&p);
    scenario_free(s);
}

static void a_list_sweeps(void **state)
{
    (void)state;
    struct scenario *s =
        scenario_of("codecs: [none, lz4]\npayloads: alert\nbeside: [none, {" STREAM "}]\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.comparison_count, 2);
    assert_string_equal(p.comparisons[0].label, "alert, alone");
    assert_string_equal(
        p.comparisons[1].label,
        "alert, beside raster 1.00 MB + 20.0 MB + 3.00 MB, routed, zstd-1, closed 2");
    for (size_t i = 0; i < 4; i++)
        assert_ptr_equal(p.cells[i].beside, i < 2 ? NULL : &p.besides[0]);
    plan_release(&p);
    scenario_free(s);
}

static void what_no_client_takes_refuses_the_cell(void **state)
{
    (void)state;
    struct scenario *s =
        scenario_of(BASE "beside: {payload: {generator: raster, record_bytes: 1 GB}, encoding: "
                         "envelope, codec: none, load: {rate: 1/s}}\n");
    struct plan p = plan_of(s);
    assert_true(strncmp(p.cells[0].refused, "beside: one record of 1000", 26) == 0);
    plan_release(&p);
    scenario_free(s);
}

static void sizes_come_in_whole_turns(void **state)
{
    (void)state;
    struct scenario *s = scenario_of(
        BASE "beside: {payload: {generator: raster, sizes: [400 KB, 900 KB]}, encoding: envelope, "
             "codec: none, pool: 1 MB, load: {rate: 5/s}}\n");
    const struct scenario *b = s->besides[0].stream;
    struct payload_spec spec = pools_spec(b, &b->payloads[0], 0);
    struct payload_pool pool;
    struct err e = {0};
    assert_int_equal(payload_pool_build(&spec, &pool, &e), RC_OK);
    assert_int_equal(pool.records, 2); /* 1.3 MB: enough after one turn */
    assert_int_equal(pool.slots[0].size, 400000);
    assert_int_equal(pool.slots[1].size, 900000);
    payload_pool_release(&pool);
    scenario_free(s);
}

static void faults_may_be_planted_there(void **state)
{
    (void)state;
    enum sabotage here = SABOTAGE_LATE, there = SABOTAGE_LATE;
    struct err e = {0};
    assert_int_equal(setenv("ASSAY_SABOTAGE", "beside-corrupt", 1), 0);
    assert_int_equal(sabotage_ask(&here, &there, &e), RC_OK);
    assert_int_equal(here, SABOTAGE_NONE);
    assert_int_equal(there, SABOTAGE_CORRUPT);
    assert_int_equal(setenv("ASSAY_SABOTAGE", "corrupt", 1), 0);
    assert_int_equal(sabotage_ask(&here, &there, &e), RC_OK);
    assert_int_equal(here, SABOTAGE_CORRUPT);
    assert_int_equal(there, SABOTAGE_NONE);
    assert_int_equal(setenv("ASSAY_SABOTAGE", "beside-sleep", 1), 0);
    assert_int_equal(sabotage_ask(&here, &there, &e), RC_INPUT);
    assert_int_equal(unsetenv("ASSAY_SABOTAGE"), 0);
}

#define PLAIN "payload: raster, encoding: raw, codec: none, load: {rate: 1/s}"

static const struct {
    const char *yaml, *says;
} BAD[] = {
    {BASE "beside: 5\n", "t.yaml:3: beside: found \"5\"; expected none, or a map such as "},
    {BASE "beside: []\n", "t.yaml:3: beside: found an empty list; expected none, "},
    {BASE "beside: {}\n", "t.yaml:3: beside: found no payload; expected payload: "},
    {BASE "beside: {payload: raster}\n", "t.yaml:3: beside: found no encoding; expected "},
    {BASE "beside: {payload: raster, encoding: raw}\n", "t.yaml:3: beside: found no codec; "},
    {BASE "beside: {payload: raster, encoding: raw, codec: none}\n",
     "t.yaml:3: beside: found no load; expected load: {in_flight: 1}"},
    {BASE "beside: {" IMAGES "codec: none, load: flat out}\n",
     "t.yaml:3: beside.load: found \"flat out\"; expected {rate: 2/s} or {in_flight: 1}"},
    {BASE "beside: {" IMAGES "codec: none, load: {rate: auto}}\n", "t.yaml:3: beside.load: found"},
    {BASE "beside: {" IMAGES "codec: policy, load: {rate: 1/s}}\n",
     "t.yaml:3: beside.codec: found \"policy\"; expected a codec, such as zstd-1"},
    {BASE "beside: {" IMAGES "codec: [none, lz4], load: {rate: 1/s}}\n",
     "t.yaml:3: beside.codec: found 2 of them; expected one"},
    {BASE "beside: {" STREAM ", wiht: 3}\n", "t.yaml:3: beside.wiht: found an unknown key"},
    {BASE "beside: {" STREAM ", at_least: 0}\n", "t.yaml:3: beside.at_least: found \"0\""},
    {BASE "beside: {" STREAM ", topic: same, partitions: 2}\n",
     "t.yaml:3: beside.partitions: found it with topic: same; expected partitions of the "},
    {BASE "beside: {" PLAIN ", topic: same}\n",
     "t.yaml:3: beside.topic: found same with encoding: raw, which cannot be told from the "},
    {BASE "beside: {" STREAM ", direct_max: 9 MB, chunked_max: 8 MB}\n",
     "t.yaml:3: beside.chunked_max: found 8.00 MB, below direct_max"},
    {BASE "beside: {payload: {data: /etc/passwd, cut: slices}, encoding: raw, codec: none, load: "
          "{rate: 1/s}}\n",
     "t.yaml:3: beside.payload: found cut: slices of natural size"},
    {BASE "beside: {payload: {data: /etc/passwd, cut: whole, sizes: [1 B, 2 B]}, encoding: raw, "
          "codec: none, load: {rate: 1/s}}\n",
     "t.yaml:3: beside.payload.sizes: found sizes with data"},
    {BASE "beside: [none, none]\n", "t.yaml:3: beside[1]: found \"none\" a second time"},
    {BASE "load: {rate: auto}\nbeside: {" STREAM "}\n",
     "t.yaml:4: beside: found it with load: {rate: auto}, which is calibrated without it"},
    {BASE "exact: true\nbatching: {records: 10}\nbeside: {" STREAM "}\n",
     "t.yaml:5: beside: found it with exact: true"},
    {"codecs: none\npayloads: raster\nencodings: chunks\nbeside: {" STREAM ", topic: same}\n",
     "t.yaml:4: beside: found topic: same beside measured images"},
    {BASE "beside: none\narms: [{name: a, beside: none}, {name: b, beside: none}]\n",
     "t.yaml:3: beside: found it beside arms that all set it"},
    {BASE "arms: [{name: a}, {name: b, beside: {payload: raster}}]\n",
     "t.yaml:3: arms[1].beside: found no encoding"},
    {"codecs: none\npayloads: {generator: raster, sizes: [1 MB]}\n",
     "t.yaml:2: payloads.sizes: found a list; expected a list of 2 to 64 sizes"},
    {"codecs: none\npayloads: {generator: raster, sizes: [1 MB, 2]}\n", "t.yaml:2: payloads.sizes"},
    {"codecs: none\npayloads: {generator: raster, sizes: [1 MB, 2 MB], record_bytes: 1 MB}\n",
     "t.yaml:2: payloads: found both record_bytes and sizes; expected one of them"},
};

static void bad_ones_are_refused_with_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct err e = {0};
        struct scenario *s = NULL;
        struct scenario_text text = {span_str(BAD[i].yaml), "t.yaml"};
        assert_int_equal(scenario_parse(&text, &PLACES, NULL, 0, &s, &e), RC_INPUT);
        if (strncmp(e.text, BAD[i].says, strlen(BAD[i].says)) != 0)
            fail_msg("%s\nsays: %s\nnot:  %s", BAD[i].yaml, e.text, BAD[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_goes_beside_unless_asked),
        cmocka_unit_test(a_stream_holds_what_it_says),
        cmocka_unit_test(keys_after_it_count_as_well),
        cmocka_unit_test(arms_may_differ_in_it),
        cmocka_unit_test(a_list_sweeps),
        cmocka_unit_test(what_no_client_takes_refuses_the_cell),
        cmocka_unit_test(sizes_come_in_whole_turns),
        cmocka_unit_test(faults_may_be_planted_there),
        cmocka_unit_test(bad_ones_are_refused_with_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
