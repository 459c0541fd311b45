/* Bodies of stored batches: decompressed with every codec, records walked, lies found out. */
#include "tests/unit/core/log/stored_sample.h"

#include "core/log/stored_body.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Three records: key "k" value "hello"; no key, no value; no key, empty value, one header. */
static const uint8_t RECORDS[] = {
    0x18, 0, 0, 0, 0x02, 'k',  0x0a, 'h',  'e', 'l',  'l', 'o', 0, /* 12 bytes */
    0x0c, 0, 0, 2, 0x01, 0x01, 0,                                  /* 6 bytes */
    0x14, 0, 0, 4, 0x01, 0x00, 2,    0x02, 'h', 0x02, 'v',         /* 10 bytes */
};

static struct stored_batch batch_of(struct buf *bytes, struct span body, int codec, int32_t records)
{
    const struct stored_sample s = {.records = records, .attributes = (int16_t)codec, .body = body};
    struct stored_batch b;
    enum stored_batch_found found;
    buf_init(bytes, SAMPLE_MAX);
    assert_true(sample_append(bytes, &s));
    struct span rest = buf_span(bytes);
    assert_int_equal(stored_batch_next(&rest, &b, &found, NULL), RC_OK);
    return b;
}

/* Decodes a body of one codec and record count; the rc, with the sentence in e. */
static enum rc decode(struct span body, int codec, int32_t records, struct stored_body *out,
                      struct err *e)
{
    struct buf bytes;
    struct stored_batch b = batch_of(&bytes, body, codec, records);
    struct stored_decoder d;
    stored_decoder_init(&d, SAMPLE_MAX);
    enum rc rc = stored_decoder_read(&d, &b, out, e);
    stored_decoder_release(&d);
    buf_release(&bytes);
    return rc;
}

