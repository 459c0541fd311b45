/* Loads that end by themselves: phases and traces, what they become and the sentence for bad ones.
 */
#define _GNU_SOURCE
#include "tests/unit/bench/plan_scene.h"

#include <math.h>
#include <unistd.h>

#define BASE "codecs: [none, lz4]\npayloads: iot\n"
static const char TRACE[] = "trace.csv";
static char folder[] = "/tmp/assay-load-XXXXXX";

static void write_trace(const char *text)
{
    char path[64];
    (void)snprintf(path, sizeof path, "%s/%s", folder, TRACE);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static enum rc parse(const char *yaml, struct scenario **out, struct err *e)
{
    char file[64];
    (void)snprintf(file, sizeof file, "%s/t.yaml", folder);
    return scenario_parse(&(struct scenario_text){span_str(yaml), file}, &PLACES, NULL, 0, out, e);
}

static struct scenario *good(const char *yaml)
{
    struct scenario *s = NULL;
    struct err e = {0};
    if (parse(yaml, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

static void phases_are_steps(void **state)
{
    (void)state;
    char label[SCENARIO_LABEL];
    struct scenario *s =
        good(BASE "load: {phases: [{rate: 100/s, for: 2 s}, {rate: 10x, for: 1 s}, "
                  "{rate: 1x, for: 500 ms}]}\n");
    const struct load *l = &s->loads[0];
    assert_int_equal(l->kind, LOAD_PHASES);
    assert_int_equal(l->step_count, 3);
    assert_true(l->steps[1].rate_per_s == 1000 && l->steps[2].rate_per_s == 100);
    assert_true(load_duration_ns(l) == 3500000000 && load_by_clock(l) && load_is_paced(l));
    assert_true(fabs(l->rate_per_s - 1250 / 3.5) < 1e-9);
    assert_string_equal(load_label(l, label), "phases 100/s 2.00 s, 1000/s 1.00 s, 100/s 500 ms");
    assert_true(load_of_warm_up(l).rate_per_s == 100);
    struct plan p = plan_of(s);
    assert_int_equal(p.cells[0].window_ns, 3500000000); /* and no default of records cuts it */
    assert_true(p.cells[0].records_max > 2500);
    assert_int_equal(p.cells[0].warmup_records, 125);
    assert_ptr_equal(p.cells[0].load.steps, p.cells[1].load.steps); /* one for all arms */
    assert_int_equal(p.trials[0].seed, p.trials[1].seed);
    plan_release(&p);
    scenario_free(s);
}

static void a_trace_is_scaled_and_sped_up(void **state)
{
    (void)state;
    char label[SCENARIO_LABEL];
    write_trace("who,timestamp,value\na,2020-02-28 23:59:00,5\n"
                "b, 2020-02-29 00:00:00 ,0\r\nc,2020-02-29 00:02:00,20\n\n");
    struct scenario *s = good(BASE "load: {trace: trace.csv, speed: 60x, peak: 400/s}\n");
    const struct load *l = &s->loads[0];
    assert_int_equal(l->kind, LOAD_TRACE);
    assert_int_equal(l->step_count, 3);
    assert_true(l->steps[0].rate_per_s == 100 && l->steps[0].ns == 1000000000);
    assert_true(l->steps[1].rate_per_s == 0 && l->steps[1].ns == 2000000000);
    assert_true(l->steps[2].rate_per_s == 400 && l->steps[2].ns == 2000000000);
    assert_string_equal(load_label(l, label), "trace trace.csv 60x, peak 400/s, 5.00 s");
    scenario_free(s);
    /* A part: its largest value is the peak. */
    s = good(BASE "load: {trace: trace.csv, speed: 60x, peak: 400/s, for: 1500 ms}\n");
    l = &s->loads[0];
    assert_int_equal(l->step_count, 2);
    assert_true(l->steps[0].rate_per_s == 400 && l->steps[1].ns == 500000000);
    scenario_free(s);
    write_trace("t;x,load\n0.5,1\n2.5,3\n");
    s = good(BASE "load: {trace: trace.csv, time: t;x, column: load, peak: 30/s}\n");
    assert_true(s->loads[0].steps[0].rate_per_s == 10 && s->loads[0].steps[1].ns == 2000000000);
    scenario_free(s);
}

/* As spreadsheets write it, and with values that no sum or share of may overflow. */
static void a_trace_may_have_a_byte_order_mark_and_quotes_and_any_scale(void **state)
{
    (void)state;
    write_trace("\xef\xbb\xbf\"note, by hand\",\"timestamp\",\"value\"\r\n"
                "\"a,\"\"7\"\",9,9\",\"0\",\"1e-320\"\r\nb,1,1e-320\r\n");
    struct scenario *s = good(BASE "load: {trace: trace.csv, peak: 400/s}\n");
    assert_int_equal(s->loads[0].step_count, 2);
    assert_true(s->loads[0].steps[1].rate_per_s == 400 && s->loads[0].steps[1].ns == 1000000000);
    scenario_free(s);
    write_trace("timestamp,value\n0,1e308\n1,1e308\n2,5e307\n");
    s = good(BASE "load: {trace: trace.csv, peak: 400/s}\n");
    assert_true(s->loads[0].steps[0].rate_per_s == 400);
    assert_true(fabs(s->loads[0].steps[2].rate_per_s - 200) < 1e-9);
    scenario_free(s);
}

static void a_trace_with_a_zero_byte_is_refused_and_not_cut_there(void **state)
{
    (void)state;
    char path[64];
    struct scenario *s = NULL;
    struct err e = {0};
    static const char ROWS[] = "timestamp,value\n0,1\n1,2\n\0\n2,3\n";
    (void)snprintf(path, sizeof path, "%s/%s", folder, TRACE);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(ROWS, 1, sizeof ROWS - 1, out), sizeof ROWS - 1);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(parse(BASE "load: {trace: trace.csv, peak: 5/s}\n", &s, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "trace.csv: found a zero byte; expected a CSV file"));
}

static const struct {
    const char *trace, *yaml, *says; /* says: after the file's name */
} BAD[] = {
    {NULL, "load: {phases: []}", ":3: load.phases: found an empty list"},
    {NULL, "load: {phases: [{rate: 2x, for: 1 s}]}",
     ":3: load.phases[0].rate: found \"2x\"; expected a rate with unit in the first phase, such as "
     "1000/s"},
    {NULL, "load: {phases: [{rate: 5/s}]}",
     ":3: load.phases[0]: found no for; expected {rate: 1000/s, for: 10 s}"},
    {NULL, "load: {phases: [{for: 5 s}]}",
     ":3: load.phases[0]: found no rate; expected {rate: 1000/s, for: 10 s}"},
    {NULL, "load: {phases: [{rate: 5/s, until: recovered, at_most: 10 min}]}",
     ":3: load.phases[0].until: needs lag, which no workload measures yet; expected for: 10 s"},
    {NULL, "load: {phases: [{rate: 5/s, for: 1 s, at_most: 10 min}]}",
     ":3: load.phases[0].at_most: found it beside for; expected it with until, or none"},
    {NULL, "load: {phases: [{rate: 5M/s, for: 1 s}, {rate: 9x, for: 1 s}]}",
     ":3: load.phases[1].rate: found 45000000/s; expected a rate with unit, 1/s to 10M/s"},
    {NULL, "load: {phases: [{rate: 5/s, for: 1 s}], rate: 3/s}",
     ":3: load: found both rate and phases; expected one of them"},
    {NULL, "load: {phases: [{rate: 5/s, for: 1 s}], speed: 3x}",
     ":3: load: found speed beside phases; expected speed beside trace"},
    {NULL, "duration: 5 s\nload: {phases: [{rate: 5/s, for: 2 s}]}",
     ":3: duration: found a duration with a load that lasts 2.00 s by itself; expected none"},
    {NULL,
     "background: {payload: iot, encoding: raw, codec: none, load: {phases: [{rate: 5/s, for: "
     "2 s}]}}",
     ":3: background.load: found a map; expected {rate: 2/s} or {in_flight: 1}"},
    {NULL, "load: {trace: no.csv, peak: 5/s}", ":3: load.trace: found \"no.csv\"; expected a file"},
    {"timestamp,value\n1,2\n2,3\n", "load: {trace: trace.csv}",
     ":3: load: found no peak; expected {trace: FILE.csv, peak: 2000/s}"},
    {"timestamp,value\n1,2\n2,3\n", "load: {trace: trace.csv, peak: 5/s, speed: 0x}",
     ":3: load.speed: found \"0x\"; expected a multiple"},
    {"time,value\n1,2\n2,3\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:1: found the columns time,value; expected one called \"timestamp\""},
    {"timestamp,value\n1,2\n2,x\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:3: value: found \"x\"; expected a number, 0 or more"},
    {"timestamp,value\n1,2\n2,-1\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:3: value: found \"-1\"; expected a number, 0 or more"},
    {"timestamp,value\n1,2\n2\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:3: value: found \"\"; expected a number, 0 or more"},
    {"timestamp,value\n2,2\n2,1\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:3: timestamp: found \"2\"; expected a time after that of the line before"},
    {"timestamp,value\n2020-13-01 00:00:00,2\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:2: timestamp: found \"2020-13-01 00:00:00\"; expected a time such as"},
    {"timestamp,value\n1,2\n", "load: {trace: trace.csv, peak: 5/s}",
     "found 1 lines of values; expected two or more"},
    {"timestamp,value\n1,0\n2,0\n", "load: {trace: trace.csv, peak: 5/s}",
     "found no value above 0 in column value; expected a load"},
    {"timestamp,value\n2020-02-30 00:00:00,2\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:2: timestamp: found \"2020-02-30 00:00:00\"; expected a time such as"},
    {"timestamp,value\n2020-01-01 00:00:nan,2\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:2: timestamp: found \"2020-01-01 00:00:nan\"; expected a time such as"},
    {"timestamp,value\n1,0x10\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:2: value: found \"0x10\"; expected a number, 0 or more"},
    {"timestamp,value\n1,10000000000000000000000000000000000000000000000000000000000000000\n",
     "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:2: value: found \"1000000000000000000000000000000000000000\"; expected a number"},
    {"timestamp,value\n1,\"2\n3,\"5\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:2: value: found \"\"2\"; expected a number, 0 or more"},
    {"timestamp,value,value\n1,2,3\n", "load: {trace: trace.csv, peak: 5/s}",
     "trace.csv:1: found the columns timestamp,value,value; expected one called \"value\""},
    {"timestamp,value\n1,1\n2,2\n", "load: {trace: trace.csv, peak: 5/s, speed: 1000x}",
     ":3: load: found a load that lasts 2.00 ms; expected 100 ms to 24 h"},
};

static uint64_t fingerprint_of(const char *yaml)
{
    struct scenario *s = good(yaml);
    uint64_t value = s->fingerprint;
    scenario_free(s);
    return value;
}

static void a_fingerprint_is_of_all_keys_and_what_a_trace_holds(void **state)
{
    (void)state;
    uint64_t plain = fingerprint_of(BASE "records: 10\n");
    assert_true(plain == fingerprint_of("# same\ncodecs: [ none,\n lz4 ]\npayloads: iot\nname: x\n"
                                        "about: y\nblocks: 9\nrecords: 10\n"));
    assert_true(plain != fingerprint_of(BASE "records: 11\n"));
    assert_true(plain != fingerprint_of(BASE "records: 10\nheaders: {a: b}\n"));
    assert_true(fingerprint_of(BASE "headers: {a: b}\n") !=
                fingerprint_of(BASE "headers: {ab: ''}\n"));
    static const char FOLLOWS[] = BASE "load: {trace: trace.csv, peak: 400/s}\n";
    write_trace("timestamp,value\n0,1\n1,2\n");
    uint64_t before = fingerprint_of(FOLLOWS);
    assert_true(before == fingerprint_of(FOLLOWS));
    write_trace("timestamp,value\n0,2\n1,2\n");
    assert_true(before != fingerprint_of(FOLLOWS));
}

static void bad_loads_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        char yaml[512];
        struct scenario *s = NULL;
        struct err e = {0};
        if (BAD[i].trace != NULL)
            write_trace(BAD[i].trace);
        (void)snprintf(yaml, sizeof yaml, BASE "%s\n", BAD[i].yaml);
        assert_int_equal(parse(yaml, &s, &e), RC_INPUT);
        assert_null(s);
        if (strstr(e.text, BAD[i].says) == NULL)
            fail_msg("%s\ngives: %s\nand not: %s", BAD[i].yaml, e.text, BAD[i].says);
    }
}

static void a_trace_of_more_steps_than_there_is_room_for_is_refused(void **state)
{
    (void)state;
    char path[64];
    struct scenario *s = NULL;
    struct err e = {0};
    (void)snprintf(path, sizeof path, "%s/%s", folder, TRACE);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs("timestamp,value\n", out) >= 0);
    for (int i = 0; i <= LOAD_STEPS_MAX; i++)
        assert_true(fprintf(out, "%d,1\n", i) > 0);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(parse(BASE "load: {trace: trace.csv, peak: 5/s}\n", &s, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "found more than 4096 values to replay; expected fewer"));
    s = good(BASE "load: {trace: trace.csv, peak: 5/s, for: 60 s}\n");
    assert_int_equal(s->loads[0].step_count, 60);
    scenario_free(s);
}

static int enter(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int leave(void **state)
{
    char path[64];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/%s", folder, TRACE);
    (void)unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_are_steps),
        cmocka_unit_test(a_trace_is_scaled_and_sped_up),
        cmocka_unit_test(a_trace_may_have_a_byte_order_mark_and_quotes_and_any_scale),
        cmocka_unit_test(a_trace_with_a_zero_byte_is_refused_and_not_cut_there),
        cmocka_unit_test(a_fingerprint_is_of_all_keys_and_what_a_trace_holds),
        cmocka_unit_test(bad_loads_are_refused),
        cmocka_unit_test(a_trace_of_more_steps_than_there_is_room_for_is_refused),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
