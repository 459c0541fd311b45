/*
 * Cluster, admin, producer and consumer against a real broker, over TCP and over TLS with a login.
 * Skipped where the broker's jars have not been fetched.
 */
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

struct scene {
    bool there; /* the broker runs */
    struct home home;
    struct broker broker;
    struct cluster plain;
    uint8_t values[RECORDS][VALUE];
    _Atomic int64_t acknowledged, refused;
    char refusal[256];
};
static struct scene *scene;

static void require(enum rc rc, const struct err *e)
{
    if (rc != RC_OK)
        print_error("%s\n", e->text);
    assert_int_equal(rc, RC_OK);
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

static int end(void **state)
{
    (void)state;
    if (scene->there)
        broker_close(&scene->broker, false);
    cluster_release(&scene->plain);
    free(scene);
    return 0;
}

static void need_broker(void)
{
    if (!scene->there)
        skip();
}

static struct admin *admin_of(const struct cluster *c)
{
    struct admin *a = NULL;
    struct err e = {0};
    require(admin_open(c, WAIT_NS, &a, &e), &e);
    return a;
}

static void create(struct admin *a, const char *topic, const char *key, const char *value)
{
    struct err e = {0};
    const char *config[] = {key, value, NULL};
    struct topic_settings s = {.partitions = 2, .replication_factor = -1, .config = config};
    require(admin_create_topic(a, topic, &s, &e), &e);
}

static void note(void *ctx, const struct delivery_report *r)
{
    struct scene *s = ctx;
    if (r->kind == DELIVERY_ACKNOWLEDGED) {
        atomic_fetch_add(&s->acknowledged, 1);
        return;
    }
    (void)snprintf(s->refusal, sizeof s->refusal, "%s", r->error);
    atomic_fetch_add(&s->refused, 1);
}

static struct producer_settings settings_for(const struct cluster *c, const char *topic)
{
    struct producer_settings s;
    producer_settings_init(&s);
    s.cluster = c;
    s.topic = topic;
    s.on_delivery = note;
    s.ctx = scene;
    atomic_store(&scene->acknowledged, 0);
    atomic_store(&scene->refused, 0);
    return s;
}

static void send_all(const struct cluster *c, const char *topic, const char *codec)
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

static void receive_all(const struct cluster *c, const char *topic)
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

static void test_topics(void **state)
{
    (void)state;
    need_broker();
    struct err e = {0};
    struct admin *a = admin_of(&scene->plain);
    struct cluster_identity id;
    admin_identity(a, &id);
    assert_int_equal(id.brokers, 1);
    assert_true(strlen(id.id) > 0);

    struct topic_shape shape;
    require(admin_topic(a, "shape", &shape, &e), &e);
    assert_false(shape.exists);
    require(admin_topic(a, "shape", &shape, &e), &e);
    assert_false(shape.exists); /* looking did not create it */
    create(a, "shape", "max.message.bytes", "1234567");
    require(admin_topic(a, "shape", &shape, &e), &e);
    assert_true(shape.exists);
    assert_int_equal(shape.partitions, 2);
    assert_int_equal(shape.replication_factor, 1);
    struct buf value;
    buf_init(&value, 1024);
    require(admin_topic_config(a, "shape", "max.message.bytes", &value, &e), &e);
    assert_int_equal(value.size, 7);
    assert_memory_equal(value.data, "1234567", 7);
    buf_release(&value);

    struct topic_settings again = {.partitions = 1, .replication_factor = -1};
    assert_int_equal(admin_create_topic(a, "shape", &again, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "already exists"));
    require(admin_delete_topic(a, "shape", &e), &e);
    require(admin_topic(a, "shape", &shape, &e), &e);
    assert_false(shape.exists);
    assert_int_equal(admin_delete_topic(a, "shape", &e), RC_INPUT);

    struct topic_settings many = {.partitions = 1, .replication_factor = 3};
    assert_int_equal(admin_create_topic(a, "many", &many, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "eplication factor"));
    assert_int_equal(admin_create_topic(a, "bad name!", &again, &e), RC_INPUT);
    const char *config[] = {"max.mesage.bytes", "1", NULL};
    again.config = config;
    assert_int_equal(admin_create_topic(a, "config", &again, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "max.mesage.bytes"));
    admin_close(a);
}

/* Six partitions, two large records to each, every one a batch, as soon as the topic is there. */
static void send_at_once(struct admin *a, const char *topic)
{
    enum { PARTITIONS = 6, EACH = 2, BYTES = 300000 };
    static uint8_t value[BYTES];
    struct err e = {0};
    struct producer *p = NULL;
    struct watermarks marks[PARTITIONS];
    struct topic_settings shape = {.partitions = PARTITIONS, .replication_factor = -1};
    struct producer_settings s = settings_for(&scene->plain, topic);
    s.batch_records = 1;
    s.linger_ns = 0;
    require(admin_create_topic(a, topic, &shape, &e), &e);
    require(producer_open(&s, &p, &e), &e);
    for (int32_t i = 0; i < EACH * PARTITIONS; i++) {
        struct producer_record r = {.value = span_of(value, BYTES), .partition = i % PARTITIONS};
        assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    }
    require(producer_flush(p, WAIT_NS, &e), &e);
    producer_close(p);
    require(admin_watermarks(a, topic, PARTITIONS, marks, &e), &e);
    for (int32_t i = 0; i < PARTITIONS; i++)
        assert_int_equal(marks[i].latest, EACH);
    require(admin_delete_topic(a, topic, &e), &e);
}

/* Of topics whose leaders metadata name but nobody asked, one in five loses a record here. */
static void test_a_new_topic_loses_nothing(void **state)
{
    enum { TOPICS = 30 };
    char topic[32];
    (void)state;
    need_broker();
    struct admin *a = admin_of(&scene->plain);
    for (int i = 0; i < TOPICS; i++) {
        (void)snprintf(topic, sizeof topic, "new-%d", i);
        send_at_once(a, topic);
    }
    admin_close(a);
}

static void test_every_codec_there_and_back(void **state)
{
    (void)state;
    need_broker();
    struct err e = {0};
    struct admin *a = admin_of(&scene->plain);
    for (size_t i = 0; CODECS[i] != NULL; i++) {
        char topic[64];
        if (CODECS[i]->kafka_id == CODEC_NOT_KAFKAS)
            continue;
        (void)snprintf(topic, sizeof topic, "codec-%s", CODECS[i]->name);
        create(a, topic, NULL, NULL);
        send_all(&scene->plain, topic, CODECS[i]->name);
        receive_all(&scene->plain, topic);
        struct watermarks marks[2];
        require(admin_watermarks(a, topic, 2, marks, &e), &e);
        assert_int_equal(marks[0].latest, 0);
        assert_int_equal(marks[1].earliest, 0);
        assert_int_equal(marks[1].latest, RECORDS);
    }
    admin_close(a);
}

static void test_a_topic_limit_is_named(void **state)
{
    (void)state;
    need_broker();
    struct err e = {0};
    struct admin *a = admin_of(&scene->plain);
    create(a, "narrow", "max.message.bytes", "1000");
    struct producer_settings s = settings_for(&scene->plain, "narrow");
    struct producer *p = NULL;
    require(producer_open(&s, &p, &e), &e);
    struct producer_record r = {.value = span_of(scene->values, 2000)};
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    require(producer_flush(p, WAIT_NS, &e), &e);
    assert_int_equal(atomic_load(&scene->refused), 1);
    assert_non_null(strstr(scene->refusal, "too large"));
    producer_close(p);
    admin_close(a);
}

/* The secure listener with this password and CA file. */
static void secure(struct cluster *c, const char *password, const char *ca)
{
    struct err e = {0};
    const struct {
        const char *key, *value;
    } rows[] = {
        {"security.protocol", "SASL_SSL"},
        {"sasl.mechanism", "PLAIN"},
        {"sasl.username", scene->broker.user},
        {"sasl.password", password},
        {"ssl.ca.location", ca},
    };
    cluster_init(c);
    require(cluster_set_bootstrap(c, scene->broker.secure_bootstrap, &e), &e);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[HOME_PATH_MAX + 64];
        (void)snprintf(text, sizeof text, "%s=%s", rows[i].key, rows[i].value);
        require(cluster_add(c, text, &e), &e);
    }
}

