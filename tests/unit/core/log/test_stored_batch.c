/* Stored batches: what real clients wrote is read back, and every kind of damage is named. */
#include "tests/unit/core/log/stored_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LENGTH_AT = 8, MAGIC_AT = 16, LAST_DELTA_AT = 23, COUNT_AT = 57 };

static struct span known(void)
{
    return span_of(SAMPLE_LIBRDKAFKA, sizeof SAMPLE_LIBRDKAFKA);
}

/* A copy of the librdkafka sample that may be changed. */
static void copy_known(uint8_t out[sizeof SAMPLE_LIBRDKAFKA])
{
    memcpy(out, SAMPLE_LIBRDKAFKA, sizeof SAMPLE_LIBRDKAFKA);
}

static void put32(uint8_t *at, int64_t v)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)((uint64_t)v >> (24 - 8 * i));
}

/* Fails to read bytes, with rc, saying words. */
static void refused(struct span bytes, enum rc rc, const char *words)
{
    struct stored_batch b;
    enum stored_batch_found found;
    struct err e = {0};
    assert_int_equal(stored_batch_next(&bytes, &b, &found, &e), rc);
    assert_int_equal(e.rc, rc);
    if (strstr(e.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, words);
}

static void crc_known_answers(void **state)
{
    (void)state;
    uint8_t bytes[32]; /* RFC 3720, B.4 */
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(crc32c(span_of(bytes, 32)), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(crc32c(span_of(bytes, 32)), 0x62a8ab43);
    for (uint8_t i = 0; i < 32; i++)
        bytes[i] = i;
    assert_int_equal(crc32c(span_of(bytes, 32)), 0x46dd794e);
    assert_int_equal(crc32c(span_str("123456789")), 0xe3069283);
    assert_int_equal(crc32c(span_str("")), 0);
}

static void crc_both_ways_agree(void **state)
{
    (void)state;
    for (size_t from = 0; from < 9; from++)
        for (size_t size = 0; size < sizeof SAMPLE_LIBRDKAFKA - from; size++) {
            struct span s = span_of(SAMPLE_LIBRDKAFKA + from, size);
            assert_int_equal(crc32c(s), crc32c_by_table(s));
            size_t cut = size / 3;
            assert_int_equal(
                crc32c_more(crc32c(span_of(s.data, cut)), span_of(s.data + cut, size - cut)),
                crc32c(s));
        }
}

static void reads_librdkafka(void **state)
{
    (void)state;
    struct stored_batch b;
    enum stored_batch_found found;
    struct err e = {0};
    struct span rest = known();
    assert_int_equal(stored_batch_next(&rest, &b, &found, &e), RC_OK);
    assert_int_equal(found, STORED_BATCH_WHOLE);
    assert_int_equal(rest.size, 0);
    assert_int_equal(b.base_offset, 0);
    assert_int_equal(b.last_offset, 0);
    assert_int_equal(b.stored_bytes, 92);
    assert_int_equal(b.records, 1);
    assert_int_equal(b.codec_id, 0);
    assert_int_equal(b.crc, 0xa9969bb4);
    assert_int_equal(b.producer_id, -1);
    assert_int_equal(b.base_sequence, -1);
    assert_int_equal(b.base_timestamp_ms, 0x1a1fd03bf77);
    assert_int_equal(b.max_timestamp_ms, 0x1a1fd03bf77);
    assert_false(b.control || b.transactional || b.log_append_time);
    assert_int_equal(b.body.size, 31);
    assert_int_equal(stored_batch_next(&rest, &b, &found, &e), RC_OK);
    assert_int_equal(found, STORED_BATCH_NONE);
}

static void reads_java(void **state)
{
    (void)state;
    struct stored_batch b;
    enum stored_batch_found found;
    struct span rest = span_of(SAMPLE_JAVA_SNAPPY, sizeof SAMPLE_JAVA_SNAPPY);
    assert_int_equal(stored_batch_next(&rest, &b, &found, NULL), RC_OK);
    assert_int_equal(b.codec_id, 2);
    assert_int_equal(b.records, 2);
    assert_int_equal(b.last_offset, 1);
    assert_int_equal(b.producer_id, 11);
    assert_int_equal(b.producer_epoch, 0);
    assert_int_equal(b.base_sequence, 0);
    assert_int_equal(b.max_timestamp_ms - b.base_timestamp_ms, 0x22 + 0x100 - 0xee);
}

static void reads_attributes(void **state)
{
    (void)state;
    struct buf bytes;
    buf_init(&bytes, SAMPLE_MAX);
    const struct stored_sample s = {
        .base_offset = 41, .records = 7, .attributes = 0x04 | 0x08 | 0x10};
    const struct stored_sample marker = {.base_offset = 48, .records = 1, .attributes = 0x30};
    assert_true(sample_append(&bytes, &s) && sample_append(&bytes, &marker));
    struct span rest = buf_span(&bytes);
    struct stored_batch b;
    enum stored_batch_found found;
    assert_int_equal(stored_batch_next(&rest, &b, &found, NULL), RC_OK);
    assert_int_equal(b.codec_id, 4);
    assert_true(b.log_append_time && b.transactional && !b.control);
    assert_int_equal(b.last_offset, 47);
    assert_int_equal(b.leader_epoch, 3);
    assert_int_equal(b.producer_epoch, 5);
    assert_int_equal(stored_batch_next(&rest, &b, &found, NULL), RC_OK);
    assert_true(b.control && b.transactional && !b.log_append_time);
    assert_int_equal(b.base_offset, 48);
    buf_release(&bytes);
}

static void cut_anywhere_is_cut(void **state)
{
    (void)state;
    for (size_t size = 1; size < sizeof SAMPLE_LIBRDKAFKA; size++) {
        uint8_t *exact = malloc(size); /* so that AddressSanitizer sees a byte too far */
        assert_non_null(exact);
        memcpy(exact, SAMPLE_LIBRDKAFKA, size);
        struct span rest = span_of(exact, size);
        struct stored_batch b;
        enum stored_batch_found found;
        assert_int_equal(stored_batch_next(&rest, &b, &found, NULL), RC_OK);
        assert_int_equal(found, STORED_BATCH_CUT);
        assert_int_equal(b.stored_bytes, size >= STORED_BATCH_HEADER ? 92 : 0);
        assert_int_equal(rest.size, size);
        free(exact);
    }
}

static void zeros_are_padding(void **state)
{
    (void)state;
    const uint8_t zeros[100] = {0};
    struct stored_batch b;
    enum stored_batch_found found;
    assert_int_equal(stored_batch_read(span_of(zeros, sizeof zeros), &b, &found, NULL), RC_OK);
    assert_int_equal(found, STORED_BATCH_PAD);
}

static void every_flipped_bit_is_damage(void **state)
{
    (void)state;
    for (size_t at = SAMPLE_CRC_AT; at < sizeof SAMPLE_LIBRDKAFKA; at++)
        for (int bit = 0; bit < 8; bit++) {
            uint8_t bytes[sizeof SAMPLE_LIBRDKAFKA];
            copy_known(bytes);
            bytes[at] ^= (uint8_t)(1 << bit);
            refused(span_of(bytes, sizeof bytes), RC_INTEGRITY, "batch");
        }
    uint8_t bytes[sizeof SAMPLE_LIBRDKAFKA];
    copy_known(bytes);
    bytes[70] ^= 1;
    refused(span_of(bytes, sizeof bytes), RC_INTEGRITY, "stored is a9969bb4");
}

static void wrong_formats_are_named(void **state)
{
    (void)state;
    uint8_t bytes[sizeof SAMPLE_LIBRDKAFKA];
    copy_known(bytes);
    bytes[MAGIC_AT] = 0;
    refused(span_of(bytes, sizeof bytes), RC_INPUT, "format v0, as Kafka before 0.11");
    bytes[MAGIC_AT] = 1;
    refused(span_of(bytes, sizeof bytes), RC_INPUT, "format v1");
    bytes[MAGIC_AT] = 3;
    refused(span_of(bytes, sizeof bytes), RC_INTEGRITY, "is 3, must be 2");
    refused(span_str("this is a text file, and not a segment at all"), RC_INTEGRITY,
            "gives its length as");
}

static void absurd_numbers_are_named(void **state)
{
    (void)state;
    static const int64_t lengths[] = {-1, INT32_MIN, 4, 48, INT32_MAX, STORED_BATCH_MAX + 1};
    uint8_t bytes[sizeof SAMPLE_LIBRDKAFKA];
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        copy_known(bytes);
        put32(bytes + LENGTH_AT, lengths[i]);
        refused(span_of(bytes, sizeof bytes), RC_INTEGRITY, "gives its length as");
    }
    copy_known(bytes);
    bytes[0] = 0x80;
    refused(span_of(bytes, sizeof bytes), RC_INTEGRITY, "is negative");
    copy_known(bytes);
    put32(bytes + LAST_DELTA_AT, -1);
    refused(span_of(bytes, sizeof bytes), RC_INTEGRITY, "distance to its last offset");
    copy_known(bytes);
    memset(bytes, 0xff, 8);
    bytes[0] = 0x7f;
    put32(bytes + LAST_DELTA_AT, 1);
    refused(span_of(bytes, sizeof bytes), RC_INTEGRITY, "distance to its last offset");
    copy_known(bytes);
    put32(bytes + COUNT_AT, 2);
    refused(span_of(bytes, sizeof bytes), RC_INTEGRITY, "counts 2 records but spans 1");
    copy_known(bytes);
    put32(bytes + COUNT_AT, -1);
    refused(span_of(bytes, sizeof bytes), RC_INTEGRITY, "counts -1 records");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc_known_answers),       cmocka_unit_test(crc_both_ways_agree),
        cmocka_unit_test(reads_librdkafka),        cmocka_unit_test(reads_java),
        cmocka_unit_test(reads_attributes),        cmocka_unit_test(cut_anywhere_is_cut),
        cmocka_unit_test(zeros_are_padding),       cmocka_unit_test(every_flipped_bit_is_damage),
        cmocka_unit_test(wrong_formats_are_named), cmocka_unit_test(absurd_numbers_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
