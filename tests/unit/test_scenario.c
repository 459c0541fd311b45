/* Scenarios: what a good one becomes, and the exact sentence for every kind of bad one. */
#define _GNU_SOURCE
#include "base/quantity.h"
#include "scenarios/document.h"
#include "scenarios/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const GENERATORS[] = {"alert", "iot", "raster", NULL};
static const struct scenario_places PLACES = {.generators = GENERATORS};

static enum rc parse_with(const char *text, const char *set, struct scenario **out, struct err *e)
{
    struct scenario_override override = {.text = set};
    return scenario_parse(span_str(text), "t.yaml", &PLACES, &override, set != NULL ? 1 : 0, out,
                          e);
}

static struct scenario *good(const char *text)
{
    struct err e = {0};
    struct scenario *s = NULL;
    enum rc rc = parse_with(text, NULL, &s, &e);
    if (rc != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

struct bad {
    const char *yaml;
    const char *set; /* --set, or NULL */
    const char *says;
};

#define BASE "codecs: none\npayloads: iot\n"

static const struct bad BAD[] = {
    /* syntax and shape */
    {"", NULL, "t.yaml:1: found nothing; right would be keys and values"},
    {"codecs: [none\npayloads: iot\n", NULL,
     "t.yaml:2: not YAML: did not find expected ',' or ']' (while parsing a flow sequence that "
     "began on line 1); right would be YAML as docs/scenarios.md shows it"},
    {"codecs:\tnone\n\tpayloads: iot\n", NULL,
     "t.yaml:2: not YAML: found a tab character that violates indentation (while scanning a plain "
     "scalar that began on line 1); right would be YAML as docs/scenarios.md shows it"},
    {"codecs: \xff\xfe\n", NULL,
     "t.yaml:1: not text: invalid leading UTF-8 octet at byte 8; right would be YAML in UTF-8"},
    {"- none\n", NULL,
     "t.yaml:1: found a list; right would be keys and values, such as codecs: [none, zstd-3]"},
    {BASE "---\nblocks: 3\n", NULL, "t.yaml:4: found a second document; right would be one"},
    {BASE "blocks: !!int 3\n", NULL,
     "t.yaml:3: found a YAML tag (!…); right would be the value alone"},
    {BASE "blocks: 3\nseed: 1\nblocks: 4\n", NULL,
     "t.yaml:5: blocks: found a second time; it stands on line 3 already"},
    {BASE "? [a]\n: b\n", NULL, "t.yaml:3: found a list or map as a key"},
    {BASE "about: &a [*a]\n", NULL,
     "t.yaml:3: nested too deeply, or too many values, for a scenario"},
    /* keys */
    {BASE "block: 3\n", NULL, "t.yaml:3: block: found an unknown key; right would be \"blocks\""},
    {BASE "load: {rates: 5/s}\n", NULL,
     "t.yaml:3: load.rates: found an unknown key; right would be \"rate\""},
    {BASE "batching:\n  - {frobnicate: 5}\n", NULL,
     "t.yaml:4: batching[0].frobnicate: found an unknown key; right would be one of records, "
     "bytes, linger"},
    {"payloads: iot\n", NULL,
     "t.yaml:1: found no codecs; right would be codecs: [none, gzip-6, "
     "zstd-3]"},
    {"codecs: none\n", NULL,
     "t.yaml:1: found no payloads; right would be payloads: [iot, {data: FILE, cut: lines}]"},
    /* codecs */
    {"codecs: []\npayloads: iot\n", NULL,
     "t.yaml:1: codecs: found an empty list; right would be a codec (zstd-3), policy, {codec: …, "
     "level: …}, or a list of these"},
    {"codecs:\npayloads: iot\n", NULL,
     "t.yaml:1: codecs: found nothing; right would be a codec (zstd-3), policy, {codec: …, level: "
     "…}, or a list of these"},
    {"codecs: [none, lz4, none]\npayloads: iot\n", NULL,
     "t.yaml:1: codecs[2]: found \"none\" a second time; right would be each once"},
    {"codecs: {codec: zsdt}\npayloads: iot\n", NULL,
     "t.yaml:1: codecs.codec: found \"zsdt\"; right would be \"zstd\" (one of none, gzip, snappy, "
     "lz4, zstd)"},
    {"codecs: {level: 3}\npayloads: iot\n", NULL,
     "t.yaml:1: codecs: found no codec; right would be {codec: zstd, level: [1, 3]}"},
    /* payloads */
    {"codecs: none\npayloads: [iot, allert]\n", NULL,
     "t.yaml:2: payloads[1]: found \"allert\"; right would be \"alert\" (one of alert, iot, "
     "raster)"},
    {"codecs: none\npayloads: {name: x}\n", NULL,
     "t.yaml:2: payloads: found neither generator nor data; right would be one of them"},
    {"codecs: none\npayloads: {generator: iot, data: x}\n", NULL,
     "t.yaml:2: payloads: found both generator and data; right would be one of them"},
    {"codecs: none\npayloads: {generator: iot, cut: lines}\n", NULL,
     "t.yaml:2: payloads: found cut with a generator; right would be cut with data"},
    {"codecs: none\npayloads: {data: /etc/passwd}\n", NULL,
     "t.yaml:2: payloads: found data without cut; right would be cut: lines, whole or slices"},
    {"codecs: none\npayloads: {data: /etc/passwd, cut: liens}\n", NULL,
     "t.yaml:2: payloads.cut: found \"liens\"; right would be \"lines\" (one of lines, whole, "
     "slices)"},
    {"codecs: none\npayloads:\n  - iot\n  - {data: not/there.csv, cut: lines}\n", NULL,
     "t.yaml:4: payloads[1].data: found \"not/there.csv\"; right would be a file or folder in ."},
    {"codecs: none\npayloads: {data: /etc/passwd, cut: lines, record_bytes: 5 B}\n", NULL,
     "t.yaml:2: payloads: found record_bytes with cut: lines; right would be cut: slices"},
    {"codecs: none\npayloads: {data: /etc/passwd, cut: slices}\n", NULL,
     "t.yaml:2: payloads: found cut: slices of natural size; right would be record_bytes: 64 KiB "
     "or another size"},
    {"codecs: none\npayloads: [iot, iot]\n", NULL,
     "t.yaml:2: payloads[1]: found the name \"iot\" a second time; right would be a name: of its "
     "own"},
    {"codecs: policy\npayloads: [iot, {data: /etc/passwd, cut: lines}]\n", NULL,
     "t.yaml:2: payloads[1]: found no type, which the codec \"policy\" needs; right would be type: "
     "with a data type, see docs/scenarios.md"},
    {"codecs: none\npayloads: {generator: iot, type: weahter}\n", NULL,
     "t.yaml:2: payloads.type: found \"weahter\"; right would be \"weather\" (one of alert, iot, "
     "weather, firms, raster)"},
    /* quantities */
    {BASE "record_bytes: [1 KB, 64]\n", NULL,
     "t.yaml:3: record_bytes[1]: \"64\" has no unit; write for example 10 KB, 1.5 MB or 64 KiB"},
    {BASE "record_bytes: 64 kb\n", NULL,
     "t.yaml:3: record_bytes: \"64 kb\": unknown unit \"kb\"; write for example 10 KB, 1.5 MB or "
     "64 KiB"},
    {BASE "record_bytes: [1 KB, 1000 B]\n", NULL,
     "t.yaml:3: record_bytes[1]: found \"1000 B\" a second time; right would be each once"},
    {BASE "batching: {linger: 5}\n", NULL,
     "t.yaml:3: batching.linger: \"5\" has no unit; write for example 5 ms, 1.5 s or 10 min"},
    {BASE "batching: {records: 0}\n", NULL,
     "t.yaml:3: batching.records: found \"0\"; right would be a count, 1 to 1000000"},
    {BASE "batching: {bytes: 3 GB}\n", NULL,
     "t.yaml:3: batching.bytes: found \"3 GB\"; right would be a size with unit, 1 B to "
     "2147483647 B"},
    {BASE "load: {rate: 100}\n", NULL,
     "t.yaml:3: load.rate: \"100\" has no unit; write for example 1000/s or 2.5k/s"},
    {BASE "load: {rate: 1/s, in_flight: 3}\n", NULL,
     "t.yaml:3: load: found both rate and in_flight; right would be one of them"},
    {BASE "load: [{until: received}]\n", NULL,
     "t.yaml:3: load[0]: found neither rate nor in_flight; right would be one of them"},
    {BASE "load: flatout\n", NULL,
     "t.yaml:3: load: found \"flatout\"; right would be flat out, {rate: …}, {in_flight: …}, or a "
     "list of these"},
    {BASE "load: {rate: auto, until: received}\n", NULL,
     "t.yaml:3: load: found until beside rate; right would be until beside in_flight"},
    {BASE "blocks: 0\n", NULL, "t.yaml:3: blocks: found \"0\"; right would be a count, 1 to 1000"},
    {BASE "blocks: -1\n", NULL,
     "t.yaml:3: blocks: \"-1\" is not a count; write for example 10000, 10k or 1M"},
    {BASE "blocks: [3]\n", NULL,
     "t.yaml:3: blocks: found a list; right would be a count, 1 to 1000"},
    {BASE "blocks: ~\n", NULL,
     "t.yaml:3: blocks: found nothing; right would be a count, 1 to "
     "1000"},
    {BASE "seed: -3\n", NULL,
     "t.yaml:3: seed: -3 is out of range; it must be from 0 to 9223372036854775807"},
    {BASE "timeout: 10 h\n", NULL,
     "t.yaml:3: timeout: found \"10 h\"; right would be a duration with unit, 1 s to 1 h"},
    {BASE "exact: yes\n", NULL, "t.yaml:3: exact: found \"yes\"; right would be true or false"},
    {BASE "receiver: befor\n", NULL,
     "t.yaml:3: receiver: found \"befor\"; right would be one of with, after"},
    {BASE "encodings: [raw, base64]\n", NULL,
     "t.yaml:3: encodings[1]: found \"base64\"; right would be one of raw, base64-json"},
    {BASE "name: ../x\n", NULL,
     "t.yaml:3: name: found \"../x\"; right would be at most 40 letters, digits, dots, dashes and "
     "underscores"},
    /* what does not go together */
    {BASE "baseline: gzip-6\n", NULL,
     "t.yaml:3: baseline: found \"gzip-6\"; right would be one of none"},
    {BASE "exact: true\n", NULL,
     "t.yaml:1: exact: found no batching; right would be batching: {records: 1000}, so that "
     "batches are closed by count"},
    {BASE "exact: true\nbatching: {records: 10, linger: 5 ms}\n", NULL,
     "t.yaml:4: batching: found bytes, linger or no records with exact: true; right would be "
     "records alone, so that batches are closed by count"},
    {BASE "exact: true\nbatching: {records: 10}\npartitions: 3\n", NULL,
     "t.yaml:5: partitions: found \"3\"; right would be 1, because of exact: true"},
    {BASE "exact: true\nbatching: {records: 10}\nload: {in_flight: 3}\n", NULL,
     "t.yaml:5: load: found a rate or window with exact: true; right would be flat out"},
    {BASE "exact: true\nbatching: {records: 10}\nduration: 3 s\n", NULL,
     "t.yaml:5: duration: found a duration with exact: true; right would be records"},
    {BASE "exact: true\nbatching: {records: 10}\nwarmup: 15\n", NULL,
     "t.yaml:5: warmup: found 15 with exact: true; right would be a multiple of the 10 records of "
     "a batch"},
    {BASE "properties: {linger.ms: 5}\n", NULL,
     "t.yaml:3: properties.linger.ms: found a property that assay sets itself; right would be "
     "batching: {linger: …}"},
    {BASE "headers: {a: [b]}\n", NULL,
     "t.yaml:3: headers.a: found a list; right would be one line of text"},
    {BASE "headers: [a]\n", NULL,
     "t.yaml:3: headers: found a list; right would be a map of names and values"},
    /* --set */
    {BASE, "blocks",
     "--set blocks: found no FIELD=VALUE; right would be for example --set "
     "blocks=6, --set 'batching.linger=5 ms' or --set 'codecs=[none, zstd-3]'"},
    {BASE, "blocks=", "--set blocks=: found nothing; right would be a value after the ="},
    {BASE, "blocks=x",
     "--set blocks=x: blocks: \"x\" is not a count; write for example 10000, 10k or 1M"},
    {BASE, "blokcs=3", "--set blokcs=3: blokcs: found an unknown key; right would be \"blocks\""},
    {BASE, "codecs=[none",
     "--set codecs=[none: not YAML: did not find expected ',' or ']' (while parsing a flow "
     "sequence that began on line 1); right would be YAML as docs/scenarios.md shows it"},
    {BASE, "payloads.cut=lines",
     "--set payloads.cut=lines: payloads: found \"iot\", which has no key \"cut\"; right would be "
     "the whole value, as in 'field={key: value}'"},
    {BASE "record_bytes: [1 KB]\n", "record_bytes[1]=1 MB",
     "--set record_bytes[1]=1 MB: record_bytes: found 1 entries; right would be an index from 0"},
    {BASE "record_bytes: [1 KB]\n", "record_bytes[0]=5",
     "--set record_bytes[0]=5: record_bytes[0]: \"5\" has no unit; write for example 10 KB, 1.5 MB "
     "or 64 KiB"},
    {BASE, "batching.linger=5",
     "--set batching.linger=5: batching.linger: \"5\" has no unit; write for example 5 ms, 1.5 s "
     "or 10 min"},
};

static void every_bad_input_gets_its_sentence(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct err e = {0};
        struct scenario *s = NULL;
        assert_int_equal(parse_with(BAD[i].yaml, BAD[i].set, &s, &e), RC_INPUT);
        assert_null(s);
        if (strcmp(e.text, BAD[i].says) != 0) {
            print_error("found: %s\nright: %s\n", e.text, BAD[i].says);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void a_codec_out_of_range_is_blamed_on_its_line(void **state)
{
    (void)state;
    const char *const texts[] = {"payloads: iot\ncodecs:\n  - none\n  - zstd-30\n",
                                 "payloads: iot\ncodecs:\n  - none\n  - {codec: zstd, level: 30}\n",
                                 "payloads: iot\ncodecs:\n  - none\n  - snappy-3\n"};
    const char *const starts[] = {
        "t.yaml:4: codecs[1]: ", "t.yaml:4: codecs[1].level: ", "t.yaml:4: codecs[1]: "};
    for (size_t i = 0; i < 3; i++) {
        struct err e = {0};
        struct scenario *s = NULL;
        assert_int_equal(parse_with(texts[i], NULL, &s, &e), RC_INPUT);
        assert_memory_equal(e.text, starts[i], strlen(starts[i]));
    }
}

static void defaults_are_those_of_the_documentation(void **state)
{
    (void)state;
    struct scenario *s = good(BASE);
    assert_string_equal(s->name, "t");
    assert_string_equal(s->about, "");
    assert_string_equal(s->file, "t.yaml");
    assert_int_equal(s->codec_count, 1);
    assert_int_equal(s->records, 10000);
    assert_int_equal(s->warmup_records, WARM_UP_SHARED);
    assert_int_equal(s->blocks, 3);
    assert_int_equal(s->partitions, 1);
    assert_int_equal(s->record_bytes_count, 1);
    assert_int_equal(s->record_bytes[0], 0);
    assert_int_equal(s->encodings[0], ENCODING_RAW);
    assert_int_equal(s->loads[0].kind, LOAD_FLAT_OUT);
    assert_int_equal(s->batchings[0].records, 10000);
    assert_int_equal(s->batchings[0].bytes, 1000000);
    assert_int_equal(s->batchings[0].linger_ns, 5000000);
    assert_int_equal(s->trial_timeout_ns, 60000000000);
    assert_int_equal(s->seed, 1);
    assert_int_equal(s->compare, ARM_CODEC);
    assert_false(s->exact);
    assert_false(s->receiver_after);
    assert_string_equal(s->payloads[0].name, "iot");
    assert_string_equal(s->payloads[0].kind, "iot");
    assert_string_equal(s->payloads[0].data_type, "iot");
    assert_int_equal(s->payloads[0].record_bytes, PAYLOAD_SWEPT);
    assert_null(s->headers);
    assert_null(s->properties);
    scenario_free(s);
}

static const char FULL[] = "name: all-of-it\n"
                           "about: >\n"
                           "  Every key\n"
                           "  once.\n"
                           "codecs: [none, {codec: zstd, level: [1, 3]}, gzip, policy]\n"
                           "payloads:\n"
                           "  - raster\n"
                           "  - {generator: iot, name: small, record_bytes: 200 B}\n"
                           "  - {data: /etc/passwd, cut: lines, type: weather}\n"
                           "record_bytes: [natural, 1.5 KiB]\n"
                           "encodings: [base64-json, raw]\n"
                           "batching:\n"
                           "  - {records: 100}\n"
                           "  - {bytes: 16 KB, linger: 0 ms}\n"
                           "load: [flat out, {rate: 2.5k/s}, {rate: auto}, {in_flight: 16, until: "
                           "acknowledged}]\n"
                           "compare: encoding\n"
                           "baseline: raw\n"
                           "records: 20k\n"
                           "duration: 10 s\n"
                           "measure_bytes: 5 MB\n"
                           "warmup: 7\n"
                           "blocks: 12\n"
                           "partitions: 3\n"
                           "keys: 9\n"
                           "headers: {source: bench, empty: ''}\n"
                           "receiver: after\n"
                           "pool: 2 MB\n"
                           "seed: 42\n"
                           "timeout: 2 min\n"
                           "message_max: 8 MiB\n"
                           "properties: {socket.nagle.disable: 'true'}\n";

static void check_sweeps(const struct scenario *s)
{
    char label[SCENARIO_LABEL];
    const char *const codecs[] = {"none", "zstd-1", "zstd-3", "gzip", "policy"};
    assert_int_equal(s->codec_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(codec_sweep_label(&s->codecs[i], label), codecs[i]);
    const char *const loads[] = {"flat out", "open 2500/s", "open auto", "closed 16 to ack"};
    assert_int_equal(s->load_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(load_label(&s->loads[i], label), loads[i]);
    const char *const batchings[] = {"100 records, 5.00 ms", "16.0 KB, 0 ms"};
    assert_int_equal(s->batching_count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(batching_label(&s->batchings[i], label), batchings[i]);
    assert_int_equal(s->batchings[0].bytes, BATCH_BYTES_MAX);
    assert_int_equal(s->batchings[1].records, BATCH_RECORDS_MAX);
    assert_int_equal(s->record_bytes_count, 2);
    assert_int_equal(s->record_bytes[1], 1536);
    assert_int_equal(s->encodings[0], ENCODING_BASE64_JSON);
    assert_int_equal(s->encodings[1], ENCODING_RAW);
}

static void check_payloads(const struct scenario *s)
{
    assert_int_equal(s->payload_count, 3);
    assert_string_equal(s->payloads[1].name, "small");
    assert_int_equal(s->payloads[1].record_bytes, 200);
    assert_null(s->payloads[2].kind);
    assert_string_equal(s->payloads[2].name, "passwd");
    assert_string_equal(s->payloads[2].data, "/etc/passwd");
    assert_string_equal(s->payloads[2].cut, "lines");
    assert_string_equal(s->payloads[2].data_type, "weather");
    assert_int_equal(s->payloads[2].record_bytes, 0);
}

static void every_key_reaches_its_field(void **state)
{
    (void)state;
    struct scenario *s = good(FULL);
    check_sweeps(s);
    check_payloads(s);
    assert_string_equal(s->name, "all-of-it");
    assert_string_equal(s->about, "Every key once.");
    assert_int_equal(s->compare, ARM_ENCODING);
    assert_int_equal(s->baseline_arm, 1);
    assert_int_equal(s->records, 20000);
    assert_int_equal(s->duration_ns, 10000000000);
    assert_int_equal(s->measure_bytes, 5000000);
    assert_int_equal(s->warmup_records, 7);
    assert_int_equal(s->blocks, 12);
    assert_int_equal(s->partitions, 3);
    assert_int_equal(s->key_count, 9);
    assert_string_equal(s->headers[0], "source=bench");
    assert_string_equal(s->headers[1], "empty=");
    assert_null(s->headers[2]);
    assert_true(s->receiver_after);
    assert_int_equal(s->pool_bytes, 2000000);
    assert_int_equal(s->seed, 42);
    assert_int_equal(s->trial_timeout_ns, 120000000000);
    assert_int_equal(s->message_max_bytes, 8388608);
    assert_string_equal(s->properties[0], "socket.nagle.disable=true");
    scenario_free(s);
}

static void set_replaces_adds_and_reaches_into_lists(void **state)
{
    (void)state;
    struct scenario_override sets[] = {{"blocks=6"},
                                       {"batching.linger=20 ms"},
                                       {"codecs=[none, zstd-6]"},
                                       {"payloads[0].name=other"}};
    struct scenario *s = NULL;
    struct err e = {0};
    const char *text = "codecs: lz4\npayloads: [{generator: iot}]\n";
    enum rc rc = scenario_parse(span_str(text), "t.yaml", &PLACES, sets, 4, &s, &e);
    assert_string_equal(e.text, "");
    assert_int_equal(rc, RC_OK);
    assert_int_equal(s->blocks, 6);
    assert_int_equal(s->batchings[0].linger_ns, 20000000);
    assert_int_equal(s->codec_count, 2);
    assert_int_equal(s->codecs[1].choice.level, 6);
    assert_string_equal(s->payloads[0].name, "other");
    scenario_free(s);
}

/* --- files and folders --- */

struct folder {
    char path[64];
};

static void write_text(const struct folder *f, const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", f->path, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
}

static struct folder new_folder(void)
{
    struct folder f = {.path = "/tmp/assay-test-XXXXXX"};
    assert_non_null(mkdtemp(f.path));
    return f;
}

static void remove_folder(const struct folder *f)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->path);
    assert_int_equal(system(command), 0);
}

static void names_are_looked_up_and_suggested(void **state)
{
    (void)state;
    struct folder f = new_folder();
    write_text(&f, "quick.yaml", BASE);
    write_text(&f, "batching.yaml", BASE);
    write_text(&f, "notes.txt", "no scenario");
    struct scenario_places places = {.generators = GENERATORS, .scenarios = f.path};
    struct scenario *s = NULL;
    struct err e = {0};
    assert_int_equal(scenario_load("quick", &places, NULL, 0, &s, &e), RC_OK);
    assert_string_equal(s->name, "quick");
    scenario_free(s);
    s = NULL;
    assert_int_equal(scenario_load("quik", &places, NULL, 0, &s, &e), RC_INPUT);
    assert_string_equal(e.text, "scenario \"quik\": found none of that name; right would be "
                                "\"quick\" (built in: batching, quick; or the path of a .yaml "
                                "file)");
    assert_int_equal(scenario_load("zebra", &places, NULL, 0, &s, &e), RC_INPUT);
    assert_string_equal(e.text, "scenario \"zebra\": found none of that name; right would be one "
                                "of batching, quick, or the path of a .yaml file");
    char **names = NULL;
    assert_int_equal(scenario_names(&places, &names, &e), RC_OK);
    assert_string_equal(names[0], "batching");
    assert_string_equal(names[1], "quick");
    assert_null(names[2]);
    scenario_names_free(names);
    remove_folder(&f);
}

static void files_that_cannot_be_read_are_refused(void **state)
{
    (void)state;
    struct folder f = new_folder();
    struct scenario *s = NULL;
    struct err e = {0};
    char path[128];
    assert_int_equal(scenario_load("./no/such.yaml", &PLACES, NULL, 0, &s, &e), RC_INPUT);
    assert_string_equal(e.text, "./no/such.yaml: cannot be opened: No such file or directory");
    assert_int_equal(scenario_load("/tmp/", &PLACES, NULL, 0, &s, &e), RC_INPUT);
    assert_string_equal(e.text, "/tmp/: found no regular file; right would be a YAML file");
    (void)snprintf(path, sizeof path, "%s/large.yaml", f.path);
    char *large = malloc(DOCUMENT_BYTES_MAX + 2);
    assert_non_null(large);
    memset(large, '#', DOCUMENT_BYTES_MAX + 1);
    large[DOCUMENT_BYTES_MAX + 1] = '\0';
    write_text(&f, "large.yaml", large);
    free(large);
    assert_int_equal(scenario_load(path, &PLACES, NULL, 0, &s, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "large.yaml: larger than 1048576 bytes; right would be a "
                                   "scenario"));
    remove_folder(&f);
}

static void data_is_found_beside_the_scenario_then_in_the_data_folder(void **state)
{
    (void)state;
    struct folder here = new_folder();
    struct folder data = new_folder();
    char path[128];
    char want[512];
    write_text(&here, "own.csv", "a\n");
    write_text(&data, "own.csv", "b\n");
    write_text(&data, "fetched.csv", "c\n");
    write_text(&here, "s.yaml",
               "codecs: none\npayloads: [{data: own.csv, cut: lines}, {data: fetched.csv, cut: "
               "whole}]\n");
    struct scenario_places places = {.generators = GENERATORS, .data = data.path};
    struct scenario *s = NULL;
    struct err e = {0};
    (void)snprintf(path, sizeof path, "%s/s.yaml", here.path);
    assert_int_equal(scenario_load(path, &places, NULL, 0, &s, &e), RC_OK);
    (void)snprintf(want, sizeof want, "%s/own.csv", here.path);
    assert_string_equal(s->payloads[0].data, want);
    (void)snprintf(want, sizeof want, "%s/fetched.csv", data.path);
    assert_string_equal(s->payloads[1].data, want);
    scenario_free(s);
    write_text(&here, "s.yaml", "codecs: none\npayloads:\n  data: gone.csv\n  cut: lines\n");
    s = NULL;
    assert_int_equal(scenario_load(path, &places, NULL, 0, &s, &e), RC_INPUT);
    (void)snprintf(want, sizeof want,
                   "%s:3: payloads.data: found \"gone.csv\"; right would be a file or folder in %s "
                   "or %s; run scripts/fetch-data to bring the data that built-in scenarios use",
                   path, here.path, data.path);
    assert_string_equal(e.text, want);
    remove_folder(&here);
    remove_folder(&data);
}

static void data_option_replaces_every_payload(void **state)
{
    (void)state;
    struct folder f = new_folder();
    struct err e = {0};
    struct scenario *s = NULL;
    write_text(&f, "a.ndjson", "{}\n");
    struct scenario_places places = {.generators = GENERATORS, .corpus = f.path};
    assert_int_equal(scenario_parse(span_str(BASE), "t.yaml", &places, NULL, 0, &s, &e), RC_OK);
    assert_int_equal(s->payload_count, 1);
    assert_string_equal(s->payloads[0].data, f.path);
    assert_string_equal(s->payloads[0].cut, "lines");
    scenario_free(s);
    write_text(&f, "b.tif", "II");
    assert_int_equal(scenario_parse(span_str(BASE), "t.yaml", &places, NULL, 0, &s, &e), RC_OK);
    assert_string_equal(s->payloads[0].cut, "whole");
    scenario_free(s);
    s = NULL;
    places.corpus = "/no/such/folder";
    assert_int_equal(scenario_parse(span_str(BASE), "t.yaml", &places, NULL, 0, &s, &e), RC_INPUT);
    assert_string_equal(e.text, "--data /no/such/folder: found no file or folder that can be read; "
                                "right would be a corpus of real records");
    remove_folder(&f);
}

/* --- the documentation --- */

static char *slurp(const char *path)
{
    FILE *in = fopen(path, "r");
    if (in == NULL)
        return NULL;
    char *text = calloc(1, 1 << 18);
    assert_non_null(text);
    size_t got = fread(text, 1, (1 << 18) - 1, in);
    assert_true(got > 0);
    (void)fclose(in);
    return text;
}

static void the_documentation_holds_the_table_of_keys(void **state)
{
    (void)state;
    struct buf table;
    struct err e = {0};
    buf_init(&table, 1 << 18);
    assert_int_equal(scenario_describe_keys(&table, &e), RC_OK);
    char *doc = slurp("docs/scenarios.md");
    if (doc == NULL)
        fail_msg("docs/scenarios.md cannot be read from the current folder");
    if (strstr(doc, (const char *)table.data) == NULL)
        fail_msg("docs/scenarios.md does not hold what `assay list keys` prints:\n%s",
                 (const char *)table.data);
    free(doc);
    buf_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bad_input_gets_its_sentence),
        cmocka_unit_test(a_codec_out_of_range_is_blamed_on_its_line),
        cmocka_unit_test(defaults_are_those_of_the_documentation),
        cmocka_unit_test(every_key_reaches_its_field),
        cmocka_unit_test(set_replaces_adds_and_reaches_into_lists),
        cmocka_unit_test(names_are_looked_up_and_suggested),
        cmocka_unit_test(files_that_cannot_be_read_are_refused),
        cmocka_unit_test(data_is_found_beside_the_scenario_then_in_the_data_folder),
        cmocka_unit_test(data_option_replaces_every_payload),
        cmocka_unit_test(the_documentation_holds_the_table_of_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
