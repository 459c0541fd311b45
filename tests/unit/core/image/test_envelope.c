/* The record envelope: every byte where the document says, every damage named. */
#include "base/rng.h"
#include "core/image/envelope.h"
#include "core/image/metadata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define JSON "{\"a\":1}"
enum { DATA = 300 };

/* The record of 5 bytes of data, as docs/image-envelope.md lays it out; CRCs by another program. */
static const uint8_t KNOWN[] = {
    'A', 'I', 'M', 'G', 1,   1,   0,    0,    0,    0,    0,    7,    0,    0,
    0,   0,   0,   0,   0,   5,   0x9a, 0x71, 0xbb, 0x4c, 0xf6, 0x3d, 0x92, 0xef,
    '{', '"', 'a', '"', ':', '1', '}',  'h',  'e',  'l',  'l',  'o',
};

static struct envelope hello(void)
{
    return (struct envelope){
        .kind = ENVELOPE_IMAGE, .metadata = span_str(JSON), .data = span_str("hello")};
}

static uint8_t *written(const struct envelope *env, size_t *size)
{
    struct err e = {0};
    *size = envelope_size(env->metadata.size, env->data.size);
    uint8_t *record = malloc(*size);
    assert_non_null(record);
    assert_int_equal(envelope_write(env, record, &e), RC_OK);
    return record;
}

static void test_byte_by_byte(void **state)
{
    (void)state;
    struct envelope env = hello();
    size_t size = 0;
    uint8_t *record = written(&env, &size);
    assert_int_equal(size, sizeof KNOWN);
    assert_memory_equal(record, KNOWN, size);
    free(record);
}

static void test_round_trip_copies_nothing(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 5, 0);
    for (size_t size = 0; size < DATA; size++) {
        uint8_t data[DATA];
        struct err e = {0};
        rng_fill(&r, data, size);
        struct envelope back, env = {.kind = size % 2 == 0 ? ENVELOPE_IMAGE : ENVELOPE_REFERENCE,
                                     .metadata = span_str(JSON),
                                     .data = span_of(data, size)};
        size_t record_size = 0;
        uint8_t *record = written(&env, &record_size);
        assert_true(envelope_begins(span_of(record, record_size)));
        assert_int_equal(envelope_read(span_of(record, record_size), &back, &e), RC_OK);
        assert_int_equal(back.kind, env.kind);
        assert_int_equal(back.data.size, size);
        assert_ptr_equal(back.metadata.data, record + ENVELOPE_HEAD);
        assert_ptr_equal(back.data.data, record + ENVELOPE_HEAD + strlen(JSON));
        assert_memory_equal(back.data.data, data, size);
        free(record);
    }
}

static void test_sealing_in_place_gives_the_same(void **state)
{
    (void)state;
    struct err e = {0};
    uint8_t record[sizeof KNOWN];
    memcpy(envelope_data_at(record, strlen(JSON)), "hello", 5);
    assert_int_equal(envelope_seal(record, ENVELOPE_IMAGE, span_str(JSON), 5, &e), RC_OK);
    assert_memory_equal(record, KNOWN, sizeof KNOWN);
}

/* Longer than a step of copying, by one byte more and less. */
static void test_large_data(void **state)
{
    (void)state;
    for (size_t size = 65535; size <= 65537; size++) {
        struct rng r;
        struct err e = {0};
        struct envelope back, env = hello();
        uint8_t *data = malloc(size);
        assert_non_null(data);
        rng_init(&r, size, 0);
        rng_fill(&r, data, size);
        env.data = span_of(data, size);
        size_t record_size = 0;
        uint8_t *record = written(&env, &record_size);
        assert_int_equal(envelope_read(span_of(record, record_size), &back, &e), RC_OK);
        assert_memory_equal(back.data.data, data, size);
        free(record);
        free(data);
    }
}

