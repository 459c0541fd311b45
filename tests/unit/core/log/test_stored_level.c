/* The level of a batch is told from its size: batches compressed here, at a level known here. */
/* Long: a batch is compressed at every level, for every level there is. */
#include "base/rng.h"
#include "core/log/stored_level.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { RECORDS = 1500, BODY_MAX = 1 << 20, VALUE_TEXT = 96 };

/* Zigzag varint of a record. */
static void put_varint(struct buf *b, int32_t v)
{
    uint32_t left = ((uint32_t)v << 1) ^ (uint32_t)(v < 0 ? -1 : 0);
    do {
        uint8_t byte = (uint8_t)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
        assert_int_equal(buf_append(b, &byte, 1, NULL), RC_OK);
        left >>= 7;
    } while (left > 0);
}

/* Readings as records of a batch: attributes, timestamp, offset, no key, value, no headers. */
static void make_body(struct buf *out, uint64_t seed)
{
    struct rng r;
    rng_init(&r, seed, 0);
    buf_init(out, BODY_MAX);
    for (int32_t i = 0; i < RECORDS; i++) {
        char value[VALUE_TEXT];
        struct buf record;
        buf_init(&record, VALUE_TEXT * 2);
        int size = snprintf(value, sizeof value, "{\"sensor\":\"s%02d\",\"value\":%d.%d,\"at\":%d}",
                            (int)rng_below(&r, 60), (int)rng_below(&r, 40), (int)rng_below(&r, 10),
                            1700000000 + i * 10);
        put_varint(&record, 0);
        put_varint(&record, 0);
        put_varint(&record, i);
        put_varint(&record, -1);
        put_varint(&record, size);
        assert_int_equal(buf_append(&record, value, (size_t)size, NULL), RC_OK);
        put_varint(&record, 0);
        put_varint(out, (int32_t)record.size);
        assert_int_equal(buf_append(out, record.data, record.size, NULL), RC_OK);
        buf_release(&record);
    }
}

/* Compresses a body of that seed at the level and hands it over as a stored batch, with so many
 * bytes more at its end. */
static void add_longer_batch(struct stored_levels *l, const struct codec *c, int level,
                             uint64_t seed, struct span more)
{
    struct buf body;
    struct codec_work *work = NULL;
    size_t size = 0;
    make_body(&body, seed);
    size_t room = c->bound(body.size);
    uint8_t *stored = malloc(room + more.size);
    assert_non_null(stored);
    assert_int_equal(c->open(level, &work, NULL), RC_OK);
    assert_int_equal(c->compress(work, buf_span(&body), stored, room, &size, NULL), RC_OK);
    c->close(work);
    if (more.size > 0)
        memcpy(stored + size, more.data, more.size);
    size += more.size;
    struct stored_batch b = {.last_offset = RECORDS - 1,
                             .records = RECORDS,
                             .codec_id = c->kafka_id,
                             .body = span_of(stored, size)};
    struct err e = {0};
    if (stored_levels_add(l, &b, &e) != RC_OK)
        fail_msg("%s", e.text);
    free(stored);
    buf_release(&body);
}

static void add_batch(struct stored_levels *l, const struct codec *c, int level, uint64_t seed)
{
    add_longer_batch(l, c, level, seed, span_of(NULL, 0));
}

static bool names_level(const struct codec_levels *c, int level)
{
    for (size_t i = 0; i < c->fit_count && c->fits[i].off == c->fits[0].off; i++)
        if (c->fits[i].level == level)
            return true;
    return false;
}

static void every_level_of_every_codec_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        const struct codec *c = CODECS[i];
        if (c->kafka_id == CODEC_NOT_KAFKAS)
            continue;
        for (int level = c->level_min; c->has_levels && level <= c->level_max; level++) {
            struct stored_levels l;
            stored_levels_init(&l);
            uint64_t batches = level == c->level_default ? 2 : 1;
            for (uint64_t b = 1; b <= batches; b++)
                add_batch(&l, c, level, b);
            assert_int_equal(stored_levels_rank(&l, NULL), RC_OK);
            const struct codec_levels *told = &l.of[c->kafka_id];
            assert_ptr_equal(told->codec, c);
            assert_int_equal(told->batches, batches);
            assert_int_equal(told->fits[0].off, 0);
            assert_int_equal(told->fits[0].bytes, told->stored_bytes);
            if (!names_level(told, level))
                fail_msg("%s-%d was told as %d", c->name, level, told->fits[0].level);
            stored_levels_release(&l);
        }
    }
}

