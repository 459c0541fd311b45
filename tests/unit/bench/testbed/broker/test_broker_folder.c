/* bench/broker/broker_folder: a folder is stale only when nobody holds its lock any more. */
#define _GNU_SOURCE
#include "base/fs.h"
#include "bench/testbed/broker/broker_folder.h"
#include "bench/testbed/broker/broker_ports.h"
#include "bench/testbed/broker/broker_probe.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cmocka.h>

static struct home home;

static int setup(void **state)
{
    (void)state;
    struct err e;
    memset(&home, 0, sizeof home);
    memcpy(home.var, "/tmp/test_broker_folder.XXXXXX", sizeof "/tmp/test_broker_folder.XXXXXX");
    unsetenv("ASSAY_TMPDIR");
    if (mkdtemp(home.var) == NULL)
        return 1;
    return fs_set(home.data, home.var, &e) == RC_OK ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    struct err e;
    return fs_remove_tree(home.var, &e) == RC_OK ? 0 : 1;
}

static void make(struct broker_folder *f)
{
    struct err e = {0};
    assert_int_equal(broker_folder_make(&home, NULL, f, &e), RC_OK);
}

static void test_a_held_folder_stays_and_a_free_one_goes(void **state)
{
    (void)state;
    struct broker_folder first;
    struct broker_folder second;
    struct broker_folder third;
    make(&first);
    make(&second);
    assert_string_not_equal(first.path, second.path);
    assert_true(fs_exists(first.path));
    assert_true(broker_folder_in_use(first.path));
    struct err e;
    assert_int_equal(fs_write(first.log_file, span_str("x"), 0600, &e), RC_OK);
    (void)close(first.lock);
    assert_false(broker_folder_in_use(first.path));
    make(&third);
    assert_false(fs_exists(first.path));
    assert_false(fs_exists(first.log_file));
    assert_true(fs_exists(second.path));
    (void)close(second.lock);
    (void)close(third.lock);
}

/* The JVM inherits the descriptor: the lock must outlive the process that took it. */
static void test_a_child_keeps_the_lock(void **state)
{
    (void)state;
    struct broker_folder f;
    struct broker_folder other;
    int ends[2];
    make(&f);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char c;
        (void)close(ends[1]);
        _exit(read(ends[0], &c, 1) == 0 ? 0 : 1);
    }
    (void)close(f.lock);
    assert_true(broker_folder_in_use(f.path));
    make(&other);
    assert_true(fs_exists(f.path));
    (void)close(ends[1]);
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_false(broker_folder_in_use(f.path));
    (void)close(other.lock);
}

static void test_only_our_folders_are_removed(void **state)
{
    (void)state;
    struct broker_folder f;
    struct err e = {0};
    char stranger[FS_PATH_MAX];
    assert_int_equal(fs_join(stranger, &e, home.var, "tmp/somebody-elses"), RC_OK);
    assert_int_equal(fs_make_folder(stranger, &e), RC_OK);
    make(&f);
    assert_true(fs_exists(stranger));
    (void)close(f.lock);
}

static void test_a_lock_is_taken_once(void **state)
{
    (void)state;
    struct err e = {0};
    int first = -1;
    int second = -1;
    assert_int_equal(broker_folder_lock(home.var, &first, &e), RC_OK);
    assert_int_equal(broker_folder_lock(home.var, &second, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "another broker"));
    (void)close(first);
    assert_int_equal(broker_folder_lock(home.var, &second, &e), RC_OK);
    (void)close(second);
    assert_false(broker_folder_in_use("/no/such/folder"));
}

