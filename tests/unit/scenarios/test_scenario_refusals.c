/* Scenarios: the exact sentence for every kind of bad one. */
#define _GNU_SOURCE
#include "base/quantity.h"
#include "scenarios/scenario.h"
#include "scenarios/yaml/document.h"

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
    return scenario_parse(&(struct scenario_text){span_str(text), "t.yaml"}, &PLACES, &override,
                          set != NULL ? 1 : 0, out, e);
}

struct bad {
    const char *yaml;
    const char *set; /* --set, or NULL */
    const char *says;
};

#define BASE "codecs: none\npayloads: iot\n"

static const struct bad BAD[] = {
    /* syntax and shape */
    {"", NULL, "t.yaml:1: found nothing; expected keys and values"},
    {"codecs: [none\npayloads: iot\n", NULL,
     "t.yaml:2: not YAML: did not find expected ',' or ']' (while parsing a flow sequence that "
     "began on line 1); expected YAML as docs/scenarios.md shows it"},
    {"codecs:\tnone\n\tpayloads: iot\n", NULL,
     "t.yaml:2: not YAML: found a tab character that violates indentation (while scanning a plain "
     "scalar that began on line 1); expected YAML as docs/scenarios.md shows it"},
    {"codecs: \xff\xfe\n", NULL,
     "t.yaml:1: not text: invalid leading UTF-8 octet at byte 8; expected YAML in UTF-8"},
    {"- none\n", NULL,
     "t.yaml:1: found a list; expected keys and values, such as codecs: [none, zstd-3]"},
    {BASE "---\nblocks: 3\n", NULL, "t.yaml:4: found a second document; expected one"},
    {BASE "blocks: !!int 3\n", NULL, "t.yaml:3: found a YAML tag (!…); expected the value alone"},
    {BASE "blocks: 3\nseed: 1\nblocks: 4\n", NULL,
     "t.yaml:5: blocks: found a second time; it stands on line 3 already"},
    {BASE "? [a]\n: b\n", NULL, "t.yaml:3: found a list or map as a key"},
    {BASE "about: &a [*a]\n", NULL,
     "t.yaml:3: nested too deeply, or too many values, for a scenario"},
    {BASE "about: [[[[[[[[[[[[[[[[[[[[[[\n", NULL, /* long before it is found to have no end */
     "t.yaml:3: nested too deeply, or too many values, for a scenario"},
    /* keys */
    {BASE "block: 3\n", NULL, "t.yaml:3: block: found an unknown key; expected \"blocks\""},
    {BASE "load: {rates: 5/s}\n", NULL,
     "t.yaml:3: load.rates: found an unknown key; expected \"rate\""},
    {BASE "batching:\n  - {frobnicate: 5}\n", NULL,
     "t.yaml:4: batching[0].frobnicate: found an unknown key; expected one of records, "
     "bytes, linger"},
    {"payloads: iot\n", NULL,
     "t.yaml:1: found no codecs; expected codecs: [none, gzip-6, "
     "zstd-3]"},
    {"codecs: none\n", NULL,
     "t.yaml:1: found no payloads; expected payloads: [iot, {data: FILE, cut: lines}]"},
    /* codecs */
    {"codecs: []\npayloads: iot\n", NULL,
     "t.yaml:1: codecs: found an empty list; expected a codec (zstd-3), policy, {codec: …, "
     "level: …}, or a list of these"},
    {"codecs:\npayloads: iot\n", NULL,
     "t.yaml:1: codecs: found nothing; expected a codec (zstd-3), policy, {codec: …, level: "
     "…}, or a list of these"},
    {"codecs: [none, lz4, none]\npayloads: iot\n", NULL,
     "t.yaml:1: codecs[2]: found \"none\" a second time; expected each once"},
    {"codecs: {codec: zsdt}\npayloads: iot\n", NULL,
     "t.yaml:1: codecs.codec: found \"zsdt\"; expected \"zstd\" (one of none, gzip, snappy, "
     "lz4, zstd)"},
    {"codecs: {level: 3}\npayloads: iot\n", NULL,
     "t.yaml:1: codecs: found no codec; expected {codec: zstd, level: [1, 3]}"},
    /* payloads */
    {"codecs: none\npayloads: [iot, allert]\n", NULL,
     "t.yaml:2: payloads[1]: found \"allert\"; expected \"alert\" (one of alert, iot, "
     "raster)"},
    {"codecs: none\npayloads: {name: x}\n", NULL,
     "t.yaml:2: payloads: found neither generator nor data; expected one of them"},
    {"codecs: none\npayloads: {generator: iot, data: x}\n", NULL,
     "t.yaml:2: payloads: found both generator and data; expected one of them"},
    {"codecs: none\npayloads: {generator: iot, cut: lines}\n", NULL,
     "t.yaml:2: payloads: found cut with a generator; expected cut with data"},
    {"codecs: none\npayloads: {data: /etc/passwd}\n", NULL,
     "t.yaml:2: payloads: found data without cut; expected cut: lines, whole or slices"},
    {"codecs: none\npayloads: {data: /etc/passwd, cut: liens}\n", NULL,
     "t.yaml:2: payloads.cut: found \"liens\"; expected \"lines\" (one of lines, whole, "
     "slices)"},
    {"codecs: none\npayloads:\n  - iot\n  - {data: not/there.csv, cut: lines}\n", NULL,
     "t.yaml:4: payloads[1].data: found \"not/there.csv\"; expected a file or folder in ."},
    {"codecs: none\npayloads: {data: /etc/passwd, cut: lines, record_bytes: 5 B}\n", NULL,
     "t.yaml:2: payloads: found record_bytes with cut: lines; expected cut: slices"},
    {"codecs: none\npayloads: {data: /etc/passwd, cut: slices}\n", NULL,
     "t.yaml:2: payloads: found cut: slices of natural size; expected record_bytes: 64 KiB "
     "or another size"},
    {"codecs: none\npayloads: [iot, iot]\n", NULL,
     "t.yaml:2: payloads[1]: found the name \"iot\" a second time; expected a name: of its "
     "own"},
    {"codecs: policy\npayloads: [iot, {data: /etc/passwd, cut: lines}]\n", NULL,
     "t.yaml:2: payloads[1]: found no type, which the codec \"policy\" needs; expected type: "
     "with a data type, see docs/scenarios.md"},
    {"codecs: none\npayloads: {generator: iot, type: weahter}\n", NULL,
     "t.yaml:2: payloads.type: found \"weahter\"; expected \"weather\" (one of alert, iot, "
     "weather, firms, raster)"},
    /* quantities */
    {BASE "record_bytes: [1 KB, 64]\n", NULL,
     "t.yaml:3: record_bytes[1]: \"64\" has no unit; write for example 10 KB, 1.5 MB or 64 KiB"},
    {BASE "record_bytes: 64 kb\n", NULL,
     "t.yaml:3: record_bytes: \"64 kb\": unknown unit \"kb\"; write for example 10 KB, 1.5 MB or "
     "64 KiB"},
    {BASE "record_bytes: [1 KB, 1000 B]\n", NULL,
     "t.yaml:3: record_bytes[1]: found \"1000 B\" a second time; expected each once"},
    {BASE "batching: {linger: 5}\n", NULL,
     "t.yaml:3: batching.linger: \"5\" has no unit; write for example 5 ms, 1.5 s or 10 min"},
    {BASE "batching: {records: 0}\n", NULL,
     "t.yaml:3: batching.records: found \"0\"; expected a count, 1 to 1000000"},
    {BASE "batching: {bytes: 3 GB}\n", NULL,
     "t.yaml:3: batching.bytes: found \"3 GB\"; expected a size with unit, 1 B to "
     "2147483647 B"},
    {BASE "load: {rate: 100}\n", NULL,
     "t.yaml:3: load.rate: \"100\" has no unit; write for example 1000/s or 2.5k/s"},
    {BASE "load: {rate: 1/s, in_flight: 3}\n", NULL,
     "t.yaml:3: load: found both rate and in_flight; expected one of them"},
    {BASE "load: [{until: received}]\n", NULL,
     "t.yaml:3: load[0]: found no key that chooses a load; expected flat out, {rate: …}, "
     "{in_flight: …}, {phases: …}, {trace: …}"},
    {BASE "load: flatout\n", NULL,
     "t.yaml:3: load: found \"flatout\"; expected flat out, {rate: …}, {in_flight: …}, "
     "{phases: …}, {trace: …}, or a list of these"},
    {BASE "load: {rate: auto, until: received}\n", NULL,
     "t.yaml:3: load: found until beside rate; expected until beside in_flight"},
    {BASE "blocks: 0\n", NULL, "t.yaml:3: blocks: found \"0\"; expected a count, 1 to 1000"},
    {BASE "blocks: -1\n", NULL,
     "t.yaml:3: blocks: \"-1\" is not a count; write for example 10000, 10k or 1M"},
    {BASE "blocks: [3]\n", NULL, "t.yaml:3: blocks: found a list; expected a count, 1 to 1000"},
    {BASE "blocks: ~\n", NULL,
     "t.yaml:3: blocks: found nothing; expected a count, 1 to "
     "1000"},
    {BASE "seed: -3\n", NULL,
     "t.yaml:3: seed: -3 is out of range; it must be from 0 to 9223372036854775807"},
    {BASE "timeout: 10 h\n", NULL,
     "t.yaml:3: timeout: found \"10 h\"; expected a duration with unit, 1 s to 1 h"},
    {BASE "exact: yes\n", NULL, "t.yaml:3: exact: found \"yes\"; expected true or false"},
    {BASE "receiver: befor\n", NULL,
     "t.yaml:3: receiver: found \"befor\"; expected one of with, after"},
    {BASE "encodings: [raw, base64]\n", NULL,
     "t.yaml:3: encodings[1]: found \"base64\"; expected one of raw, base64-json, "
     "envelope, chunks, object, routed"},
    {BASE "chunked_max: 10 MB\n", NULL,
     "t.yaml:3: chunked_max: found 10.0 MB, below direct_max, 20.0 MB; expected at least "
     "that"},
    {BASE "encodings: [raw, chunks]\nkeys: 5\n", NULL,
     "t.yaml:4: keys: found it with images, which do not take it; expected encodings: raw or "
     "base64-json, or no keys"},
    {BASE "name: ../x\n", NULL,
     "t.yaml:3: name: found \"../x\"; expected at most 40 letters, digits, dots, dashes and "
     "underscores"},
    /* what does not go together */
    {BASE "baseline: gzip-6\n", NULL, "t.yaml:3: baseline: found \"gzip-6\"; expected one of none"},
    {BASE "exact: true\n", NULL,
     "t.yaml:1: exact: found no batching; expected batching: {records: 1000}, so that "
     "batches are closed by count"},
    {BASE "exact: true\nbatching: {records: 10, linger: 5 ms}\n", NULL,
     "t.yaml:4: batching: found bytes, linger or no records with exact: true; expected "
     "records alone, so that batches are closed by count"},
    {BASE "brokers: 2\n", NULL,
     "t.yaml:3: brokers: found \"2\"; expected 1 or 3, or the list of both"},
    {BASE "brokers: [3, 3]\n", NULL,
     "t.yaml:3: brokers[1]: found \"3\" a second time; expected each once"},
    {BASE "exact: true\nbatching: {records: 10}\npartitions: 3\n", NULL,
     "t.yaml:5: partitions: found \"3\"; expected 1, because of exact: true"},
    {BASE "exact: true\nbatching: {records: 10}\nload: {in_flight: 3}\n", NULL,
     "t.yaml:5: load: found a rate or window with exact: true; expected flat out"},
    {BASE "exact: true\nbatching: {records: 10}\nduration: 3 s\n", NULL,
     "t.yaml:5: duration: found a duration with exact: true; expected records"},
    {BASE "exact: true\nbatching: {records: 10}\nwarmup: 15\n", NULL,
     "t.yaml:5: warmup: found 15 with exact: true; expected a multiple of the 10 records of "
     "a batch"},
    {BASE "properties: {linger.ms: 5}\n", NULL,
     "t.yaml:3: properties.linger.ms: found a property that assay sets itself; expected "
     "batching: {linger: …}"},
    {BASE "headers: {a: [b]}\n", NULL,
     "t.yaml:3: headers.a: found a list; expected one line of text"},
    {BASE "headers: [a]\n", NULL,
     "t.yaml:3: headers: found a list; expected a map of names and values"},
    {BASE "reassembly: disk\n", NULL,
     "t.yaml:3: reassembly: found \"disk\"; expected one of memory, files"},
    /* --set */
    {BASE, "blocks",
     "--set blocks: found no FIELD=VALUE; expected for example --set "
     "blocks=6, --set 'batching.linger=5 ms' or --set 'codecs=[none, zstd-3]'"},
    {BASE, "blocks=", "--set blocks=: found nothing; expected a value after the ="},
    {BASE, "blocks=x",
     "--set blocks=x: blocks: \"x\" is not a count; write for example 10000, 10k or 1M"},
    {BASE, "blokcs=3", "--set blokcs=3: blokcs: found an unknown key; expected \"blocks\""},
    {BASE, "codecs=[none",
     "--set codecs=[none: not YAML: did not find expected ',' or ']' (while parsing a flow "
     "sequence that began on line 1); expected YAML as docs/scenarios.md shows it"},
    {BASE, "payloads.cut=lines",
     "--set payloads.cut=lines: payloads: found \"iot\", which has no key \"cut\"; expected "
     "the whole value, as in 'field={key: value}'"},
    {BASE "record_bytes: [1 KB]\n", "record_bytes[1]=1 MB",
     "--set record_bytes[1]=1 MB: record_bytes: found 1 entries; expected an index from 0"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bad_input_gets_its_sentence),
        cmocka_unit_test(a_codec_out_of_range_is_blamed_on_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
