/* What a store does when a server answers badly, late or not at all: nothing stays behind. */
#define _GNU_SOURCE
#include "core/s3/object_store.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/core/s3/s3_script.h"
#include "tests/unit/core/s3/s3_server.h"

#define EMPTY "Content-Length: 0\r\n\r\n"
#define REMOVED "HTTP/1.1 204 No Content\r\n\r\n"
#define BUSY "HTTP/1.1 503 Slow Down\r\n" EMPTY
#define STORED "HTTP/1.1 200 OK\r\nETag: \"9b\"\r\n" EMPTY

enum { ASKED_MAX = 65536, MANY = 1000 };

static struct s3_store *open_at(int port)
{
    struct err e = {0};
    struct object_store_config c;
    struct s3_store *s = NULL;
    struct s3_server at = {.port = port};
    (void)snprintf(at.endpoint, sizeof at.endpoint, "http://127.0.0.1:%d", port);
    s3_server_config(&at, &c);
    c.multipart_bytes = 1 << 20;
    if (s3_store_open(&c, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

static enum rc read_noise(void *ctx, int64_t offset, void *out, size_t size, struct err *e)
{
    uint8_t *to = out;
    (void)ctx;
    (void)e;
    for (size_t i = 0; i < size; i++) {
        uint64_t x = (uint64_t)offset + i;
        x = (x ^ (x >> 7)) * UINT64_C(0x9e3779b97f4a7c15);
        to[i] = (uint8_t)(x >> 56);
    }
    return RC_OK;
}

static enum rc put(struct s3_store *s, int64_t size, struct buf *reference, struct err *e)
{
    struct image_source source = {.read = read_noise, .size = size};
    struct object_store store = s3_store_ops(s);
    return store.ops->put(store.ctx, &source, NULL, reference, e);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        n++;
    return n;
}

struct put_case {
    struct s3_line lines[S3_SCRIPT_LINES];
    int64_t size;
    const char *says; /* of the failure */
    const char *last; /* the request that must have been made … */
    size_t times;     /* so often */
    enum rc at_close; /* RC_INFRA: something may be left, and that is told */
};

static void try_put(const struct put_case *c)
{
    char asked[ASKED_MAX];
    struct err e = {0};
    struct s3_script script = {0};
    struct buf reference;
    assert_true(s3_script_open(&script, c->lines));
    struct s3_store *s = open_at(script.port);
    buf_init(&reference, 1 << 16);
    enum rc rc = put(s, c->size, &reference, &e);
    if (rc != RC_INFRA || strstr(e.text, c->says) == NULL)
        fail_msg("%d, found \"%s\"; expected \"…%s…\"", (int)rc, e.text, c->says);
    assert_int_equal(reference.size, 0);
    enum rc closed = s3_store_close(s, &e);
    s3_script_close(&script, asked, sizeof asked);
    if (closed != c->at_close)
        fail_msg("closing: %d, %s after\n%s", (int)closed, e.text, asked);
    if (count(asked, c->last) != c->times)
        fail_msg("\"%s\" %zu times in\n%s", c->last, count(asked, c->last), asked);
    buf_release(&reference);
}

static void an_object_whose_answer_was_lost_is_removed(void **state)
{
    (void)state;
    try_put(&(struct put_case){.lines = {{"PUT", MANY, NULL}, {"DELETE", MANY, REMOVED}},
                               .size = 5000,
                               .says = "failed 2 times",
                               .last = "DELETE /imagery/images/",
                               .times = 1});
    try_put(&(struct put_case){.lines = {{"PUT", MANY, BUSY}, {"DELETE", MANY, REMOVED}},
                               .size = 5000,
                               .says = "failed 2 times",
                               .last = "DELETE /imagery/images/",
                               .times = 1});
}

static void what_cannot_be_removed_yet_is_tried_again_at_the_end(void **state)
{
    (void)state;
    try_put(&(struct put_case){
        .lines = {{"PUT", MANY, NULL}, {"DELETE", 2, BUSY}, {"DELETE", 1, REMOVED}},
        .size = 5000,
        .says = "failed 2 times",
        .last = "DELETE /imagery/images/",
        .times = 3});
    try_put(&(struct put_case){.lines = {{"PUT", MANY, NULL}, {"DELETE", MANY, BUSY}},
                               .size = 5000,
                               .says = "failed 2 times",
                               .last = "DELETE /imagery/images/",
                               .times = 4,
                               .at_close = RC_INFRA});
}

static void a_refusal_leaves_nothing_to_remove(void **state)
{
    (void)state;
    try_put(
        &(struct put_case){.lines = {{"PUT", MANY,
                                      "HTTP/1.1 307 Temporary Redirect\r\n"
                                      "Location: http://127.0.0.1:1/imagery/elsewhere\r\n" EMPTY}},
                           .size = 5000,
                           .says = "HTTP 307",
                           .last = "DELETE",
                           .times = 0});
}

static void an_object_without_an_etag_is_not_referred_to(void **state)
{
    char line[512];
    char tag[300];
    (void)state;
    try_put(&(struct put_case){
        .lines = {{"PUT", MANY, "HTTP/1.1 200 OK\r\n" EMPTY}, {"DELETE", MANY, REMOVED}},
        .size = 5000,
        .says = "did not say an ETag",
        .last = "DELETE /imagery/images/",
        .times = 1});
    memset(tag, 'a', sizeof tag - 1);
    tag[sizeof tag - 1] = '\0';
    (void)snprintf(line, sizeof line, "HTTP/1.1 200 OK\r\nETag: %s\r\n" EMPTY, tag);
    try_put(&(struct put_case){.lines = {{"PUT", MANY, line}, {"DELETE", MANY, REMOVED}},
                               .size = 5000,
                               .says = "did not say an ETag",
                               .last = "DELETE /imagery/images/",
                               .times = 1});
}

/* The parts are put together, the answer is lost, and nobody can say what became of it. */
static void an_upload_completed_into_the_void_is_removed(void **state)
{
    static const char begun[] = "HTTP/1.1 200 OK\r\nContent-Length: 62\r\n\r\n"
                                "<InitiateMultipartUploadResult><UploadId>u1</UploadId></Initi>";
    (void)state;
    try_put(&(struct put_case){.lines = {{"PUT", MANY, STORED},
                                         {"POST", 1, begun},
                                         {"POST", MANY, NULL},
                                         {"HEAD", MANY, NULL},
                                         {"DELETE", 1, "HTTP/1.1 404 Not Found\r\n" EMPTY},
                                         {"DELETE", MANY, REMOVED}},
                               .size = 3 << 20,
                               .says = "completing an upload in parts: failed 2 times",
                               .last = "DELETE /imagery/images/",
                               .times = 2});
}

/* --- emptying --- */

#define PAGE(body) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<ListResult>" body "</ListResult>"

static void all_below_the_prefix_is_removed_and_nothing_else(void **state)
{
    static const struct s3_line lines[S3_SCRIPT_LINES] = {
        {"GET", 1, PAGE("<Upload><Key>images/u</Key><UploadId>a&amp;b</UploadId></Upload>")},
        {"GET", 1, PAGE("<Upload><Key>other/u</Key><UploadId>c</UploadId></Upload>")},
        {"GET", 1,
         PAGE("<Contents><Key>images/1</Key></Contents>"
              "<Contents><Key>payroll/2</Key></Contents>"
              "<Contents><Key>images/3</Key></Contents>")},
        {"GET", 1, PAGE("<Contents><Key>payroll/2</Key></Contents>")},
        {"DELETE", 1, REMOVED},
        {"DELETE", 1, "HTTP/1.1 404 Not Found\r\n" EMPTY},
        {"DELETE", MANY, REMOVED},
    };
    char asked[ASKED_MAX];
    struct err e = {0};
    struct s3_script script = {0};
    int64_t removed = -1;
    (void)state;
    assert_true(s3_script_open(&script, lines));
    struct s3_store *s = open_at(script.port);
    if (s3_store_empty(s, &removed, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(removed, 3);
    assert_int_equal(s3_store_close(s, &e), RC_OK);
    s3_script_close(&script, asked, sizeof asked);
    assert_int_equal(count(asked, "DELETE"), 3);
    assert_int_equal(count(asked, "DELETE /imagery/images/u?uploadId=a%26b "), 1);
    assert_int_equal(count(asked, "DELETE /imagery/images/1 "), 1);
    assert_int_equal(count(asked, "DELETE /imagery/images/3 "), 1);
    assert_int_equal(count(asked, "prefix=images%2F"), 4);
}

static void emptying_a_real_store(void **state)
{
    struct s3_server server;
    struct err e = {0};
    int64_t removed = 0;
    (void)state;
    if (!s3_server_open(&server)) {
        print_message("SKIPPED: versitygw is not there; scripts/setup builds it\n");
        skip();
    }
    struct s3_store *s = open_at(server.port);
    struct buf reference;
    buf_init(&reference, 1 << 20);
    assert_int_equal(s3_store_make_bucket(s, &e), RC_OK);
    for (int i = 0; i < 7; i++)
        if (put(s, i < 6 ? 5000 + i : 3 << 20, &reference, &e) != RC_OK)
            fail_msg("%s", e.text);
    assert_int_equal(s3_server_files(&server), 7);
    if (s3_store_empty(s, &removed, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(removed, 7);
    assert_int_equal(s3_server_files(&server), 0);
    assert_int_equal(s3_store_close(s, &e), RC_OK);
    buf_release(&reference);
    s3_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_whose_answer_was_lost_is_removed),
        cmocka_unit_test(what_cannot_be_removed_yet_is_tried_again_at_the_end),
        cmocka_unit_test(a_refusal_leaves_nothing_to_remove),
        cmocka_unit_test(an_object_without_an_etag_is_not_referred_to),
        cmocka_unit_test(an_upload_completed_into_the_void_is_removed),
        cmocka_unit_test(all_below_the_prefix_is_removed_and_nothing_else),
        cmocka_unit_test(emptying_a_real_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
