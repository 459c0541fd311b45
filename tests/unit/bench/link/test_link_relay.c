/* The relay of bench/link: every byte, both ways, at the rate and with the delay that were set. */
#define _GNU_SOURCE
#include "base/rng.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/bench/link/link_scene.h"

enum { CHUNK_MAX = 100000, MANY = 300 };

/* A relay with a listener of ours in the place of the broker. */
struct relay_scene {
    struct links *links;
    struct sockaddr_in broker, relay;
    int listener;
};

static void open_scene(struct relay_scene *s)
{
    struct err e = {.text = ""};
    char listen[LINK_ADDRESS_MAX];
    char advertised[LINK_ADDRESS_MAX];
    s->broker = tcp_address(INADDR_LOOPBACK, 0);
    assert_int_equal(tcp_listen(&s->broker, &s->listener, &e), RC_OK);
    assert_int_equal(links_open(LINK_RELAY, true, &s->links, &e), RC_OK);
    int port = (int)ntohs(s->broker.sin_port);
    assert_int_equal(links_listener(s->links, port, listen, advertised, &e), RC_OK);
    assert_int_equal(scene_address(listen).sin_port, s->broker.sin_port);
    s->relay = scene_address(advertised);
    assert_int_not_equal(s->relay.sin_port, s->broker.sin_port);
}

static void close_scene(struct relay_scene *s)
{
    links_close(s->links);
    (void)close(s->listener);
}

static void connect_ends(const struct relay_scene *s, int *client, int *broker)
{
    struct err e = {.text = ""};
    assert_int_equal(tcp_socket(client, &e), RC_OK);
    assert_int_equal(tcp_connect(*client, &s->relay, SCENE_PATIENCE_MS, &e), RC_OK);
    assert_int_equal(tcp_accept(s->listener, SCENE_PATIENCE_MS, broker, &e), RC_OK);
}

/* Bytes of one direction, made by the same seed at both ends. */
struct stream {
    int from, to;
    size_t size;
    uint64_t seed;
    size_t received;
    bool same;
};

static bool wait_for(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    return poll(&p, 1, SCENE_PATIENCE_MS) == 1;
}

static void *send_all(void *ctx)
{
    const struct stream *s = ctx;
    static _Thread_local uint8_t chunk[CHUNK_MAX];
    struct rng content;
    struct rng sizes;
    rng_init(&content, s->seed, 0);
    rng_init(&sizes, s->seed, 1);
    for (size_t sent = 0; sent < s->size;) {
        size_t size = 1 + (size_t)rng_below(&sizes, CHUNK_MAX);
        size = size < s->size - sent ? size : s->size - sent;
        for (size_t i = 0; i < size; i++)
            chunk[i] = (uint8_t)rng_u64(&content);
        for (size_t done = 0; done < size;) {
            ssize_t n = send(s->from, chunk + done, size - done, MSG_NOSIGNAL);
            if (n > 0)
                done += (size_t)n;
            else if (!wait_for(s->from, POLLOUT))
                return NULL;
        }
        sent += size;
    }
    (void)shutdown(s->from, SHUT_WR);
    return NULL;
}

static void *receive_all(void *ctx)
{
    struct stream *s = ctx;
    static _Thread_local uint8_t chunk[CHUNK_MAX];
    struct rng content;
    struct rng sizes;
    rng_init(&content, s->seed, 0);
    rng_init(&sizes, s->seed, 2);
    s->same = true;
    while (wait_for(s->to, POLLIN)) {
        ssize_t n = recv(s->to, chunk, 1 + (size_t)rng_below(&sizes, CHUNK_MAX), 0);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            break;
        for (ssize_t i = 0; i < n; i++)
            s->same &= chunk[i] == (uint8_t)rng_u64(&content);
        s->received += n > 0 ? (size_t)n : 0;
    }
    return NULL;
}

static void pass_both_ways(const struct relay_scene *s, size_t up, size_t down)
{
    int client = -1;
    int broker = -1;
    pthread_t threads[4];
    connect_ends(s, &client, &broker);
    struct stream streams[] = {{.from = client, .to = broker, .size = up, .seed = 11},
                               {.from = broker, .to = client, .size = down, .seed = 22}};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[2 * i], NULL, send_all, &streams[i]), 0);
        assert_int_equal(pthread_create(&threads[2 * i + 1], NULL, receive_all, &streams[i]), 0);
    }
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < 2; i++) {
        assert_true(streams[i].same);
        assert_int_equal(streams[i].received, streams[i].size);
    }
    (void)close(client);
    (void)close(broker);
}

