/*
 * A mock broker of librdkafka's, a topic on it, and what was reported about the records sent; for
 * tests of producer and consumer. The mock is no Kafka: what is stored, and how fast, is tested
 * elsewhere, on a real broker.
 */
#ifndef ASSAY_TESTS_UNIT_MOCK_BENCH_H
#define ASSAY_TESTS_UNIT_MOCK_BENCH_H

#include "core/kafka/admin.h"
#include "core/kafka/consumer.h"
#include "core/kafka/producer.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { RECORDS = 5000, WAIT_S = 20, API_PRODUCE = 0, API_INIT_PRODUCER_ID = 22, BROKER = 1 };
#define TOPIC "test"
static const int64_t WAIT_NS = (int64_t)WAIT_S * NS_PER_S;

/* A mock cluster with one broker and the topic, and what was reported about the records sent. */
struct mock_bench {
    rd_kafka_t *rk;
    rd_kafka_mock_cluster_t *mock;
    struct cluster cluster;
    int64_t offsets[RECORDS];
    int32_t partitions[RECORDS];
    int reports[RECORDS];
    enum delivery_kind kinds[RECORDS];
    char error[256];
    _Atomic int64_t count;
};

static inline void note(void *ctx, const struct delivery_report *r)
{
    struct mock_bench *b = ctx;
    b->offsets[r->tag] = r->offset;
    b->partitions[r->tag] = r->partition;
    b->kinds[r->tag] = r->kind;
    b->reports[r->tag]++;
    if (r->kind == DELIVERY_ACKNOWLEDGED)
        assert_null(r->error);
    else
        (void)snprintf(b->error, sizeof b->error, "%s", r->error);
    atomic_fetch_add(&b->count, 1);
}

static inline void quiet(const rd_kafka_t *rk, int level, const char *facility, const char *line)
{
    (void)rk, (void)level, (void)facility, (void)line;
}

static inline int setup(void **state)
{
    static struct mock_bench bench;
    struct err e = {0};
    char why[256];
    memset(&bench, 0, sizeof bench);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, quiet);
    bench.rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    assert_non_null(bench.rk);
    bench.mock = rd_kafka_mock_cluster_new(bench.rk, 1);
    assert_non_null(bench.mock);
    (void)rd_kafka_mock_topic_create(bench.mock, TOPIC, 4, 1);
    cluster_init(&bench.cluster);
    assert_int_equal(
        cluster_set_bootstrap(&bench.cluster, rd_kafka_mock_cluster_bootstraps(bench.mock), &e),
        RC_OK);
    *state = &bench;
    return 0;
}

static inline int teardown(void **state)
{
    struct mock_bench *b = *state;
    cluster_release(&b->cluster);
    rd_kafka_mock_cluster_destroy(b->mock);
    rd_kafka_destroy(b->rk);
    return 0;
}

static inline struct producer_settings settings_of(struct mock_bench *b)
{
    struct producer_settings s;
    producer_settings_init(&s);
    s.cluster = &b->cluster;
    s.topic = TOPIC;
    s.on_delivery = note;
    s.ctx = b;
    return s;
}

static inline struct producer *open_with(const struct producer_settings *s)
{
    struct producer *p = NULL;
    struct err e = {0};
    enum rc rc = producer_open(s, &p, &e);
    if (rc != RC_OK)
        print_error("%s\n", e.text);
    assert_int_equal(rc, RC_OK);
    return p;
}

static inline void flush(struct producer *p)
{
    struct err e = {0};
    enum rc rc = producer_flush(p, WAIT_NS, &e);
    if (rc != RC_OK)
        print_error("%s\n", e.text);
    assert_int_equal(rc, RC_OK);
}

static inline struct producer_record record(const char *value, uint64_t tag)
{
    return (struct producer_record){.value = span_str(value), .partition = 0, .tag = tag};
}

#define WITH_MOCK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
