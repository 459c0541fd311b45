/* bench/broker: what a dead broker's log is taken to say, and the settings it is given. */
#define _GNU_SOURCE
#include "bench/testbed/broker/broker_config.h"
#include "bench/testbed/broker/broker_log.h"
#include "bench/testbed/broker/broker_state.h"

#include "base/fs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct log_sample {
    const char *log;
    const char *holds; /* of the cause */
};

static const struct log_sample SAMPLES[] = {
    {"INFO starting\nERROR Error while writing\njava.io.IOException: No space left on device\n\tat "
     "java.base/sun.nio.ch.FileDispatcherImpl.write0\nERROR Shutdown broker because all log dirs "
     "failed\n",
     "disk is full"},
    {"org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:9092: "
     "Address already in use.\n",
     "port is taken"},
    {"Terminating due to java.lang.OutOfMemoryError: Java heap space\n", "heap is too small"},
    {"java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory\n",
     "another thread"},
    {"Error occurred during initialization of VM\nCould not reserve enough space for 99999999KB "
     "object heap\n",
     "not enough memory"},
    {"Error: LinkageError occurred while loading main class kafka.Kafka\n\tjava.lang."
     "UnsupportedClassVersionError: kafka/Kafka has been compiled by a more recent version\n",
     "needs Java 17"},
    {"org.apache.kafka.common.config.ConfigException: Invalid value x for configuration "
     "num.io.threads: Not a number of type INT\n\tat org.apache.kafka\n",
     "settings: Invalid value x for configuration num.io.threads: Not a number of type INT"},
    {"assay: java could not be executed\n", "no java is on the PATH"},
    /* A full disk drags an out of memory and a bind failure behind: the disk is the cause. */
    {"java.lang.OutOfMemoryError\nAddress already in use\nNo space left on device\n", "disk"},
    {"12:00 [main] INFO fine\n12:01 [main] ERROR kafka.Kafka - Something new happened\nmore\n",
     "12:01 [main] ERROR kafka.Kafka - Something new happened"},
};

static void test_each_cause_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SAMPLES / sizeof SAMPLES[0]; i++) {
        char cause[BROKER_CAUSE_MAX];
        const char *said = broker_log_cause(span_str(SAMPLES[i].log), cause);
        if (strstr(said, SAMPLES[i].holds) == NULL)
            fail_msg("%s\nsaid: %s", SAMPLES[i].log, said);
        if (strchr(said, '\n') != NULL)
            fail_msg("more than one line: %s", said);
    }
}

static void test_no_cause(void **state)
{
    (void)state;
    char cause[BROKER_CAUSE_MAX];
    assert_string_equal(broker_log_cause(span_of(NULL, 0), cause), "");
    assert_string_equal(broker_log_cause(span_str("INFO all is well\n"), cause), "");
}

static void test_a_long_line_is_cut(void **state)
{
    (void)state;
    char log[4096];
    char cause[BROKER_CAUSE_MAX];
    memset(log, 'x', sizeof log);
    memcpy(log, "ConfigException: ", 17);
    const char *said = broker_log_cause(span_of(log, sizeof log), cause);
    assert_true(strlen(said) > 300 && strlen(said) < BROKER_CAUSE_MAX);
}

static const int CONTROLLERS[] = {9093, 9193, 9293};
static const struct broker_config PLAIN = {.node = 1,
                                           .nodes = 1,
                                           .controller_ports = CONTROLLERS,
                                           .ports = {9092, 9093, 9094},
                                           .log_dirs = "/data",
                                           .message_max_bytes = 1 << 30};

static void write_config(const struct broker_config *c, struct buf *text)
{
    struct err e = {0};
    buf_init(text, 1 << 20);
    assert_int_equal(broker_config_write(c, text, &e), RC_OK);
}