static void test_bytes_stay_what_they_were(void **state)
{
    (void)state;
    static const struct link_rate rates[] = {
        {.bit_per_s = 0},
        {.bit_per_s = 200000000},
        {.bit_per_s = 400000000, .delay_ns = 3 * NS_PER_MS},
        {.bit_per_s = 0, .delay_ns = 3 * NS_PER_MS},
    };
    struct relay_scene s;
    struct err e = {.text = ""};
    open_scene(&s);
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        assert_int_equal(links_set(s.links, &rates[i], &e), RC_OK);
        pass_both_ways(&s, 3000001, 2000003);
        pass_both_ways(&s, 0, 1);
    }
    close_scene(&s);
}

/* Nothing is read and nothing lost when the receiver is slow: the sender has to wait. */
static void test_a_slow_receiver_holds_the_sender_up(void **state)
{
    (void)state;
    static uint8_t zeros[CHUNK_MAX];
    struct relay_scene s;
    int client = -1;
    int broker = -1;
    size_t sent = 0;
    open_scene(&s);
    connect_ends(&s, &client, &broker);
    struct pollfd p = {.fd = client, .events = POLLOUT};
    while (poll(&p, 1, 300) == 1 && sent < (size_t)1 << 30) {
        ssize_t n = send(client, zeros, sizeof zeros, MSG_NOSIGNAL);
        sent += n > 0 ? (size_t)n : 0;
    }
    assert_true(sent < (size_t)1 << 30);
    (void)shutdown(client, SHUT_WR);
    size_t received = 0;
    ssize_t n = 1;
    while (n != 0 && wait_for(broker, POLLIN)) {
        n = recv(broker, zeros, sizeof zeros, 0);
        received += n > 0 ? (size_t)n : 0;
    }
    assert_int_equal(n, 0);
    assert_int_equal(received, sent);
    (void)close(client);
    (void)close(broker);
    close_scene(&s);
}

static void test_half_close_and_reset(void **state)
{
    (void)state;
    struct relay_scene s;
    int client = -1;
    int broker = -1;
    char byte = 'x';
    open_scene(&s);
    connect_ends(&s, &client, &broker);
    /* The client has said all it has to say; the broker may answer all the same. */
    assert_int_equal(send(client, &byte, 1, 0), 1);
    assert_int_equal(shutdown(client, SHUT_WR), 0);
    assert_true(wait_for(broker, POLLIN));
    assert_int_equal(recv(broker, &byte, 1, 0), 1);
    assert_true(wait_for(broker, POLLIN));
    assert_int_equal(recv(broker, &byte, 1, 0), 0);
    assert_int_equal(send(broker, &byte, 1, 0), 1);
    assert_true(wait_for(client, POLLIN));
    assert_int_equal(recv(client, &byte, 1, 0), 1);
    (void)close(broker);
    assert_true(wait_for(client, POLLIN));
    assert_int_equal(recv(client, &byte, 1, 0), 0);
    (void)close(client);
    /* A reset arrives as one. */
    connect_ends(&s, &client, &broker);
    tcp_drop(broker);
    assert_true(wait_for(client, POLLIN));
    assert_int_equal(recv(client, &byte, 1, 0), -1);
    assert_int_equal(errno, ECONNRESET);
    (void)close(client);
    close_scene(&s);
}

static void test_without_a_broker_connections_are_reset(void **state)
{
    (void)state;
    struct relay_scene s;
    struct err e = {.text = ""};
    int client = -1;
    char byte;
    open_scene(&s);
    (void)close(s.listener);
    s.listener = -1;
    assert_int_equal(tcp_socket(&client, &e), RC_OK);
    assert_int_equal(tcp_connect(client, &s.relay, SCENE_PATIENCE_MS, &e), RC_OK);
    assert_true(wait_for(client, POLLIN));
    assert_int_equal(recv(client, &byte, 1, 0), -1);
    assert_int_equal(errno, ECONNRESET);
    (void)close(client);
    close_scene(&s);
}

/* More than it serves at once: the rest wait until places are free; each gets its own bytes. */
static void test_many_connections(void **state)
{
    (void)state;
    struct relay_scene s;
    struct err e = {.text = ""};
    static int clients[MANY];
    int served = 0;
    open_scene(&s);
    for (uint16_t i = 0; i < MANY; i++) {
        assert_int_equal(tcp_socket(&clients[i], &e), RC_OK);
        assert_int_equal(tcp_connect(clients[i], &s.relay, SCENE_PATIENCE_MS, &e), RC_OK);
        assert_int_equal(send(clients[i], &i, sizeof i, 0), sizeof i);
    }
    for (; served < MANY; served++) {
        int broker = -1;
        uint16_t number = MANY;
        uint16_t echo = MANY;
        assert_int_equal(tcp_accept(s.listener, SCENE_PATIENCE_MS, &broker, &e), RC_OK);
        assert_true(wait_for(broker, POLLIN));
        assert_int_equal(recv(broker, &number, sizeof number, 0), sizeof number);
        assert_in_range(number, 0, MANY - 1);
        assert_int_equal(send(broker, &number, sizeof number, 0), sizeof number);
        assert_true(wait_for(clients[number], POLLIN));
        assert_int_equal(recv(clients[number], &echo, sizeof echo, 0), sizeof echo);
        assert_int_equal(echo, number);
        (void)close(broker);
        (void)close(clients[number]);
    }
    close_scene(&s);
}

