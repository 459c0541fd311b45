/* The kind "namespace" of link_ops.h: the clients live in a network namespace of our own. */
#define _GNU_SOURCE
#include "base/clock.h"
#include "base/program.h"
#include "bench/link/link_ops.h"
#include "bench/link/link_tcp.h"
#include "bench/link/veth_pair.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CONNECT_MS = 10000 }; /* three times a packet may be lost on the way */

struct link_namespace {
    struct link_subnet subnet;
    struct network_namespace inside;
    struct veth_pair veth;
    bool has_netem;
};

static void namespace_close(void *self)
{
    struct link_namespace *n = self;
    veth_pair_close(&n->veth);
    network_namespace_close(&n->inside);
    link_subnet_release(&n->subnet);
    free(n);
}

/* Tries netem with a delay that is too short to matter. */
static enum rc find_netem(struct link_namespace *n, struct err *e)
{
    struct link_rate try = {.bit_per_s = 0, .delay_ns = NS_PER_US};
    if (veth_pair_limit(&n->veth, &try, e) != RC_OK)
        return err_set(e, RC_INFRA,
                       "the kernel has no netem (sch_netem), so a namespace cannot have a delay");
    n->has_netem = true;
    return RC_OK;
}

struct outside {
    struct sockaddr_in at;
    int *fd;
};

static enum rc connect_out(void *ctx, struct err *e)
{
    const struct outside *o = ctx;
    enum rc rc = tcp_socket(o->fd, e);
    if (rc == RC_OK)
        rc = tcp_connect(*o->fd, &o->at, CONNECT_MS, e);
    if (rc != RC_OK) {
        tcp_drop(*o->fd);
        *o->fd = -1;
    }
    return rc;
}

static enum rc namespace_connect(void *self, int ends[2], struct err *e)
{
    struct link_namespace *n = self;
    int listener = -1;
    ends[0] = ends[1] = -1;
    struct outside o = {.at = tcp_address(n->subnet.near, 0), .fd = &ends[1]};
    enum rc rc = tcp_listen(&o.at, &listener, e);
    if (rc != RC_OK)
        return rc;
    rc = network_namespace_inside(&n->inside, connect_out, &o, e);
    if (rc == RC_OK)
        rc = tcp_accept(listener, CONNECT_MS, &ends[0], e);
    if (rc != RC_OK) {
        tcp_drop(ends[1]);
        ends[1] = -1;
    }
    (void)close(listener);
    return rc;
}

/* A firewall, for one, may stop what goes from the namespace to this machine. */
static enum rc check_way(struct link_namespace *n, struct err *e)
{
    int ends[2];
    enum rc rc = namespace_connect(n, ends, e);
    if (rc != RC_OK) {
        (void)err_wrap(e, "a network namespace was made, but nothing passes (a firewall?)");
        return rc;
    }
    tcp_drop(ends[0]);
    tcp_drop(ends[1]);
    return RC_OK;
}

static enum rc start(struct link_namespace *n, bool need_delay, struct err *e)
{
    static const struct link_rate unlimited = {0};
    if (!program_exists("ip") || !program_exists("tc"))
        return err_set(e, RC_INFRA, "no ip and tc on the PATH: the package iproute2 is missing");
    enum rc rc = link_subnet_claim(&n->subnet, e);
    if (rc == RC_OK)
        rc = network_namespace_open(n->subnet.claim, &n->inside, e);
    if (rc == RC_OK)
        rc = veth_pair_open(&n->inside, &n->subnet, &n->veth, e);
    if (rc == RC_OK && need_delay)
        rc = find_netem(n, e);
    if (rc == RC_OK)
        rc = veth_pair_limit(&n->veth, &unlimited, e);
    return rc == RC_OK ? check_way(n, e) : rc;
}

static enum rc namespace_open(bool need_delay, void **self, struct err *e)
{
    struct link_namespace *n = calloc(1, sizeof *n);
    if (n == NULL)
        return err_set(e, RC_INFRA, "no memory for a link");
    n->subnet.claim = -1;
    n->inside.fd = -1;
    enum rc rc = start(n, need_delay, e);
    if (rc == RC_OK)
        *self = n;
    else
        namespace_close(n);
    return rc;
}

static const char *namespace_kind(const void *self)
{
    const struct link_namespace *n = self;
    return n->has_netem ? "namespace, veth, tbf and netem" : "namespace, veth and tbf";
}

static enum rc namespace_listener(void *self, int port, char *listen, char *advertised,
                                  struct err *e)
{
    struct link_namespace *n = self;
    char host[INET_ADDRSTRLEN];
    struct in_addr in = {.s_addr = htonl(n->subnet.near)};
    enum rc rc = link_child_check(&n->inside.anchor, e);
    if (rc != RC_OK)
        return rc;
    (void)inet_ntop(AF_INET, &in, host, sizeof host);
    (void)snprintf(listen, LINK_ADDRESS_MAX, "%s:%d", host, port);
    (void)snprintf(advertised, LINK_ADDRESS_MAX, "%s:%d", host, port);
    return RC_OK;
}

static enum rc namespace_set(void *self, const struct link_rate *rate, struct err *e)
{
    struct link_namespace *n = self;
    enum rc rc = link_child_check(&n->inside.anchor, e);
    if (rc == RC_OK && rate->delay_ns > 0 && !n->has_netem)
        rc = err_set(e, RC_INPUT, "a delay was not announced when the link was opened");
    return rc == RC_OK ? veth_pair_limit(&n->veth, rate, e) : rc;
}

static int namespace_fd(const void *self)
{
    const struct link_namespace *n = self;
    return n->inside.fd;
}

static enum rc namespace_count(void *self, int64_t *up, int64_t *down, struct err *e)
{
    const struct link_namespace *n = self;
    return veth_pair_count(&n->veth, up, down, e);
}

const struct link_ops LINK_OPS_NAMESPACE = {
    .name = "namespace",
    .open = namespace_open,
    .close = namespace_close,
    .kind = namespace_kind,
    .listener = namespace_listener,
    .set = namespace_set,
    .namespace = namespace_fd,
    .connect = namespace_connect,
    .count = namespace_count,
};
