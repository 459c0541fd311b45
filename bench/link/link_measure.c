/* links_measure of link.h: bytes through the link, and what they took. */
#define _GNU_SOURCE
#include "base/clock.h"
#include "bench/link/link_ops.h"
#include "bench/link/link_tcp.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/socket.h>

#define STALL_NS (5 * (int64_t)NS_PER_S)

enum {
    BLOCK = 128 * 1024,
    ROUND_TRIPS = 10,
    GET_GOING = 5,
    BITS_PER_BYTE = 8,
    POLL_MS = 100,
    PILED_UP = 64
};

/* One direction: a stream from one end to the other, as fast as it goes. */
struct transfer {
    const struct links *links;
    int from, to;
    bool up;
    int64_t duration_ns;
    int64_t received;                        /* since start, or since the first byte */
    struct instant heard, first, start, end; /* 0: not yet; heard: the last byte */
    int64_t wire_bytes;                      /* count at start, then the difference */
    struct instant wire_start, wire_end;
};

/* What the interfaces have passed in this direction, and when that was asked. */
static enum rc count(const struct transfer *t, int64_t *out, struct instant *at, struct err *e)
{
    int64_t up = 0;
    int64_t down = 0;
    enum rc rc = RC_OK;
    if (t->links->ops->count != NULL)
        rc = t->links->ops->count(t->links->self, &up, &down, e);
    *out = t->up ? up : down;
    *at = clock_now();
    return rc;
}

/* Empties the socket first: bytes that waited there belong to the time before. */
static enum rc begin(struct transfer *t, uint8_t *room, struct err *e)
{
    for (int i = 0; i < PILED_UP && recv(t->to, room, BLOCK, 0) > 0; i++)
        ;
    t->start = clock_now();
    t->received = 0;
    return count(t, &t->wire_bytes, &t->wire_start, e);
}

static enum rc finish(struct transfer *t, struct instant now, struct err *e)
{
    int64_t before = t->wire_bytes;
    t->end = now;
    enum rc rc = count(t, &t->wire_bytes, &t->wire_end, e);
    t->wire_bytes -= before;
    return rc;
}

