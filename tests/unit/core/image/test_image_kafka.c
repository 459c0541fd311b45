/*
 * The image path over a real broker and the documents' topics: images by one record, rolled back to
 * JSON, and in chunks that are spread over all partitions on purpose. Every image that arrives is
 * compared byte for byte. Skipped where the broker's jars have not been fetched.
 */
#include "base/clock.h"
#include "base/rng.h"
#include "bench/testbed/broker/broker.h"
#include "core/image/image_record.h"
#include "core/image/image_source.h"
#include "core/image/reassembly.h"
#include "core/image/router.h"
#include "core/kafka/consumer.h"
#include "core/kafka/producer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { IMAGES = 12, MB = 1000000, WAIT_S = 60, PARTITIONS_MAX = 8 };
static const int64_t WAIT_NS = (int64_t)WAIT_S * NS_PER_S;
static const int64_t POLL_NS = (int64_t)200 * NS_PER_MS;

struct sent_image {
    uint8_t *bytes; /* owned */
    size_t size;
    int arrived;
};

struct image_kafka_scene {
    bool there;
    struct home home;
    struct broker broker;
    struct cluster cluster;
    struct sent_image images[IMAGES];
    struct producer *producers[IMAGE_TOPICS];
    char topics[IMAGE_TOPICS][TOPIC_NAME_MAX];
    _Atomic int64_t refused;
};
static struct image_kafka_scene *scene;

static void require(enum rc rc, const struct err *e)
{
    if (rc != RC_OK)
        fail_msg("%s", e->text);
}

static int start(void **state)
{
    (void)state;
    struct err e = {0};
    char jars[HOME_PATH_MAX];
    struct stat there;
    scene = calloc(1, sizeof *scene);
    if (scene == NULL || home_find(&scene->home, &e) != RC_OK ||
        home_var(&scene->home, "kafka/lib", jars, &e) != RC_OK)
        return -1;
    cluster_init(&scene->cluster);
    if (stat(jars, &there) != 0)
        return 0;
    struct broker_options options = {.home = &scene->home};
    if (broker_open(&options, &scene->broker, &e) != RC_OK) {
        print_error("%s\n", e.text);
        return -1;
    }
    scene->there = true;
    return cluster_set_bootstrap(&scene->cluster, scene->broker.bootstrap, &e) == RC_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    for (size_t i = 0; i < IMAGES; i++)
        free(scene->images[i].bytes);
    if (scene->there)
        broker_close(&scene->broker, false);
    cluster_release(&scene->cluster);
    free(scene);
    return 0;
}

/* From 1 byte to 11 MB; half of each compresses. */
static void make_images(void)
{
    struct rng r;
    rng_init(&r, 2026, 0);
    for (size_t i = 0; i < IMAGES; i++) {
        struct sent_image *image = &scene->images[i];
        image->size = i == 0 ? 1 : i * MB - i * 1234;
        image->bytes = calloc(image->size, 1);
        assert_non_null(image->bytes);
        rng_fill(&r, image->bytes, (image->size + 1) / 2);
    }
}

static void on_delivery(void *ctx, const struct delivery_report *r)
{
    struct image_kafka_scene *s = ctx;
    if (r->kind != DELIVERY_ACKNOWLEDGED)
        s->refused++;
    free((void *)(uintptr_t)r->tag);
}

static void open_topics(void)
{
    struct err e = {0};
    struct admin *a = NULL;
    require(admin_open(&scene->cluster, WAIT_NS, &a, &e), &e);
    for (size_t t = 0; t < IMAGE_TOPICS; t++) {
        const struct image_topic_row *row = &IMAGE_TOPIC_TABLE[t];
        enum topic_made made;
        struct producer_settings s;
        char choice[16];
        require(topics_create(a, row, "test-", &made, &e), &e);
        require(topics_name(row, "test-", scene->topics[t], &e), &e);
        producer_settings_init(&s);
        s.cluster = &scene->cluster;
        s.topic = scene->topics[t];
        s.message_max_bytes = 20 * MB;
        s.on_delivery = on_delivery;
        s.ctx = scene;
        (void)snprintf(choice, sizeof choice, "%s-%d", row->compression, row->level);
        require(codec_spec_parse(choice, &s.codec, &e), &e);
        require(producer_open(&s, &scene->producers[t], &e), &e);
    }
    admin_close(a);
}

/* A sink as a service writes it, but that it spreads chunks over all partitions. */
static enum rc send_record(void *ctx, const struct image_message *m, struct err *e)
{
    struct image_kafka_scene *s = ctx;
    struct chunk c;
    struct producer_record r = {.value = span_of(m->value, m->value_size),
                                .key = span_of(m->key, m->key_size),
                                .partition = -1,
                                .tag = (uint64_t)(uintptr_t)m->value};
    if (m->topic == IMAGE_TOPIC_CHUNKS && chunk_read_head(r.value, &c, e) == RC_OK)
        r.partition = (int32_t)(c.index % (uint32_t)IMAGE_TOPIC_TABLE[m->topic].partitions);
    enum send_outcome out;
    while ((out = producer_send(s->producers[m->topic], &r, e)) == SEND_QUEUE_FULL)
        clock_sleep(POLL_NS);
    if (out == SEND_FAILED)
        free(m->value);
    return out == SEND_DONE ? RC_OK : e->rc;
}

