#define _GNU_SOURCE
#include "core/image/object_store.h"

#include "base/rng.h"
#include "core/image/object_store_http.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/s3_server.h"

/* One server for all; without one every test is skipped. */
static struct s3_server server;
static bool there;

enum { MEDIUM = 20 << 20, FRAME_TEST = 8 << 20 };

struct image {
    struct span bytes;
    int64_t fail_at; /* reading beyond fails; 0: never */
    void (*on_read)(int64_t offset);
};

static enum rc read_image(void *ctx, int64_t offset, void *out, size_t size, struct err *e)
{
    const struct image *i = ctx;
    if (i->on_read != NULL)
        i->on_read(offset);
    if (i->fail_at > 0 && offset + (int64_t)size > i->fail_at)
        return err_set(e, RC_INTEGRITY, "the file shrank");
    memcpy(out, i->bytes.data + offset, size);
    return RC_OK;
}

static struct image_source source_of(struct image *i)
{
    return (struct image_source){.read = read_image, .ctx = i, .size = (int64_t)i->bytes.size};
}

/* Half noise, half repetition: gzip and zstd shrink it, and no two frames are alike. */
static struct image make_image(size_t size, uint64_t seed)
{
    struct rng r;
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    rng_init(&r, seed, 0);
    for (size_t i = 0; i < size; i++)
        bytes[i] = i % 128 < 64 ? (uint8_t)(i / 128) : (uint8_t)rng_u64(&r);
    return (struct image){.bytes = span_of(bytes, size)};
}

static void free_image(struct image *i)
{
    union {
        const uint8_t *in;
        uint8_t *out;
    } bytes = {.in = i->bytes.data};
    free(bytes.out);
}

static enum rc collect(void *to, struct span piece, struct err *e)
{
    return buf_append(to, piece.data, piece.size, e);
}

