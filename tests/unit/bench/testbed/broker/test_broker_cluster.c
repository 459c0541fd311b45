/*
 * One broker and three that are ended and started again, by a real producer and consumer that stay
 * open meanwhile: what was acknowledged is there. Skipped where the broker's jars were not fetched.
 */
/* Long: brokers start and end nine times. */
#define _GNU_SOURCE
#include "bench/testbed/broker/broker_cluster.h"

#include "base/clock.h"
#include "bench/testbed/broker/broker_install.h"
#include "core/kafka/admin.h"
#include "core/kafka/consumer.h"
#include "core/kafka/producer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { EACH = 400, VALUE = 500, PARTITIONS = 3, ROUNDS = 3, WAIT_S = 60 };
static const int64_t WAIT_NS = (int64_t)WAIT_S * NS_PER_S;
static const char TOPIC[] = "kept";

struct scene {
    struct home home;
    struct broker_cluster brokers;
    struct cluster cluster;
    struct admin *admin;
    struct producer *producer;
    struct consumer *consumer;
    _Atomic int64_t acknowledged, refused;
    int64_t received, corrupted;
};

static void require(enum rc rc, const struct err *e)
{
    if (rc != RC_OK)
        print_error("%s\n", e->text);
    assert_int_equal(rc, RC_OK);
}

static void note(void *ctx, const struct delivery_report *r)
{
    struct scene *s = ctx;
    atomic_fetch_add(r->kind == DELIVERY_ACKNOWLEDGED ? &s->acknowledged : &s->refused, 1);
}

static void open_clients(struct scene *s)
{
    struct err e = {0};
    struct topic_settings shape = {.partitions = PARTITIONS, .replication_factor = -1};
    static const struct consumer_start starts[PARTITIONS] = {
        {.partition = 0}, {.partition = 1}, {.partition = 2}};
    struct producer_settings p;
    struct consumer_settings c = {
        .cluster = &s->cluster, .topic = TOPIC, .starts = starts, .start_count = PARTITIONS};
    producer_settings_init(&p);
    p.cluster = &s->cluster;
    p.topic = TOPIC;
    p.on_delivery = note;
    p.ctx = s;
    require(admin_open(&s->cluster, WAIT_NS, &s->admin, &e), &e);
    require(admin_create_topic(s->admin, TOPIC, &shape, &e), &e);
    require(producer_open(&p, &s->producer, &e), &e);
    require(consumer_open(&c, &s->consumer, &e), &e);
}

static void open_scene(struct scene *s, int nodes)
{
    struct err e = {0};
    struct kafka_install kafka;
    *s = (struct scene){.received = 0};
    assert_int_equal(home_find(&s->home, &e), RC_OK);
    if (kafka_install_find(&s->home, &kafka, &e) != RC_OK)
        skip();
    kafka_install_release(&kafka);
    struct broker_options o = {.home = &s->home, .heap_bytes = INT64_C(256) << 20};
    require(broker_cluster_open(&o, nodes, &s->brokers, &e), &e);
    cluster_init(&s->cluster);
    require(cluster_set_bootstrap(&s->cluster, s->brokers.bootstrap, &e), &e);
    open_clients(s);
}

static void close_scene(struct scene *s)
{
    pid_t pid[BROKER_NODES_MAX];
    char folder[BROKER_NODES_MAX][HOME_PATH_MAX];
    int nodes = s->brokers.nodes;
    for (int i = 0; i < nodes; i++) {
        pid[i] = s->brokers.node[i].pid;
        memcpy(folder[i], s->brokers.node[i].folder, sizeof folder[i]);
        assert_int_equal(access(folder[i], F_OK), 0);
    }
    consumer_close(s->consumer);
    producer_close(s->producer);
    admin_close(s->admin);
    broker_cluster_close(&s->brokers, false);
    cluster_release(&s->cluster);
    for (int i = 0; i < nodes; i++) {
        assert_int_equal(kill(pid[i], 0), -1);
        assert_int_equal(errno, ESRCH);
        assert_int_equal(access(folder[i], F_OK), -1);
    }
}

static void value_of(int64_t n, uint8_t *out)
{
    for (int i = 0; i < VALUE; i++)
        out[i] = (uint8_t)("0123456789abcdef"[(n * i + n / 7) % 16]);
    memcpy(out, &n, sizeof n);
}

/* Records number `from` to `from + EACH - 1`, all acknowledged by all replicas in sync. */
static void send_more(struct scene *s, int64_t from)
{
    static uint8_t values[EACH][VALUE];
    struct err e = {0};
    for (int64_t i = 0; i < EACH; i++) {
        value_of(from + i, values[i]);
        struct producer_record r = {.value = span_of(values[i], VALUE),
                                    .partition = (int32_t)(i % PARTITIONS)};
        assert_int_equal(producer_send(s->producer, &r, &e), SEND_DONE);
    }
    require(producer_flush(s->producer, WAIT_NS, &e), &e);
    assert_int_equal(atomic_load(&s->acknowledged), from + EACH);
    assert_int_equal(atomic_load(&s->refused), 0);
}

static void take(struct scene *s, bool *seen, const struct consumed *r)
{
    uint8_t expected[VALUE];
    int64_t n = -1;
    assert_false(r->broken);
    assert_int_equal(r->value.size, VALUE);
    memcpy(&n, r->value.data, sizeof n);
    assert_in_range(n, 0, ROUNDS * EACH - 1);
    value_of(n, expected);
    assert_memory_equal(r->value.data, expected, VALUE);
    assert_false(seen[n]); /* none comes twice */
    seen[n] = true;
    s->received++;
}

