/*
 * A pair of virtual Ethernet interfaces between this machine and a network namespace of ours, and
 * what limits them: ip and tc of iproute2, run as programs (ip-link(8), tc-tbf(8), tc-netem(8)).
 *
 * The pair vanishes with the namespace. Errors: RC_INFRA with what ip or tc said. Threads: main
 * only.
 */
#ifndef ASSAY_BENCH_LINK_VETH_PAIR_H
#define ASSAY_BENCH_LINK_VETH_PAIR_H

#include "bench/link/link.h"
#include "bench/link/link_subnet.h"
#include "bench/link/network_namespace.h"

enum { VETH_NAME = 16 };

struct veth_pair {
    const struct network_namespace *inside; /* borrowed */
    const struct link_subnet *subnet;       /* borrowed */
    char near[VETH_NAME];                   /* of the interface on this machine; "": none */
};

/* Makes it, both ends up, with the addresses of the subnet. */
enum rc veth_pair_open(const struct network_namespace *inside, const struct link_subnet *subnet,
                       struct veth_pair *out, struct err *e) MUST_CHECK;
void veth_pair_close(struct veth_pair *v);

/* Limits what leaves either end, and lets TCP forget what it learnt at the rate before. */
enum rc veth_pair_limit(const struct veth_pair *v, const struct link_rate *rate,
                        struct err *e) MUST_CHECK;
/* Bytes that left either end so far with all headers, as the limiter counts them. */
enum rc veth_pair_count(const struct veth_pair *v, int64_t *up, int64_t *down,
                        struct err *e) MUST_CHECK;

#endif
