/* Scenarios: background load, what it becomes and the sentence for bad ones. */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"
#include "bench/plan/pools.h"
#include "bench/trial/sabotage.h"
#include "tests/unit/bench/plan_scene.h"

#define BASE "codecs: none\npayloads: alert\n"
#define IMAGES "payload: {generator: raster, sizes: [1 MB, 20 MB, 3 MB]}, encoding: routed, "
#define STREAM IMAGES "codec: zstd-1, load: {in_flight: 2}"

static void there_is_no_background_unless_asked(void **state)
{
    (void)state;
    const char *texts[] = {BASE, BASE "background: none\n"};
    for (size_t i = 0; i < 2; i++) {
        char label[SCENARIO_LABEL];
        struct scenario *s = scenario_of(texts[i]);
        assert_int_equal(s->background_count, 1);
        assert_null(s->backgrounds[0].stream);
        assert_string_equal(background_label(&s->backgrounds[0], label), "");
        struct plan p = plan_of(s);
        assert_null(p.cells[0].background);
        assert_int_equal(p.background_count, 0);
        plan_release(&p);
        scenario_free(s);
    }
}

static void a_stream_holds_what_it_says(void **state)
{
    (void)state;
    char label[SCENARIO_LABEL];
    struct scenario *s = scenario_of("seed: 7\ntimeout: 9 s\nname: x\n" BASE "background: {" STREAM
                                     ", at_least: 4, partitions: 8, chunk: 2 MB}\n");
    const struct scenario *b = s->backgrounds[0].stream;
    assert_non_null(b);
    assert_int_equal(s->backgrounds[0].at_least, 4);
    assert_false(s->backgrounds[0].same_topic);
    assert_string_equal(b->name, "x, background");
    assert_int_equal(b->seed, 7);
    assert_int_equal(b->trial_timeout_ns, 9LL * NS_PER_S);
    assert_int_equal(b->payloads[0].size_count, 3);
    assert_int_equal(b->payloads[0].sizes[1], 20000000);
    assert_int_equal(b->payloads[0].record_bytes, 0);
    assert_int_equal(b->warmup_records, 3); /* each size once */
    assert_int_equal(b->partitions[0], 8);
    assert_int_equal(b->chunk_bytes, 2000000);
    assert_int_equal(b->loads[0].in_flight, 2);
    assert_string_equal(background_label(&s->backgrounds[0], label),
                        "raster 1.00 MB + 20.0 MB + 3.00 MB, routed, zstd-1, closed 2");
    scenario_free(s);
}

static void keys_after_it_count_as_well(void **state)
{
    (void)state;
    struct scenario *s = scenario_of("background: {" STREAM "}\n" BASE "seed: 9\nname: late\n");
    assert_int_equal(s->backgrounds[0].stream->seed, 9);
    assert_string_equal(s->backgrounds[0].stream->name, "late, background");
    scenario_free(s);
}

