/* The namespace of bench/link: rates, what is inside, and that nothing is left. Skipped where it
 * cannot be had (not root, no veth, no iproute2). */
#define _GNU_SOURCE
#include "bench/link/link_subnet.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
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

static struct links *open_or_skip(bool need_delay)
{
    struct links *l = NULL;
    struct err e = {.text = ""};
    enum rc rc = links_open(LINK_NAMESPACE, need_delay, &l, &e);
    if (rc != RC_OK) {
        print_message("%s\n", e.text);
        skip();
    }
    return l;
}

/* The interface of this machine that has an address; false: none. */
static bool find_interface(const struct sockaddr_in *at, char name[IF_NAMESIZE])
{
    struct ifaddrs *all = NULL;
    bool found = false;
    assert_int_equal(getifaddrs(&all), 0);
    for (const struct ifaddrs *a = all; a != NULL; a = a->ifa_next) {
        struct sockaddr_in in;
        if (a->ifa_addr == NULL || a->ifa_addr->sa_family != AF_INET)
            continue;
        memcpy(&in, a->ifa_addr, sizeof in);
        if (in.sin_addr.s_addr == at->sin_addr.s_addr) {
            found = true;
            (void)snprintf(name, IF_NAMESIZE, "%s", a->ifa_name);
        }
    }
    freeifaddrs(all);
    return found;
}

static struct sockaddr_in ask_address(struct links *l, int port)
{
    struct err e = {.text = ""};
    char listen[LINK_ADDRESS_MAX];
    char advertised[LINK_ADDRESS_MAX];
    assert_int_equal(links_listener(l, port, listen, advertised, &e), RC_OK);
    assert_string_equal(listen, advertised);
    return scene_address(listen);
}

static void test_rates_are_kept(void **state)
{
    (void)state;
    static const struct link_rate rates[] = {
        {.bit_per_s = 20000000}, {.bit_per_s = 100000000}, {.bit_per_s = 1000000000}};
    struct links *l = open_or_skip(false);
    assert_true(links_namespace(l) >= 0);
    assert_string_equal(links_kind(l), "namespace, veth and tbf");
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++)
        scene_expect_rate(l, &rates[i]);
    links_close(l);
}

static void test_delays_are_kept(void **state)
{
    (void)state;
    const struct link_rate rate = {.bit_per_s = 100000000, .delay_ns = 10 * NS_PER_MS};
    struct links *l = open_or_skip(true); /* skipped without netem */
    scene_expect_rate(l, &rate);
    links_close(l);
}

/* A socket made by a process that entered; the test's own process stays outside. */
static int receive_inside(const struct links *l, const struct sockaddr_in *from, size_t size)
{
    pid_t child = fork();
    if (child != 0) {
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    static uint8_t room[65536];
    struct err e;
    int fd = -1;
    size_t got = 0;
    if (setns(links_namespace(l), CLONE_NEWNET) != 0 || tcp_socket(&fd, &e) != RC_OK ||
        tcp_connect(fd, from, SCENE_PATIENCE_MS, &e) != RC_OK)
        _exit(1);
    while (got < size) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        ssize_t n = poll(&p, 1, SCENE_PATIENCE_MS) == 1 ? recv(fd, room, sizeof room, 0) : -1;
        if (n <= 0)
            _exit(2);
        got += (size_t)n;
    }
    _exit(0);
}

/* A message after a pause takes its size by the rate, less what the bucket holds. */
static void test_a_message_takes_its_time(void **state)
{
    (void)state;
    enum { SIZE = 100000, BUCKET = 2 * 1514 };
    static uint8_t zeros[SIZE];
    const struct link_rate rate = {.bit_per_s = 20000000};
    struct err e = {.text = ""};
    int listener = -1;
    struct links *l = open_or_skip(false);
    struct sockaddr_in at = ask_address(l, 1);
    at.sin_port = 0;
    assert_int_equal(links_set(l, &rate, &e), RC_OK);
    assert_int_equal(tcp_listen(&at, &listener, &e), RC_OK);
    pid_t sender = fork();
    if (sender == 0) {
        int fd = -1;
        if (tcp_accept(listener, SCENE_PATIENCE_MS, &fd, &e) != RC_OK ||
            fcntl(fd, F_SETFL, 0) != 0 || send(fd, zeros, sizeof zeros, MSG_NOSIGNAL) != SIZE)
            _exit(1);
        (void)pause();
    }
    struct instant start = clock_now();
    assert_int_equal(receive_inside(l, &at, SIZE), 0);
    int64_t took_ns = instant_since(clock_now(), start);
    assert_int_equal(kill(sender, SIGKILL), 0);
    assert_int_equal(waitpid(sender, NULL, 0), sender);
    assert_true(took_ns >= (SIZE - BUCKET) * INT64_C(8) * NS_PER_S / rate.bit_per_s);
    (void)close(listener);
    links_close(l);
}