static void test_every_flipped_bit_and_every_cut_is_refused(void **state)
{
    (void)state;
    struct envelope out = {.kind = 0};
    for (size_t bit = 0; bit < sizeof KNOWN * 8; bit++) {
        uint8_t bad[sizeof KNOWN];
        struct err e = {0};
        memcpy(bad, KNOWN, sizeof bad);
        bad[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(envelope_read(span_of(bad, sizeof bad), &out, &e), RC_INTEGRITY);
        assert_true(strlen(e.text) > 0 && out.kind == 0);
    }
    for (size_t size = 0; size < sizeof KNOWN; size++) {
        struct err e = {0};
        uint8_t *cut = malloc(size + 1);
        assert_non_null(cut);
        memcpy(cut, KNOWN, size);
        assert_int_equal(envelope_read(span_of(cut, size), &out, &e), RC_INTEGRITY);
        free(cut);
    }
}

static void test_every_field_is_named(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
        const char *says;
    } rows[] = {
        {1, 'J', "magic"},
        {4, 2, "version: 2; 1 is read here"},
        {5, 3, "kind: 3"},
        {7, 1, "reserved: 1"},
        {8, 1, "metadata size: 16777223"},
        {11, 0, "metadata size: 0"},
        {11, 8, "data size: 5 after 8 bytes of metadata"},
        {19, 6, "data size: 6"},
        {12, 0xff, "data size"},
        {20, 0, "head or metadata are damaged"},
        {24, 0, "head or metadata are damaged"},
        {30, 'b', "head or metadata are damaged"},
        {35, 'H', "the data are damaged"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bad[sizeof KNOWN];
        struct envelope out;
        struct err e = {0};
        memcpy(bad, KNOWN, sizeof bad);
        bad[rows[i].at] = rows[i].value;
        assert_int_equal(envelope_read(span_of(bad, sizeof bad), &out, &e), RC_INTEGRITY);
        if (strstr(e.text, rows[i].says) == NULL)
            fail_msg("row %zu: %s", i, e.text);
    }
}

static void test_bytes_after_the_data(void **state)
{
    (void)state;
    struct err e = {0};
    struct envelope out;
    uint8_t record[sizeof KNOWN + 1] = {0};
    memcpy(record, KNOWN, sizeof KNOWN);
    assert_int_equal(envelope_read(span_of(record, sizeof record), &out, &e), RC_INTEGRITY);
    assert_non_null(
        strstr(e.text, "data size: 5 after 7 bytes of metadata, and the record has 41"));
}

static void test_what_cannot_be_written(void **state)
{
    (void)state;
    struct err e = {0};
    uint8_t out[sizeof KNOWN];
    struct envelope env = hello();
    env.kind = 7;
    assert_int_equal(envelope_write(&env, out, &e), RC_INPUT);
    env = hello();
    env.metadata.size = 0;
    assert_int_equal(envelope_write(&env, out, &e), RC_INPUT);
    env.metadata.size = METADATA_MAX + 1; /* refused before it is read */
    assert_int_equal(envelope_write(&env, out, &e), RC_INPUT);
    assert_string_equal(e.text, "metadata of 1000001 bytes; 1000000 are the most");
    assert_true(envelope_size(1, SIZE_MAX - 10) == SIZE_MAX);
    assert_true(envelope_size(SIZE_MAX, 1) == SIZE_MAX);
}

/* 1 MB of metadata pass, one byte more does not, whatever the record says. */
static void test_metadata_at_the_limit(void **state)
{
    (void)state;
    struct err e = {0};
    struct envelope back, env = hello();
    uint8_t *json = malloc(METADATA_MAX);
    assert_non_null(json);
    memset(json, ' ', METADATA_MAX);
    env.metadata = span_of(json, METADATA_MAX);
    size_t size = 0;
    uint8_t *record = written(&env, &size);
    assert_int_equal(envelope_read(span_of(record, size), &back, &e), RC_OK);
    record[11]++;
    assert_int_equal(envelope_read(span_of(record, size), &back, &e), RC_INTEGRITY);
    assert_non_null(strstr(e.text, "metadata size: 1000001"));
    free(record);
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_round_trip_copies_nothing),
        cmocka_unit_test(test_sealing_in_place_gives_the_same),
        cmocka_unit_test(test_large_data),
        cmocka_unit_test(test_every_flipped_bit_and_every_cut_is_refused),
        cmocka_unit_test(test_every_field_is_named),
        cmocka_unit_test(test_bytes_after_the_data),
        cmocka_unit_test(test_what_cannot_be_written),
        cmocka_unit_test(test_metadata_at_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
