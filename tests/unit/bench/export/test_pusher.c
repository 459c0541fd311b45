/* Pushing, against a gateway of the test's own that answers as told, hangs, or is not there. */
#define _GNU_SOURCE
#include "bench/export/pusher.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { REQUEST = 8192, LOOK_MS = 10, PATIENCE_MS = 20000 };
static const int64_t OFTEN_NS = 20 * NS_PER_MS;
static const int64_t SELDOM_NS = INT64_C(3600) * NS_PER_S;
static const int64_t TIMEOUT_NS = 300 * NS_PER_MS;

struct push_gateway {
    const char *answer; /* NULL: it hangs */
    int fd;
    in_port_t port;
    pthread_t thread;
    _Atomic int requests;
    _Atomic bool stop;
    char last[REQUEST]; /* read after the thread has ended */
};

/* Reads until the end of the body that the test's metrics have. */
static void take(struct push_gateway *g, int fd)
{
    size_t size = 0;
    char text[REQUEST];
    while (size + 1 < sizeof text) {
        ssize_t n = read(fd, text + size, sizeof text - 1 - size);
        if (n <= 0)
            break;
        size += (size_t)n;
        text[size] = '\0';
        const char *head = strstr(text, "\r\n\r\n");
        if (head != NULL && strstr(head, "# end\n") != NULL)
            break;
    }
    memcpy(g->last, text, sizeof text);
    (void)atomic_fetch_add(&g->requests, 1);
    if (g->answer != NULL && write(fd, g->answer, strlen(g->answer)) < 0)
        return;
    while (g->answer == NULL && !atomic_load(&g->stop))
        (void)poll(NULL, 0, LOOK_MS);
}

static void *serve(void *ctx)
{
    struct push_gateway *g = ctx;
    while (!atomic_load(&g->stop)) {
        struct pollfd p = {.fd = g->fd, .events = POLLIN};
        if (poll(&p, 1, LOOK_MS) <= 0)
            continue;
        int fd = accept(g->fd, NULL, NULL);
        take(g, fd);
        (void)close(fd);
    }
    return NULL;
}

static void gateway_open(struct push_gateway *g, const char *answer)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof a;
    memset(g, 0, sizeof *g);
    g->answer = answer;
    g->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(g->fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(g->fd, 8), 0);
    assert_int_equal(getsockname(g->fd, (struct sockaddr *)&a, &size), 0);
    g->port = ntohs(a.sin_port);
    assert_int_equal(pthread_create(&g->thread, NULL, serve, g), 0);
}

static void gateway_close(struct push_gateway *g)
{
    atomic_store(&g->stop, true);
    (void)pthread_join(g->thread, NULL);
    (void)close(g->fd);
}

struct pushed_source {
    _Atomic int value;
    const char *run;
};

static enum rc write_metrics(void *ctx, struct buf *out, struct err *e)
{
    struct pushed_source *s = ctx;
    return buf_appendf(out, e, "# TYPE value gauge\nvalue %d\n# end\n", atomic_load(&s->value));
}

static void say_run(void *ctx, char *text)
{
    (void)snprintf(text, EXPORT_RUN_MAX, "%s", ((struct pushed_source *)ctx)->run);
}

static struct pusher *push_to(in_port_t port, struct pushed_source *s, int64_t every_ns)
{
    char url[64];
    struct err e = {0};
    struct push_target target;
    struct pusher *p = NULL;
    const struct export_source source = {.write = write_metrics, .run = say_run, .ctx = s};
    const struct pusher_options o = {
        .target = &target, .source = &source, .every_ns = every_ns, .timeout_ns = TIMEOUT_NS};
    (void)snprintf(url, sizeof url, "http://bob:geheim@127.0.0.1:%d/", port);
    assert_int_equal(push_target_parse(url, &target, &e), RC_OK);
    if (pusher_open(&o, &p, &e) != RC_OK)
        fail_msg("%s", e.text);
    return p;
}

static void await(const _Atomic int *counter, int at_least)
{
    for (int waited = 0; atomic_load(counter) < at_least; waited += LOOK_MS) {
        if (waited > PATIENCE_MS)
            fail_msg("%d of %d came", atomic_load(counter), at_least);
        (void)poll(NULL, 0, LOOK_MS);
    }
}

static void must_say(const char *text, const char *says)
{
    if (strstr(text, says) == NULL)
        fail_msg("\"%s\" is not in\n%s", says, text);
}

static void no_trouble(struct pusher *p)
{
    char why[ERR_TEXT_MAX];
    if (pusher_trouble(p, why, sizeof why))
        fail_msg("%s", why);
}

static void one_trouble(struct pusher *p, const char *says)
{
    char why[ERR_TEXT_MAX] = "";
    assert_true(pusher_trouble(p, why, sizeof why));
    must_say(why, says);
    must_say(why, "Pushgateway at http://127.0.0.1:");
    if (strstr(why, "geheim") != NULL || strstr(why, "bob") != NULL)
        fail_msg("a password is shown: %s", why);
    assert_false(pusher_trouble(p, why, sizeof why)); /* once */
}