static void test_the_chosen_place_is_used(void **state)
{
    (void)state;
    struct broker_folder f;
    struct err e = {0};
    char place[FS_PATH_MAX];
    assert_int_equal(fs_join(place, &e, home.var, "else/where"), RC_OK);
    setenv("ASSAY_TMPDIR", place, 1);
    make(&f);
    assert_memory_equal(f.path, place, strlen(place));
    assert_memory_equal(f.log_file, home.var, strlen(home.var));
    (void)close(f.lock);
    setenv("ASSAY_TMPDIR", "relative", 1);
    assert_int_equal(broker_folder_make(&home, NULL, &f, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "ASSAY_TMPDIR"));
    unsetenv("ASSAY_TMPDIR");
}

/* A server that answers one request with bytes given. */
static pid_t serve(const void *reply, size_t size, int *port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof a;
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &length), 0);
    *port = ntohs(a.sin_port);
    pid_t child = fork();
    if (child == 0) {
        char request[24];
        int c = accept(fd, NULL, NULL);
        ssize_t got = recv(c, request, sizeof request, MSG_WAITALL);
        ssize_t put = send(c, reply, size, MSG_NOSIGNAL);
        (void)shutdown(c, SHUT_WR);
        (void)recv(c, request, sizeof request, 0);
        _exit(got == (ssize_t)sizeof request && put == (ssize_t)size ? 0 : 1);
    }
    (void)close(fd);
    return child;
}

static bool probe_reply(const void *reply, size_t size)
{
    int port = 0;
    pid_t child = serve(reply, size, &port);
    bool ready = broker_probe(port, 1, 5 * (int64_t)NS_PER_S);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return ready;
}

/* correlation, throttle, one broker (id 1, host "h", port, no rack), no cluster id, controller */
#define REPLY(correlation, brokers, controller)                                                    \
    "\0\0\0\x23" correlation "\0\0\0\0\0\0\0" brokers                                              \
    "\0\0\0\1\0\1h\0\0\x23\x84\xff\xff\xff\xff" controller "\0\0\0\0"

static void test_the_probe_believes_only_a_whole_answer(void **state)
{
    (void)state;
    static const char good[] = REPLY("assa", "\1", "\0\0\0\1");
    static const char no_controller[] = REPLY("assa", "\1", "\xff\xff\xff\xff");
    static const char other_request[] = REPLY("xxxx", "\1", "\0\0\0\1");
    static const char many[] = REPLY("assa", "\x7f", "\0\0\0\1");
    static const char none[] = REPLY("assa", "\0", "\0\0\0\1");
    assert_true(probe_reply(good, sizeof good - 1));
    assert_false(probe_reply(no_controller, sizeof good - 1));
    assert_false(probe_reply(other_request, sizeof good - 1));
    assert_false(probe_reply(many, sizeof good - 1));
    assert_false(probe_reply(none, sizeof good - 1));
    assert_false(probe_reply(good, sizeof good - 6)); /* cut short */
    assert_false(probe_reply("\x7f\xff\xff\xff", 4)); /* a length beyond reason */
    assert_false(probe_reply("HTTP/1.1 400 Bad Request\r\n\r\n", 28));
}

static void test_ports_differ_and_a_taken_one_is_told(void **state)
{
    (void)state;
    struct err e = {0};
    int ports[8] = {0};
    assert_int_equal(broker_ports_pick(ports, 8, &e), RC_OK);
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < i; k++)
            assert_int_not_equal(ports[i], ports[k]);
    int port = 0;
    pid_t child = serve("", 0, &port);
    assert_int_equal(broker_port_check(port, &e), RC_INFRA);
    assert_non_null(strstr(e.text, "Address already in use"));
    (void)broker_probe(port, 1, NS_PER_S); /* lets the server end */
    assert_int_equal(waitpid(child, NULL, 0), child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_held_folder_stays_and_a_free_one_goes, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_child_keeps_the_lock, setup, teardown),
        cmocka_unit_test_setup_teardown(test_only_our_folders_are_removed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_lock_is_taken_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_chosen_place_is_used, setup, teardown),
        cmocka_unit_test(test_the_probe_believes_only_a_whole_answer),
        cmocka_unit_test(test_ports_differ_and_a_taken_one_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
