/* The contract of codec.h, held against every row of CODECS: a new codec is tested once listed. */
#include "base/rng.h"
#include "codecs/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEVERAL_MB = 5 * 1000 * 1000 + 17, SMALL = 3000, GUARD = 64, GUARD_BYTE = 0xA5 };
enum { KAFKAS = 5 }; /* codecs that Kafka stores */
static const size_t SIZES[] = {0, 1, 2, 100, 65535, 65536, 65537, 200000, SEVERAL_MB};

/* Words drawn from a few, so that every codec has something to find; seeded. */
static uint8_t *text_of(size_t size)
{
    static const char *const words[] = {"temperature", "pressure", "2026-11-21", "null",
                                        "{\"id\":",    "37.25",    ",",          "\n",
                                        "a",           "\x80\xff"};
    uint8_t *data = malloc(size + 1);
    assert_non_null(data);
    struct rng r;
    rng_init(&r, 7, size);
    for (size_t at = 0; at < size;) {
        const char *word = words[rng_below(&r, sizeof words / sizeof words[0])];
        size_t n = strlen(word) < size - at ? strlen(word) : size - at;
        memcpy(data + at, word, n);
        at += n;
    }
    return data;
}

static uint8_t *random_of(size_t size)
{
    uint8_t *data = malloc(size + 1);
    assert_non_null(data);
    struct rng r;
    rng_init(&r, 11, size);
    rng_fill(&r, data, size);
    return data;
}

/* A buffer that knows whether anybody wrote past room bytes. */
static uint8_t *guarded(size_t room)
{
    uint8_t *data = malloc(room + GUARD);
    assert_non_null(data);
    memset(data + room, GUARD_BYTE, GUARD);
    return data;
}

static void assert_guard(const uint8_t *data, size_t room)
{
    for (size_t i = 0; i < GUARD; i++)
        assert_int_equal(data[room + i], GUARD_BYTE);
}

static struct codec_work *open_at(const struct codec *c, int level)
{
    struct err e = {0};
    struct codec_work *w = NULL;
    assert_int_equal(c->open(level, &w, &e), RC_OK);
    assert_non_null(w);
    return w;
}

static void round_trip(const struct codec *c, struct codec_work *w, struct span in)
{
    struct err e = {0};
    size_t room = c->bound(in.size);
    uint8_t *packed = guarded(room);
    uint8_t *back = guarded(in.size);
    size_t packed_size = SIZE_MAX;
    size_t back_size = SIZE_MAX;
    assert_int_equal(c->compress(w, in, packed, room, &packed_size, &e), RC_OK);
    assert_true(packed_size <= room);
    assert_guard(packed, room);
    struct span stored = span_of(packed, packed_size);
    assert_int_equal(c->decompress(w, stored, back, in.size, &back_size, &e), RC_OK);
    assert_int_equal(back_size, in.size);
    if (in.size > 0)
        assert_memory_equal(back, in.data, in.size);
    assert_guard(back, in.size);
    free(packed);
    free(back);
}

static void every_codec_and_level_gives_back_what_it_took(void **state)
{
    (void)state;
    for (size_t i = 0; CODECS[i] != NULL; i++)
        for (int level = CODECS[i]->level_min; level <= CODECS[i]->level_max; level++) {
            struct codec_work *w = open_at(CODECS[i], level);
            uint8_t *data = text_of(SMALL);
            round_trip(CODECS[i], w, span_of(data, SMALL));
            round_trip(CODECS[i], w, span_of(data, SMALL / 2));
            free(data);
            CODECS[i]->close(w);
        }
}

static void every_size_comes_back_from_text_and_noise(void **state)
{
    (void)state;
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        struct codec_work *w = open_at(CODECS[i], CODECS[i]->level_default);
        for (size_t k = 0; k < sizeof SIZES / sizeof SIZES[0]; k++) {
            uint8_t *text = text_of(SIZES[k]);
            uint8_t *noise = random_of(SIZES[k]);
            round_trip(CODECS[i], w, span_of(text, SIZES[k]));
            round_trip(CODECS[i], w, span_of(noise, SIZES[k]));
            free(text);
            free(noise);
        }
        round_trip(CODECS[i], w, span_of(NULL, 0));
        CODECS[i]->close(w);
    }
}

static void used_memory_compresses_to_the_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        const struct codec *c = CODECS[i];
        struct err e = {0};
        uint8_t *data = text_of(200000);
        size_t room = c->bound(200000);
        uint8_t *first = malloc(room);
        uint8_t *second = malloc(room);
        size_t first_size = 0;
        size_t second_size = 0;
        struct codec_work *w = open_at(c, c->level_default);
        struct span in = span_of(data, 200000);
        assert_int_equal(c->compress(w, in, first, room, &first_size, &e), RC_OK);
        round_trip(c, w, span_of(data, 777));
        assert_int_equal(c->compress(w, in, second, room, &second_size, &e), RC_OK);
        assert_int_equal(first_size, second_size);
        assert_memory_equal(first, second, first_size);
        c->close(w);
        free(data);
        free(first);
        free(second);
    }
}

