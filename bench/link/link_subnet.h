/*
 * A private /30 of two addresses that nobody on this machine uses, for one veth pair.
 *
 * Taken at random from 10.213.0.0/16 (RFC 1918), passed over when an address or a route of this
 * machine lies in it. Several processes at once never get the same: it is claimed by an abstract
 * Unix socket of that name, which vanishes with its last holder. Threads: safe from any thread.
 */
#ifndef ASSAY_BENCH_LINK_LINK_SUBNET_H
#define ASSAY_BENCH_LINK_LINK_SUBNET_H

#include "base/err.h"

#include <stdint.h>

enum { LINK_SUBNET_BITS = 30 };

struct link_subnet {
    uint32_t near;   /* the broker's side, this machine's byte order */
    uint32_t far;    /* inside the namespace */
    unsigned number; /* unique on this machine while claimed; below 2^14 */
    int claim;       /* owned descriptor; -1: released */
};

/* RC_INFRA when none is free after some tries. */
enum rc link_subnet_claim(struct link_subnet *out, struct err *e) MUST_CHECK;
void link_subnet_release(struct link_subnet *s);

#endif
