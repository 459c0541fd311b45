/*
 * Records of every kind, as a topic holds them after a sender was rolled back and forth: each is
 * recognised and gives its image, and what is none of them is refused.
 */
#include "core/image/image_document.h"
#include "core/image/image_record.h"
#include "core/image/image_source.h"
#include "core/image/router.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { IMAGE = 800000, RECORDS = 16 };
#define META "\"timestamp\":\"2025-10-13T10:00:00Z\",\"format\":\"png\",\"source_id\":\"x\""

static const struct image_metadata METADATA = {
    .timestamp = "2025-10-13T10:00:00Z", .format = "png", .source_id = "x"};

struct kept_record {
    struct image_message records[RECORDS];
    size_t count;
};

static enum rc keep(void *ctx, const struct image_message *m, struct err *e)
{
    struct kept_record *k = ctx;
    (void)e;
    assert_true(k->count < RECORDS);
    k->records[k->count++] = *m;
    return RC_OK;
}

static enum rc put(void *ctx, const struct image_source *image, const struct image_metadata *m,
                   struct buf *reference, struct err *e)
{
    (void)ctx;
    (void)image;
    (void)m;
    return buf_appendf(reference, e, "{\"key\":\"k\"}");
}

static const struct object_store_ops STORE = {.put = put};

static uint8_t *random_bytes(size_t size)
{
    struct rng r;
    uint8_t *bytes = malloc(size + 1);
    assert_non_null(bytes);
    rng_init(&r, size, 0);
    rng_fill(&r, bytes, size);
    return bytes;
}

/* One topic, four senders: binary, rolled back, chunks, and by reference. */
static void test_a_mixed_topic_stays_readable(void **state)
{
    (void)state;
    struct err e = {0};
    struct kept_record k = {.count = 0};
    struct router r;
    struct routed out;
    uint8_t *bytes = random_bytes(IMAGE);
    struct span image = span_of(bytes, IMAGE);
    struct image_source source = image_source_of(&image);
    struct buf decoded;
    static const enum image_record_kind right[] = {IMAGE_RECORD_ENVELOPE, IMAGE_RECORD_DOCUMENT,
                                                   IMAGE_RECORD_CHUNK,    IMAGE_RECORD_CHUNK,
                                                   IMAGE_RECORD_DOCUMENT, IMAGE_RECORD_REFERENCE};
    router_init(&r, ROUTE_MB);
    r.sink = (struct image_sink){.send = keep, .ctx = &k};
    r.store.ops = &STORE;
    assert_int_equal(router_send(&r, &source, &METADATA, NULL, &out, &e), RC_OK);
    r.as_document = true;
    assert_int_equal(router_send(&r, &source, &METADATA, NULL, &out, &e), RC_OK);
    assert_int_equal(out.route, ROUTE_DIRECT);
    r.as_document = false;
    r.rule = (struct route_rule){
        .direct_max_bytes = 1, .chunk_bytes = IMAGE / 2, .chunked_max_bytes = IMAGE};
    assert_int_equal(router_send(&r, &source, &METADATA, NULL, &out, &e), RC_OK);
    r.as_document = true; /* whatever the size: that was the way */
    source.bytes = NULL;  /* read and encoded piece by piece */
    assert_int_equal(router_send(&r, &source, &METADATA, NULL, &out, &e), RC_OK);
    r.as_document = false;
    r.rule.chunked_max_bytes = 1;
    assert_int_equal(router_send(&r, &source, &METADATA, NULL, &out, &e), RC_OK);
    assert_int_equal(k.count, 6);
    buf_init(&decoded, IMAGE + 16);
    for (size_t i = 0; i < k.count; i++) {
        struct image_record got;
        struct span record = span_of(k.records[i].value, k.records[i].value_size);
        if (image_record_read(record, &decoded, &got, &e) != RC_OK)
            fail_msg("record %zu: %s", i, e.text);
        assert_int_equal(got.kind, right[i]);
        if (got.kind != IMAGE_RECORD_CHUNK)
            assert_string_equal(got.metadata.source_id, "x");
        if (got.kind == IMAGE_RECORD_ENVELOPE || got.kind == IMAGE_RECORD_DOCUMENT) {
            assert_int_equal(got.image.size, IMAGE);
            assert_memory_equal(got.image.data, bytes, IMAGE);
        }
        free(k.records[i].value);
    }
    buf_release(&decoded);
    free(bytes);
}

