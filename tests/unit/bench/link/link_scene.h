/* What the tests of links share: sockets at both ends of one, and processes that are gone. */
/* Alone: rates and delays are measured. */
#ifndef ASSAY_TESTS_UNIT_LINK_SCENE_H
#define ASSAY_TESTS_UNIT_LINK_SCENE_H

#include "base/clock.h"
#include "base/fs.h"
#include "bench/link/link.h"
#include "bench/link/link_tcp.h"
#include "bench/measure/host.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { SCENE_PATIENCE_MS = 5000, SCENE_TRIES = 3 };

static inline struct sockaddr_in scene_address(const char *host_port)
{
    char host[LINK_ADDRESS_MAX];
    struct in_addr in;
    (void)snprintf(host, sizeof host, "%s", host_port);
    char *colon = strchr(host, ':');
    assert_non_null(colon);
    *colon = '\0';
    assert_int_equal(inet_pton(AF_INET, host, &in), 1);
    return tcp_address(ntohl(in.s_addr), (int)strtol(colon + 1, NULL, 10));
}

/* State letter of a process, '-' when there is none. */
static inline char scene_process(pid_t pid)
{
    char path[64];
    struct buf text;
    struct err unused;
    char letter = '-';
    buf_init(&text, 4096);
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    if (fs_read(path, &text, &unused) == RC_OK && text.size > 0) {
        const char *end = strrchr((const char *)text.data, ')');
        letter = end != NULL && end[1] == ' ' ? end[2] : '-';
    }
    buf_release(&text);
    return letter;
}

/* The only child of a process; 0: none yet. */
static inline pid_t scene_child(pid_t parent)
{
    char path[64];
    struct buf text;
    struct err unused;
    buf_init(&text, 4096);
    (void)snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)parent, (long)parent);
    pid_t child = 0;
    if (fs_read(path, &text, &unused) == RC_OK && text.size > 0)
        child = (pid_t)strtol((const char *)text.data, NULL, 10);
    buf_release(&text);
    return child;
}

/* Waits until a process has ended; false when it goes on. */
static inline bool scene_ends(pid_t pid)
{
    for (int i = 0; i < SCENE_PATIENCE_MS; i++) {
        char letter = scene_process(pid);
        if (letter == '-' || letter == 'Z' || letter == 'X')
            return true;
        clock_sleep(NS_PER_MS);
    }
    return false;
}

/* The best of the tries in one direction: how much of the wire's rate was reached, and the least
 * payload, which a link that is too fast passes in every try. */
struct scene_rate {
    double wire, payload;
};

static inline void scene_keep_best(struct scene_rate *best, double wire, double payload)
{
    best->wire = wire > best->wire ? wire : best->wire;
    best->payload = payload < best->payload || best->payload == 0 ? payload : best->payload;
}

/* A relay that sanitizers watch takes twice the time for a byte: whether it passes so much is asked
 * of the release build, which runs the same test. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SCENE_FASTEST_MBIT = 100 };
#else
enum { SCENE_FASTEST_MBIT = 1000 };
#endif

/* Time that somebody waited for a processor, here or, as far as it is told, on the machine below.
 */
static inline int64_t scene_waited_ns(void)
{
    struct disturbance d = host_disturbance();
    return d.cpu_pressure_ns + (d.steal_ns > 0 ? d.steal_ns : 0);
}

/* Payload never passes faster than was set: bytes that piled up behind a receiver that other
 * programs on this machine held up may come at once in one try, not in all. A rate that was not
 * reached counts only when nobody waited long for a processor; else the test says so. */
static inline void scene_expect_rate(struct links *l, const struct link_rate *rate)
{
    enum { CROWDED_PERCENT = 10 };
    struct err e = {.text = ""};
    struct scene_rate up = {0}, down = {0};
    int64_t waited_before = scene_waited_ns();
    bool held = rate->bit_per_s > SCENE_FASTEST_MBIT * INT64_C(1000000);
    struct instant start = clock_now();
    double most = (double)rate->bit_per_s * (1 + LINK_TOLERANCE);
    double least = (double)rate->bit_per_s * (1 - LINK_TOLERANCE);
    bool fast_enough = false, too_fast = true;
    assert_int_equal(links_set(l, rate, &e), RC_OK);
    for (int i = 0; i < SCENE_TRIES && (too_fast || !fast_enough); i++) {
        struct link_measured m;
        assert_int_equal(links_measure(l, 300 * (int64_t)NS_PER_MS, &m, &e), RC_OK);
        assert_true(m.round_trip_ns >= 2 * rate->delay_ns);
        scene_keep_best(&up, m.up_wire_bit_per_s, m.up_bit_per_s);
        scene_keep_best(&down, m.down_wire_bit_per_s, m.down_bit_per_s);
        fast_enough = up.wire >= least && down.wire >= least;
        too_fast = up.payload > most || down.payload > most;
    }
    bool crowded = (scene_waited_ns() - waited_before) * 100 >
                   instant_since(clock_now(), start) * CROWDED_PERCENT;
    if (too_fast || !fast_enough)
        print_message("set to %.0f Mbit/s, passes %.1f up and %.1f down, payload %.1f and %.1f%s\n",
                      (double)rate->bit_per_s / 1e6, up.wire / 1e6, down.wire / 1e6,
                      up.payload / 1e6, down.payload / 1e6,
                      crowded ? ", on a crowded machine" : "");
    assert_false(too_fast);
    assert_true(fast_enough || crowded || held);
}

#endif
