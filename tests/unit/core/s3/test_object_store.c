#define _GNU_SOURCE
/* What is put into a store comes back as it was, and the reference says what was stored. */
#include "tests/unit/core/s3/object_store_scene.h"

static void use_gzip(struct object_store_config *c)
{
    struct err e;
    assert_int_equal(codec_spec_parse("gzip-1", &c->codec, &e), RC_OK);
}
static void use_snappy(struct object_store_config *c)
{
    struct err e;
    assert_int_equal(codec_spec_parse("snappy", &c->codec, &e), RC_OK);
}
static void comes_back_as_it_was(void **state)
{
    WITH_SERVER;
    void (*const changes[])(struct object_store_config *) = {NULL, use_gzip, use_snappy, use_none,
                                                             use_parts};
    static const size_t sizes[] = {1, FRAME_TEST - 1, FRAME_TEST, FRAME_TEST + 1, MEDIUM};
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++)
        for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++) {
            struct image i = make_image(sizes[n], n);
            struct s3_store *s = open_store(changes[c]);
            struct buf reference = put_image(s, &i);
            expect_image(s, &reference, &i, false);
            expect_image(s, &reference, &i, true);
            remove_it(s, &reference);
            assert_int_equal(s3_server_files(&server), 0);
            expect_no_image(s, &reference, false, RC_INTEGRITY, "the object is not there");
            buf_release(&reference);
            close_store(s);
            free_image(&i);
        }
}

static void says_what_it_stored(void **state)
{
    WITH_SERVER;
    struct err e = {0};
    struct object_reference r;
    struct image i = make_image(MEDIUM, 1);
    struct s3_store *s = open_store(NULL);
    struct buf reference = put_image(s, &i);
    assert_int_equal(object_reference_read(buf_span(&reference), &r, &e), RC_OK);
    assert_int_equal(r.size, MEDIUM);
    assert_int_equal(r.frame_count, 3);
    assert_true(r.stored_size < r.size);
    assert_string_equal(r.codec.codec->name, "zstd");
    assert_string_equal(r.key + strlen(r.key) - 4, ".zst");
    struct s3_store_sent sent = s3_store_sent(s);
    assert_int_equal(sent.images, 1);
    assert_int_equal(sent.image_bytes, MEDIUM);
    assert_int_equal(sent.stored_bytes, r.stored_size);
    object_reference_release(&r);
    remove_it(s, &reference);
    buf_release(&reference);
    close_store(s);
    free_image(&i);
}

/* Noise does not shrink: it is stored as it is, and the reference says so. */
static void what_does_not_shrink_is_left_alone(void **state)
{
    WITH_SERVER;
    struct err e = {0};
    struct object_reference r;
    struct rng random;
    struct image i = make_image(100000, 1);
    uint8_t *noise = malloc(i.bytes.size);
    rng_init(&random, 5, 0);
    for (size_t n = 0; n < i.bytes.size; n++)
        noise[n] = (uint8_t)rng_u64(&random);
    free_image(&i);
    i.bytes = span_of(noise, i.bytes.size);
    struct s3_store *s = open_store(NULL);
    struct buf reference = put_image(s, &i);
    assert_int_equal(object_reference_read(buf_span(&reference), &r, &e), RC_OK);
    assert_string_equal(r.codec.codec->name, "none");
    assert_int_equal(r.stored_size, r.size);
    expect_image(s, &reference, &i, false);
    object_reference_release(&r);
    remove_it(s, &reference);
    buf_release(&reference);
    close_store(s);
    free_image(&i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(comes_back_as_it_was, need_server),
        cmocka_unit_test_setup(says_what_it_stored, need_server),
        cmocka_unit_test_setup(what_does_not_shrink_is_left_alone, need_server),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
