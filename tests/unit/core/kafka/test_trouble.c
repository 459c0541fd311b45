/* Lines of librdkafka become sentences. The lines are as librdkafka 2.0.2 writes them. */
#include "core/kafka/trouble.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void says(const char *line, const char *sentence, bool hopeless)
{
    struct trouble t;
    char text[TROUBLE_TEXT];
    trouble_init(&t, "PLAIN", "/etc/ca.pem");
    trouble_note(&t, line);
    assert_true(trouble_say(&t, text, sizeof text));
    assert_string_equal(text, sentence);
    assert_int_equal(trouble_is_hopeless(&t), hopeless);
    trouble_heal(&t);
    assert_false(trouble_say(&t, text, sizeof text));
    assert_string_equal(text, sentence);
    assert_false(trouble_is_hopeless(&t));
    trouble_release(&t);
}

/* The same line says less when nothing large was on the way. */
static void test_large_records_name_the_limit_of_a_request(void **state)
{
    (void)state;
    static const struct {
        const char *line, *sentence;
    } rows[] = {
        {"h:9092/1: Disconnected: verify that security.protocol is correctly configured, broker "
         "might require SASL authentication (after 12ms in state UP)",
         "h:9092 closed the connection: large records were on the way, is a request larger than "
         "its socket.request.max.bytes (assay doctor --size tells), or does it expect a login "
         "(security.protocol)?"},
        {"h:9092/1: Disconnected (after 5012ms in state UP)",
         "h:9092 closed the connection: large records were on the way, is a request larger than "
         "its socket.request.max.bytes (assay doctor --size tells)?"},
        {"h:9092/1: Send failed: Broken pipe (after 1ms in state UP)",
         "the connection to h:9092 was lost: Broken pipe: large records were on the way, is a "
         "request larger than its socket.request.max.bytes (assay doctor --size tells)?"},
        {"h:9093/1: Disconnected: connecting to a SSL listener? (after 1ms in state "
         "APIVERSION_QUERY)",
         "h:9093 closed the connection before its first answer: does it expect TLS or a login "
         "(security.protocol)?"},
        {"h:9092/1: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state "
         "CONNECT)",
         "cannot reach h:9092: Connection refused"},
    };
    char text[TROUBLE_TEXT];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trouble t;
        trouble_init(&t, "PLAIN", "");
        trouble_note_large(&t);
        trouble_note(&t, rows[i].line);
        assert_true(trouble_say(&t, text, sizeof text));
        assert_string_equal(text, rows[i].sentence);
        trouble_release(&t);
    }
}

static void test_lines(void **state)
{
    (void)state;
    says("localhost:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms "
         "in state CONNECT)",
         "cannot reach localhost:1: Connection refused", false);
    says("nohost:9092/bootstrap: Failed to resolve 'nohost:9092': Name or service not known (after "
         "2ms in state CONNECT)",
         "cannot reach nohost:9092: the host name is not known: 'nohost:9092': Name or service not "
         "known",
         false);
    says(
        "sasl_ssl://localhost:9093/bootstrap: SASL authentication error: Authentication failed: "
        "Invalid username or password (after 301ms in state AUTH_REQ)",
        "localhost:9093 refused the login (SASL PLAIN): Authentication failed: Invalid username or "
        "password",
        true);
    says("ssl://h:9093/1: SSL handshake failed: error:0A00010B:SSL routines::wrong version number "
         "(after 1ms in state SSL_HANDSHAKE)",
         "h:9093 does not speak TLS, which security.protocol asks for", true);
    says("ssl://h:9092/1: Connection setup timed out in state SSL_HANDSHAKE (after 9998ms in state "
         "SSL_HANDSHAKE)",
         "h:9092 does not answer in TLS: does it expect plain text (security.protocol)?", true);
    says("h:9092/1: Connection setup timed out in state CONNECT (after 9998ms in state CONNECT)",
         "h:9092 does not answer (in state CONNECT)", false);
    says("h:9092/1: Disconnected (after 5012ms in state UP, 2 identical error(s) suppressed)",
         "h:9092 closed the connection", false);
    says("h:9092/1: Receive failed: Connection reset by peer (after 1ms in state UP)",
         "the connection to h:9092 was lost: Connection reset by peer", false);
    says(
        "h:80/bootstrap: ApiVersionRequest failed: Local: Timed out: probably due to broker "
        "version "
        "< 0.10 (see api.version.request configuration) (after 10002ms in state APIVERSION_QUERY)",
        "h:80 does not answer as a Kafka broker does: is it another kind of server, or overloaded?",
        false);
    says("something else entirely", "the broker: something else entirely", false);
    says("", "the broker: ", false);
}

static void test_certificates(void **state)
{
    (void)state;
    const char *line = "ssl://h:9093/bootstrap: SSL handshake failed: error:0A000086:SSL "
                       "routines::certificate verify failed: broker certificate could not be "
                       "verified, verify that ssl.ca.location is correctly configured (after 4ms "
                       "in state SSL_HANDSHAKE)";
    says(line, "the certificate of h:9093 is not signed by a CA in /etc/ca.pem", true);

    struct trouble t;
    char text[TROUBLE_TEXT];
    trouble_init(&t, "", "/etc/ca.pem");
    trouble_note_certificate(&t, 10);
    trouble_note(&t, line);
    (void)trouble_say(&t, text, sizeof text);
    assert_string_equal(text, "the certificate of h:9093 has expired");
    trouble_note_certificate(&t, 62);
    trouble_note(&t, line);
    (void)trouble_say(&t, text, sizeof text);
    assert_non_null(strstr(text, "issued to another host name"));
    trouble_release(&t);
}

static void test_long_lines_are_cut(void **state)
{
    (void)state;
    struct trouble t;
    char line[4096], text[TROUBLE_TEXT];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    memcpy(line, "h:1/2: ", 7);
    trouble_init(&t, "", "");
    trouble_note(&t, line);
    assert_true(trouble_say(&t, text, sizeof text));
    assert_int_equal(strlen(text), TROUBLE_TEXT - 1);
    memset(line, 'h', sizeof line - 100);
    trouble_note(&t, line);
    trouble_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_large_records_name_the_limit_of_a_request),
        cmocka_unit_test(test_certificates),
        cmocka_unit_test(test_long_lines_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
