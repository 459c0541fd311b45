/* The kind "relay" of link_ops.h: a process that passes bytes on (relay.h), on 127.0.0.1. */
#define _GNU_SOURCE
#include "bench/link/link_child.h"
#include "bench/link/link_ops.h"
#include "bench/link/link_tcp.h"
#include "bench/link/relay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECT_MS = 2000, SOCKET_BUFFER = 256 * 1024 };

struct link_relay {
    struct relay_orders *orders; /* owned mapping, shared with the child */
    struct link_child child;
    struct sockaddr_in at; /* where it listens */
    int port;              /* of the broker; 0: none yet */
};

static void relay_close(void *self)
{
    struct link_relay *r = self;
    link_child_end(&r->child);
    if (r->orders != NULL)
        (void)munmap(r->orders, sizeof *r->orders);
    free(r);
}

static enum rc share_orders(struct link_relay *r, struct err *e)
{
    void *shared =
        mmap(NULL, sizeof *r->orders, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return err_sys(e, RC_INFRA, errno, "cannot share memory with the relay");
    r->orders = shared;
    return RC_OK;
}

static enum rc start(struct link_relay *r, struct err *e)
{
    int listener = -1;
    int size = SOCKET_BUFFER; /* inherited by every connection; keeps what waits here small */
    r->at = tcp_address(INADDR_LOOPBACK, 0);
    enum rc rc = share_orders(r, e);
    if (rc == RC_OK)
        rc = tcp_listen(&r->at, &listener, e);
    if (rc != RC_OK)
        return rc;
    (void)setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    struct relay_task task = {.listener = listener, .orders = r->orders};
    const struct link_work work = {
        .name = "assay-relay", .live = relay_live, .ctx = &task, .keep = &listener, .kept = 1};
    rc = link_child_start(&work, &r->child, e);
    (void)close(listener);
    return rc;
}

static enum rc relay_open(bool need_delay, void **self, struct err *e)
{
    (void)need_delay;
    struct link_relay *r = calloc(1, sizeof *r);
    if (r == NULL)
        return err_set(e, RC_INFRA, "no memory for a relay");
    enum rc rc = start(r, e);
    if (rc == RC_OK)
        *self = r;
    else
        relay_close(r);
    return rc;
}

static const char *relay_kind(const void *self)
{
    (void)self;
    return "relay";
}

static enum rc relay_listener(void *self, int port, char *listen, char *advertised, struct err *e)
{
    struct link_relay *r = self;
    enum rc rc = link_child_check(&r->child, e);
    if (rc != RC_OK)
        return rc;
    r->port = port;
    atomic_store(&r->orders->target_port, port);
    (void)snprintf(listen, LINK_ADDRESS_MAX, "127.0.0.1:%d", port);
    (void)snprintf(advertised, LINK_ADDRESS_MAX, "127.0.0.1:%d", (int)ntohs(r->at.sin_port));
    return RC_OK;
}

static enum rc relay_set(void *self, const struct link_rate *rate, struct err *e)
{
    struct link_relay *r = self;
    enum rc rc = link_child_check(&r->child, e);
    if (rc != RC_OK)
        return rc;
    atomic_store(&r->orders->bit_per_s, rate->bit_per_s);
    atomic_store(&r->orders->delay_ns, rate->delay_ns);
    return RC_OK;
}

/* For as long as it takes, whoever connects to the relay comes out at our own listener. */
static enum rc connect_via(struct link_relay *r, int listener, int ends[2], struct err *e)
{
    enum rc rc = tcp_socket(&ends[1], e);
    if (rc == RC_OK)
        rc = tcp_connect(ends[1], &r->at, CONNECT_MS, e);
    if (rc == RC_OK)
        rc = tcp_accept(listener, CONNECT_MS, &ends[0], e);
    if (rc != RC_OK) {
        tcp_drop(ends[1]);
        ends[1] = -1;
    }
    return rc;
}

static enum rc relay_connect(void *self, int ends[2], struct err *e)
{
    struct link_relay *r = self;
    int listener = -1;
    struct sockaddr_in own = tcp_address(INADDR_LOOPBACK, 0);
    enum rc rc = link_child_check(&r->child, e);
    if (rc == RC_OK)
        rc = tcp_listen(&own, &listener, e);
    if (rc != RC_OK)
        return rc;
    atomic_store(&r->orders->target_port, (int)ntohs(own.sin_port));
    rc = connect_via(r, listener, ends, e);
    atomic_store(&r->orders->target_port, r->port);
    (void)close(listener);
    return rc;
}

const struct link_ops LINK_OPS_RELAY = {
    .name = "relay",
    .open = relay_open,
    .close = relay_close,
    .kind = relay_kind,
    .listener = relay_listener,
    .set = relay_set,
    .connect = relay_connect,
};