static void test_several_at_once_do_not_collide(void **state)
{
    (void)state;
    enum { COUNT = 4 };
    struct links *l[COUNT] = {open_or_skip(false)};
    struct sockaddr_in at[COUNT];
    char name[IF_NAMESIZE];
    struct err e = {.text = ""};
    for (size_t i = 1; i < COUNT; i++)
        assert_int_equal(links_open(LINK_NAMESPACE, false, &l[i], &e), RC_OK);
    for (size_t i = 0; i < COUNT; i++) {
        at[i] = ask_address(l[i], 9092);
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(at[i].sin_addr.s_addr, at[k].sin_addr.s_addr);
        assert_true(find_interface(&at[i], name));
    }
    for (size_t i = 0; i < COUNT; i++) {
        links_close(l[i]);
        assert_false(find_interface(&at[i], name)); /* at once, not some time later */
    }
}

static void own(int out)
{
    struct links *l = NULL;
    struct err e;
    char listen[LINK_ADDRESS_MAX];
    char advertised[LINK_ADDRESS_MAX];
    if (links_open(LINK_NAMESPACE, false, &l, &e) != RC_OK ||
        links_listener(l, 9092, listen, advertised, &e) != RC_OK)
        _exit(1);
    struct sockaddr_in at = scene_address(listen);
    if (write(out, &at, sizeof at) != sizeof at)
        _exit(1);
    for (;;)
        (void)pause();
}

static void test_nothing_is_left_when_the_owner_is_killed(void **state)
{
    (void)state;
    int ends[2];
    struct sockaddr_in at;
    char name[IF_NAMESIZE];
    links_close(open_or_skip(false));
    assert_int_equal(pipe(ends), 0);
    pid_t owner = fork();
    if (owner == 0)
        own(ends[1]);
    assert_int_equal(read(ends[0], &at, sizeof at), sizeof at);
    assert_true(find_interface(&at, name));
    pid_t anchor = scene_child(owner);
    assert_true(anchor > 0);
    assert_int_equal(kill(owner, SIGKILL), 0);
    assert_int_equal(waitpid(owner, NULL, 0), owner);
    bool there = true;
    for (int i = 0; there && i < SCENE_PATIENCE_MS; i++) {
        clock_sleep(NS_PER_MS);
        there = find_interface(&at, name);
    }
    assert_false(there);
    assert_true(scene_ends(anchor));
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void test_a_dead_namespace_is_told(void **state)
{
    (void)state;
    const struct link_rate rate = {.bit_per_s = 100000000};
    struct err e = {.text = ""};
    struct links *l = open_or_skip(false);
    pid_t anchor = scene_child(getpid());
    assert_true(anchor > 0);
    assert_int_equal(kill(anchor, SIGKILL), 0);
    assert_true(scene_ends(anchor));
    assert_int_equal(links_set(l, &rate, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "signal 9"));
    links_close(l);
}

static void test_subnets_are_claimed_once(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    struct link_subnet s[COUNT];
    struct err e = {.text = ""};
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(link_subnet_claim(&s[i], &e), RC_OK);
        assert_int_equal(s[i].near & 3, 1);
        assert_int_equal(s[i].far, s[i].near + 1);
        assert_int_equal(s[i].near >> 16, 10 << 8 | 213);
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(s[i].number, s[k].number);
    }
    for (size_t i = 0; i < COUNT; i++)
        link_subnet_release(&s[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subnets_are_claimed_once),
        cmocka_unit_test(test_rates_are_kept),
        cmocka_unit_test(test_delays_are_kept),
        cmocka_unit_test(test_a_message_takes_its_time),
        cmocka_unit_test(test_several_at_once_do_not_collide),
        cmocka_unit_test(test_a_dead_namespace_is_told),
        cmocka_unit_test(test_nothing_is_left_when_the_owner_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