static void test_config_is_plain_unless_secure(void **state)
{
    (void)state;
    struct buf text;
    write_config(&PLAIN, &text);
    assert_non_null(strstr((char *)text.data, "listeners=PLAINTEXT://127.0.0.1:9092,"
                                              "CONTROLLER://127.0.0.1:9093\n"));
    assert_null(strstr((char *)text.data, "SECURE://"));
    assert_null(strstr((char *)text.data, "0.0.0.0"));
    buf_release(&text);
    struct broker_config c = PLAIN;
    c.keystore = "/k.pem";
    c.user = "u";
    c.password = "secret";
    write_config(&c, &text);
    assert_non_null(strstr((char *)text.data, ",SECURE://127.0.0.1:9094\n"));
    assert_non_null(strstr((char *)text.data, "user_u=\"secret\""));
    buf_release(&text);
}

static void test_config_listens_on_a_link_when_there_is_one(void **state)
{
    (void)state;
    struct buf text;
    write_config(&PLAIN, &text);
    assert_null(strstr((char *)text.data, "LINK://"));
    buf_release(&text);
    struct broker_config c = PLAIN;
    c.link_listen = "127.0.0.1:9095";
    c.link_advertised = "127.0.0.1:9096";
    write_config(&c, &text);
    assert_non_null(strstr((char *)text.data, "\nlisteners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://"
                                              "127.0.0.1:9093,LINK://127.0.0.1:9095\n"));
    assert_non_null(strstr((char *)text.data, "\nadvertised.listeners=PLAINTEXT://127.0.0.1:9092,"
                                              "LINK://127.0.0.1:9096\n"));
    assert_non_null(strstr((char *)text.data, "LINK:PLAINTEXT"));
    buf_release(&text);
}

static void has_lines(const struct broker_config *c, const char *const *lines)
{
    struct buf text;
    write_config(c, &text);
    for (size_t i = 0; lines[i] != NULL; i++)
        if (strstr((char *)text.data, lines[i]) == NULL)
            fail_msg("no line %s", lines[i]);
    buf_release(&text);
}

static void test_config_replicates_on_three_nodes(void **state)
{
    (void)state;
    static const char *const alone[] = {"\nnode.id=1\n",
                                        "\ncontroller.quorum.voters=1@127.0.0.1:9093\n",
                                        "\ndefault.replication.factor=1\nmin.insync.replicas=1\n",
                                        "\noffsets.topic.replication.factor=1\n", NULL};
    static const char *const second[] = {
        "\nnode.id=2\n",
        "\ncontroller.quorum.voters=1@127.0.0.1:9093,2@127.0.0.1:9193,3@127.0.0.1:9293\n",
        "\ndefault.replication.factor=3\nmin.insync.replicas=2\n",
        "\noffsets.topic.replication.factor=3\n",
        "\ntransaction.state.log.replication.factor=3\ntransaction.state.log.min.isr=2\n",
        "\nshare.coordinator.state.topic.replication.factor=3\n"
        "share.coordinator.state.topic.min.isr=2\n",
        NULL};
    struct broker_config c = PLAIN;
    has_lines(&c, alone);
    c.node = 2;
    c.nodes = 3;
    has_lines(&c, second);
}

static void test_config_makes_room_for_large_messages(void **state)
{
    (void)state;
    struct buf text;
    struct broker_config c = PLAIN;
    c.message_max_bytes = INT32_MAX;
    write_config(&c, &text);
    assert_non_null(strstr((char *)text.data, "message.max.bytes=2147483647\n"));
    assert_non_null(strstr((char *)text.data, "socket.request.max.bytes=2147483647\n"));
    assert_non_null(strstr((char *)text.data, "log.segment.bytes=2147483647\n"));
    buf_release(&text);
}

static void test_config_properties_come_last(void **state)
{
    (void)state;
    struct buf text;
    static const char *const properties[] = {"message.max.bytes=5", "num.io.threads=2", NULL};
    struct broker_config c = PLAIN;
    c.properties = properties;
    write_config(&c, &text);
    const char *end = strstr((char *)text.data, "\nmessage.max.bytes=5\nnum.io.threads=2\n");
    assert_non_null(end);
    assert_int_equal(strlen(end), strlen("\nmessage.max.bytes=5\nnum.io.threads=2\n"));
    buf_release(&text);
}

