/* JSON written is JSON read, and what is not JSON is refused with its place. */
#include "base/json.h"
#include "base/json_writer.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct json *parsed(const char *text)
{
    struct json *root = NULL;
    struct err e;
    if (json_parse(span_str(text), &root, &e) != RC_OK)
        fail_msg("%s: %s", text, e.text);
    return root;
}

static void every_kind_reads(void **state)
{
    (void)state;
    struct json *root =
        parsed("{\"a\":1,\"b\":2.5,\"c\":\"x\",\"d\":[true,false,null],\"e\":{\"f\":{}}}");
    assert_int_equal(json_int(json_get(root, "a")), 1);
    assert_true(json_number(json_get(root, "a")) == 1.0);
    assert_true(json_number(json_get(root, "b")) == 2.5);
    assert_string_equal(json_text(json_get(root, "c")), "x");
    const struct json *d = json_get(root, "d");
    assert_int_equal(json_size(d), 3);
    assert_true(json_bool(json_at(d, 0)));
    assert_false(json_bool(json_at(d, 1)));
    assert_int_equal(json_kind(json_at(d, 2)), JSON_KIND_NULL);
    assert_null(json_at(d, 3));
    assert_int_equal(json_kind(json_get(root, "e")), JSON_KIND_OBJECT);
    assert_null(json_get(root, "absent"));
    assert_string_equal(json_text(json_get(root, "a")), "");
    struct json_member m;
    char names[16] = "";
    for (bool more = json_first(root, &m); more; more = json_next(root, &m))
        strncat(names, m.name, 1);
    assert_string_equal(names, "abcde");
    json_free(root);
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    const char *const bad[] = {
        "",         "{",           "{\"a\":1,\"a\":2}",    "{} x", "[1,]",     "nul", "{'a':1}",
        "\"\xff\"", "{\"a\":NaN}", "99999999999999999999", "01",   "\"a\nb\"", NULL,
    };
    for (size_t i = 0; bad[i] != NULL; i++) {
        struct json *root = NULL;
        struct err e = {.text = ""};
        assert_int_equal(json_parse(span_str(bad[i]), &root, &e), RC_INPUT);
        assert_null(root);
        assert_true(strlen(e.text) > 10);
    }
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    struct buf b;
    struct json_writer w;
    buf_init(&b, 4096);
    json_writer_init(&w, &b, JSON_INDENTED);
    json_write_object(&w, NULL);
    json_write_text(&w, "text", "q\" b\\ n\n t\t c\x01 \xC3\xA9 bad\xff\xC3");
    json_write_int(&w, "low", INT64_MIN);
    json_write_int(&w, "high", INT64_MAX);
    json_write_real(&w, "third", 1.0 / 3);
    json_write_real(&w, "tenth", 0.1);
    json_write_real(&w, "huge", 1.7976931348623157e308);
    json_write_array(&w, "list");
    json_write_bool(&w, NULL, true);
    json_write_null(&w, NULL);
    json_write_close(&w);
    json_write_object(&w, "empty");
    json_write_close(&w);
    json_write_close(&w);
    assert_int_equal(json_writer_end(&w, NULL), RC_OK);

    struct json *root = parsed((const char *)b.data);
    assert_string_equal(json_text(json_get(root, "text")), "q\" b\\ n\n t\t c\x01 \xC3\xA9 bad??");
    assert_true(json_int(json_get(root, "low")) == INT64_MIN);
    assert_true(json_int(json_get(root, "high")) == INT64_MAX);
    assert_true(json_number(json_get(root, "third")) == 1.0 / 3);
    assert_true(json_number(json_get(root, "huge")) == 1.7976931348623157e308);
    assert_non_null(strstr((const char *)b.data, "\"tenth\": 0.1,"));
    assert_int_equal(json_size(json_get(root, "list")), 2);
    assert_int_equal(json_size(json_get(root, "empty")), 0);
    json_free(root);
    buf_release(&b);
}

static void one_line_has_no_newline(void **state)
{
    (void)state;
    struct buf b;
    struct json_writer w;
    buf_init(&b, 4096);
    json_writer_init(&w, &b, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    json_write_text(&w, "a", "x\ny");
    json_write_array(&w, "b");
    json_write_int(&w, NULL, 1);
    json_write_int(&w, NULL, 2);
    json_write_close(&w);
    json_write_close(&w);
    assert_int_equal(json_writer_end(&w, NULL), RC_OK);
    assert_string_equal((const char *)b.data, "{\"a\":\"x\\ny\",\"b\":[1,2]}");
    buf_release(&b);
}

static void failures_stick(void **state)
{
    (void)state;
    struct buf b;
    struct json_writer w;
    struct err e;
    buf_init(&b, 4096);
    json_writer_init(&w, &b, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    json_write_real(&w, "share", NAN);
    json_write_int(&w, "fine", 1);
    json_write_close(&w);
    assert_int_equal(json_writer_end(&w, &e), RC_INPUT);
    assert_string_equal(e.text, "share is not a finite number");
    json_writer_init(&w, &b, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    assert_int_equal(json_writer_end(&w, &e), RC_INPUT);
    json_writer_init(&w, &b, JSON_ONE_LINE);
    json_write_close(&w);
    assert_int_equal(json_writer_end(&w, &e), RC_INPUT);
    struct buf small;
    buf_init(&small, 8);
    json_writer_init(&w, &small, JSON_ONE_LINE);
    for (int i = 0; i < 300; i++)
        json_write_text(&w, NULL, "more than eight bytes");
    assert_int_equal(json_writer_end(&w, &e), RC_INPUT);
    json_writer_init(&w, &b, JSON_ONE_LINE);
    for (int i = 0; i <= JSON_DEPTH; i++)
        json_write_array(&w, NULL);
    assert_int_equal(json_writer_end(&w, &e), RC_INPUT);
    buf_release(&small);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_reads),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(one_line_has_no_newline),
        cmocka_unit_test(failures_stick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
