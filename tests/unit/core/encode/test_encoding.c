/* base64-JSON documents: known answers of RFC 4648, exact sizes, and everything else refused. */
#include "core/encode/encoding.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct encoding_note NOTE = {
    .timestamp = "2025-10-13T10:00:00Z", .sensor = "OLI", .format = "tiff"};
#define HEAD "{\"timestamp\":\"2025-10-13T10:00:00Z\",\"sensor\":\"OLI\",\"format\":\"tiff\","

/* A block of exactly size bytes, so that AddressSanitizer sees one byte too many. */
static uint8_t *block(size_t size)
{
    uint8_t *data = malloc(size == 0 ? 1 : size);
    assert_non_null(data);
    return data;
}

static void test_known_answers(void **state)
{
    (void)state;
    static const struct {
        const char *data, *base64;
    } rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        char right[256];
        int n = snprintf(right, sizeof right, HEAD "\"data\":\"%s\"}", rows[i].base64);
        size_t size = encoding_size(ENCODING_BASE64_JSON, &NOTE, strlen(rows[i].data));
        assert_int_equal(size, n);
        uint8_t *out = block(size);
        assert_int_equal(
            encoding_write(ENCODING_BASE64_JSON, &NOTE, span_str(rows[i].data), out, &e), RC_OK);
        assert_memory_equal(out, right, size);
        free(out);
    }
}

static void test_round_trip_of_every_length(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 7, 0);
    for (size_t size = 0; size < 300; size++) {
        struct err e = {0};
        uint8_t *data = block(size), *back = block(size);
        rng_fill(&r, data, size);
        size_t document_size = encoding_size(ENCODING_BASE64_JSON, &NOTE, size);
        uint8_t *document = block(document_size);
        assert_int_equal(
            encoding_write(ENCODING_BASE64_JSON, &NOTE, span_of(data, size), document, &e), RC_OK);
        struct encoding_read read;
        assert_int_equal(
            encoding_read_document(span_of(document, document_size), back, size, &read, &e), RC_OK);
        assert_int_equal(read.data_size, size);
        assert_memory_equal(back, data, size);
        assert_int_equal(read.sensor.size, 3);
        assert_memory_equal(read.sensor.data, "OLI", 3);
        assert_memory_equal(read.timestamp.data, NOTE.timestamp, read.timestamp.size);
        assert_memory_equal(read.format.data, NOTE.format, read.format.size);
        free(data);
        free(back);
        free(document);
    }
}

static void test_a_json_parser_reads_the_document(void **state)
{
    (void)state;
    struct err e = {0};
    size_t size = encoding_size(ENCODING_BASE64_JSON, &NOTE, 4);
    uint8_t *document = block(size);
    assert_int_equal(
        encoding_write(ENCODING_BASE64_JSON, &NOTE, span_of("\0\xff\"\\", 4), document, &e), RC_OK);
    json_t *root = json_loadb((const char *)document, size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "data")), "AP8iXA==");
    assert_string_equal(json_string_value(json_object_get(root, "sensor")), "OLI");
    json_decref(root);
    free(document);
}

static void test_raw_is_the_data(void **state)
{
    (void)state;
    struct err e = {0};
    uint8_t out[3];
    assert_int_equal(encoding_size(ENCODING_RAW, &NOTE, 3), 3);
    assert_int_equal(encoding_write(ENCODING_RAW, &NOTE, span_str("abc"), out, &e), RC_OK);
    assert_memory_equal(out, "abc", 3);
    assert_string_equal(ENCODING_NAMES[ENCODING_BASE64_JSON], "base64-json");
    assert_string_equal(ENCODING_NAMES[ENCODING_RAW], "raw");
}

static void test_sizes_do_not_overflow(void **state)
{
    (void)state;
    assert_true(encoding_size(ENCODING_BASE64_JSON, &NOTE, SIZE_MAX) == SIZE_MAX);
    assert_true(encoding_size(ENCODING_BASE64_JSON, &NOTE, SIZE_MAX / 4 * 3) == SIZE_MAX);
}

static void test_notes_that_would_break_the_document(void **state)
{
    (void)state;
    static const char *const bad[] = {"a\"b", "a\\b", "a\nb", "\xc3\xa4", "\x7f"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err e = {0};
        struct encoding_note note = NOTE;
        note.sensor = bad[i];
        uint8_t out[256];
        assert_false(encoding_note_valid(&note));
        assert_int_equal(encoding_write(ENCODING_BASE64_JSON, &note, span_str("x"), out, &e),
                         RC_INPUT);
    }
}

static void test_documents_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *document, *says;
    } rows[] = {
        {"", "byte 0"},
        {"{}", "byte 0"},
        {"{\"timestamp\":\"x", "closing quote"},
        {"{\"timestamp\":\"x\\n", "backslash"},
        {HEAD "\"data\":\"Zm9v\"", "byte"},
        {HEAD "\"data\":\"", "ends within"},
        {HEAD "\"data\":\"Zm9v\"} ", "byte"},
        {HEAD "\"data\":\"Zm9\"}", "multiple of 4"},
        {HEAD "\"data\":\"Zm9\n\"}", "not base64"},
        {HEAD "\"data\":\"Zm9-\"}", "not base64"},
        {HEAD "\"data\":\"Zh==\"}", "not base64"}, /* a bit that carries nothing is set */
        {HEAD "\"data\":\"Zm9=\"}", "not base64"},
        {HEAD "\"data\":\"Zg==Zg==\"}", "not base64"},
        {HEAD "\"data\":\"====\"}", "not base64"},
        {HEAD "\"data\":\"Z===\"}", "not base64"},
        {HEAD "\"data\":\"Zm9v\",\"more\":\"1\"}", "base64"},
        {HEAD "\"data\" :\"Zm9v\"}", "expected"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        uint8_t out[64];
        struct encoding_read read = {.data_size = 99};
        enum rc rc = encoding_read_document(span_str(rows[i].document), out, sizeof out, &read, &e);
        if (rc != RC_INPUT || strstr(e.text, rows[i].says) == NULL)
            print_error("row %zu: %s: rc %d, %s\n", i, rows[i].document, (int)rc, e.text);
        assert_int_equal(rc, RC_INPUT);
        assert_non_null(strstr(e.text, rows[i].says));
        assert_int_equal(read.data_size, 99);
    }
}

static void test_room_too_small(void **state)
{
    (void)state;
    struct err e = {0};
    uint8_t out[2];
    struct encoding_read read;
    assert_int_equal(
        encoding_read_document(span_str(HEAD "\"data\":\"Zm9v\"}"), out, sizeof out, &read, &e),
        RC_INPUT);
    assert_non_null(strstr(e.text, "room for 2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_round_trip_of_every_length),
        cmocka_unit_test(test_a_json_parser_reads_the_document),
        cmocka_unit_test(test_raw_is_the_data),
        cmocka_unit_test(test_sizes_do_not_overflow),
        cmocka_unit_test(test_notes_that_would_break_the_document),
        cmocka_unit_test(test_documents_that_are_refused),
        cmocka_unit_test(test_room_too_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
