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

/* Whether a rate is the one that was set. */
static inline bool scene_is_rate(double bit_per_s, const struct link_rate *rate)
{
    double set = (double)rate->bit_per_s;
    return bit_per_s >= set * (1 - LINK_TOLERANCE) && bit_per_s <= set * (1 + LINK_TOLERANCE);
}

/* A link that is too fast or too slow is so in every try. Other programs on this machine may take
 * a try's share of the processor: the link gets too little of it, or the receiver, behind which
 * bytes pile up that then come at once. So each direction has to pass at its rate in one try; that
 * none did counts only when the processes waited little, and the test says so otherwise. */
static inline void scene_expect_rate(struct links *l, const struct link_rate *rate)
{
    enum { CROWDED_PERCENT = 10 };
    struct err e = {.text = ""};
    struct disturbance before = host_disturbance();
    struct instant start = clock_now();
    bool up = false;
    bool down = false;
    assert_int_equal(links_set(l, rate, &e), RC_OK);
    for (int i = 0; i < SCENE_TRIES && !(up && down); i++) {
        struct link_measured m;
        assert_int_equal(links_measure(l, 300 * (int64_t)NS_PER_MS, &m, &e), RC_OK);
        assert_true(m.round_trip_ns >= 2 * rate->delay_ns);
        bool up_now = scene_is_rate(m.up_wire_bit_per_s, rate) &&
                      m.up_bit_per_s <= (double)rate->bit_per_s * (1 + LINK_TOLERANCE);
        bool down_now = scene_is_rate(m.down_wire_bit_per_s, rate) &&
                        m.down_bit_per_s <= (double)rate->bit_per_s * (1 + LINK_TOLERANCE);
        if (!up_now || !down_now)
            print_message("set to %.0f Mbit/s, passes %.1f up and %.1f down, payload %.1f and "
                          "%.1f\n",
                          (double)rate->bit_per_s / 1e6, m.up_wire_bit_per_s / 1e6,
                          m.down_wire_bit_per_s / 1e6, m.up_bit_per_s / 1e6,
                          m.down_bit_per_s / 1e6);
        up |= up_now;
        down |= down_now;
    }
    int64_t waited = host_disturbance().cpu_pressure_ns - before.cpu_pressure_ns;
    bool crowded = waited * 100 > instant_since(clock_now(), start) * CROWDED_PERCENT;
    if (!(up && down) && crowded)
        print_message("on a crowded machine: not judged\n");
    assert_true((up && down) || crowded);
}

#endif
