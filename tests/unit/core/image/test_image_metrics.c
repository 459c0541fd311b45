/* The image path's metrics: the documents' names, what counts where, and promtool's opinion. */
#define _GNU_SOURCE
#include "core/image/format/image_format.h"
#include "core/image/metrics.h"
#include "tests/unit/promtool.h"

#include <pthread.h>

enum { TEXT_MAX = 65536 };

static void must_say(const struct buf *b, const char *line)
{
    if (strstr((const char *)b->data, line) == NULL)
        fail_msg("\"%s\" is not in\n%s", line, (const char *)b->data);
}

static void write_out(const struct image_metrics *m, struct buf *b)
{
    struct err e = {0};
    buf_init(b, TEXT_MAX);
    assert_int_equal(image_metrics_write(m, b, &e), RC_OK);
}

static void test_nothing_yet(void **state)
{
    (void)state;
    struct image_metrics m;
    struct buf b;
    image_metrics_init(&m);
    write_out(&m, &b);
    must_say(&b, "# TYPE binary_images_sent_total counter\n");
    must_say(&b, "binary_images_sent_total{type=\"tiff\"} 0\n");
    must_say(&b, "chunk_reassembly_success_rate NaN\n");
    must_say(&b, "image_serialization_duration_seconds_count 0\n");
    must_say(&b, "# TYPE compression_ratio_by_type gauge\n");
    assert_null(strstr((const char *)b.data, "compression_ratio_by_type{"));
    buf_release(&b);
}

static void fill(struct image_metrics *m)
{
    image_metrics_init(m);
    image_metrics_sent(m, "tiff", ROUTE_DIRECT);
    image_metrics_sent(m, "tiff", ROUTE_DIRECT);
    image_metrics_sent(m, "jpeg", ROUTE_CHUNKS);
    image_metrics_sent(m, "gif", ROUTE_OBJECT);
    image_metrics_serialized(m, 1000000);
    image_metrics_serialized(m, 1000001);
    image_metrics_serialized(m, INT64_C(3000000000));
    image_metrics_compressed(m, "tiff", 1000, 300);
    image_metrics_compressed(m, "tiff", 1000, 200);
    for (int i = 0; i < 4; i++)
        image_metrics_assembled(m, i != 0);
}

static void test_what_counts_where(void **state)
{
    (void)state;
    struct image_metrics m;
    struct buf b;
    fill(&m);
    write_out(&m, &b);
    must_say(&b, "binary_images_sent_total{type=\"tiff\"} 2\n");
    must_say(&b, "binary_images_sent_total{type=\"jpeg\"} 0\n");
    must_say(&b, "chunked_images_total{type=\"jpeg\"} 1\n");
    must_say(&b, "s3_uploads_total{type=\"other\"} 1\n");
    must_say(&b, "chunk_reassembly_success_rate 0.75\n");
    must_say(&b, "image_serialization_duration_seconds_bucket{le=\"0.001\"} 1\n");
    must_say(&b, "image_serialization_duration_seconds_bucket{le=\"0.0025\"} 2\n");
    must_say(&b, "image_serialization_duration_seconds_bucket{le=\"2.5\"} 2\n");
    must_say(&b, "image_serialization_duration_seconds_bucket{le=\"+Inf\"} 3\n");
    must_say(&b, "image_serialization_duration_seconds_sum 3.002000001\n");
    must_say(&b, "image_serialization_duration_seconds_count 3\n");
    must_say(&b, "compression_ratio_by_type{type=\"tiff\"} 4\n");
    buf_release(&b);
}

static void test_every_format_has_its_place(void **state)
{
    (void)state;
    size_t formats = 0;
    while (IMAGE_FORMATS[formats] != NULL)
        formats++;
    assert_true(formats + 1 <= METRIC_TYPES);
}

enum { THREADS = 3, NOTES = 20000 };

static void *note_many(void *ctx)
{
    struct image_metrics *m = ctx;
    for (int i = 0; i < NOTES; i++) {
        image_metrics_sent(m, "png", ROUTE_DIRECT);
        image_metrics_serialized(m, 1);
    }
    return NULL;
}

/* Many note while one writes out: nothing is lost. */
static void test_threads(void **state)
{
    (void)state;
    static struct image_metrics m;
    struct buf b;
    pthread_t threads[THREADS];
    image_metrics_init(&m);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, note_many, &m), 0);
    write_out(&m, &b);
    buf_release(&b);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    write_out(&m, &b);
    must_say(&b, "binary_images_sent_total{type=\"png\"} 60000\n");
    must_say(&b, "image_serialization_duration_seconds_sum 0.000060000\n");
    buf_release(&b);
}

static void test_promtool_has_nothing_to_say(void **state)
{
    (void)state;
    struct image_metrics m;
    struct buf b;
    fill(&m);
    write_out(&m, &b);
    promtool_must_be_content(&b);
    buf_release(&b);
}

static void write_samples(const struct prometheus_samples *s, struct buf *b)
{
    struct prometheus_writer w;
    struct err e = {0};
    buf_init(b, TEXT_MAX);
    prometheus_writer_init(&w, b, &e);
    prometheus_samples_write(s, &w);
    assert_int_equal(prometheus_writer_end(&w), RC_OK);
}

static void test_sums(void **state)
{
    (void)state;
    struct image_metrics m;
    struct prometheus_samples sum = {.count = 0};
    struct buf b, twice;
    fill(&m);
    image_metrics_collect(&m, &sum);
    write_out(&m, &b);
    write_samples(&sum, &twice);
    assert_string_equal((const char *)twice.data, (const char *)b.data);
    buf_release(&twice);
    image_metrics_collect(&m, &sum);
    write_samples(&sum, &twice);
    must_say(&twice, "binary_images_sent_total{type=\"tiff\"} 4\n");
    must_say(&twice, "s3_uploads_total{type=\"other\"} 2\n");
    must_say(&twice, "chunk_reassembly_success_rate 0.75\n");
    must_say(&twice, "image_serialization_duration_seconds_bucket{le=\"0.0025\"} 4\n");
    must_say(&twice, "image_serialization_duration_seconds_sum 6.004000002\n");
    must_say(&twice, "compression_ratio_by_type{type=\"tiff\"} 4\n");
    assert_int_equal(image_metrics_by_route(&m, ROUTE_DIRECT), 2);
    assert_int_equal(image_metrics_by_route(&m, ROUTE_CHUNKS), 1);
    assert_int_equal(image_metrics_by_route(&m, ROUTE_OBJECT), 1);
    buf_release(&b);
    buf_release(&twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_yet), cmocka_unit_test(test_what_counts_where),
        cmocka_unit_test(test_threads),     cmocka_unit_test(test_every_format_has_its_place),
        cmocka_unit_test(test_sums),        cmocka_unit_test(test_promtool_has_nothing_to_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