static void assert_refused(enum rc rc, const struct err *e, size_t size, const char *name)
{
    assert_int_equal(rc, RC_INPUT);
    assert_int_equal(e->rc, RC_INPUT);
    assert_int_equal(size, 4711); /* untouched */
    assert_non_null(strstr(e->text, name));
}

/* Every room below the need is refused, nothing is written past it, and the next call is fine. */
static void too_little_room_is_refused(void **state)
{
    (void)state;
    uint8_t *data = text_of(SMALL);
    struct span in = span_of(data, SMALL);
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        const struct codec *c = CODECS[i];
        struct err e = {0};
        struct codec_work *w = open_at(c, c->level_default);
        uint8_t *packed = malloc(c->bound(SMALL));
        size_t packed_size = 0;
        assert_int_equal(c->compress(w, in, packed, c->bound(SMALL), &packed_size, &e), RC_OK);
        for (size_t room = 0; room < SMALL; room += room < 40 || room + 41 > SMALL ? 1 : 97) {
            uint8_t *out = guarded(room);
            size_t size = 4711;
            enum rc rc = c->decompress(w, span_of(packed, packed_size), out, room, &size, &e);
            assert_refused(rc, &e, size, c->name);
            if (room < packed_size) {
                rc = c->compress(w, in, out, room, &size, &e);
                assert_refused(rc, &e, size, c->name);
            }
            assert_guard(out, room);
            free(out);
        }
        round_trip(c, w, in);
        free(packed);
        c->close(w);
    }
    free(data);
}

/* Whatever the bytes, decompress answers OK or RC_INPUT and stays inside its room. */
static void try_bytes(const struct codec *c, struct codec_work *w, struct span in)
{
    struct err e = {0};
    uint8_t *exact = malloc(in.size + 1); /* so that a read past the end is seen */
    assert_non_null(exact);
    if (in.size > 0)
        memcpy(exact, in.data, in.size);
    uint8_t *out = guarded(SMALL);
    size_t size = 0;
    enum rc rc = c->decompress(w, span_of(exact, in.size), out, SMALL, &size, &e);
    assert_true(rc == RC_OK || rc == RC_INPUT);
    assert_true(rc != RC_OK || size <= SMALL);
    assert_guard(out, SMALL);
    free(exact);
    free(out);
}

static void damaged_input_never_crashes(void **state)
{
    (void)state;
    uint8_t *data = text_of(SMALL);
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        const struct codec *c = CODECS[i];
        struct err e = {0};
        struct codec_work *w = open_at(c, c->level_default);
        uint8_t *packed = malloc(c->bound(SMALL));
        size_t n = 0;
        struct span in = span_of(data, SMALL);
        assert_int_equal(c->compress(w, in, packed, c->bound(SMALL), &n, &e), RC_OK);
        for (size_t cut = 0; cut < n; cut++)
            try_bytes(c, w, span_of(packed, cut));
        for (size_t bit = 0; bit < n * 8; bit += bit < 256 ? 1 : 13) {
            packed[bit / 8] ^= (uint8_t)(1U << bit % 8);
            try_bytes(c, w, span_of(packed, n));
            packed[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        round_trip(c, w, in);
        free(packed);
        c->close(w);
    }
    free(data);
}

/* Codecs with an end mark must notice that it is missing; none has no container to check. */
static void cut_input_is_refused(void **state)
{
    (void)state;
    uint8_t *data = text_of(SMALL);
    for (size_t i = 1; CODECS[i] != NULL; i++) {
        const struct codec *c = CODECS[i];
        struct err e = {0};
        struct codec_work *w = open_at(c, c->level_default);
        size_t room = c->bound(SMALL);
        uint8_t *packed = malloc(room + 1);
        uint8_t *out = malloc(SMALL);
        size_t n = 0;
        struct span in = span_of(data, SMALL);
        assert_int_equal(c->compress(w, in, packed, room, &n, &e), RC_OK);
        for (size_t cut = 0; cut < n; cut++) {
            size_t size = 4711;
            enum rc rc = c->decompress(w, span_of(packed, cut), out, SMALL, &size, &e);
            assert_refused(rc, &e, size, c->name);
        }
        packed[n] = 'x';
        size_t size = 4711;
        enum rc rc = c->decompress(w, span_of(packed, n + 1), out, SMALL, &size, &e);
        assert_refused(rc, &e, size, c->name);
        free(packed);
        free(out);
        c->close(w);
    }
    free(data);
}

static void costs_rise_to_the_last_level(const struct codec *c)
{
    double ps = 0;
    int level = c->level_min - 1;
    for (const struct codec_cost *k = c->costs; k != NULL && k->level != CODEC_LEVELS_END; k++) {
        struct codec_spec below = {.codec = c, .level = level + 1, .level_given = c->has_levels};
        struct codec_spec at = {.codec = c, .level = k->level, .level_given = c->has_levels};
        assert_true(k->level > level && k->ps_per_byte > ps);
        assert_true(codec_spec_ps_per_byte(below) == k->ps_per_byte);
        assert_true(codec_spec_ps_per_byte(at) == k->ps_per_byte);
        level = k->level;
        ps = k->ps_per_byte;
    }
    assert_true(c->costs != NULL || c->kafka_id == 0);
    assert_true(c->costs == NULL || level == c->level_max);
}

static void rows_are_complete_and_found(void **state)
{
    (void)state;
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        const struct codec *c = CODECS[i];
        bool of_kafka = i < KAFKAS;
        assert_int_equal(c->kafka_id, of_kafka ? (int)i : CODEC_NOT_KAFKAS);
        assert_int_equal(codec_kafka_check(c, NULL), of_kafka ? RC_OK : RC_INPUT);
        assert_ptr_equal(codec_find(c->name), c);
        assert_ptr_equal(codec_by_kafka_id(c->kafka_id), of_kafka ? c : NULL);
        assert_non_null(c->library);
        assert_non_null(c->version());
        assert_true(i == 0 || strchr("0123456789", c->version()[0]) != NULL);
        assert_true(c->bound(0) >= (i == 0 ? 0U : 1U));
        assert_true(c->level_min <= c->level_default && c->level_default <= c->level_max);
        assert_true(c->has_levels || (c->level_min == 0 && c->level_max == 0));
        assert_int_equal(c->has_levels, c->level_samples != NULL);
        for (const int *s = c->level_samples; s != NULL && *s != CODEC_LEVELS_END; s++)
            assert_true(*s >= c->level_min && *s <= c->level_max);
        costs_rise_to_the_last_level(c);
        c->close(NULL);
    }
    assert_null(codec_find("brotli"));
    assert_null(codec_find(""));
    assert_null(codec_by_kafka_id(5));
    assert_null(codec_by_kafka_id(-1));
}