static struct s3_store *open_store(void (*change)(struct object_store_config *c))
{
    struct err e = {0};
    struct object_store_config c;
    struct s3_store *s = NULL;
    s3_server_config(&server, &c);
    if (change != NULL)
        change(&c);
    if (s3_store_open(&c, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

static void close_store(struct s3_store *s)
{
    struct err e = {0};
    if (s3_store_close(s, &e) != RC_OK)
        fail_msg("%s", e.text);
}

static struct buf put_image(struct s3_store *s, struct image *i)
{
    struct err e = {0};
    struct buf reference;
    struct image_source source = source_of(i);
    struct object_store store = s3_store_ops(s);
    buf_init(&reference, 1 << 20);
    if (store.ops->put(store.ctx, &source, NULL, &reference, &e) != RC_OK)
        fail_msg("%s", e.text);
    return reference;
}

static void expect_image(struct s3_store *s, const struct buf *reference, const struct image *i,
                         bool by_url)
{
    struct err e = {0};
    struct buf got;
    struct object_store store = s3_store_ops(s);
    buf_init(&got, i->bytes.size + 1);
    enum rc rc = by_url ? s3_store_get_by_url(s, buf_span(reference), collect, &got, &e)
                        : store.ops->get(store.ctx, buf_span(reference), collect, &got, &e);
    if (rc != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(got.size, i->bytes.size);
    assert_memory_equal(got.data, i->bytes.data, got.size);
    buf_release(&got);
}

/* Fetching must fail with this kind and these words, and hand out nothing. */
static void expect_no_image(struct s3_store *s, const struct buf *reference, bool by_url,
                            enum rc want, const char *words)
{
    struct err e = {0};
    struct buf got;
    struct object_store store = s3_store_ops(s);
    buf_init(&got, 64 << 20);
    enum rc rc = by_url ? s3_store_get_by_url(s, buf_span(reference), collect, &got, &e)
                        : store.ops->get(store.ctx, buf_span(reference), collect, &got, &e);
    if (strstr(e.text, words) == NULL)
        fail_msg("found \"%s\"; right would be \"…%s…\"", e.text, words);
    assert_int_equal(rc, want);
    assert_int_equal(got.size, 0);
    buf_release(&got);
}

static void remove_it(struct s3_store *s, const struct buf *reference)
{
    struct err e = {0};
    struct object_store store = s3_store_ops(s);
    if (store.ops->remove(store.ctx, buf_span(reference), &e) != RC_OK)
        fail_msg("%s", e.text);
}

static int start(void **state)
{
    struct err e = {0};
    (void)state;
    there = s3_server_open(&server);
    if (!there) {
        print_message("SKIPPED: no versitygw; scripts/setup test builds one, or set VERSITYGW\n");
        return 0;
    }
    struct s3_store *s = open_store(NULL);
    if (s3_store_make_bucket(s, &e) != RC_OK) {
        print_error("%s\n", e.text);
        return -1;
    }
    close_store(s);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    if (there)
        s3_server_close(&server);
    return 0;
}

static int need_server(void **state)
{
    (void)state;
    if (there && server.pid == 0)
        there = s3_server_start(&server);
    return 0;
}
#define WITH_SERVER                                                                                \
    (void)state;                                                                                   \
    if (!there)                                                                                    \
    skip()

/* --- what must work --- */

static void use_gzip(struct object_store_config *c)
{
    struct err e;
    assert_int_equal(codec_choice_parse("gzip-1", &c->codec, &e), RC_OK);
}
static void use_snappy(struct object_store_config *c)
{
    struct err e;
    assert_int_equal(codec_choice_parse("snappy", &c->codec, &e), RC_OK);
}
static void use_none(struct object_store_config *c)
{
    struct err e;
    assert_int_equal(codec_choice_parse("none", &c->codec, &e), RC_OK);
}
static void use_parts(struct object_store_config *c)
{
    c->multipart_bytes = 1000000;
    c->part_bytes = 5 << 20;
    use_none(c);
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

/* --- what must fail, and how --- */

static void wrong_secret(struct object_store_config *c)
{
    c->secret_key[0] = 'X';
}
static void wrong_key(struct object_store_config *c)
{
    (void)snprintf(c->access_key, sizeof c->access_key, "nobody");
}
static void wrong_bucket(struct object_store_config *c)
{
    (void)snprintf(c->bucket, sizeof c->bucket, "no-such-bucket");
}
static void nobody_there(struct object_store_config *c)
{
    (void)snprintf(c->endpoint, sizeof c->endpoint, "http://127.0.0.1:%d", s3_free_port());
}

static void refusals_are_told(void **state)
{
    WITH_SERVER;
    static const struct {
        void (*change)(struct object_store_config *c);
        enum rc rc;
        const char *says;
    } rows[] = {
        {wrong_secret, RC_INPUT, "the secret key is wrong"},
        {wrong_key, RC_INPUT, "does not know this access key"},
        {wrong_bucket, RC_INPUT, "there is no bucket \"no-such-bucket\" at http://127.0.0.1"},
        {nobody_there, RC_INFRA, "failed 2 times: http://127.0.0.1"},
    };
    struct image i = make_image(1000, 1);
    for (size_t n = 0; n < sizeof rows / sizeof *rows; n++) {
        struct err e = {0};
        struct buf reference;
        struct s3_store *s = open_store(rows[n].change);
        struct object_store store = s3_store_ops(s);
        struct image_source source = source_of(&i);
        buf_init(&reference, 1 << 20);
        enum rc rc = store.ops->put(store.ctx, &source, NULL, &reference, &e);
        if (strstr(e.text, rows[n].says) == NULL)
            fail_msg("found \"%s\"; right would be \"…%s…\"", e.text, rows[n].says);
        assert_int_equal(rc, rows[n].rc);
        if (strstr(e.text, "assay-test-secret") != NULL)
            fail_msg("the secret is in \"%s\"", e.text);
        assert_int_equal(reference.size, 0);
        close_store(s);
    }
    free_image(&i);
    assert_int_equal(s3_server_files(&server), 0);
}

static void valid_for_a_second(struct object_store_config *c)
{
    c->url_valid_s = 1;
}

/* The same reference with another text in place of one. */
static struct buf altered(const struct buf *reference, const char *from, const char *to)
{
    struct err e = {0};
    struct buf out;
    const char *text = (const char *)reference->data;
    const char *at = strstr(text, from);
    assert_non_null(at);
    buf_init(&out, 1 << 20);
    assert_int_equal(buf_append(&out, text, (size_t)(at - text), &e), RC_OK);
    assert_int_equal(buf_appendf(&out, &e, "%s%s", to, at + strlen(from)), RC_OK);
    return out;
}

static void urls_expire_and_cannot_be_altered(void **state)
{
    WITH_SERVER;
    struct image i = make_image(5000, 1);
    struct s3_store *s = open_store(valid_for_a_second);
    struct buf reference = put_image(s, &i);
    struct buf longer = altered(&reference, "X-Amz-Expires=1&", "X-Amz-Expires=9999&");
    expect_no_image(s, &longer, true, RC_INPUT, "the URL was altered");
    clock_sleep(2500 * (int64_t)NS_PER_MS);
    expect_no_image(s, &reference, true, RC_INPUT, "the presigned URL has expired");
    expect_image(s, &reference, &i, false); /* whoever has keys needs no URL */
    remove_it(s, &reference);
    buf_release(&longer);
    buf_release(&reference);
    close_store(s);
    free_image(&i);
}

/* Somebody stores something else under the same key. */
static void replaced_objects_are_noticed(void **state)
{
    WITH_SERVER;
    struct err e = {0};
    struct object_reference r;
    struct image i = make_image(5000, 1);
    struct s3_store *s = open_store(NULL);
    struct buf reference = put_image(s, &i);
    assert_int_equal(object_reference_read(buf_span(&reference), &r, &e), RC_OK);
    struct object_store_config c;
    struct http *http = NULL;
    struct http_answer answer;
    struct image other = make_image(5000, 2);
    struct image_source body = source_of(&other);
    s3_server_config(&server, &c);
    assert_int_equal(http_open(&c, &http, &e), RC_OK);
    struct http_request q = {.method = "PUT",
                             .key = r.key,
                             .body = &body,
                             .body_size = r.stored_size,
                             .doing = "replacing it"};
    assert_int_equal(http_send(http, &q, &answer, &e), RC_OK);
    expect_no_image(s, &reference, false, RC_INTEGRITY, "the object was replaced");
    expect_no_image(s, &reference, true, RC_INTEGRITY, "the object was replaced");
    /* even where the ETag is believed, content is not */
    char was[HTTP_ETAG_TEXT + 8];
    char is[HTTP_ETAG_TEXT + 8];
    (void)snprintf(was, sizeof was, "%.*s", (int)strlen(r.etag) - 2, r.etag + 1);
    (void)snprintf(is, sizeof is, "%.*s", (int)strlen(answer.etag) - 2, answer.etag + 1);
    struct buf lying = altered(&reference, was, is);
    expect_no_image(s, &lying, false, RC_INTEGRITY, "frame 0");
    buf_release(&lying);
    http_answer_release(&answer);
    http_close(http);
    object_reference_release(&r);
    remove_it(s, &reference);
    buf_release(&reference);
    close_store(s);
    free_image(&other);
    free_image(&i);
}

/* --- what breaks on the way --- */

static void a_source_that_fails_leaves_nothing(void **state)
{
    WITH_SERVER;
    struct err e = {0};
    struct buf reference;
    struct image i = make_image(MEDIUM, 1);
    i.fail_at = MEDIUM - 1;
    struct s3_store *s = open_store(use_parts);
    struct object_store store = s3_store_ops(s);
    struct image_source source = source_of(&i);
    buf_init(&reference, 1 << 20);
    assert_int_equal(store.ops->put(store.ctx, &source, NULL, &reference, &e), RC_INTEGRITY);
    assert_non_null(strstr(e.text, "the file shrank"));
    assert_int_equal(reference.size, 0);
    assert_int_equal(s3_server_files(&server), 0);
    close_store(s);
    free_image(&i);
}

/* In the middle of the upload, which reads the image for the second time. */
static int64_t reads_until_death;
static void die_in_the_middle(int64_t offset)
{
    (void)offset;
    if (reads_until_death > 0 && --reads_until_death == 0)
        s3_server_kill(&server);
}

static void a_server_killed_in_mid_upload(void **state)
{
    WITH_SERVER;
    struct err e = {0};
    struct buf reference;
    struct image i = make_image(MEDIUM, 1);
    struct s3_store *s = open_store(use_parts);
    struct object_store store = s3_store_ops(s);
    struct image_source source = source_of(&i);
    i.on_read = die_in_the_middle;
    reads_until_death = 180; /* 3 to pack, 20 to hash a part and 80 to send it: part 2 */
    buf_init(&reference, 1 << 20);
    assert_int_equal(store.ops->put(store.ctx, &source, NULL, &reference, &e), RC_INFRA);
    assert_int_equal(reads_until_death, 0);
    assert_non_null(strstr(e.text, "failed 2 times"));
    assert_int_equal(reference.size, 0);
    assert_true(s3_server_files(&server) > 0); /* the parts that had arrived */
    there = s3_server_start(&server);
    assert_true(there);
    i.on_read = NULL;
    struct buf second = put_image(s, &i); /* whoever comes next sweeps */
    remove_it(s, &second);
    assert_int_equal(s3_server_files(&server), 0);
    buf_release(&second);
    close_store(s);
    free_image(&i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(comes_back_as_it_was, need_server),
        cmocka_unit_test_setup(says_what_it_stored, need_server),
        cmocka_unit_test_setup(what_does_not_shrink_is_left_alone, need_server),
        cmocka_unit_test_setup(refusals_are_told, need_server),
        cmocka_unit_test_setup(urls_expire_and_cannot_be_altered, need_server),
        cmocka_unit_test_setup(replaced_objects_are_noticed, need_server),
        cmocka_unit_test_setup(a_source_that_fails_leaves_nothing, need_server),
        cmocka_unit_test_setup(a_server_killed_in_mid_upload, need_server),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