static void refused(struct span body, int codec, int32_t records, const char *words)
{
    struct stored_body got;
    struct err e = {0};
    assert_int_equal(decode(body, codec, records, &got, &e), RC_INTEGRITY);
    assert_int_equal(e.rc, RC_INTEGRITY);
    if (strstr(e.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", e.text, words);
}

static void counts_plain_records(void **state)
{
    (void)state;
    struct stored_body got;
    struct err e = {0};
    if (decode(span_of(RECORDS, sizeof RECORDS), 0, 3, &got, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(got.records, 3);
    assert_int_equal(got.body_bytes, sizeof RECORDS);
    assert_int_equal(got.key_bytes, 1);
    assert_int_equal(got.value_bytes, 5);
    assert_int_equal(got.tombstones, 1);
}

static void reads_every_codec(void **state)
{
    (void)state;
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        const struct codec *c = CODECS[i];
        if (c->kafka_id == CODEC_NOT_KAFKAS)
            continue;
        uint8_t packed[4096];
        size_t size = 0;
        struct codec_work *w = NULL;
        struct stored_body got;
        struct err e = {0};
        assert_int_equal(c->open(c->level_default, &w, &e), RC_OK);
        assert_int_equal(
            c->compress(w, span_of(RECORDS, sizeof RECORDS), packed, sizeof packed, &size, &e),
            RC_OK);
        c->close(w);
        if (decode(span_of(packed, size), c->kafka_id, 3, &got, &e) != RC_OK)
            fail_msg("%s: %s", c->name, e.text);
        assert_int_equal(got.body_bytes, sizeof RECORDS);
        assert_int_equal(got.records, 3);
    }
}

/* 9 MB of zeros in few bytes: far more room than is tried first. */
static void grows_as_needed(void **state)
{
    (void)state;
    enum { BIG = 9000000, HEAD = 4, LEAD = 5 };
    static uint8_t body[BIG + 16];
    static uint8_t packed[BIG];
    struct wire_reader r;
    const uint8_t head[] = {0, 0, 0, 1};                     /* attributes, time, offset, no key */
    const uint8_t value_length[] = {0x80, 0xd1, 0xca, 0x08}; /* zigzag of 9 000 000 */
    const uint8_t length[] = {0x92, 0xd1, 0xca, 0x08};       /* and 9 more */
    memcpy(body, length, sizeof length);
    memcpy(body + 4, head, HEAD);
    memcpy(body + 8, value_length, sizeof value_length);
    size_t size = sizeof length + HEAD + sizeof value_length + BIG + 1; /* no headers */
    r = wire_reader_of(span_of(value_length, sizeof value_length));
    assert_int_equal(wire_varint(&r), BIG);
    struct codec_work *w = NULL;
    struct stored_body got;
    struct err e = {0};
    size_t packed_size = 0;
    const struct codec *zstd = codec_find("zstd");
    assert_int_equal(zstd->open(1, &w, &e), RC_OK);
    assert_int_equal(
        zstd->compress(w, span_of(body, size), packed, sizeof packed, &packed_size, &e), RC_OK);
    zstd->close(w);
    assert_true(packed_size < BIG / 1000);
    if (decode(span_of(packed, packed_size), zstd->kafka_id, 1, &got, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(got.value_bytes, BIG);
}

static void reads_java_snappy_blocks(void **state)
{
    (void)state;
    struct stored_batch b;
    enum stored_batch_found found;
    struct stored_body got;
    struct stored_decoder d;
    struct span rest = span_of(SAMPLE_JAVA_SNAPPY, sizeof SAMPLE_JAVA_SNAPPY);
    assert_int_equal(stored_batch_next(&rest, &b, &found, NULL), RC_OK);
    stored_decoder_init(&d, SAMPLE_MAX);
    struct err e = {0};
    if (stored_decoder_read(&d, &b, &got, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(got.records, 2);
    assert_int_equal(got.value_bytes, 76 + 96);
    stored_decoder_release(&d);
}

static void lies_are_found(void **state)
{
    (void)state;
    uint8_t bytes[sizeof RECORDS];
    refused(span_of(RECORDS, sizeof RECORDS), 0, 2, "as the last");
    refused(span_of(RECORDS, 20), 0, 3, "holds 2 records, its header says 3");
    refused(span_of(RECORDS, sizeof RECORDS - 1), 0, 3, "record 2 of it does not fit");
    memcpy(bytes, RECORDS, sizeof RECORDS);
    bytes[6] = 0x0c; /* the value claims a byte more */
    refused(span_of(bytes, sizeof bytes), 0, 3, "record 0 of it does not fit");
    memcpy(bytes, RECORDS, sizeof RECORDS);
    bytes[16] = 0; /* the second record repeats the first one's offset */
    refused(span_of(bytes, sizeof bytes), 0, 3, "record 1 of it has offset +0");
    refused(span_str("this is no gzip stream"), 1, 1, "offsets 0 to 0");
    refused(span_str("this is no zstd frame"), 4, 1, "offsets 0 to 0");
    static const uint8_t cut_blocks[] = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0,
                                         0,    1,   0,   0,   0,   1,   0,   0, 0, 9};
    refused(span_of(cut_blocks, sizeof cut_blocks), 2, 1, "offsets 0 to 0: snappy");
    refused(span_of(cut_blocks, 12), 2, 1, "offsets 0 to 0: snappy");
}

static void unknown_codec_is_named(void **state)
{
    (void)state;
    struct stored_body got;
    struct err e = {0};
    assert_int_not_equal(decode(span_of(RECORDS, sizeof RECORDS), 6, 3, &got, &e), RC_OK);
    assert_non_null(strstr(e.text, "codec 6"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_plain_records), cmocka_unit_test(reads_every_codec),
        cmocka_unit_test(grows_as_needed),      cmocka_unit_test(reads_java_snappy_blocks),
        cmocka_unit_test(lies_are_found),       cmocka_unit_test(unknown_codec_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