static void test_config_refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {"nothing", "=x", "a=b\nlisteners=x", "log.dirs=/etc",
                                      "listeners=PLAINTEXT://0.0.0.0:1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct buf text;
        struct err e = {0};
        const char *const properties[] = {bad[i], NULL};
        struct broker_config c = PLAIN;
        c.properties = properties;
        buf_init(&text, 1 << 20);
        assert_int_equal(broker_config_write(&c, &text, &e), RC_INPUT);
        assert_non_null(strstr(e.text, "broker property"));
        buf_release(&text);
    }
}

static char state_file[] = "/tmp/test_broker_state.XXXXXX";

static void put_state(const char *text)
{
    struct err e = {0};
    assert_int_equal(fs_write(state_file, span_str(text), 0600, &e), RC_OK);
}

static void test_state_survives_the_file(void **state)
{
    (void)state;
    struct broker b = {.bootstrap = "127.0.0.1:1",
                       .folder = "/a b=c",
                       .password = "p=w",
                       .version = "4.3.1",
                       .heap_bytes = 1 << 30,
                       .ready_ns = 123,
                       .started = {.ns = INT64_MAX},
                       .pid = 4711,
                       .lock = 9};
    struct broker back;
    struct err e = {0};
    assert_int_equal(broker_state_write(state_file, &b, &e), RC_OK);
    assert_int_equal(broker_state_read(state_file, &back, &e), RC_OK);
    assert_string_equal(back.bootstrap, b.bootstrap);
    assert_string_equal(back.folder, b.folder);
    assert_string_equal(back.password, b.password);
    assert_string_equal(back.version, b.version);
    assert_int_equal(back.heap_bytes, b.heap_bytes);
    assert_int_equal(back.ready_ns, b.ready_ns);
    assert_int_equal(back.started.ns, b.started.ns);
    assert_int_equal(back.pid, b.pid);
    assert_int_equal(back.lock, -1);
}

static void test_state_is_read_strictly(void **state)
{
    (void)state;
    static const struct log_sample bad[] = {
        {"", "empty"},
        {"pid=1", "line 1"},
        {"pid=1\nnonsense\n", "line 2"},
        {"pid=1\ncolour=red\n", "unknown key"},
        {"pid=0\n", "line 1"},
        {"pid=99999999999\n", "line 1"},
        {"version=4\n", "no line pid="},
        {"pid=1\nversion=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "longer than"},
        {"pid=1\nheap_bytes=1x\n", "heap_bytes"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct broker b;
        struct err e = {0};
        put_state(bad[i].log);
        if (broker_state_read(state_file, &b, &e) == RC_OK || strstr(e.text, bad[i].holds) == NULL)
            fail_msg("\"%s\" said: %s", bad[i].log, e.text);
        assert_non_null(strstr(e.text, state_file));
    }
}

static int make_state_file(void **state)
{
    (void)state;
    return mkstemp(state_file) >= 0 ? 0 : 1;
}

static int remove_state_file(void **state)
{
    (void)state;
    struct err e;
    return fs_remove_tree(state_file, &e) == RC_OK ? 0 : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_cause_is_named),
        cmocka_unit_test(test_no_cause),
        cmocka_unit_test(test_a_long_line_is_cut),
        cmocka_unit_test(test_config_is_plain_unless_secure),
        cmocka_unit_test(test_config_listens_on_a_link_when_there_is_one),
        cmocka_unit_test(test_config_replicates_on_three_nodes),
        cmocka_unit_test(test_config_makes_room_for_large_messages),
        cmocka_unit_test(test_config_properties_come_last),
        cmocka_unit_test(test_config_refuses),
        cmocka_unit_test(test_state_survives_the_file),
        cmocka_unit_test(test_state_is_read_strictly),
    };
    return cmocka_run_group_tests(tests, make_state_file, remove_state_file);
}
