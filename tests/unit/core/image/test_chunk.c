/* Chunk records: how images are cut, every damage named, ids as text. */
#include "base/crc32c.h"
#include "base/rng.h"
#include "core/image/chunk.h"
#include "core/image/metadata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define JSON "{\"a\":1}"
enum { IMAGE = 1000 };

static struct chunk_image cut(uint64_t total, uint64_t size)
{
    struct err e = {0};
    struct chunk_image c = {.metadata = span_str(JSON), .image_crc = 0x01020304};
    for (uint8_t i = 0; i < IMAGE_ID_BYTES; i++)
        c.id.bytes[i] = (uint8_t)(i * 16 + i);
    assert_int_equal(chunk_image_cut(&c, total, size, &e), RC_OK);
    return c;
}

/* The record of a chunk of that image; the caller frees it. */
static uint8_t *sealed(const struct chunk_image *c, uint32_t index, const uint8_t *image)
{
    struct err e = {0};
    uint8_t *record = malloc(chunk_record_size(c, index));
    assert_non_null(record);
    memcpy(chunk_data_at(record, c), image + (size_t)index * c->chunk_size,
           chunk_data_size(c, index));
    assert_int_equal(chunk_seal(record, c, index, &e), RC_OK);
    return record;
}

static void test_an_image_is_the_sum_of_its_chunks(void **state)
{
    (void)state;
    struct rng r;
    uint8_t image[IMAGE];
    rng_init(&r, 3, 0);
    rng_fill(&r, image, sizeof image);
    for (size_t size = 1; size <= IMAGE; size += 37) {
        struct chunk_image c = cut(IMAGE, size);
        uint8_t back[IMAGE];
        size_t sum = 0;
        assert_int_equal(c.count, (IMAGE + size - 1) / size);
        for (uint32_t i = 0; i < c.count; i++) {
            struct err e = {0};
            struct chunk k;
            uint8_t *record = sealed(&c, i, image);
            assert_int_equal(chunk_read(span_of(record, chunk_record_size(&c, i)), &k, &e), RC_OK);
            assert_int_equal(k.offset, sum);
            assert_int_equal(k.index, i);
            assert_memory_equal(k.image.id.bytes, c.id.bytes, IMAGE_ID_BYTES);
            assert_int_equal(k.image.image_crc, c.image_crc);
            assert_memory_equal(k.image.metadata.data, JSON, strlen(JSON));
            memcpy(back + k.offset, k.data.data, k.data.size);
            sum += k.data.size;
            free(record);
        }
        assert_int_equal(sum, IMAGE);
        assert_memory_equal(back, image, IMAGE);
    }
}

static void test_byte_by_byte(void **state)
{
    (void)state;
    static const uint8_t HEAD[] = {
        'A',  'I',  'M',  'C',  1,    0,    0,    0,    0x00, 0x11, 0x22, 0x33, 0x44,
        0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0,    0,
        0,    1,    0,    0,    0,    2,    0,    0,    0,    0,    0,    0,    0,
        8,    0,    0,    0,    0,    0,    0,    0,    5,    0,    0,    0,    5,
        0,    0,    0,    3,    0,    0,    0,    7,    1,    2,    3,    4,
    };
    struct chunk_image c = cut(8, 5);
    uint8_t *record = sealed(&c, 1, (const uint8_t *)"helloyou");
    assert_int_equal(chunk_record_size(&c, 1), CHUNK_HEAD + 7 + 3);
    assert_memory_equal(record, HEAD, sizeof HEAD);
    uint32_t crc = crc32c(span_str("you"));
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(record[64 + i], crc >> (24 - 8 * i) & 0xff);
    assert_memory_equal(record + CHUNK_HEAD, JSON "you", 10);
    free(record);
}

