/*
 * A network namespace without a name: it lives as long as the child that anchors it, which dies
 * with this process (namespaces(7), unshare(2)).
 *
 * Needs CAP_SYS_ADMIN. What is done inside is done by a thread that enters the namespace and ends;
 * the calling thread never leaves its own. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_LINK_NETWORK_NAMESPACE_H
#define ASSAY_BENCH_LINK_NETWORK_NAMESPACE_H

#include "bench/link/link_child.h"

struct network_namespace {
    struct link_child anchor;
    int fd; /* owned, closed on exec, of /proc/PID/ns/net; -1: none */
};

/* keep: a descriptor that lives as long as the anchor does, -1: none. */
enum rc network_namespace_open(int keep, struct network_namespace *out, struct err *e) MUST_CHECK;
void network_namespace_close(struct network_namespace *n);

/* Calls what(ctx, e) inside; programs that it starts and sockets that it makes belong there. */
enum rc network_namespace_inside(const struct network_namespace *n,
                                 enum rc (*what)(void *ctx, struct err *e), void *ctx,
                                 struct err *e) MUST_CHECK;

#endif