static void test_login_over_tls(void **state)
{
    (void)state;
    need_broker();
    struct cluster c;
    secure(&c, scene->broker.password, scene->broker.ca_file);
    struct admin *a = admin_of(&c);
    create(a, "secret", NULL, NULL);
    send_all(&c, "secret", "zstd-3");
    receive_all(&c, "secret");
    admin_close(a);
    cluster_release(&c);
}

/* Opening an admin there fails with a sentence that holds both parts, and within few seconds. */
static void opening_fails(const struct cluster *c, const char *says, const char *too)
{
    struct err e = {0};
    struct admin *a = NULL;
    struct instant from = clock_now();
    enum rc rc = admin_open(c, WAIT_NS, &a, &e);
    if (rc != RC_INFRA || strstr(e.text, says) == NULL || strstr(e.text, too) == NULL)
        print_error("rc %d: %s\n", (int)rc, e.text);
    assert_int_equal(rc, RC_INFRA);
    assert_non_null(strstr(e.text, says));
    assert_non_null(strstr(e.text, too));
    assert_null(strstr(e.text, "not-the-password"));
    assert_true(instant_since(clock_now(), from) < WAIT_NS);
}

static void test_what_keeps_one_out_is_named(void **state)
{
    (void)state;
    need_broker();
    struct cluster c;
    secure(&c, "not-the-password", scene->broker.ca_file);
    opening_fails(&c, scene->broker.secure_bootstrap, "refused the login (SASL PLAIN)");
    cluster_release(&c);

    /* Any other CA does. */
    char other[HOME_PATH_MAX];
    struct err e = {0};
    require(home_data(&scene->home, "tests/unit/core/kafka/other-ca.pem", other, &e), &e);
    secure(&c, scene->broker.password, other);
    opening_fails(&c, "not signed by a CA in", "other-ca.pem");
    cluster_release(&c);

    /* Plain text to the secure listener. */
    cluster_init(&c);
    require(cluster_set_bootstrap(&c, scene->broker.secure_bootstrap, &e), &e);
    opening_fails(&c, scene->broker.secure_bootstrap, "TLS or a login");
    cluster_release(&c);

    /* No CA file at all: seen before anything is sent. */
    secure(&c, scene->broker.password, "/nonexistent/ca.pem");
    struct admin *a = NULL;
    assert_int_equal(admin_open(&c, WAIT_NS, &a, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "ssl.ca.location"));
    cluster_release(&c);
}

