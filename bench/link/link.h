/*
 * Links of limited bandwidth and delay between clients and an embedded broker.
 *
 * As root: a network namespace of our own, tied to the broker's side by a veth pair, with a token
 * bucket (tc tbf) on both ends; the roles are started inside. It has no name and vanishes with the
 * process that anchors it, also after SIGKILL. Elsewhere, and for delays where the kernel has no
 * netem: a relay, a process that passes bytes through two token buckets and a delay line. Which of
 * them it was is in link_kind and in every record. Both directions are limited, each at the rate.
 * Only addresses of this machine are used. Errors: RC_INPUT for what cannot be asked (a cluster of
 * others), RC_INFRA with one sentence. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_LINK_LINK_H
#define ASSAY_BENCH_LINK_LINK_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { LINK_ADDRESS_MAX = 64, LINK_TEXT = 96 };

/* What is asked for; the same fields as a scenario's struct link_sweep. */
struct link_rate {
    int64_t bit_per_s; /* 0: unlimited */
    int64_t delay_ns;  /* one way; 0: none */
};

struct links; /* opaque: the namespace or the relay, and its state */

/* Before the broker starts, since it must listen on the link's address. relay_only: never use a
 * namespace (tests, and ASSAY_LINK=relay). On failure nothing is left behind. */
enum rc links_open(bool relay_only, struct links **out, struct err *e) MUST_CHECK;
void links_close(struct links *l); /* NULL is fine */

/* Where the broker must listen and what it must advertise there: "HOST:PORT" each. port: a free
 * one that the broker will listen on. */
enum rc links_listener(struct links *l, int port, char listen[LINK_ADDRESS_MAX],
                       char advertised[LINK_ADDRESS_MAX], struct err *e) MUST_CHECK;

/* Sets the rate for whatever is sent from now on. */
enum rc links_set(struct links *l, const struct link_rate *rate, struct err *e) MUST_CHECK;
/* Namespace that roles are to enter, by setns(2) between fork and exec; -1: none needed. */
int links_namespace(const struct links *l);
/* What it is, for records: "namespace, veth and tbf", "relay". */
const char *links_kind(const struct links *l);

/* Sends bytes through it both ways, one direction after the other, for duration_ns, and tells what
 * passed: payload bits per second of TCP, and bits on the wire, headers included. */
struct link_measured {
    double up_bit_per_s, down_bit_per_s;           /* TCP payload */
    double up_wire_bit_per_s, down_wire_bit_per_s; /* counted by the interface; payload's for a
                                                      relay, which has no headers */
};
enum rc links_measure(struct links *l, int64_t duration_ns, struct link_measured *out,
                      struct err *e) MUST_CHECK;

#endif
