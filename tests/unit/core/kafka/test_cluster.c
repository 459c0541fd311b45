/* A cluster's settings: what is accepted, how refusals read, and that no secret gets out. */
#define _POSIX_C_SOURCE 200809L
#include "core/kafka/cluster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PASSWORD "hunter2-Zq"

static void add(struct cluster *c, const char *key_value)
{
    struct err e = {0};
    enum rc rc = cluster_add(c, key_value, &e);
    if (rc != RC_OK)
        print_error("%s: %s\n", key_value, e.text);
    assert_int_equal(rc, RC_OK);
}

static void refused(const char *key_value, const char *says)
{
    struct cluster c;
    struct err e = {0};
    cluster_init(&c);
    enum rc rc = cluster_add(&c, key_value, &e);
    if (rc != RC_INPUT || strstr(e.text, says) == NULL)
        print_error("%s: rc %d: %s\n", key_value, (int)rc, e.text);
    assert_int_equal(rc, RC_INPUT);
    assert_non_null(strstr(e.text, says));
    assert_null(strstr(e.text, PASSWORD));
    assert_int_equal(c.properties.count, 0);
    cluster_release(&c);
}

static void test_accepts_and_replaces(void **state)
{
    (void)state;
    struct cluster c;
    struct err e = {0};
    cluster_init(&c);
    assert_null(cluster_bootstrap(&c));
    assert_int_equal(cluster_set_bootstrap(&c, "a:9092,[::1]:9093,b", &e), RC_OK);
    assert_true(cluster_is_plain(&c));
    add(&c, "security.protocol=SASL_SSL");
    add(&c, "sasl.mechanism=PLAIN");
    add(&c, "socket.timeout.ms=60000");
    add(&c, "socket.timeout.ms=50000");
    add(&c, "partitioner=murmur2_random"); /* a topic property, which is fine too */
    add(&c, "sasl.password=a=b=" PASSWORD);
    assert_string_equal(cluster_value(&c, "socket.timeout.ms"), "50000");
    assert_string_equal(cluster_value(&c, "sasl.password"), "a=b=" PASSWORD);
    assert_string_equal(cluster_bootstrap(&c), "a:9092,[::1]:9093,b");
    assert_false(cluster_is_plain(&c));
    add(&c, "bootstrap.servers=c:1");
    assert_string_equal(cluster_bootstrap(&c), "c:1");
    cluster_release(&c);
}

static void test_refusals_say_what_would_be_right(void **state)
{
    (void)state;
    refused("sasl.pasword=" PASSWORD, "did you mean sasl.password?");
    refused("no.such.thing.at.all=" PASSWORD, "CONFIGURATION.md");
    refused(PASSWORD, "key=value");
    refused("=" PASSWORD, "key=value");
    refused("sasl password " PASSWORD "=x", "key=value");
    refused("socket.timeout.ms=60s", "not a plain number");
    refused("socket.timeout.ms=soon", "socket.timeout.ms");
    refused("socket.timeout.ms=1", "range");
    refused("security.protocol=TLS", "security.protocol");
    refused("socket.keepalive.enable=maybe", "true or false");
    refused("ssl.truststore.location=ca.jks", "ssl.ca.location");
    refused("ssl.truststore.password=" PASSWORD, "ssl.ca.location");
    refused("sasl.jaas.config=x password=" PASSWORD, "sasl.username");
    refused("key.serializer=x", "Java");
    refused("enable.idempotence=false", "a trial is always idempotent");
    refused("acks=1", "acks=all");
    refused("compression.codec=zstd", "codecs:");
    refused("compression.type=zstd", "codecs:");
    refused("batch.size=1", "batching:");
    refused("test.mock.num.brokers=3", "mock");
    refused("error_cb=x", "error_cb");
}