static void test_documents_of_every_length(void **state)
{
    (void)state;
    static const char json[] = "{" META "}";
    for (size_t size = 0; size < 200; size++) {
        struct err e = {0};
        struct image_metadata m;
        struct buf back;
        uint8_t *bytes = random_bytes(size);
        struct span image = span_of(bytes, size);
        struct image_source source = image_source_of(&image);
        size_t record_size = image_document_size(strlen(json), size);
        uint8_t *record = malloc(record_size);
        assert_non_null(record);
        assert_int_equal(image_document_write(span_str(json), &source, record, &e), RC_OK);
        buf_init(&back, 1000);
        if (image_document_read(span_of(record, record_size), &back, &m, &e) != RC_OK)
            fail_msg("%zu: %s", size, e.text);
        assert_int_equal(back.size, size);
        if (size > 0)
            assert_memory_equal(back.data, bytes, size);
        assert_string_equal(m.format, "png");
        buf_release(&back);
        free(record);
        free(bytes);
    }
}

/* As other services write it: blanks, another order, fewer and more members, escapes. */
static void test_documents_of_others(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{" META ",\"data\":\"aGVs/G8=\"}",
        "{" META ", \"data\" : \"aGVs/G8=\" } \n",
        " { \"data\": \"aGVs/G8=\", " META "}",
        "{\"data\":\"aGVs/G8=\"}",
        "{" META ",\"location\":{\"lat\":1,\"lon\":2},\"data\":\"aGVs/G8=\"}",
        "{" META ",\"data\":\"aGVs/G8=\",\"more\":{\"data\":\"zzz\"}}",
        "{" META ",\"data\":\"aGVs\\/G8=\"}",
        "{\"timestamp\":\"yesterday\",\"data\":\"aGVs/G8=\"}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct err e = {0};
        struct image_record got;
        struct buf back;
        buf_init(&back, 1000);
        if (image_record_read(span_str(texts[i]), &back, &got, &e) != RC_OK)
            fail_msg("row %zu: %s", i, e.text);
        assert_int_equal(got.kind, IMAGE_RECORD_DOCUMENT);
        assert_int_equal(got.image.size, 5);
        assert_memory_equal(got.image.data, "hel\xfco", 5);
        buf_release(&back);
    }
}

static void test_what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "no image record: it begins with nothing"},
        {"hello", "no image record: it begins with 68 65 6c 6c"},
        {"AIMG", "image envelope: cut short"},
        {"{", "image document: not valid JSON"},
        {"{}", "image document: no text member data"},
        {"{\"data\":5}", "no text member data"},
        {"{" META ",\"data\":\"aGVs/G8\"}", "no multiple of 4"},
        {"{" META ",\"data\":\"aGVs/G9=\"}", "not base64 as RFC 4648"},
        {"{" META ",\"data\":\"aGV?/G8=\"}", "not base64"},
        {"{" META ",\"data\":\"====\"}", "not base64"},
        {"{\"data\":\"aGVs\",\"data\":\"aGVs\"}", "not valid JSON"},
        {"{\"data\":5,\"data\":\"aGVs\"}", "not valid JSON"},
        {"{\"timestamp\":5,\"data\":\"aGVs\"}", "timestamp: a whole number; expected a text"},
        {"{" META ",\"data\":\"aGVs\"} x", "not valid JSON"},
        {"{" META ",\"data\":\"aGVs\"", "not valid JSON"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        struct image_record got = {.kind = 99};
        struct buf back;
        buf_init(&back, 1000);
        enum rc rc = image_record_read(span_str(rows[i].text), &back, &got, &e);
        if (rc != RC_INTEGRITY || strstr(e.text, rows[i].says) == NULL)
            fail_msg("row %zu: rc %d: %s", i, (int)rc, e.text);
        assert_int_equal(got.kind, 99);
        buf_release(&back);
    }
}

static void test_no_room_for_the_image(void **state)
{
    (void)state;
    struct err e = {0};
    struct image_record got;
    struct buf back;
    buf_init(&back, 4);
    assert_int_equal(image_record_read(span_str("{\"data\":\"aGVs/G8=\"}"), &back, &got, &e),
                     RC_INTEGRITY);
    assert_true(strlen(e.text) > 0);
    buf_release(&back);
    assert_true(image_document_size(10, SIZE_MAX) == SIZE_MAX);
    assert_int_equal(image_document_write(span_str("[]"), NULL, NULL, &e), RC_INPUT);
}

/* Names are there for every kind. */
static void test_names(void **state)
{
    (void)state;
    assert_string_equal(IMAGE_RECORD_NAMES[IMAGE_RECORD_DOCUMENT], "document");
    assert_null(IMAGE_RECORD_NAMES[IMAGE_RECORD_REFERENCE + 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_mixed_topic_stays_readable),
        cmocka_unit_test(test_documents_of_every_length),
        cmocka_unit_test(test_documents_of_others),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_no_room_for_the_image),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
