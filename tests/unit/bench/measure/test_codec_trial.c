/* The trial measures what it says: right sizes, codecs taking turns, and no damaged block passes.
 */
#include "bench/measure/codec_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CALLS_MAX = 64 };

/* A codec of the test: copies, notes its turn, and damages what it is told to. */
struct codec_work {
    int level;
};
static struct {
    int levels[CALLS_MAX]; /* of the codec that compressed, in order of time */
    size_t calls;
    size_t open;       /* works not yet closed */
    size_t flip_at;    /* this byte of a block comes back wrong... */
    size_t flip_after; /* ...in this decompression; 0: never */
    size_t decompressions;
    bool shorten, refuse;
} spy;

static const char *version(void)
{
    return "1";
}

static size_t bound(size_t size)
{
    return size + 1;
}

static enum rc open_work(int level, struct codec_work **out, struct err *e)
{
    *out = malloc(sizeof **out);
    if (*out == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    (*out)->level = level;
    spy.open++;
    return RC_OK;
}

static void close_work(struct codec_work *w)
{
    if (w != NULL)
        spy.open--;
    free(w);
}

/* Grows every block by one byte, as a codec does with noise. */
static enum rc compress(struct codec_work *w, struct span in, uint8_t *out, size_t room,
                        size_t *out_size, struct err *e)
{
    if (room < in.size + 1)
        return err_set(e, RC_INPUT, "no room");
    if (spy.calls < CALLS_MAX)
        spy.levels[spy.calls++] = w->level;
    out[0] = 'x';
    memcpy(out + 1, in.data, in.size);
    *out_size = in.size + 1;
    return RC_OK;
}

static enum rc decompress(struct codec_work *w, struct span in, uint8_t *out, size_t room,
                          size_t *out_size, struct err *e)
{
    (void)w;
    if (spy.refuse || in.size == 0 || room < in.size - 1)
        return err_set(e, RC_INPUT, "spy: will not");
    memcpy(out, in.data + 1, in.size - 1);
    *out_size = in.size - 1 - (spy.shorten ? 1 : 0);
    if (++spy.decompressions == spy.flip_after)
        out[spy.flip_at] ^= 0x10;
    return RC_OK;
}

static const struct codec SPY = {.name = "spy",
                                 .has_levels = true,
                                 .level_max = 9,
                                 .library = "test",
                                 .version = version,
                                 .bound = bound,
                                 .open = open_work,
                                 .close = close_work,
                                 .compress = compress,
                                 .decompress = decompress};

static struct block_list blocks(void)
{
    struct block_list l;
    struct err e = {0};
    block_list_init(&l, (struct block_rule){.record_bytes = 8, .batch_records = 1});
    assert_int_equal(block_list_add(&l, span_str("0123456789abcdefGHIJ"), "text", &e), RC_OK);
    return l;
}

static enum rc run(const struct block_list *l, size_t repeats, struct codec_result *results,
                   struct err *e)
{
    struct codec_trial t = {.blocks = l, .repeats = repeats};
    const struct codec_spec choices[] = {{.codec = &SPY, .level = 1, .level_given = true},
                                         {.codec = &SPY, .level = 2, .level_given = true},
                                         {.codec = &SPY, .level = 3, .level_given = true}};
    return codec_trial_run(&t, choices, 3, results, e);
}

static int reset(void **state)
{
    (void)state;
    memset(&spy, 0, sizeof spy);
    return 0;
}

static void sizes_and_growth_are_counted(void **state)
{
    (void)state;
    struct block_list l = blocks();
    struct codec_result results[3];
    struct err e = {0};
    assert_int_equal(run(&l, 3, results, &e), RC_OK);
    for (size_t i = 0; i < 3; i++) {
        const struct codec_result *r = &results[i];
        assert_int_equal(r->choice.level, i + 1);
        assert_int_equal(r->plain_bytes, 20);
        assert_int_equal(r->packed_bytes, 23);
        assert_int_equal(r->grown_blocks, 3);
        assert_true(codec_result_ratio(r) > 0.869 && codec_result_ratio(r) < 0.870);
        assert_true(codec_result_reduction(r) > -0.1501 && codec_result_reduction(r) < -0.1499);
        assert_true(r->compress.min > 0 && r->compress.min <= r->compress.median);
        assert_true(r->compress.median <= r->compress.max);
        assert_true(r->decompress.min > 0 && r->decompress.median <= r->decompress.max);
    }
    assert_int_equal(spy.open, 0);
    codec_trial_release(results, 3);
    block_list_release(&l);
}

static void codecs_take_turns_and_the_first_changes(void **state)
{
    (void)state;
    static const int order[] = {1, 2, 3, 2, 3, 1, 3, 1, 2, 1, 2, 3};
    struct block_list l = blocks();
    struct codec_result results[3];
    struct err e = {0};
    assert_int_equal(run(&l, 4, results, &e), RC_OK);
    assert_int_equal(spy.calls, 3 * sizeof order / sizeof order[0]); /* 3 blocks each */
    for (size_t i = 0; i < spy.calls; i++)
        assert_int_equal(spy.levels[i], order[i / 3]);
    codec_trial_release(results, 3);
    block_list_release(&l);
}

static void assert_integrity(const char *codec, const char *says)
{
    struct block_list l = blocks();
    struct codec_result results[3];
    struct err e = {0};
    assert_int_equal(run(&l, 2, results, &e), RC_INTEGRITY);
    assert_non_null(strstr(e.text, codec));
    assert_non_null(strstr(e.text, says));
    assert_int_equal(spy.open, 0);
    assert_null(results[0].compress.samples);
    block_list_release(&l);
}

static void one_flipped_bit_is_found_whenever_it_comes(void **state)
{
    (void)state;
    spy.flip_after = 1;
    spy.flip_at = 5;
    assert_integrity("spy-1, block 1 of 3", "byte 5 came back as 0x25, it was 0x35");
    spy.decompressions = 0;
    spy.flip_after = 3 * 4 + 2; /* second repeat: 2, 3, 1; its second measurement, second block */
    spy.flip_at = 7;
    assert_integrity("spy-3, block 2 of 3", "byte 7");
}

static void a_wrong_length_and_a_refusal_are_integrity_too(void **state)
{
    (void)state;
    spy.shorten = true;
    assert_integrity("spy-1, block 1 of 3", "7 bytes came back of 8");
    spy.shorten = false;
    spy.refuse = true;
    assert_integrity("spy-1, block 1 of 3", "spy: will not");
}

static void nothing_to_measure_is_refused(void **state)
{
    (void)state;
    struct block_list l = blocks();
    struct block_list none;
    struct codec_result r;
    struct err e = {0};
    struct codec_spec c = {.codec = &SPY};
    struct codec_trial t = {.blocks = &l, .repeats = 1};
    block_list_init(&none, l.rule);
    assert_int_equal(codec_trial_run(&t, &c, 0, &r, &e), RC_INPUT);
    t.blocks = &none;
    assert_int_equal(codec_trial_run(&t, &c, 1, &r, &e), RC_INPUT);
    t = (struct codec_trial){.blocks = &l, .repeats = 0};
    assert_int_equal(codec_trial_run(&t, &c, 1, &r, &e), RC_INPUT);
    assert_int_equal(spy.open, 0);
    block_list_release(&l);
}

static void real_codecs_run_for_the_time_asked(void **state)
{
    (void)state;
    struct block_list l = blocks();
    struct err e = {0};
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        struct codec_result r;
        struct codec_trial t = {.blocks = &l, .repeats = 2, .min_time_ns = 1000000};
        struct codec_spec c = {.codec = CODECS[i]};
        assert_int_equal(codec_trial_run(&t, &c, 1, &r, &e), RC_OK);
        assert_int_equal(r.plain_bytes, 20);
        assert_true(r.packed_bytes >= 20); /* nothing to gain in 8 bytes */
        assert_true(codec_speed_spread(&r.compress) >= 0);
        codec_trial_release(&r, 1);
    }
    block_list_release(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sizes_and_growth_are_counted, reset),
        cmocka_unit_test_setup(codecs_take_turns_and_the_first_changes, reset),
        cmocka_unit_test_setup(one_flipped_bit_is_found_whenever_it_comes, reset),
        cmocka_unit_test_setup(a_wrong_length_and_a_refusal_are_integrity_too, reset),
        cmocka_unit_test_setup(nothing_to_measure_is_refused, reset),
        cmocka_unit_test_setup(real_codecs_run_for_the_time_asked, reset),
    };
    return cmocka_run_group_tests_name("codec_trial", tests, NULL, NULL);
}