static void test_hosts(void **state)
{
    (void)state;
    static const struct {
        const char *hosts, *says;
    } rows[] = {
        {"", "empty host"},
        {"a:9092,", "empty host"},
        {"a:0", "1 to 65535"},
        {"a:65536", "1 to 65535"},
        {"a:x", "1 to 65535"},
        {"a:", "1 to 65535"},
        {":9092", "host name is missing"},
        {"kafka://a:9092", "without '/'"},
        {"a b:1", "without ' '"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cluster c;
        struct err e = {0};
        cluster_init(&c);
        enum rc rc = cluster_set_bootstrap(&c, rows[i].hosts, &e);
        if (rc != RC_INPUT || strstr(e.text, rows[i].says) == NULL)
            print_error("%s: rc %d: %s\n", rows[i].hosts, (int)rc, e.text);
        assert_int_equal(rc, RC_INPUT);
        assert_non_null(strstr(e.text, rows[i].says));
        cluster_release(&c);
    }
}

/* Writes text to a file of ours and reads it as a client config. */
static enum rc read_file_with(struct cluster *c, const char *text, char *path, struct err *e)
{
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    (void)close(fd);
    enum rc rc = cluster_add_file(c, path, e);
    (void)unlink(path);
    return rc;
}

static void test_client_config_file(void **state)
{
    (void)state;
    struct cluster c;
    struct err e = {0};
    cluster_init(&c);
    char path[] = "/tmp/assay-test-XXXXXX";
    enum rc rc = read_file_with(&c,
                                "# a comment\r\n"
                                "\n"
                                "  bootstrap.servers = h:9093\r\n"
                                "security.protocol: SASL_SSL\n"
                                "sasl.username=me\n"
                                "sasl.password = p#w:=\\d \n"
                                "ssl.ca.pem=-----BEGIN\\nA\\n-----END",
                                path, &e);
    if (rc != RC_OK)
        print_error("%s\n", e.text);
    assert_int_equal(rc, RC_OK);
    assert_string_equal(cluster_bootstrap(&c), "h:9093");
    assert_string_equal(cluster_value(&c, "security.protocol"), "SASL_SSL");
    assert_string_equal(cluster_value(&c, "sasl.password"), "p#w:=\\d");
    assert_string_equal(cluster_value(&c, "ssl.ca.pem"), "-----BEGIN\nA\n-----END");
    cluster_release(&c);
}

static void file_refused(const char *text, int line, const char *says)
{
    struct cluster c;
    struct err e = {0};
    cluster_init(&c);
    char path[] = "/tmp/assay-test-XXXXXX";
    enum rc rc = read_file_with(&c, text, path, &e);
    char place[64];
    (void)snprintf(place, sizeof place, "%s:%d: ", path, line);
    if (rc != RC_INPUT || strstr(e.text, says) == NULL || strstr(e.text, place) != e.text)
        print_error("rc %d: %s\n", (int)rc, e.text);
    assert_int_equal(rc, RC_INPUT);
    assert_ptr_equal(strstr(e.text, place), e.text);
    assert_non_null(strstr(e.text, says));
    assert_null(strstr(e.text, PASSWORD));
    cluster_release(&c);
}

static void test_client_config_errors_name_the_line(void **state)
{
    (void)state;
    file_refused("client.id=x\n\nsasl.passwd=" PASSWORD "\n", 3, "sasl.passwd");
    file_refused("#\n" PASSWORD "\n", 2, "key=value");
    file_refused("client.id=x\nsocket.timeout.ms = 6000 ms", 2, "plain number");
    file_refused("bootstrap.servers=h:99999", 1, "65535");
    file_refused("acks=0", 1, "acks=all");

    struct cluster c;
    struct err e = {0};
    cluster_init(&c);
    assert_int_equal(cluster_add_file(&c, "/nonexistent/client.properties", &e), RC_INPUT);
    assert_non_null(strstr(e.text, "/nonexistent/client.properties: No such file"));
    assert_int_equal(cluster_add_file(&c, "/", &e), RC_INPUT);
    assert_non_null(strstr(e.text, "directory"));
    cluster_release(&c);
}

static void test_travels_as_text(void **state)
{
    (void)state;
    struct cluster c, back;
    struct err e = {0};
    cluster_init(&c);
    cluster_init(&back);
    assert_int_equal(cluster_set_bootstrap(&c, "h:1", &e), RC_OK);
    add(&c, "sasl.password=x\\n=" PASSWORD);
    add(&c, "ssl.ca.pem=line\nline\\");
    struct buf text;
    buf_init(&text, 65536);
    assert_int_equal(cluster_write(&c, &text, &e), RC_OK);
    assert_int_equal(cluster_read(&back, buf_span(&text), &e), RC_OK);
    assert_int_equal(back.properties.count, c.properties.count);
    for (size_t i = 0; i < c.properties.count; i++)
        assert_string_equal(cluster_value(&back, c.properties.rows[i].key),
                            c.properties.rows[i].value);
    assert_int_equal(cluster_read(&back, span_str("x\n"), &e), RC_INPUT);
    assert_int_equal(cluster_read(&back, span_str("a=\\t\n"), &e), RC_INPUT);
    buf_release(&text);
    cluster_release(&c);
    cluster_release(&back);
}

static void test_describing_hides_secrets(void **state)
{
    (void)state;
    static const char *const secret[] = {
        "sasl.password",           "sasl.username",
        "ssl.key.password",        "ssl.key.pem",
        "ssl.keystore.password",   "sasl.oauthbearer.config",
        "sasl.jaas.config",        "sasl.oauthbearer.client.secret",
        "SASL.PASSWORD",           "basic.auth.user.info",
        "sasl.kerberos.kinit.cmd",
    };
    static const char *const open[] = {"bootstrap.servers", "security.protocol",
                                       "ssl.ca.location",   "sasl.mechanism",
                                       "client.id",         "partition.assignment"};
    for (size_t i = 0; i < sizeof secret / sizeof secret[0]; i++)
        assert_true(settings_key_is_secret(secret[i]));
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        assert_false(settings_key_is_secret(open[i]));

    struct cluster c;
    struct err e = {0};
    cluster_init(&c);
    assert_int_equal(cluster_set_bootstrap(&c, "h:1", &e), RC_OK);
    add(&c, "sasl.password=" PASSWORD);
    add(&c, "sasl.username=" PASSWORD);
    add(&c, "ssl.key.password=" PASSWORD);
    add(&c, "sasl.mechanism=PLAIN");
    struct settings told;
    assert_int_equal(cluster_describe(&c, &told, &e), RC_OK);
    assert_int_equal(told.count, 5);
    assert_string_equal(settings_find(&told, "sasl.password"), SETTING_HIDDEN);
    assert_string_equal(settings_find(&told, "sasl.mechanism"), "PLAIN");
    for (size_t i = 0; i < told.count; i++)
        assert_null(strstr(told.rows[i].value, PASSWORD));
    settings_release(&told);
    assert_int_equal(settings_hide(&c.properties, &e), RC_OK);
    assert_string_equal(cluster_value(&c, "ssl.key.password"), SETTING_HIDDEN);
    cluster_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepts_and_replaces),
        cmocka_unit_test(test_refusals_say_what_would_be_right),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_client_config_file),
        cmocka_unit_test(test_client_config_errors_name_the_line),
        cmocka_unit_test(test_travels_as_text),
        cmocka_unit_test(test_describing_hides_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
