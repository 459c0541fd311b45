/* The server of metrics, asked over a socket: answers, headers, and what cannot be listened on. */
#define _GNU_SOURCE
#include "bench/export/exporter.h"
#include "tests/unit/promtool.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

enum { ANSWER = 8192 };

struct exported_source {
    _Atomic int asked;
    bool fails;
};

static enum rc write_metrics(void *ctx, struct buf *out, struct err *e)
{
    struct exported_source *s = ctx;
    int n = atomic_fetch_add(&s->asked, 1) + 1;
    if (s->fails)
        return err_set(e, RC_INFRA, "no such luck");
    return buf_appendf(out, e,
                       "# HELP asks_total How often.\n# TYPE asks_total counter\n"
                       "asks_total %d\n",
                       n);
}

static void no_run(void *ctx, char *text)
{
    (void)ctx;
    text[0] = '\0';
}

static struct exporter *open_at(const char *address, struct exported_source *s)
{
    struct listen_address at;
    struct exporter *x = NULL;
    struct err e = {0};
    const struct export_source source = {.write = write_metrics, .run = no_run, .ctx = s};
    assert_int_equal(listen_address_parse(address, &at, &e), RC_OK);
    if (exporter_open(&at, &source, &x, &e) != RC_OK)
        fail_msg("%s", e.text);
    return x;
}

static in_port_t port_of(const struct exporter *x)
{
    unsigned port = 0;
    const char *colon = strrchr(exporter_url(x), ':');
    for (const char *c = colon + 1; *c >= '0' && *c <= '9'; c++)
        port = port * 10 + (unsigned)(*c - '0');
    assert_string_equal(strchr(colon, '/'), "/metrics");
    assert_in_range(port, 1, 65535);
    return (in_port_t)port;
}

/* All that comes back for one request, as text. */
static void ask(in_port_t port, const char *request, char answer[ANSWER])
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    size_t size = 0;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(write(fd, request, strlen(request)), strlen(request));
    for (;;) {
        ssize_t n = read(fd, answer + size, ANSWER - 1 - size);
        if (n <= 0)
            break;
        size += (size_t)n;
    }
    answer[size] = '\0';
    (void)close(fd);
}

static void must_say(const char *answer, const char *says)
{
    if (strcasestr(answer, says) == NULL)
        fail_msg("\"%s\" is not in\n%s", says, answer);
}

#define CLOSE " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void test_answers(void **state)
{
    (void)state;
    char answer[ANSWER];
    struct exported_source s = {.asked = 0};
    struct exporter *x = open_at(":0", &s);
    in_port_t port = port_of(x);
    ask(port, "GET /metrics" CLOSE, answer);
    must_say(answer, "HTTP/1.1 200 ");
    must_say(answer, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
    must_say(answer, "\r\n\r\n# HELP asks_total How often.\n");
    must_say(answer, "\nasks_total 1\n");
    ask(port, "GET /metrics?a=b" CLOSE, answer);
    must_say(answer, "\nasks_total 2\n");
    ask(port, "GET /" CLOSE, answer);
    must_say(answer, "HTTP/1.1 200 ");
    must_say(answer, "<a href=\"/metrics\">");
    ask(port, "GET /metrics/" CLOSE, answer);
    must_say(answer, "HTTP/1.1 404 ");
    ask(port, "GET /../etc/passwd" CLOSE, answer);
    must_say(answer, "HTTP/1.1 404 ");
    exporter_close(x);
}

static void test_methods(void **state)
{
    (void)state;
    char answer[ANSWER];
    struct exported_source s = {.asked = 0};
    struct exporter *x = open_at(":0", &s);
    in_port_t port = port_of(x);
    ask(port, "HEAD /metrics" CLOSE, answer);
    must_say(answer, "HTTP/1.1 200 ");
    must_say(answer, "version=0.0.4");
    must_say(answer, "Content-Length: ");
    assert_null(strstr(answer, "asks_total"));
    const char *const others[] = {"DELETE /metrics" CLOSE, "OPTIONS /metrics" CLOSE,
                                  "BREW /metrics" CLOSE,
                                  "POST /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                  "Content-Length: 3\r\n\r\na=b"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        ask(port, others[i], answer);
        must_say(answer, "HTTP/1.1 405 ");
        must_say(answer, "\r\nAllow: GET, HEAD\r\n");
    }
    assert_int_equal(atomic_load(&s.asked), 1);
    exporter_close(x);
}

static void test_a_source_that_fails_is_500(void **state)
{
    (void)state;
    char answer[ANSWER];
    struct exported_source s = {.fails = true};
    struct exporter *x = open_at(":0", &s);
    ask(port_of(x), "GET /metrics" CLOSE, answer);
    must_say(answer, "HTTP/1.1 500 ");
    must_say(answer, "no such luck");
    exporter_close(x);
}

/* Bytes that are no request must not end the server. */
static void test_garbage(void **state)
{
    (void)state;
    char answer[ANSWER];
    struct exported_source s = {.asked = 0};
    struct exporter *x = open_at(":0", &s);
    in_port_t port = port_of(x);
    ask(port, "\x16\x03\x01 hello\r\n\r\n", answer);
    assert_null(strstr(answer, " 200 "));
    ask(port, "GET /metrics" CLOSE, answer);
    must_say(answer, "\nasks_total 1\n");
    exporter_close(x);
}

static void cannot_open(const char *address, const char *why)
{
    struct listen_address at;
    struct exporter *x = NULL;
    struct err e = {0};
    const struct export_source source = {.write = write_metrics, .run = no_run};
    assert_int_equal(listen_address_parse(address, &at, &e), RC_OK);
    assert_int_equal(exporter_open(&at, &source, &x, &e), RC_INPUT);
    assert_null(x);
    if (strstr(e.text, why) == NULL || strstr(e.text, address) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", why, e.text);
}

static void test_ports(void **state)
{
    (void)state;
    char address[64];
    struct exported_source s = {.asked = 0};
    struct exporter *x = open_at(":0", &s);
    in_port_t port = port_of(x);
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", port);
    cannot_open(address, "the port is in use; expected another one, or :0");
    exporter_close(x);
    x = open_at(address, &s); /* free again at once */
    assert_int_equal(port_of(x), port);
    exporter_close(x);
    cannot_open("192.0.2.1:0", "this machine has no such address");
    cannot_open("no-such-host.invalid:0", "cannot listen on");
    exporter_close(NULL);
}

enum { ASKERS = 4, ASKS = 50 };

static void *ask_often(void *ctx)
{
    char answer[ANSWER];
    for (int i = 0; i < ASKS; i++) {
        ask(*(in_port_t *)ctx, "GET /metrics" CLOSE, answer);
        if (strstr(answer, "\nasks_total ") == NULL)
            return NULL;
    }
    return ctx;
}

static void test_many_ask_at_once(void **state)
{
    (void)state;
    struct exported_source s = {.asked = 0};
    struct exporter *x = open_at(":0", &s);
    in_port_t port = port_of(x);
    pthread_t threads[ASKERS];
    for (size_t i = 0; i < ASKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &port), 0);
    for (size_t i = 0; i < ASKERS; i++) {
        void *good = NULL;
        assert_int_equal(pthread_join(threads[i], &good), 0);
        assert_non_null(good);
    }
    assert_int_equal(atomic_load(&s.asked), ASKERS * ASKS);
    exporter_close(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_a_source_that_fails_is_500),
        cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_many_ask_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