static void test_every_flipped_bit_and_every_cut_is_refused(void **state)
{
    (void)state;
    struct chunk_image c = cut(8, 5);
    size_t size = chunk_record_size(&c, 0);
    uint8_t *record = sealed(&c, 0, (const uint8_t *)"helloyou");
    struct chunk out = {.index = 99};
    for (size_t bit = 0; bit < size * 8; bit++) {
        struct err e = {0};
        record[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(chunk_read(span_of(record, size), &out, &e), RC_INTEGRITY);
        assert_true(strlen(e.text) > 0 && out.index == 99);
        record[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (size_t part = 0; part < size; part++) {
        struct err e = {0};
        uint8_t *copy = malloc(part + 1);
        assert_non_null(copy);
        memcpy(copy, record, part);
        assert_int_equal(chunk_read(span_of(copy, part), &out, &e), RC_INTEGRITY);
        free(copy);
    }
    free(record);
}

/* Writes a number of the head anew and makes the head's checksum right again. */
static void forge(uint8_t *record, size_t at, size_t size, uint64_t value)
{
    for (size_t i = size; i > 0; i--, value >>= 8)
        record[at + i - 1] = (uint8_t)value;
    uint32_t crc = crc32c_more(crc32c(span_of(record, 68)), span_str(JSON));
    for (size_t i = 0; i < 4; i++)
        record[68 + i] = (uint8_t)(crc >> (24 - 8 * i));
}

/* Heads that are whole and contradict themselves. */
static void test_contradictions_are_named(void **state)
{
    (void)state;
    static const struct {
        size_t at, size;
        uint64_t value;
        const char *says;
    } rows[] = {
        {4, 1, 2, "version: 2"},
        {7, 1, 1, "reserved"},
        {24, 4, 2, "index: 2 of 2"},
        {24, 4, 1, "offset: 0; expected 5 for index 1"},
        {28, 4, 3, "count: 3, and 8 bytes in chunks of 5 are 2"},
        {32, 8, 0, "total size 0"},
        {32, 8, UINT64_MAX, "cannot be"},
        {32, 8, 11, "count: 2, and 11 bytes in chunks of 5 are 3"},
        {40, 8, 5, "offset: 5; expected 0 for"},
        {48, 4, 0, "in chunks of 0"},
        {48, 4, 6, "data size: 5; expected 6 for"},
        {52, 4, 4, "data size: 4 after 7"},
        {56, 4, 0, "metadata size: 0"},
        {56, 4, METADATA_MAX + 1, "metadata size: 1000001"},
    };
    struct chunk_image c = cut(8, 5);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        struct chunk out;
        uint8_t *record = sealed(&c, 0, (const uint8_t *)"helloyou");
        forge(record, rows[i].at, rows[i].size, rows[i].value);
        enum rc rc = chunk_read(span_of(record, chunk_record_size(&c, 0)), &out, &e);
        if (rc != RC_INTEGRITY || strstr(e.text, rows[i].says) == NULL)
            fail_msg("row %zu: rc %d: %s", i, (int)rc, e.text);
        free(record);
    }
}

static void test_the_head_alone_is_read_when_the_data_are_damaged(void **state)
{
    (void)state;
    struct err e = {0};
    struct chunk k;
    struct chunk_image c = cut(8, 5);
    uint8_t *record = sealed(&c, 1, (const uint8_t *)"helloyou");
    struct span whole = span_of(record, chunk_record_size(&c, 1));
    record[whole.size - 1] ^= 1;
    assert_int_equal(chunk_read_head(whole, &k, &e), RC_OK);
    assert_int_equal(k.index, 1);
    assert_int_equal(chunk_check_data(&k, &e), RC_INTEGRITY);
    assert_non_null(strstr(e.text, "the data of chunk 1 are damaged"));
    free(record);
}

static void test_what_cannot_be_cut(void **state)
{
    (void)state;
    struct err e = {0};
    uint8_t record[200];
    struct chunk_image c = cut(8, 5);
    assert_int_equal(chunk_image_cut(&c, 0, 5, &e), RC_INPUT);
    assert_int_equal(chunk_image_cut(&c, 8, 0, &e), RC_INPUT);
    assert_int_equal(chunk_image_cut(&c, 8, (uint64_t)UINT32_MAX + 1, &e), RC_INPUT);
    assert_int_equal(chunk_image_cut(&c, (uint64_t)UINT32_MAX + 1, 1, &e), RC_INPUT);
    assert_int_equal(chunk_image_cut(&c, UINT32_MAX, 1, &e), RC_OK);
    c = cut(8, 5);
    assert_int_equal(chunk_seal(record, &c, 2, &e), RC_INPUT);
    c.metadata.size = 0;
    assert_int_equal(chunk_seal(record, &c, 0, &e), RC_INPUT);
    c.metadata.size = METADATA_MAX + 1;
    assert_int_equal(chunk_seal(record, &c, 0, &e), RC_INPUT);
}

static void test_ids_as_text(void **state)
{
    (void)state;
    struct err e = {0};
    struct image_id a, b;
    char text[IMAGE_ID_TEXT];
    assert_int_equal(image_id_make(&a, &e), RC_OK);
    assert_int_equal(image_id_make(&b, &e), RC_OK);
    assert_memory_not_equal(a.bytes, b.bytes, IMAGE_ID_BYTES);
    image_id_format(&a, text);
    assert_int_equal(strlen(text), IMAGE_ID_TEXT - 1);
    assert_int_equal(image_id_parse(text, &b, &e), RC_OK);
    assert_memory_equal(a.bytes, b.bytes, IMAGE_ID_BYTES);
    static const char *const bad[] = {"", "00112233", "00112233445566778899aabbccddeefg",
                                      "00112233445566778899aabbccddeeff0",
                                      "00112233445566778899AABBCCDDEEFF"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(image_id_parse(bad[i], &b, &e), RC_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_image_is_the_sum_of_its_chunks),
        cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_every_flipped_bit_and_every_cut_is_refused),
        cmocka_unit_test(test_contradictions_are_named),
        cmocka_unit_test(test_the_head_alone_is_read_when_the_data_are_damaged),
        cmocka_unit_test(test_what_cannot_be_cut),
        cmocka_unit_test(test_ids_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
