/* Prometheus text: what a label may hold, and that a full buffer is no half a text. */
#define _GNU_SOURCE
#include "base/prometheus.h"
#include "tests/unit/promtool.h"

static void must_be(const struct buf *b, const char *text)
{
    if (b->size != strlen(text) || memcmp(b->data, text, b->size) != 0)
        fail_msg("found %.*s\nexpected %s", (int)b->size, (const char *)b->data, text);
}

static void a_sample(const char *value, const char *text)
{
    struct prometheus_writer w;
    struct err e = {0};
    struct buf b;
    const struct prometheus_label labels[] = {{"a", value}, {"b", "2"}, {NULL, NULL}};
    buf_init(&b, 1000);
    prometheus_writer_init(&w, &b, &e);
    prometheus_count(&w, "n", labels, 7);
    assert_int_equal(prometheus_writer_end(&w), RC_OK);
    must_be(&b, text);
    buf_release(&b);
}

static void test_labels_are_escaped(void **state)
{
    (void)state;
    a_sample("", "n{a=\"\",b=\"2\"} 7\n");
    a_sample("plain, with = and {}", "n{a=\"plain, with = and {}\",b=\"2\"} 7\n");
    a_sample("C:\\x \"q\" \nend\\", "n{a=\"C:\\\\x \\\"q\\\" \\nend\\\\\",b=\"2\"} 7\n");
    a_sample("\xCE\xA0\xF0\x9F\x98\x80", "n{a=\"\xCE\xA0\xF0\x9F\x98\x80\",b=\"2\"} 7\n");
    a_sample("x\xFFy\xC3", "n{a=\"x?y?\",b=\"2\"} 7\n");
    a_sample("\xED\xA0\x80\xC0\x80", "n{a=\"?????\",b=\"2\"} 7\n");
}

static void write_some(struct buf *b)
{
    struct prometheus_writer w;
    struct err e = {0};
    prometheus_writer_init(&w, b, &e);
    prometheus_head(&w, "widgets_total", "counter", "All widgets.");
    prometheus_count(&w, "widgets_total", NULL, UINT64_MAX);
    prometheus_head(&w, "load_ratio", "gauge", "How much of it.");
    prometheus_real(&w, "load_ratio",
                    (const struct prometheus_label[]){{"of", "a\"\\\n\xFF"}, {NULL, NULL}}, 0.125);
    assert_int_equal(prometheus_writer_end(&w), RC_OK);
}

static void test_text(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    write_some(&b);
    must_be(&b, "# HELP widgets_total All widgets.\n# TYPE widgets_total counter\n"
                "widgets_total 18446744073709551615\n# HELP load_ratio How much of it.\n"
                "# TYPE load_ratio gauge\nload_ratio{of=\"a\\\"\\\\\\n?\"} 0.125\n");
    buf_release(&b);
}

static void test_promtool_has_nothing_to_say(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    write_some(&b);
    promtool_must_be_content(&b);
    buf_release(&b);
}

/* Whatever the room, the failure is told. */
static void test_a_full_buffer_is_told(void **state)
{
    (void)state;
    const struct prometheus_label labels[] = {{"a", "1"}, {NULL, NULL}};
    for (size_t room = 1; room < 40; room++) {
        struct prometheus_writer w;
        struct err e = {0};
        struct buf b;
        buf_init(&b, room);
        prometheus_writer_init(&w, &b, &e);
        prometheus_head(&w, "n", "gauge", "Help.");
        prometheus_count(&w, "n", labels, 1);
        assert_int_equal(prometheus_writer_end(&w), RC_INPUT);
        buf_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_are_escaped),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_promtool_has_nothing_to_say),
        cmocka_unit_test(test_a_full_buffer_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