static void choices_parse_and_print(void **state)
{
    (void)state;
    struct err e = {0};
    char text[CODEC_SPEC_TEXT];
    struct codec_spec choice;
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        const struct codec *c = CODECS[i];
        assert_int_equal(codec_spec_parse(c->name, &choice, &e), RC_OK);
        assert_ptr_equal(choice.codec, c);
        assert_false(choice.level_given);
        assert_int_equal(codec_spec_level(choice), c->level_default);
        assert_string_equal(codec_spec_format(choice, text), c->name);
        for (int level = c->level_min; c->has_levels && level <= c->level_max; level++) {
            struct codec_spec given = {.codec = c, .level = level, .level_given = true};
            (void)codec_spec_format(given, text);
            assert_int_equal(codec_spec_parse(text, &choice, &e), RC_OK);
            assert_ptr_equal(choice.codec, c);
            assert_true(choice.level_given);
            assert_int_equal(codec_spec_level(choice), level);
        }
    }
}

static void wrong_choices_say_what_would_be_right(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"brotli", "none, gzip, snappy, lz4, zstd"},
        {"", "is not a codec"},
        {"ZSTD", "is not a codec"},
        {"zstd ", "is not a codec"},
        {"gz", "is not a codec"},
        {"gzipx", "is not a codec"},
        {"zstd-30", "from 1 to 12"},
        {"zstd-0", "from 1 to 12"},
        {"gzip-10", "from 0 to 9"},
        {"lz4-13", "from 0 to 12"},
        {"zstd-", "not \"\""},
        {"zstd-3x", "not \"3x\""},
        {"zstd--1", "not \"-1\""},
        {"zstd-99999999999999999999", "from 1 to 12"},
        {"snappy-1", "no levels"},
        {"none-0", "no levels"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct err e = {0};
        struct codec_spec choice = {.level = 4711};
        assert_int_equal(codec_spec_parse(wrong[i].text, &choice, &e), RC_INPUT);
        assert_int_equal(choice.level, 4711);
        assert_null(choice.codec);
        assert_non_null(strstr(e.text, wrong[i].says));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_codec_and_level_gives_back_what_it_took),
        cmocka_unit_test(every_size_comes_back_from_text_and_noise),
        cmocka_unit_test(used_memory_compresses_to_the_same_bytes),
        cmocka_unit_test(too_little_room_is_refused),
        cmocka_unit_test(damaged_input_never_crashes),
        cmocka_unit_test(cut_input_is_refused),
        cmocka_unit_test(rows_are_complete_and_found),
        cmocka_unit_test(choices_parse_and_print),
        cmocka_unit_test(wrong_choices_say_what_would_be_right),
    };
    return cmocka_run_group_tests_name("codec", tests, NULL, NULL);
}