static void test_rates_are_kept(void **state)
{
    (void)state;
    static const struct link_rate rates[] = {
        {.bit_per_s = 20000000},
        {.bit_per_s = 100000000},
        {.bit_per_s = 100000000, .delay_ns = 20 * NS_PER_MS},
        {.bit_per_s = 1000000000},
    };
    struct relay_scene s;
    open_scene(&s);
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++)
        scene_expect_rate(s.links, &rates[i]);
    /* What was measured has not changed where clients come out. */
    pass_both_ways(&s, 1000, 1000);
    close_scene(&s);
}

/* Two connections at once have the rate between them, not each. */
static void test_the_rate_is_shared(void **state)
{
    (void)state;
    enum { PAIRS = 3, SIZE = 500000 };
    struct relay_scene s;
    struct err e = {.text = ""};
    struct stream streams[PAIRS];
    pthread_t threads[2 * PAIRS];
    const struct link_rate rate = {.bit_per_s = 100000000};
    open_scene(&s);
    assert_int_equal(links_set(s.links, &rate, &e), RC_OK);
    struct instant start = clock_now();
    for (size_t i = 0; i < PAIRS; i++) {
        streams[i] = (struct stream){.size = SIZE, .seed = i};
        connect_ends(&s, &streams[i].from, &streams[i].to);
        assert_int_equal(pthread_create(&threads[2 * i], NULL, send_all, &streams[i]), 0);
        assert_int_equal(pthread_create(&threads[2 * i + 1], NULL, receive_all, &streams[i]), 0);
    }
    for (size_t i = 0; i < (size_t)2 * PAIRS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    int64_t took_ns = instant_since(clock_now(), start);
    assert_true(took_ns >= PAIRS * SIZE * INT64_C(8) * NS_PER_S / rate.bit_per_s);
    for (size_t i = 0; i < PAIRS; i++) {
        assert_int_equal(streams[i].received, SIZE);
        (void)close(streams[i].from);
        (void)close(streams[i].to);
    }
    close_scene(&s);
}

static void test_it_dies_with_its_owner(void **state)
{
    (void)state;
    pid_t owner = fork();
    if (owner == 0) {
        struct links *l = NULL;
        struct err e;
        if (links_open(LINK_RELAY, false, &l, &e) != RC_OK)
            _exit(1);
        for (;;)
            (void)pause();
    }
    pid_t relay = 0;
    for (int i = 0; i < SCENE_PATIENCE_MS && relay == 0; i++) {
        clock_sleep(NS_PER_MS);
        relay = scene_child(owner);
    }
    assert_true(relay > 0);
    clock_sleep(20 * NS_PER_MS);
    assert_true(scene_process(relay) == 'S' || scene_process(relay) == 'R');
    assert_int_equal(kill(owner, SIGKILL), 0);
    assert_int_equal(waitpid(owner, NULL, 0), owner);
    assert_true(scene_ends(relay));
}

static void test_a_dead_relay_is_told(void **state)
{
    (void)state;
    struct relay_scene s;
    struct err e = {.text = ""};
    struct link_measured m;
    const struct link_rate rate = {.bit_per_s = 100000000};
    open_scene(&s);
    pid_t relay = scene_child(getpid());
    assert_true(relay > 0);
    assert_int_equal(kill(relay, SIGKILL), 0);
    assert_true(scene_ends(relay));
    assert_int_equal(links_set(s.links, &rate, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "signal 9"));
    assert_int_equal(links_measure(s.links, NS_PER_MS, &m, &e), RC_INFRA);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_dies_with_its_owner),
        cmocka_unit_test(test_a_dead_relay_is_told),
        cmocka_unit_test(test_bytes_stay_what_they_were),
        cmocka_unit_test(test_a_slow_receiver_holds_the_sender_up),
        cmocka_unit_test(test_half_close_and_reset),
        cmocka_unit_test(test_without_a_broker_connections_are_reset),
        cmocka_unit_test(test_many_connections),
        cmocka_unit_test(test_rates_are_kept),
        cmocka_unit_test(test_the_rate_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
