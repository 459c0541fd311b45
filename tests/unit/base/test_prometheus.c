/* Prometheus text: what a label may hold, and that a full buffer is no half a text. */
#define _GNU_SOURCE
#include "base/prometheus_samples.h"
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

/* --- samples --- */

static const struct prometheus_metric JOBS = {
    .name = "jobs_total", .help = "Jobs.", .label = {"phase", "class"}};
static const struct prometheus_metric JOBS_ELSEWHERE = {
    .name = "jobs_total", .help = "Jobs.", .label = {"phase", "class"}};
static const struct prometheus_metric MEMBERS = {
    .name = "members", .help = "Members.", .kind = PROMETHEUS_GAUGE};
static const struct prometheus_metric USE = {
    .name = "use", .help = "Use.", .kind = PROMETHEUS_RATIO};
static const struct prometheus_metric USE_BY_KIND = {
    .name = "use_by_kind", .help = "Use.", .kind = PROMETHEUS_RATIO, .label = {"kind"}};
static const struct prometheus_metric WAITS = {
    .name = "waits_seconds", .help = "Waits.", .kind = PROMETHEUS_HISTOGRAM, .label = {"le"}};

static void add(struct prometheus_samples *s, const struct prometheus_metric *m, const char *a,
                const char *b, uint64_t value)
{
    prometheus_samples_add(s, (struct prometheus_sample){
                                  .metric = m, .label = {a, b}, .value = value, .of = 2 * value});
}

static void samples_must_be(const struct prometheus_samples *s, const char *text)
{
    struct prometheus_writer w;
    struct err e = {0};
    struct buf b;
    buf_init(&b, 4000);
    prometheus_writer_init(&w, &b, &e);
    prometheus_samples_write(s, &w);
    assert_int_equal(prometheus_writer_end(&w), RC_OK);
    must_be(&b, text);
    promtool_must_be_content(&b);
    buf_release(&b);
}

/* Rows of one name are one metric, wherever they stand and in whatever order they come. */
static void test_samples_are_summed_by_name_and_labels(void **state)
{
    (void)state;
    struct prometheus_samples s = {.count = 0}, more = {.count = 0};
    char b[] = "b"; /* not the same pointer */
    add(&s, &JOBS, "run", "a", 1);
    add(&s, &MEMBERS, NULL, NULL, 4);
    add(&s, &JOBS_ELSEWHERE, "run", b, 2);
    add(&s, &JOBS, "run", "b", 3);
    add(&more, &JOBS, "warm", "a", 7);
    add(&more, &MEMBERS, NULL, NULL, 1);
    prometheus_samples_add_all(&s, &more);
    samples_must_be(&s, "# HELP jobs_total Jobs.\n# TYPE jobs_total counter\n"
                        "jobs_total{phase=\"run\",class=\"a\"} 1\n"
                        "jobs_total{phase=\"run\",class=\"b\"} 5\n"
                        "jobs_total{phase=\"warm\",class=\"a\"} 7\n"
                        "# HELP members Members.\n# TYPE members gauge\nmembers 5\n");
    prometheus_samples_end_gauges(&s);
    add(&s, &MEMBERS, NULL, NULL, 2);
    assert_int_equal(s.sample[0].value, 1); /* counters stay */
    assert_int_equal(s.sample[1].value, 2);
}

static void test_ratios_and_histograms_are_of_sums(void **state)
{
    (void)state;
    struct prometheus_samples s = {.count = 0};
    add(&s, &USE, NULL, NULL, 0);
    add(&s, &USE_BY_KIND, "idle", NULL, 0);
    samples_must_be(&s, "# HELP use Use.\n# TYPE use gauge\nuse NaN\n"
                        "# HELP use_by_kind Use.\n# TYPE use_by_kind gauge\n");
    s.count = 0;
    add(&s, &USE, NULL, NULL, 1);
    prometheus_samples_add(&s, (struct prometheus_sample){.metric = &USE, .value = 2, .of = 2});
    add(&s, &WAITS, "1", NULL, 3);
    add(&s, &WAITS, "+Inf", NULL, 500000000);
    add(&s, &WAITS, "1", NULL, 4);
    samples_must_be(&s, "# HELP use Use.\n# TYPE use gauge\nuse 0.75\n"
                        "# HELP waits_seconds Waits.\n# TYPE waits_seconds histogram\n"
                        "waits_seconds_bucket{le=\"1\"} 7\n"
                        "waits_seconds_bucket{le=\"+Inf\"} 500000007\n"
                        "waits_seconds_sum 1.000000014\nwaits_seconds_count 500000007\n");
}

/* A sample for which there is no room is told, not dropped. */
static void test_too_many_samples_are_told(void **state)
{
    (void)state;
    static char label[PROMETHEUS_SAMPLES + 1][8];
    struct prometheus_samples s = {.count = 0};
    struct prometheus_writer w;
    struct err e = {0};
    struct buf b;
    for (size_t i = 0; i <= PROMETHEUS_SAMPLES; i++) {
        (void)snprintf(label[i], sizeof label[i], "%zu", i);
        add(&s, &JOBS, label[i], "", 1);
    }
    add(&s, &JOBS, "0", "", 1); /* there is room for what is there already */
    assert_int_equal(s.sample[0].value, 2);
    buf_init(&b, 1 << 20);
    prometheus_writer_init(&w, &b, &e);
    prometheus_samples_write(&s, &w);
    assert_int_equal(prometheus_writer_end(&w), RC_INFRA);
    assert_string_equal(e.text, "found 513 samples of metrics; expected at most 512");
    assert_int_equal(b.size, 0);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_are_escaped),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_promtool_has_nothing_to_say),
        cmocka_unit_test(test_a_full_buffer_is_told),
        cmocka_unit_test(test_samples_are_summed_by_name_and_labels),
        cmocka_unit_test(test_ratios_and_histograms_are_of_sums),
        cmocka_unit_test(test_too_many_samples_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
