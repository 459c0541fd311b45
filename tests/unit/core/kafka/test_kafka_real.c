/* Topics, codecs and limits against a real broker. */
#include "tests/unit/core/kafka/kafka_scene.h"

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

/* Brokers of a cluster hear of a new topic one after the other, so that "unknown" is believed only
 * when it stays so. */
static void test_an_unknown_partition_is_asked_for_again(void **state)
{
    (void)state;
    need_broker();
    static const int64_t PATIENCE_NS = INT64_C(4) * NS_PER_S;
    struct err e = {0};
    struct watermarks marks[1];
    struct admin *a = admin_of(&scene->plain);
    struct instant started = clock_now();
    assert_int_equal(admin_watermarks(a, "nobody-made-this", 1, marks, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "offsets of topic nobody-made-this, partition 0: "));
    assert_true(instant_since(clock_now(), started) > PATIENCE_NS);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_topics),
        cmocka_unit_test(test_a_new_topic_loses_nothing),
        cmocka_unit_test(test_every_codec_there_and_back),
        cmocka_unit_test(test_an_unknown_partition_is_asked_for_again),
        cmocka_unit_test(test_a_topic_limit_is_named),
    };
    return cmocka_run_group_tests(tests, kafka_start, kafka_end);
}
