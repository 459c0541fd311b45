#define _GNU_SOURCE
#include "bench/link/relay_flow.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

void relay_flow_release(struct relay_flow *f)
{
    while (f->first != NULL) {
        struct parcel *p = f->first;
        f->first = p->next;
        free(p);
    }
    f->last = NULL;
    f->held = 0;
}

bool relay_flow_wants(const struct relay_flow *f)
{
    return f->readable && !f->ended_in && !f->broken && f->held < RELAY_HELD_MAX;
}

/* Sends what the receiver takes of size bytes; returns how many. */
static size_t send_some(struct relay_flow *f, const uint8_t *data, size_t size)
{
    size_t done = 0;
    while (done < size && f->writable && !f->broken) {
        ssize_t sent = send(f->to, data + done, size - done, MSG_NOSIGNAL);
        if (sent >= 0)
            done += (size_t)sent;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            f->writable = false;
        else if (errno != EINTR)
            f->broken = true;
    }
    return done;
}

/* Into the line, or straight through it when nothing holds it up. */
static void put(struct relay_flow *f, struct delay_line *l, struct instant now, struct span bytes)
{
    struct instant due = delay_line_pass(l, now, bytes.size);
    bool straight = due.ns <= now.ns && f->travelling == 0 && f->first == NULL && bytes.size > 0;
    size_t done = straight ? send_some(f, bytes.data, bytes.size) : 0;
    if (f->broken || (straight && done == bytes.size))
        return;
    if (delay_line_put(l, due, f, bytes.data + done, bytes.size - done))
        f->travelling++;
    else
        f->broken = true;
}

void relay_flow_read(struct relay_flow *f, struct delay_line *l, struct instant now, uint8_t *room)
{
    ssize_t got = recv(f->from, room, delay_line_parcel(l), 0);
    if (got > 0) {
        put(f, l, now, span_of(room, (size_t)got));
    } else if (got == 0) {
        f->ended_in = true;
        put(f, l, now, span_of(room, 0));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        f->readable = false;
    } else if (errno != EINTR) {
        f->broken = true;
    }
}

void relay_flow_write(struct relay_flow *f)
{
    while (f->first != NULL && !f->broken) {
        struct parcel *p = f->first;
        size_t sent = send_some(f, p->data + p->sent, p->size - p->sent);
        p->sent += sent;
        f->held -= sent;
        if (p->sent < p->size)
            return;
        if (p->size == 0) {
            f->ended_out = true;
            f->broken |= shutdown(f->to, SHUT_WR) != 0;
        }
        f->first = p->next;
        if (f->first == NULL)
            f->last = NULL;
        free(p);
    }
}

void relay_flow_deliver(struct relay_flow *f, struct parcel *p)
{
    f->travelling--;
    if (f->broken) {
        free(p);
        return;
    }
    if (f->first == NULL)
        f->first = p;
    else
        f->last->next = p;
    f->last = p;
    f->held += p->size;
    relay_flow_write(f);
}
