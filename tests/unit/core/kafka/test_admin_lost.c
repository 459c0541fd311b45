/* A broker that goes away while offsets are asked for: an answer within the time given, never a
 * wait without end. */
#define _POSIX_C_SOURCE 200809L
#include "base/clock.h"
#include "core/kafka/admin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <unistd.h>

#define TOPIC "assay-lost"
enum { HANGS_AFTER_S = 60 };

static void test_watermarks_of_a_lost_broker(void **state)
{
    (void)state;
    char why[256];
    rd_kafka_t *owner = rd_kafka_new(RD_KAFKA_PRODUCER, NULL, why, sizeof why);
    assert_non_null(owner);
    rd_kafka_mock_cluster_t *mock = rd_kafka_mock_cluster_new(owner, 1);
    assert_non_null(mock);
    assert_int_equal(rd_kafka_mock_topic_create(mock, TOPIC, 1, 1), RD_KAFKA_RESP_ERR_NO_ERROR);

    struct cluster c;
    struct admin *a = NULL;
    struct watermarks marks[1];
    struct err e = {0};
    cluster_init(&c);
    assert_int_equal(cluster_set_bootstrap(&c, rd_kafka_mock_cluster_bootstraps(mock), &e), RC_OK);
    assert_int_equal(admin_open(&c, 2 * (int64_t)NS_PER_S, &a, &e), RC_OK);
    assert_int_equal(admin_watermarks(a, TOPIC, 1, marks, &e), RC_OK);
    assert_int_equal(marks[0].earliest, 0);
    assert_int_equal(marks[0].latest, 0);

    (void)alarm(HANGS_AFTER_S);
    (void)rd_kafka_mock_broker_set_down(mock, 1);
    assert_int_equal(admin_watermarks(a, TOPIC, 1, marks, &e), RC_INFRA);
    assert_string_not_equal(e.text, "");
    (void)alarm(0);
    admin_close(a);
    cluster_release(&c);
    rd_kafka_mock_cluster_destroy(mock);
    rd_kafka_destroy(owner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_watermarks_of_a_lost_broker)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
