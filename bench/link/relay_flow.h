/*
 * One direction of one connection through the relay: from a socket into the delay line, and from
 * the line into another socket.
 *
 * Order and bytes are kept; the end of the stream travels behind the last byte and becomes a
 * half-close. When the receiver does not read, what came out of the line is held, and from
 * RELAY_HELD_MAX on nothing more is read: back pressure. Sockets are borrowed and do not block.
 * Threads: one owner.
 */
#ifndef ASSAY_BENCH_LINK_RELAY_FLOW_H
#define ASSAY_BENCH_LINK_RELAY_FLOW_H

#include "base/span.h"
#include "bench/link/delay_line.h"

enum { RELAY_HELD_MAX = 256 * 1024 };

struct relay_flow {
    int from, to;
    bool readable, writable;     /* epoll reported it and no EAGAIN has come since */
    bool ended_in;               /* the sender has ended its stream */
    bool ended_out;              /* the end was passed on to the receiver */
    bool broken;                 /* either socket failed, or no memory */
    struct parcel *first, *last; /* owned: out of the line, but the receiver is full */
    size_t held;                 /* bytes of those */
    size_t travelling;           /* parcels in the line */
};

void relay_flow_release(struct relay_flow *f);
/* Whether reading could bring something. */
bool relay_flow_wants(const struct relay_flow *f);
/* Reads one parcel into the line, which must take it. room: PARCEL_MAX bytes of scratch. */
void relay_flow_read(struct relay_flow *f, struct delay_line *l, struct instant now, uint8_t *room);
/* Passes on a parcel that came out of the line; takes ownership. */
void relay_flow_deliver(struct relay_flow *f, struct parcel *p);
/* Writes what is held, as far as the receiver takes it. */
void relay_flow_write(struct relay_flow *f);

#endif