/* gzip at 1 and at 9 differ widely: neither may be told as the other. */
static void levels_far_apart_are_told_apart(void **state)
{
    (void)state;
    struct stored_levels l;
    stored_levels_init(&l);
    add_batch(&l, codec_find("gzip"), 1, 1);
    assert_int_equal(stored_levels_rank(&l, NULL), RC_OK);
    assert_true(names_level(&l.of[1], 1));
    assert_false(names_level(&l.of[1], 9));
    stored_levels_release(&l);
}

/* A library of another version gives other sizes. Here a frame that decoders skip (RFC 8878) stands
 * behind a batch of zstd-3: no level comes to its size, and no single one may be named. */
static void sizes_of_another_library_fit_all_levels_near_them(void **state)
{
    (void)state;
    static const uint8_t skipped[] = {0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7};
    struct stored_levels l;
    const struct codec *zstd = codec_find("zstd");
    stored_levels_init(&l);
    add_longer_batch(&l, zstd, 3, 1, span_of(skipped, sizeof skipped));
    assert_int_equal(stored_levels_rank(&l, NULL), RC_OK);
    const struct codec_levels *c = &l.of[zstd->kafka_id];
    size_t near = codec_levels_nearest(c);
    bool told = false;
    assert_int_equal(c->batches, 1);
    assert_true(c->fits[0].off > 0);
    for (size_t i = 0; i < near; i++)
        told = told || c->fits[i].level == 3;
    assert_true(told);
    assert_true(near > 1 && near < c->fit_count);
    assert_true(c->fits[near - 1].off <= c->stored_bytes / 200);
    assert_true(c->fits[near].off > c->stored_bytes / 200);
    stored_levels_release(&l);
}

static void a_mix_of_levels_fits_none_exactly(void **state)
{
    (void)state;
    struct stored_levels l;
    stored_levels_init(&l);
    add_batch(&l, codec_find("gzip"), 1, 1);
    add_batch(&l, codec_find("gzip"), 9, 2);
    assert_int_equal(stored_levels_rank(&l, NULL), RC_OK);
    assert_true(l.of[1].fits[0].off > 0);
    stored_levels_release(&l);
}

static void the_gzip_header_is_read(void **state)
{
    (void)state;
    const struct {
        int first, second, flags;
    } rows[] = {{9, 9, 2}, {1, 1, 4}, {6, 6, 0}, {1, 9, -1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct stored_levels l;
        stored_levels_init(&l);
        add_batch(&l, codec_find("gzip"), rows[i].first, 1);
        add_batch(&l, codec_find("gzip"), rows[i].second, 2);
        assert_int_equal(l.of[1].gzip_extra_flags, rows[i].flags);
        stored_levels_release(&l);
    }
}

static void codecs_without_levels_are_passed_over(void **state)
{
    (void)state;
    struct stored_levels l;
    stored_levels_init(&l);
    add_batch(&l, codec_find("none"), 0, 1);
    add_batch(&l, codec_find("snappy"), 0, 1);
    assert_int_equal(stored_levels_rank(&l, NULL), RC_OK);
    for (int id = 0; id < STORED_CODEC_IDS; id++)
        assert_int_equal(l.of[id].fit_count, 0);
    stored_levels_release(&l);
}

static void only_the_first_batches_are_compared(void **state)
{
    (void)state;
    struct stored_levels l;
    stored_levels_init(&l);
    for (uint64_t i = 0; i < STORED_LEVEL_BATCHES + 2; i++)
        add_batch(&l, codec_find("lz4"), 0, i);
    assert_int_equal(l.of[3].batches, STORED_LEVEL_BATCHES);
    stored_levels_release(&l);
}

static void a_damaged_body_is_refused(void **state)
{
    (void)state;
    struct stored_levels l;
    struct err e = {0};
    stored_levels_init(&l);
    struct stored_batch b = {.records = 1, .codec_id = 4, .body = span_str("not a zstd frame")};
    assert_int_equal(stored_levels_add(&l, &b, &e), RC_INTEGRITY);
    stored_levels_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_of_every_codec_is_found),
        cmocka_unit_test(levels_far_apart_are_told_apart),
        cmocka_unit_test(sizes_of_another_library_fit_all_levels_near_them),
        cmocka_unit_test(a_mix_of_levels_fits_none_exactly),
        cmocka_unit_test(the_gzip_header_is_read),
        cmocka_unit_test(codecs_without_levels_are_passed_over),
        cmocka_unit_test(only_the_first_batches_are_compared),
        cmocka_unit_test(a_damaged_body_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
