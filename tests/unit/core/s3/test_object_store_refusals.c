#define _GNU_SOURCE
/* What a store refuses, and what is noticed of an object or a URL that is not what it was. */
#include "tests/unit/core/s3/object_store_scene.h"

#include "core/s3/object_store_http.h"

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
            fail_msg("found \"%s\"; expected \"…%s…\"", e.text, rows[n].says);
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

/* Whoever writes references must not choose whom we speak to, nor what is removed. */
static void references_lead_to_our_store_only(void **state)
{
    WITH_SERVER;
    struct err e = {0};
    char host[64];
    struct image i = make_image(5000, 1);
    struct s3_store *s = open_store(NULL);
    struct object_store store = s3_store_ops(s);
    struct buf reference = put_image(s, &i);
    (void)snprintf(host, sizeof host, "http://127.0.0.1:%d/" S3_BUCKET, server.port);
    struct buf elsewhere = altered(&reference, host, "http://127.0.0.1:1/" S3_BUCKET);
    struct buf beside = altered(&reference, host, "http://127.0.0.1:1/other-bucket");
    struct buf foreign = altered(&reference, "\"key\":\"images/", "\"key\":\"payroll/");
    expect_no_image(s, &elsewhere, true, RC_INPUT, "leads elsewhere");
    expect_no_image(s, &beside, true, RC_INPUT, "leads elsewhere");
    expect_no_image(s, &foreign, true, RC_INPUT, "leads elsewhere");
    assert_int_equal(store.ops->remove(store.ctx, buf_span(&foreign), &e), RC_INPUT);
    assert_non_null(strstr(e.text, "this store's objects begin with \"images/\""));
    struct buf huge = altered(&reference, "\"frame_bytes\":8388608", "\"frame_bytes\":83886080");
    expect_no_image(s, &huge, false, RC_INTEGRITY, "too large");
    remove_it(s, &reference);
    buf_release(&huge);
    buf_release(&foreign);
    buf_release(&beside);
    buf_release(&elsewhere);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(refusals_are_told, need_server),
        cmocka_unit_test_setup(urls_expire_and_cannot_be_altered, need_server),
        cmocka_unit_test_setup(references_lead_to_our_store_only, need_server),
        cmocka_unit_test_setup(replaced_objects_are_noticed, need_server),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