static void arms_may_differ_in_it(void **state)
{
    (void)state;
    struct scenario *s =
        scenario_of("payloads: alert\nduration: 2 s\narms:\n"
                    "  - {name: alone, codec: none, background: none}\n"
                    "  - {name: own, codec: none, background: {" STREAM "}}\n"
                    "  - {name: among, codec: none, background: {" STREAM ", topic: same}}\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.comparison_count, 1);
    assert_int_equal(p.background_count, 2);
    assert_null(p.cells[0].background);
    assert_ptr_equal(p.cells[1].background, &p.backgrounds[0]);
    assert_ptr_equal(p.cells[1].background->as, &s->arms[1].background);
    const struct plan_cell *images = p.cells[1].background->plan.cells;
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
        scenario_of("codecs: [none, lz4]\npayloads: alert\nbackground: [none, {" STREAM "}]\n");
    struct plan p = plan_of(s);
    assert_int_equal(p.comparison_count, 2);
    assert_string_equal(p.comparisons[0].label, "alert, background none");
    assert_string_equal(
        p.comparisons[1].label,
        "alert, background raster 1.00 MB + 20.0 MB + 3.00 MB, routed, zstd-1, closed 2");
    for (size_t i = 0; i < 4; i++)
        assert_ptr_equal(p.cells[i].background, i < 2 ? NULL : &p.backgrounds[0]);
    plan_release(&p);
    scenario_free(s);
}

static void what_no_client_takes_refuses_the_cell(void **state)
{
    (void)state;
    struct scenario *s =
        scenario_of(BASE "background: {payload: {generator: raster, record_bytes: 1 GB}, encoding: "
                         "envelope, codec: none, load: {rate: 1/s}}\n");
    struct plan p = plan_of(s);
    assert_true(strncmp(p.cells[0].refused, "background: one record of 1000", 30) == 0);
    plan_release(&p);
    scenario_free(s);
}

static void sizes_come_in_whole_turns(void **state)
{
    (void)state;
    struct scenario *s = scenario_of(
        BASE
        "background: {payload: {generator: raster, sizes: [400 KB, 900 KB]}, encoding: envelope, "
        "codec: none, pool: 1 MB, load: {rate: 5/s}}\n");
    const struct scenario *b = s->backgrounds[0].stream;
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
    assert_int_equal(setenv("ASSAY_SABOTAGE", "background-corrupt", 1), 0);
    assert_int_equal(sabotage_ask(&here, &there, &e), RC_OK);
    assert_int_equal(here, SABOTAGE_NONE);
    assert_int_equal(there, SABOTAGE_CORRUPT);
    assert_int_equal(setenv("ASSAY_SABOTAGE", "corrupt", 1), 0);
    assert_int_equal(sabotage_ask(&here, &there, &e), RC_OK);
    assert_int_equal(here, SABOTAGE_CORRUPT);
    assert_int_equal(there, SABOTAGE_NONE);
    assert_int_equal(setenv("ASSAY_SABOTAGE", "background-sleep", 1), 0);
    assert_int_equal(sabotage_ask(&here, &there, &e), RC_INPUT);
    assert_int_equal(unsetenv("ASSAY_SABOTAGE"), 0);
}

#define PLAIN "payload: raster, encoding: raw, codec: none, load: {rate: 1/s}"

static const struct {
    const char *yaml, *says;
} BAD[] = {
    {BASE "beside: none\n",
     "t.yaml:3: beside: beside is called background; expected background: …"},
    {BASE "arms: [{name: a}, {name: b, beside: none}]\n",
     "t.yaml:3: arms[1].beside: beside is called background; expected background: …"},
    {BASE "background: 5\n", "t.yaml:3: background: found \"5\"; expected none, or a map such as "},
    {BASE "background: []\n", "t.yaml:3: background: found an empty list; expected none, "},
    {BASE "background: {}\n", "t.yaml:3: background: found no payload; expected payload: "},
    {BASE "background: {payload: raster}\n", "t.yaml:3: background: found no encoding; expected "},
    {BASE "background: {payload: raster, encoding: raw}\n",
     "t.yaml:3: background: found no codec; "},
    {BASE "background: {payload: raster, encoding: raw, codec: none}\n",
     "t.yaml:3: background: found no load; expected load: {in_flight: 1}"},
    {BASE "background: {" IMAGES "codec: none, load: flat out}\n",
     "t.yaml:3: background.load: found \"flat out\"; expected {rate: 2/s} or {in_flight: 1}"},
    {BASE "background: {" IMAGES "codec: none, load: {rate: auto}}\n",
     "t.yaml:3: background.load: found"},
    {BASE "background: {" IMAGES "codec: policy, load: {rate: 1/s}}\n",
     "t.yaml:3: background.codec: found \"policy\"; expected a codec, such as zstd-1"},
    {BASE "background: {" IMAGES "codec: [none, lz4], load: {rate: 1/s}}\n",
     "t.yaml:3: background.codec: found 2 of them; expected one"},
    {BASE "background: {" STREAM ", wiht: 3}\n", "t.yaml:3: background.wiht: found an unknown key"},
    {BASE "background: {" STREAM ", at_least: 0}\n", "t.yaml:3: background.at_least: found \"0\""},
    {BASE "background: {" STREAM ", topic: same, partitions: 2}\n",
     "t.yaml:3: background.partitions: found it with topic: same; expected partitions of the "},
    {BASE "background: {" PLAIN ", topic: same}\n",
     "t.yaml:3: background.topic: found same with encoding: raw, which cannot be told from the "},
    {BASE "background: {" STREAM ", direct_max: 9 MB, chunked_max: 8 MB}\n",
     "t.yaml:3: background.chunked_max: found 8.00 MB, below direct_max"},
    {BASE
     "background: {payload: {data: /etc/passwd, cut: slices}, encoding: raw, codec: none, load: "
     "{rate: 1/s}}\n",
     "t.yaml:3: background.payload: found cut: slices of natural size"},
    {BASE
     "background: {payload: {data: /etc/passwd, cut: whole, sizes: [1 B, 2 B]}, encoding: raw, "
     "codec: none, load: {rate: 1/s}}\n",
     "t.yaml:3: background.payload.sizes: found sizes with data"},
    {BASE "background: [none, none]\n", "t.yaml:3: background[1]: found \"none\" a second time"},
    {BASE "load: {rate: auto}\nbackground: {" STREAM "}\n",
     "t.yaml:4: background: found it with load: {rate: auto}, which is calibrated without it"},
    {BASE "exact: true\nbatching: {records: 10}\nbackground: {" STREAM "}\n",
     "t.yaml:5: background: found it with exact: true"},
    {"codecs: none\npayloads: raster\nencodings: chunks\nbackground: {" STREAM ", topic: same}\n",
     "t.yaml:4: background: found topic: same where images are measured"},
    {BASE "background: none\narms: [{name: a, background: none}, {name: b, background: none}]\n",
     "t.yaml:3: background: found it beside arms that all set it"},
    {BASE "arms: [{name: a}, {name: b, background: {payload: raster}}]\n",
     "t.yaml:3: arms[1].background: found no encoding"},
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
        cmocka_unit_test(there_is_no_background_unless_asked),
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