/* Image i calls itself "image i". */
static struct image_metadata metadata_of(size_t i)
{
    struct image_metadata m = {.timestamp = "2025-10-13T10:00:00Z", .format = "tiff"};
    (void)snprintf(m.source_id, sizeof m.source_id, "image %zu", i);
    return m;
}

static void send_images(void)
{
    struct router r;
    struct err e = {0};
    router_init(&r, ROUTE_MB);
    r.rule = (struct route_rule){
        .direct_max_bytes = 4 * MB, .chunk_bytes = MB / 2, .chunked_max_bytes = 100 * MB};
    r.sink = (struct image_sink){.send = send_record, .ctx = scene};
    for (size_t i = 0; i < IMAGES; i++) {
        struct span bytes = span_of(scene->images[i].bytes, scene->images[i].size);
        struct image_source source = image_source_of(&bytes);
        struct image_metadata m = metadata_of(i);
        struct routed out;
        r.as_document = i == 2 || i == 6;
        require(router_send(&r, &source, &m, NULL, &out, &e), &e);
    }
    for (size_t t = 0; t < IMAGE_TOPICS; t++) {
        require(producer_flush(scene->producers[t], WAIT_NS, &e), &e);
        producer_close(scene->producers[t]);
    }
    assert_int_equal(scene->refused, 0);
}

static void arrived(const char *source_id, struct span image)
{
    size_t i = IMAGES;
    assert_int_equal(sscanf(source_id, "image %zu", &i), 1);
    assert_true(i < IMAGES);
    assert_int_equal(image.size, scene->images[i].size);
    assert_memory_equal(image.data, scene->images[i].bytes, image.size);
    scene->images[i].arrived++;
}

static void take_record(struct span value, struct buf *decoded)
{
    struct err e = {0};
    struct image_record got;
    require(image_record_read(value, decoded, &got, &e), &e);
    arrived(got.metadata.source_id, got.image);
}

static void take_chunk(struct reassembly *r, struct span value)
{
    struct err e = {0};
    struct reassembly_step step;
    struct image_metadata m;
    require(reassembly_add(r, value, clock_now(), &step, &e), &e);
    assert_true(step.outcome == CHUNK_TAKEN || step.outcome == CHUNK_COMPLETED);
    if (step.outcome == CHUNK_COMPLETED) {
        require(metadata_read(step.image.metadata, &m, &e), &e);
        arrived(m.source_id, step.image.image);
    }
    reassembled_release(&step.image);
}

/* Reads a topic from its start until so many images have come in all. */
static void receive(enum image_topic topic, struct reassembly *r, int wanted)
{
    struct err e = {0};
    struct consumer *c = NULL;
    struct consumer_batch batch = {.of = NULL};
    struct consumer_start starts[PARTITIONS_MAX] = {{0}};
    struct buf decoded;
    size_t partitions = (size_t)IMAGE_TOPIC_TABLE[topic].partitions;
    for (size_t p = 0; p < partitions; p++)
        starts[p].partition = (int32_t)p;
    struct consumer_settings s = {.cluster = &scene->cluster,
                                  .topic = scene->topics[topic],
                                  .starts = starts,
                                  .start_count = partitions,
                                  .message_max_bytes = 20 * MB};
    require(consumer_open(&s, &c, &e), &e);
    buf_init(&decoded, 20 * MB);
    struct instant deadline = instant_after(clock_now(), WAIT_NS);
    int have = 0;
    while (have < wanted && instant_since(deadline, clock_now()) > 0) {
        require(consumer_poll(c, POLL_NS, &batch, &e), &e);
        for (size_t i = 0; i < batch.count; i++) {
            assert_false(batch.records[i].broken);
            if (topic == IMAGE_TOPIC_CHUNKS)
                take_chunk(r, batch.records[i].value);
            else
                take_record(batch.records[i].value, &decoded);
        }
        have = 0;
        for (size_t i = 0; i < IMAGES; i++)
            have += scene->images[i].arrived;
    }
    consumer_batch_release(&batch);
    consumer_close(c);
    buf_release(&decoded);
    assert_int_equal(have, wanted);
}

static void test_every_image_arrives_as_it_was(void **state)
{
    (void)state;
    if (!scene->there)
        skip();
    struct err e = {0};
    struct reassembly *r = NULL;
    struct reassembly_config config;
    struct reassembly_counts n;
    make_images();
    open_topics();
    send_images();
    reassembly_config_init(&config);
    config.folder = "/tmp";
    config.file_above_bytes = 8 * MB; /* some in memory, some in files */
    require(reassembly_open(&config, NULL, NULL, &r, &e), &e);
    receive(IMAGE_TOPIC_BINARY, r, 6); /* 0 to 4, and 6 that was rolled back */
    receive(IMAGE_TOPIC_CHUNKS, r, IMAGES);
    reassembly_counts(r, &n);
    assert_int_equal(n.ended[REASSEMBLY_COMPLETE], IMAGES - 6);
    assert_true(n.in_flight_peak > 1 && n.file_peak_bytes > 0);
    reassembly_close(r);
    for (size_t i = 0; i < IMAGES; i++)
        assert_int_equal(scene->images[i].arrived, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_image_arrives_as_it_was)};
    return cmocka_run_group_tests(tests, start, end);
}
