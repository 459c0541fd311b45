/* Scenarios: what the keys of a good one become, and what --set changes. */
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

static struct scenario *good(const char *text)
{
    struct err e = {0};
    struct scenario *s = NULL;
    enum rc rc = parse_with(text, NULL, &s, &e);
    if (rc != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

#define BASE "codecs: none\npayloads: iot\n"

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
    assert_int_equal(s->brokers_count, 1);
    assert_int_equal(s->brokers[0], 1);
    assert_int_equal(s->partitions[0], 1);
    assert_int_equal(s->record_bytes_count, 1);
    assert_int_equal(s->record_bytes[0], 0);
    assert_int_equal(s->encodings[0], ENCODING_RAW);
    assert_int_equal(s->loads[0].kind, LOAD_FLAT_OUT);
    assert_int_equal(s->batchings[0].records, 10000);
    assert_int_equal(s->batchings[0].bytes, 1000000);
    assert_int_equal(s->batchings[0].linger_ns, 5000000);
    assert_int_equal(s->trial_timeout_ns, 60000000000);
    assert_int_equal(s->seed, 1);
    assert_int_equal(s->compare, DIMENSION_CODEC);
    assert_false(s->exact);
    assert_false(s->receiver_after);
    assert_false(s->reassembly_files);
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
                           "brokers: [3, 1]\n"
                           "partitions: 3\n"
                           "keys: 9\n"
                           "headers: {source: bench, empty: ''}\n"
                           "receiver: after\n"
                           "pool: 2 MB\n"
                           "reassembly: files\n"
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
        assert_string_equal(codec_choice_label(&s->codecs[i], label), codecs[i]);
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
    assert_int_equal(s->compare, DIMENSION_ENCODING);
    assert_int_equal(s->baseline_arm, 1);
    assert_int_equal(s->records, 20000);
    assert_int_equal(s->duration_ns, 10000000000);
    assert_int_equal(s->measure_bytes, 5000000);
    assert_int_equal(s->warmup_records, 7);
    assert_int_equal(s->blocks, 12);
    assert_int_equal(s->brokers_count, 2);
    assert_int_equal(s->brokers[0], 3);
    assert_int_equal(s->brokers[1], 1);
    assert_int_equal(s->partitions[0], 3);
    assert_int_equal(s->key_count, 9);
    assert_string_equal(s->headers[0], "source=bench");
    assert_string_equal(s->headers[1], "empty=");
    assert_null(s->headers[2]);
    assert_true(s->receiver_after);
    assert_true(s->reassembly_files);
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
    enum rc rc =
        scenario_parse(&(struct scenario_text){span_str(text), "t.yaml"}, &PLACES, sets, 4, &s, &e);
    assert_string_equal(e.text, "");
    assert_int_equal(rc, RC_OK);
    assert_int_equal(s->blocks, 6);
    assert_int_equal(s->batchings[0].linger_ns, 20000000);
    assert_int_equal(s->codec_count, 2);
    assert_int_equal(s->codecs[1].choice.level, 6);
    assert_string_equal(s->payloads[0].name, "other");
    scenario_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_documentation),
        cmocka_unit_test(every_key_reaches_its_field),
        cmocka_unit_test(set_replaces_adds_and_reaches_into_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
