/* The state of what is in flight, as JSON and as Prometheus text. */
#define _GNU_SOURCE
#include "base/json.h"
#include "core/image/reassembly_status.h"
#include "tests/unit/core/image/reassembly_scene.h"
#include "tests/unit/promtool.h"

enum { TEXT_MAX = 1 << 20 };

/* Image 0 complete, image 1 with two of four chunks and one damaged, image 2 with one. */
static void fly(struct reassembly_scene *s)
{
    open_with(s);
    add_some(s, 0, 0, 3, 0);
    (void)scene_add(s->r, &s->image[0], 3, 0, &s->step);
    scene_must_be(&s->step, &s->image[0]);
    add_some(s, 1, 0, 1, 0);
    size_t last = chunk_record_size(&s->image[1].cut, 2) - 1;
    assert_int_equal(add_record(s, damaged(&s->image[1], 2, last)), CHUNK_DAMAGED);
    add_some(s, 2, 3, 4, 1000);
    add_some(s, 1, 1, 2, 1500);
}

static const struct instant NOW = {.ns = 1 + INT64_C(2000) * NS_PER_MS};

static void test_json(void **state)
{
    struct reassembly_scene *s = *state;
    struct err e = {0};
    struct buf b;
    struct json *root = NULL;
    fly(s);
    buf_init(&b, TEXT_MAX);
    assert_int_equal(reassembly_status_json(s->r, NOW, &b, &e), RC_OK);
    assert_int_equal(json_parse(buf_span(&b), &root, &e), RC_OK);
    assert_int_equal(json_int(json_get(root, "in_flight")), 2);
    assert_int_equal(json_int(json_get(json_get(root, "chunks"), "taken")), 7);
    assert_int_equal(json_int(json_get(json_get(root, "chunks"), "damaged")), 1);
    assert_int_equal(json_int(json_get(json_get(root, "ended"), "complete")), 1);
    assert_true(json_int(json_get(root, "memory_bytes")) > 2 * SIZE);
    const struct json *images = json_get(root, "images");
    assert_int_equal(json_size(images), 2);
    const struct json *i = json_at(images, 1); /* the one touched last */
    assert_string_equal(json_text(json_get(i, "source_id")), "image \"1\"");
    assert_int_equal(json_int(json_get(i, "chunks")), 4);
    assert_int_equal(json_int(json_get(i, "chunks_received")), 2);
    assert_int_equal(json_int(json_get(i, "chunks_damaged")), 1);
    assert_int_equal(json_int(json_get(i, "received_bytes")), 600);
    assert_true(json_number(json_get(i, "age_s")) == 2.0);
    assert_true(json_number(json_get(i, "idle_s")) == 0.5);
    assert_string_equal(json_text(json_get(i, "kept_in")), "memory");
    json_free(root);
    buf_release(&b);
}

static void test_one_image(void **state)
{
    struct reassembly_scene *s = *state;
    struct err e = {0};
    struct buf b;
    struct json *root = NULL;
    char id[IMAGE_ID_TEXT];
    fly(s);
    buf_init(&b, TEXT_MAX);
    assert_int_equal(reassembly_image_json(s->r, &s->image[2].cut.id, NOW, &b, &e), RC_OK);
    assert_int_equal(json_parse(buf_span(&b), &root, &e), RC_OK);
    image_id_format(&s->image[2].cut.id, id);
    assert_string_equal(json_text(json_get(root, "image_id")), id);
    assert_int_equal(json_int(json_get(root, "received_bytes")), 100);
    json_free(root);
    assert_int_equal(reassembly_image_json(s->r, &s->image[0].cut.id, NOW, &b, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "is in flight"));
    buf_release(&b);
}

static void must_say(const struct buf *b, const char *line)
{
    if (strstr((const char *)b->data, line) == NULL)
        fail_msg("\"%s\" is not in\n%s", line, (const char *)b->data);
}

static void test_prometheus(void **state)
{
    struct reassembly_scene *s = *state;
    struct err e = {0};
    struct buf b;
    char id[IMAGE_ID_TEXT];
    char line[256];
    fly(s);
    buf_init(&b, TEXT_MAX);
    assert_int_equal(reassembly_status_prometheus(s->r, NOW, &b, &e), RC_OK);
    must_say(&b, "image_reassembly_in_flight 2\n");
    must_say(&b, "image_reassembly_chunks_total{outcome=\"taken\"} 7\n");
    must_say(&b, "image_reassembly_images_total{end=\"complete\"} 1\n");
    must_say(&b, "image_reassembly_images_total{end=\"timed_out\"} 0\n");
    image_id_format(&s->image[1].cut.id, id);
    (void)snprintf(line, sizeof line,
                   "image_reassembly_chunks_received{image_id=\"%s\","
                   "source_id=\"image \\\"1\\\"\"} 2\n",
                   id);
    must_say(&b, line);
    (void)snprintf(line, sizeof line, "image_reassembly_idle_seconds{image_id=\"%s\"", id);
    must_say(&b, line);
    must_say(&b, "} 0.5\n");
    buf_release(&b);
    buf_init(&b, 100);
    assert_int_equal(reassembly_status_prometheus(s->r, NOW, &b, &e), RC_INPUT);
    buf_release(&b);
}

/* Of what lives in another process only the counts are at hand. */
static void test_counts_alone(void **state)
{
    struct reassembly_scene *s = *state;
    struct err e = {0};
    struct reassembly_counts n;
    struct prometheus_samples counts = {.count = 0};
    struct prometheus_writer w;
    struct buf alone, all;
    fly(s);
    reassembly_counts(s->r, &n);
    buf_init(&alone, TEXT_MAX);
    buf_init(&all, TEXT_MAX);
    reassembly_counts_collect(&n, &counts);
    prometheus_writer_init(&w, &alone, &e);
    prometheus_samples_write(&counts, &w);
    assert_int_equal(prometheus_writer_end(&w), RC_OK);
    assert_int_equal(reassembly_status_prometheus(s->r, NOW, &all, &e), RC_OK);
    assert_true(alone.size < all.size);
    assert_memory_equal(alone.data, all.data, alone.size);
    assert_null(strstr((const char *)alone.data, "image_id"));
    buf_release(&alone);
    buf_release(&all);
}

static void test_promtool_has_nothing_to_say(void **state)
{
    struct reassembly_scene *s = *state;
    struct err e = {0};
    struct buf b;
    fly(s);
    buf_init(&b, TEXT_MAX);
    assert_int_equal(reassembly_status_prometheus(s->r, NOW, &b, &e), RC_OK);
    promtool_must_be_content(&b);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_json),
        CASE(test_one_image),
        CASE(test_prometheus),
        CASE(test_counts_alone),
        CASE(test_promtool_has_nothing_to_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
