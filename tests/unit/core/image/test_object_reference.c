#include "core/image/object_reference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 4096 };
#define FRAMES "[[8,1],[4,2]]"
#define ETAG "\\\"9b\\\""

static enum rc read_with(const char *key, const char *etag, const char *frames, const char *url,
                         struct object_reference *r, struct err *e)
{
    char text[TEXT_MAX];
    (void)snprintf(text, sizeof text,
                   "{\"store\":\"s3\",\"bucket\":\"imagery\",\"key\":\"%s\",\"etag\":\"%s\","
                   "\"codec\":\"zstd-1\",\"size\":20,\"stored_size\":12,\"frame_bytes\":16,"
                   "\"frames\":%s,\"url\":\"%s\"}",
                   key, etag, frames, url);
    return object_reference_read(span_str(text), r, e);
}

static void a_good_one_is_read(void **state)
{
    static const char *const keys[] = {"images/5f.zst", "a",       "..a/b..",
                                       "a//b",          ".hidden", "a b/\\u00e9%2e"};
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct err e = {0};
        struct object_reference r;
        if (read_with(keys[i], ETAG, FRAMES, "https://h/imagery/k?x=1", &r, &e) != RC_OK)
            fail_msg("%s: %s", keys[i], e.text);
        assert_int_equal(r.frame_count, 2);
        object_reference_release(&r);
    }
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *key, *etag, *frames, *url, *says;
    } rows[] = {
        {"", ETAG, FRAMES, "http://h/k", "key:"},
        {"/etc/passwd", ETAG, FRAMES, "http://h/k", "key:"},
        {"../secrets/key", ETAG, FRAMES, "http://h/k", "key:"},
        {"images/../../secrets", ETAG, FRAMES, "http://h/k", "key:"},
        {"images/..", ETAG, FRAMES, "http://h/k", "key:"},
        {"images/./a", ETAG, FRAMES, "http://h/k", "key:"},
        {"a\\r\\nb", ETAG, FRAMES, "http://h/k", "key:"},
        {"a", "", FRAMES, "http://h/k", "etag:"},
        {"a", ETAG "\\r\\nX-Evil: 1", FRAMES, "http://h/k", "etag:"},
        {"a", ETAG, "[{\"a\":8,\"b\":1},[4,2]]", "http://h/k", "frames:"},
        {"a", ETAG, "[null,[4,2]]", "http://h/k", "frames:"},
        {"a", ETAG, "[[8,1],\"ab\"]", "http://h/k", "frames:"},
        {"a", ETAG, "[[8,1],[4]]", "http://h/k", "frames:"},
        {"a", ETAG, "[[8,1],[4,-1]]", "http://h/k", "frames:"},
        {"a", ETAG, "[[8,1],[4,4294967296]]", "http://h/k", "frames:"},
        {"a", ETAG, "[[9223372036854775807,1],[9223372036854775807,2]]", "http://h/k", "frames:"},
        {"a", ETAG, "{\"a\":[8,1],\"b\":[4,2]}", "http://h/k", "frames:"},
        {"a", ETAG, FRAMES, "file:///etc/passwd", "url:"},
        {"a", ETAG, FRAMES, "http://h/k\\r\\nX-Evil: 1", "url:"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = {0};
        struct object_reference r;
        enum rc rc = read_with(rows[i].key, rows[i].etag, rows[i].frames, rows[i].url, &r, &e);
        if (rc != RC_INTEGRITY || strstr(e.text, rows[i].says) == NULL)
            fail_msg("row %zu: %d, found \"%s\"; expected \"…%s…\"", i, (int)rc, e.text,
                     rows[i].says);
        assert_null(r.frames);
    }
}

static void what_is_no_reference_is_refused(void **state)
{
    static const char *const texts[] = {
        "", "[]", "null", "7", "\"s3\"", "{}", "{\"store\":\"s3\"}"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err e = {0};
        struct object_reference r;
        assert_int_equal(object_reference_read(span_str(texts[i]), &r, &e), RC_INTEGRITY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one_is_read),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(what_is_no_reference_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