#define OK_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static void test_while_it_runs_and_at_its_end(void **state)
{
    (void)state;
    struct push_gateway g;
    struct pushed_source s = {.value = 1, .run = "2026 run"};
    gateway_open(&g, OK_ANSWER);
    struct pusher *p = push_to(g.port, &s, OFTEN_NS);
    await(&g.requests, 3);
    atomic_store(&s.value, 42);
    pusher_finish(p);
    no_trouble(p);
    gateway_close(&g);
    must_say(g.last, "PUT /metrics/job/assay/run@base64/MjAyNiBydW4= HTTP/1.1\r\n");
    must_say(g.last, "\r\nAuthorization: Basic Ym9iOmdlaGVpbQ==\r\n");
    must_say(g.last, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
    must_say(g.last, "\nvalue 42\n"); /* what is final */
    pusher_finish(p);                 /* again: nothing */
    pusher_close(p);
}

static void test_nothing_before_the_run_has_an_id(void **state)
{
    (void)state;
    struct push_gateway g;
    struct pushed_source s = {.run = ""};
    gateway_open(&g, OK_ANSWER);
    struct pusher *p = push_to(g.port, &s, OFTEN_NS);
    (void)poll(NULL, 0, 5 * LOOK_MS);
    pusher_finish(p);
    no_trouble(p);
    gateway_close(&g);
    assert_int_equal(atomic_load(&g.requests), 0);
    pusher_close(p);
}

static void test_refusals_are_told_once(void **state)
{
    (void)state;
    struct push_gateway g;
    struct pushed_source s = {.run = "r"};
    gateway_open(
        &g, "HTTP/1.1 500 Oops\r\nContent-Length: 27\r\n\r\nout of \x1b[31mpaper\r\nand more..");
    struct pusher *p = push_to(g.port, &s, OFTEN_NS);
    await(&g.requests, 3);
    one_trouble(p, "it answered 500 out of ?[31mpaper");
    pusher_finish(p);
    no_trouble(p);
    pusher_close(p);
    gateway_close(&g);
}

/* What another kind of server answers is a page: its status says enough. */
static void test_pages_are_not_shown(void **state)
{
    (void)state;
    struct push_gateway g;
    struct pushed_source s = {.run = "r"};
    gateway_open(&g,
                 "HTTP/1.1 501 No\r\nContent-Length: 29\r\n\r\n\r\n<!DOCTYPE HTML>\r\n<html>....");
    struct pusher *p = push_to(g.port, &s, SELDOM_NS);
    char text[ERR_TEXT_MAX];
    pusher_finish(p);
    assert_true(pusher_trouble(p, text, sizeof text));
    assert_null(strchr(text, '<'));
    assert_string_equal(text + strlen(text) - strlen(": it answered 501"), ": it answered 501");
    pusher_close(p);
    gateway_close(&g);
}

/* Nobody else gets the password. */
static void test_redirects_are_not_followed(void **state)
{
    (void)state;
    struct push_gateway g, other;
    char answer[128];
    struct pushed_source s = {.run = "r"};
    gateway_open(&other, OK_ANSWER);
    (void)snprintf(answer, sizeof answer,
                   "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n",
                   other.port);
    gateway_open(&g, answer);
    struct pusher *p = push_to(g.port, &s, SELDOM_NS);
    pusher_finish(p);
    one_trouble(p, "it answered 307");
    pusher_close(p);
    gateway_close(&g);
    gateway_close(&other);
    assert_int_equal(atomic_load(&g.requests), 1);
    assert_int_equal(atomic_load(&other.requests), 0);
}

static void test_absent(void **state)
{
    (void)state;
    struct push_gateway g;
    struct pushed_source s = {.run = "r"};
    gateway_open(&g, OK_ANSWER);
    gateway_close(&g); /* its port is free now */
    struct pusher *p = push_to(g.port, &s, SELDOM_NS);
    pusher_finish(p);
    one_trouble(p, "Couldn't connect");
    pusher_close(p);
}

/* The push under way is broken off, the last one waits for its timeout: no more than that. */
static void test_hanging(void **state)
{
    (void)state;
    struct push_gateway g;
    struct pushed_source s = {.run = "r"};
    gateway_open(&g, NULL);
    struct pusher *p = push_to(g.port, &s, OFTEN_NS);
    await(&g.requests, 1);
    pusher_finish(p);
    one_trouble(p, "Timeout was reached");
    pusher_close(p);
    gateway_close(&g);
    pusher_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_while_it_runs_and_at_its_end),
        cmocka_unit_test(test_nothing_before_the_run_has_an_id),
        cmocka_unit_test(test_refusals_are_told_once),
        cmocka_unit_test(test_pages_are_not_shown),
        cmocka_unit_test(test_redirects_are_not_followed),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_hanging),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