static void receive_until(struct scene *s, bool *seen, int64_t count)
{
    struct err e = {0};
    struct instant until = instant_after(clock_now(), WAIT_NS);
    while (s->received < count && instant_since(until, clock_now()) > 0) {
        struct consumer_batch batch;
        require(consumer_poll(s->consumer, INT64_C(200) * NS_PER_MS, &batch, &e), &e);
        for (size_t i = 0; i < batch.count; i++)
            take(s, seen, &batch.records[i]);
        consumer_batch_release(&batch);
    }
    assert_int_equal(s->received, count);
}

/* Sends, restarts a node, sends and receives with the same clients; then all anew from the start.
 */
static void survives(struct scene *s, struct broker *node, enum broker_ending first)
{
    struct err e = {0};
    bool seen[ROUNDS * EACH] = {false};
    const enum broker_ending how[ROUNDS - 1] = {
        first, first == BROKER_END_KILLED ? BROKER_END_GRACEFULLY : BROKER_END_KILLED};
    send_more(s, 0);
    receive_until(s, seen, EACH);
    for (int i = 1; i < ROUNDS; i++) {
        char bootstrap[sizeof node->bootstrap], folder[HOME_PATH_MAX];
        pid_t before = node->pid;
        int64_t cpu_ns = broker_cpu_ns(node);
        memcpy(bootstrap, node->bootstrap, sizeof bootstrap);
        memcpy(folder, node->folder, sizeof folder);
        require(broker_restart(node, how[i - 1], NULL, &e), &e);
        assert_int_not_equal(node->pid, before);
        assert_int_equal(kill(before, 0), -1);
        assert_string_equal(node->bootstrap, bootstrap);
        assert_string_equal(node->folder, folder);
        assert_true(cpu_ns > 0 && broker_cpu_ns(node) > cpu_ns); /* that of the ended one counts */
        require(broker_cluster_check(&s->brokers, &e), &e);
        send_more(s, (int64_t)i * EACH);
        receive_until(s, seen, (int64_t)(i + 1) * EACH);
    }
    struct watermarks marks[PARTITIONS];
    int64_t stored = 0;
    require(admin_watermarks(s->admin, TOPIC, PARTITIONS, marks, &e), &e);
    for (int i = 0; i < PARTITIONS; i++) {
        assert_int_equal(marks[i].earliest, 0);
        stored += marks[i].latest;
    }
    assert_int_equal(stored, ROUNDS * EACH);
}

static void one_broker_comes_back_with_its_data(void **state)
{
    (void)state;
    struct scene s;
    struct err e = {0};
    open_scene(&s, 1);
    assert_string_equal(s.brokers.bootstrap, s.brokers.node[0].bootstrap);
    survives(&s, &s.brokers.node[0], BROKER_END_KILLED);
    (void)kill(s.brokers.node[0].pid, SIGKILL);
    for (int i = 0; i < 200 && broker_alive(&s.brokers.node[0]); i++)
        clock_sleep(INT64_C(10) * NS_PER_MS);
    assert_int_equal(broker_cluster_check(&s.brokers, &e), RC_INFRA);
    if (strstr(e.text, "killed by signal 9") == NULL)
        fail_msg("%s", e.text);
    close_scene(&s);
}

static void three_brokers_lose_nothing_when_one_is_restarted(void **state)
{
    (void)state;
    struct scene s;
    struct err e = {0};
    struct cluster_identity id;
    struct topic_shape shape;
    int32_t leader[PARTITIONS];
    open_scene(&s, 3);
    admin_identity(s.admin, &id);
    assert_int_equal(id.brokers, 3);
    require(admin_topic(s.admin, TOPIC, &shape, &e), &e);
    assert_int_equal(shape.replication_factor, 3);
    struct admin_limit limit;
    require(admin_topic_limit(s.admin, TOPIC, "min.insync.replicas", &limit, &e), &e);
    assert_int_equal(limit.value, 2);
    require(admin_leaders(s.admin, TOPIC, PARTITIONS, leader, &e), &e);
    for (int i = 0; i < PARTITIONS; i++)
        assert_in_range(leader[i], 1, 3);
    assert_int_equal(
        admin_leaders(s.admin, TOPIC, PARTITIONS + 1, (int32_t[PARTITIONS + 1]){0}, &e), RC_INPUT);
    survives(&s, &s.brokers.node[leader[0] - 1], BROKER_END_KILLED);
    close_scene(&s);
}

static void what_is_no_cluster_is_refused(void **state)
{
    (void)state;
    struct home home;
    struct broker_cluster c;
    struct err e = {0};
    assert_int_equal(home_find(&home, &e), RC_OK);
    struct broker_options o = {.home = &home};
    assert_int_equal(broker_cluster_open(&o, 2, &c, &e), RC_INPUT);
    assert_string_equal(e.text, "found a cluster of 2 brokers; expected 1 or 3");
    o.secure = true;
    assert_int_equal(broker_cluster_open(&o, 3, &c, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "expected these with one broker only"));
    struct broker kept = {.pid = getpid(), .folder = "/x"};
    assert_int_equal(broker_restart(&kept, BROKER_END_KILLED, NULL, &e), RC_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_cluster_is_refused),
        cmocka_unit_test(one_broker_comes_back_with_its_data),
        cmocka_unit_test(three_brokers_lose_nothing_when_one_is_restarted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