/* Reads what is there and moves on to the next phase when it is time. */
static enum rc take(struct transfer *t, uint8_t *room, struct err *e)
{
    ssize_t got = recv(t->to, room, BLOCK, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return RC_OK;
    if (got < 0)
        return err_sys(e, RC_INFRA, errno, "a transfer through the link broke off");
    if (got == 0)
        return err_set(e, RC_INFRA, "a transfer through the link ended by itself");
    struct instant now = clock_now();
    t->heard = now;
    t->received += got;
    if (t->first.ns == 0)
        t->first = now;
    else if (t->start.ns == 0 && instant_since(now, t->first) >= t->duration_ns / GET_GOING)
        return begin(t, room, e);
    else if (t->start.ns != 0 && instant_since(now, t->start) >= t->duration_ns)
        return finish(t, now, e);
    return RC_OK;
}

static enum rc give(const struct transfer *t, const uint8_t *bytes, struct err *e)
{
    ssize_t sent = send(t->from, bytes, BLOCK, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
        return err_sys(e, RC_INFRA, errno, "a transfer through the link broke off");
    return RC_OK;
}

static enum rc transfer(struct transfer *t, struct err *e)
{
    uint8_t room[BLOCK] = {0};
    static const uint8_t zeros[BLOCK];
    enum rc rc = RC_OK;
    t->heard = clock_now();
    while (rc == RC_OK && t->end.ns == 0) {
        struct pollfd p[] = {{.fd = t->from, .events = POLLOUT}, {.fd = t->to, .events = POLLIN}};
        int ready = poll(p, sizeof p / sizeof p[0], POLL_MS);
        if (ready < 0 && errno != EINTR)
            return err_sys(e, RC_INFRA, errno, "cannot wait for the link");
        if (instant_since(clock_now(), t->heard) > STALL_NS + 2 * t->links->now.delay_ns)
            return err_set(e, RC_INFRA, "nothing comes through the link");
        if (ready > 0 && p[0].revents != 0)
            rc = give(t, zeros, e);
        if (rc == RC_OK && ready > 0 && p[1].revents != 0)
            rc = take(t, room, e);
    }
    return rc;
}

static double per_s(int64_t bytes, int64_t ns)
{
    return ns > 0 ? (double)bytes * BITS_PER_BYTE * NS_PER_S / (double)ns : 0;
}

static enum rc measure_direction(const struct links *l, bool up, int64_t duration_ns,
                                 struct link_measured *out, struct err *e)
{
    int ends[2] = {-1, -1};
    enum rc rc = l->ops->connect(l->self, ends, e);
    if (rc != RC_OK)
        return rc;
    struct transfer t = {.links = l,
                         .from = ends[up ? 1 : 0],
                         .to = ends[up ? 0 : 1],
                         .up = up,
                         .duration_ns = duration_ns};
    rc = transfer(&t, e);
    tcp_drop(t.to);
    tcp_drop(t.from);
    if (rc != RC_OK)
        return rc;
    double payload = per_s(t.received, instant_since(t.end, t.start));
    double wire = payload;
    if (l->ops->count != NULL)
        wire = per_s(t.wire_bytes, instant_since(t.wire_end, t.wire_start));
    *(up ? &out->up_bit_per_s : &out->down_bit_per_s) = payload;
    *(up ? &out->up_wire_bit_per_s : &out->down_wire_bit_per_s) = wire;
    return RC_OK;
}

static enum rc pass_byte(const struct links *l, int from, int to, struct err *e)
{
    uint8_t byte = 0;
    struct pollfd p = {.fd = to, .events = POLLIN};
    int64_t patience_ms = (STALL_NS + l->now.delay_ns) / NS_PER_MS;
    if (send(from, &byte, 1, MSG_NOSIGNAL) != 1)
        return err_sys(e, RC_INFRA, errno, "a byte cannot be sent through the link");
    int ready;
    do
        ready = poll(&p, 1, (int)patience_ms);
    while (ready < 0 && errno == EINTR);
    if (ready != 1 || recv(to, &byte, 1, 0) != 1)
        return err_set(e, RC_INFRA, "a byte does not come through the link");
    return RC_OK;
}

/* A long delay allows fewer. */
static enum rc measure_round_trip(const struct links *l, int64_t *out, struct err *e)
{
    int ends[2] = {-1, -1};
    enum rc rc = l->ops->connect(l->self, ends, e);
    if (rc != RC_OK)
        return rc;
    struct instant begun = clock_now();
    *out = INT64_MAX;
    for (int i = 0; rc == RC_OK && i < ROUND_TRIPS; i++) {
        struct instant start = clock_now();
        rc = pass_byte(l, ends[1], ends[0], e);
        if (rc == RC_OK)
            rc = pass_byte(l, ends[0], ends[1], e);
        struct instant end = clock_now();
        if (instant_since(end, start) < *out)
            *out = instant_since(end, start);
        if (instant_since(end, begun) > NS_PER_S)
            break;
    }
    tcp_drop(ends[0]);
    tcp_drop(ends[1]);
    return rc;
}

enum rc links_measure(struct links *l, int64_t duration_ns, struct link_measured *out,
                      struct err *e)
{
    *out = (struct link_measured){.round_trip_ns = 0};
    enum rc rc = measure_round_trip(l, &out->round_trip_ns, e);
    if (rc == RC_OK)
        rc = measure_direction(l, true, duration_ns, out, e);
    if (rc == RC_OK)
        rc = measure_direction(l, false, duration_ns, out, e);
    return rc;
}

static bool is_near(double measured, int64_t set)
{
    double ratio = measured / (double)set;
    return ratio >= 1 - LINK_TOLERANCE && ratio <= 1 + LINK_TOLERANCE;
}

enum rc link_measured_check(const struct link_measured *m, const struct link_rate *set,
                            struct err *e)
{
    const double million = 1e6;
    if (set->bit_per_s != 0 && (!is_near(m->up_wire_bit_per_s, set->bit_per_s) ||
                                !is_near(m->down_wire_bit_per_s, set->bit_per_s)))
        return err_set(e, RC_INFRA,
                       "the link is set to %.1f Mbit/s, but passes %.1f up and %.1f down",
                       (double)set->bit_per_s / million, m->up_wire_bit_per_s / million,
                       m->down_wire_bit_per_s / million);
    if (m->round_trip_ns < 2 * set->delay_ns)
        return err_set(e, RC_INFRA,
                       "the link is set to a delay of %.3f ms, but a round trip takes %.3f ms",
                       (double)set->delay_ns / NS_PER_MS, (double)m->round_trip_ns / NS_PER_MS);
    return RC_OK;
}