static void test_a_killed_broker_is_named(void **state)
{
    (void)state;
    need_broker();
    struct err e = {0};
    struct admin *a = admin_of(&scene->plain);
    create(a, "killed", NULL, NULL);
    struct producer_settings s = settings_for(&scene->plain, "killed");
    s.delivery_timeout_ns = INT64_C(3) * NS_PER_S;
    struct producer *p = NULL;
    require(producer_open(&s, &p, &e), &e);
    struct producer_record r = {.value = span_of(scene->values, VALUE)};
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    require(producer_flush(p, WAIT_NS, &e), &e);
    assert_int_equal(producer_failure(p, &e), RC_OK);

    broker_close(&scene->broker, false);
    scene->there = false;
    assert_int_equal(producer_send(p, &r, &e), SEND_DONE);
    require(producer_flush(p, WAIT_NS, &e), &e);
    assert_int_equal(atomic_load(&scene->refused), 1);
    assert_int_equal(producer_failure(p, &e), RC_INFRA);
    if (strstr(e.text, "127.0.0.1:") == NULL)
        print_error("%s\n", e.text);
    assert_non_null(strstr(e.text, "127.0.0.1:"));
    producer_close(p);
    admin_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_topics),
        cmocka_unit_test(test_a_new_topic_loses_nothing),
        cmocka_unit_test(test_every_codec_there_and_back),
        cmocka_unit_test(test_a_topic_limit_is_named),
        cmocka_unit_test(test_login_over_tls),
        cmocka_unit_test(test_what_keeps_one_out_is_named),
        cmocka_unit_test(test_a_killed_broker_is_named), /* last: it takes the broker along */
    };
    return cmocka_run_group_tests(tests, start, end);
}
