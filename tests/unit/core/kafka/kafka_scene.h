/*
 * A real broker, plain and with a secure listener, and records sent to it and received back;
 * need_broker skips a test where the broker's jars have not been fetched. kafka_start and kafka_end
 * are the group's.
 */
#ifndef ASSAY_TESTS_UNIT_KAFKA_SCENE_H
#define ASSAY_TESTS_UNIT_KAFKA_SCENE_H

#include "core/kafka/admin.h"
#include "core/kafka/consumer.h"
#include "core/kafka/producer.h"

#include "base/clock.h"
#include "bench/testbed/broker/broker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { RECORDS = 3000, WAIT_S = 30, VALUE = 700 };
static const int64_t WAIT_NS = (int64_t)WAIT_S * NS_PER_S;

struct kafka_scene {
    bool there; /* the broker runs */
    struct home home;
    struct broker broker;
    struct cluster plain;
    uint8_t values[RECORDS][VALUE];
    _Atomic int64_t acknowledged, refused;
    char refusal[256];
};
static struct kafka_scene *scene;

static inline void require(enum rc rc, const struct err *e)
{
    if (rc != RC_OK)
        print_error("%s\n", e->text);
    assert_int_equal(rc, RC_OK);
}

static inline int kafka_start(void **state)
{
    (void)state;
    struct err e = {0};
    char jars[HOME_PATH_MAX];
    struct stat there;
    scene = calloc(1, sizeof *scene);
    if (scene == NULL || home_find(&scene->home, &e) != RC_OK ||
        home_var(&scene->home, "kafka/lib", jars, &e) != RC_OK)
        return -1;
    cluster_init(&scene->plain);
    if (stat(jars, &there) != 0)
        return 0;
    struct broker_options options = {.home = &scene->home, .secure = true};
    if (broker_open(&options, &scene->broker, &e) != RC_OK) {
        print_error("%s\n", e.text);
        return -1;
    }
    scene->there = true;
    for (size_t i = 0; i < RECORDS; i++)
        for (size_t j = 0; j < VALUE; j++)
            scene->values[i][j] = (uint8_t)("0123456789abcdef"[(i * j + i / 7) % 16]);
    return cluster_set_bootstrap(&scene->plain, scene->broker.bootstrap, &e) == RC_OK ? 0 : -1;
}

static inline int kafka_end(void **state)
{
    (void)state;
    if (scene->there)
        broker_close(&scene->broker, false);
    cluster_release(&scene->plain);
    free(scene);
    return 0;
}

static inline void need_broker(void)
{
    if (!scene->there)
        skip();
}

static inline struct admin *admin_of(const struct cluster *c)
{
    struct admin *a = NULL;
    struct err e = {0};
    require(admin_open(c, WAIT_NS, &a, &e), &e);
    return a;
}

static inline void create(struct admin *a, const char *topic, const char *key, const char *value)
{
    struct err e = {0};
    const char *config[] = {key, value, NULL};
    struct topic_settings s = {.partitions = 2, .replication_factor = -1, .config = config};
    require(admin_create_topic(a, topic, &s, &e), &e);
}

static inline void count_delivery(void *ctx, const struct delivery_report *r)
{
    struct kafka_scene *s = ctx;
    if (r->kind == DELIVERY_ACKNOWLEDGED) {
        atomic_fetch_add(&s->acknowledged, 1);
        return;
    }
    (void)snprintf(s->refusal, sizeof s->refusal, "%s", r->error);
    atomic_fetch_add(&s->refused, 1);
}

static inline struct producer_settings settings_for(const struct cluster *c, const char *topic)
{
    struct producer_settings s;
    producer_settings_init(&s);
    s.cluster = c;
    s.topic = topic;
    s.on_delivery = count_delivery;
    s.ctx = scene;
    atomic_store(&scene->acknowledged, 0);
    atomic_store(&scene->refused, 0);
    return s;
}

static inline void send_all(const struct cluster *c, const char *topic, const char *codec)
{
    struct err e = {0};
    struct producer *p = NULL;
    struct producer_settings s = settings_for(c, topic);
    require(codec_spec_parse(codec, &s.codec, &e), &e);
    s.batch_records = 100;
    require(producer_open(&s, &p, &e), &e);
    static struct producer_record records[RECORDS];
    for (size_t i = 0; i < RECORDS; i++)
        records[i] = (struct producer_record){.value = span_of(scene->values[i], VALUE), .tag = i};
    enum send_outcome stop;
    assert_int_equal(producer_send_many(p, 1, records, RECORDS, &stop, &e), RECORDS);
    require(producer_flush(p, WAIT_NS, &e), &e);
    assert_int_equal(atomic_load(&scene->acknowledged), RECORDS);
    producer_close(p);
}

static inline void receive_all(const struct cluster *c, const char *topic)
{
    struct err e = {0};
    const struct consumer_start starts = {.partition = 1};
    struct consumer_settings s = {
        .cluster = c, .topic = topic, .starts = &starts, .start_count = 1};
    struct consumer *consumer = NULL;
    require(consumer_open(&s, &consumer, &e), &e);
    struct instant until = instant_after(clock_now(), WAIT_NS);
    int64_t next = 0;
    while (next < RECORDS && instant_since(until, clock_now()) > 0) {
        struct consumer_batch batch;
        require(consumer_poll(consumer, INT64_C(200) * NS_PER_MS, &batch, &e), &e);
        for (size_t i = 0; i < batch.count; i++, next++) {
            assert_int_equal(batch.records[i].offset, next);
            assert_int_equal(batch.records[i].value.size, VALUE);
            assert_memory_equal(batch.records[i].value.data, scene->values[next], VALUE);
        }
        consumer_batch_release(&batch);
    }
    assert_int_equal(next, RECORDS);
    consumer_close(consumer);
}

#endif
