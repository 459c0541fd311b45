/* Metadata written and read: the documents' example, every member's limits, what is refused. */
#include "core/image/metadata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EXAMPLE                                                                                    \
    "{\"timestamp\":\"2025-10-13T10:00:00Z\",\"satellite\":\"Landsat-8\","                         \
    "\"location\":{\"lat\":39.7596,\"lon\":-121.6219},\"sensor\":\"OLI\",\"resolution_m\":30,"     \
    "\"format\":\"tiff\",\"source_id\":\"landsat_nrt\"}"
#define LEAST "\"timestamp\":\"2025-10-13T10:00:00Z\",\"format\":\"png\",\"source_id\":\"x\""

static struct image_metadata example(void)
{
    return (struct image_metadata){.timestamp = "2025-10-13T10:00:00Z",
                                   .satellite = "Landsat-8",
                                   .sensor = "OLI",
                                   .format = "tiff",
                                   .source_id = "landsat_nrt",
                                   .located = true,
                                   .lat = 39.7596,
                                   .lon = -121.6219,
                                   .resolution_m = 30};
}

static void test_written_as_documented(void **state)
{
    (void)state;
    struct err e = {0};
    struct buf b;
    struct image_metadata m = example();
    buf_init(&b, METADATA_MAX);
    assert_int_equal(metadata_write(&m, &b, &e), RC_OK);
    assert_string_equal((const char *)b.data, EXAMPLE);
    buf_release(&b);
}

static void test_read_back_the_same(void **state)
{
    (void)state;
    struct err e = {0};
    struct image_metadata m, right = example();
    assert_int_equal(metadata_read(span_str(EXAMPLE), &m, &e), RC_OK);
    assert_memory_equal(&m, &right, sizeof m);
}

static void test_other_members_are_left_alone(void **state)
{
    (void)state;
    struct err e = {0};
    struct image_metadata m;
    assert_int_equal(metadata_read(span_str("{\"cloud\":[1,{\"a\":null}]," LEAST "}"), &m, &e),
                     RC_OK);
    assert_string_equal(m.source_id, "x");
    assert_false(m.located);
    assert_true(m.resolution_m == 0);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *json, *says;
    } rows[] = {
        {"", "metadata: is empty"},
        {"[]", "metadata: an array; expected an object"},
        {"{\"format\":\"png\"}", "timestamp: it must be told"},
        {"{" LEAST ",\"format\":\"png\"}", "not valid JSON"},
        {"{\"timestamp\":5}", "timestamp: a whole number; expected a text"},
        {"{\"timestamp\":\"2025-10-13\",\"format\":\"png\",\"source_id\":\"x\"}",
         "expected UTC like 2025-10-13T10:00:00Z"},
        {"{\"timestamp\":\"2025-13-13T10:00:00Z\",\"format\":\"png\",\"source_id\":\"x\"}", "UTC"},
        {"{\"timestamp\":\"2025-10-13T10:00:00+02:00\",\"format\":\"png\",\"source_id\":\"x\"}",
         "UTC"},
        {"{\"timestamp\":\"2025-10-13T10:00:00Z\",\"format\":\"gif\",\"source_id\":\"x\"}",
         "format: \"gif\""},
        {"{\"timestamp\":\"2025-10-13T10:00:00Z\",\"format\":\"png\",\"source_id\":\"\"}",
         "source_id: it must be told"},
        {"{" LEAST ",\"location\":5}", "location: a whole number; expected an object"},
        {"{" LEAST ",\"location\":{\"lat\":5}}", "location: lon: it must be told"},
        {"{" LEAST ",\"location\":{\"lat\":90.5,\"lon\":0}}", "location.lat: 90.5"},
        {"{" LEAST ",\"location\":{\"lat\":0,\"lon\":-181}}", "location.lon: -181"},
        {"{" LEAST ",\"location\":{\"lat\":\"5\",\"lon\":0}}", "lat: a text; expected a number"},
        {"{" LEAST ",\"resolution_m\":0}", "resolution_m: 0"},
        {"{" LEAST ",\"resolution_m\":-3}", "resolution_m: -3"},
        {"{" LEAST ",\"resolution_m\":true}", "resolution_m: true or false; expected a number"},
        {"{" LEAST "} x", "not valid JSON"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        struct image_metadata m = {.lat = 77};
        enum rc rc = metadata_read(span_str(rows[i].json), &m, &e);
        if (rc != RC_INPUT || strstr(e.text, rows[i].says) == NULL)
            fail_msg("row %zu: rc %d: %s", i, (int)rc, e.text);
        assert_true(m.lat == 77);
    }
}

static void test_timestamps(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum rc rc;
    } rows[] = {
        {"2025-10-13T10:00:00Z", RC_OK},      {"2025-10-13T10:00:00.123456Z", RC_OK},
        {"2016-12-31T23:59:60Z", RC_OK},      {"2025-10-13T10:00:00.Z", RC_INPUT},
        {"2025-10-13T24:00:00Z", RC_INPUT},   {"2025-10-32T10:00:00Z", RC_INPUT},
        {"2025-10-13T10:60:00Z", RC_INPUT},   {"2025-10-13T10:00:00", RC_INPUT},
        {"2025-10-13 10:00:00Z", RC_INPUT},   {"2025-10-13T10:00:0", RC_INPUT},
        {"2025-10-13T10:00:00Zzz", RC_INPUT}, {"", RC_INPUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        struct image_metadata m = example();
        (void)snprintf(m.timestamp, sizeof m.timestamp, "%s", rows[i].text);
        if (metadata_check(&m, &e) != rows[i].rc)
            fail_msg("\"%s\": %s", rows[i].text, e.text);
    }
}

static void test_texts_and_sizes_at_their_limits(void **state)
{
    (void)state;
    struct err e = {0};
    struct image_metadata m = example();
    memset(m.sensor, 'x', METADATA_TEXT);
    assert_int_equal(metadata_check(&m, &e), RC_INPUT);
    assert_string_equal(e.text, "sensor: more than 127 bytes");
    m.sensor[METADATA_TEXT - 1] = '\0';
    assert_int_equal(metadata_check(&m, &e), RC_OK);

    char *json = malloc(METADATA_MAX + 2);
    assert_non_null(json);
    for (size_t size = METADATA_MAX; size <= METADATA_MAX + 1; size++) {
        memset(json, ' ', size);
        memcpy(json, "{" LEAST "}", strlen("{" LEAST "}"));
        enum rc rc = metadata_read(span_of(json, size), &m, &e);
        assert_int_equal(rc, size == METADATA_MAX ? RC_OK : RC_INPUT);
    }
    assert_string_equal(e.text, "metadata: 1000001 bytes; 1000000 are the most");
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written_as_documented),
        cmocka_unit_test(test_read_back_the_same),
        cmocka_unit_test(test_other_members_are_left_alone),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_timestamps),
        cmocka_unit_test(test_texts_and_sizes_at_their_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
