/*
 * Links of limited bandwidth and delay between clients and an embedded broker.
 *
 * As root: a network namespace of our own, tied to the broker's side by a veth pair, with a token
 * bucket (tc tbf) on both ends; the roles are started inside. It has no name and vanishes with the
 * process that anchors it, also after SIGKILL. Elsewhere, and for delays where the kernel has no
 * netem: a relay, a process that passes bytes through two token buckets and a delay line. Which of
 * them it was is in links_kind and in every record. Both directions are limited, each at the rate,
 * shared by all connections. docs/links.md says what is real about each and what is not.
 * Environment: ASSAY_LINK=namespace or relay forces a kind where LINK_BEST is asked for.
 * Errors: RC_INPUT for what cannot be asked, RC_INFRA with one sentence. Threads: main thread only,
 * which must live as long as the links (their processes end with it).
 */
#ifndef ASSAY_BENCH_LINK_LINK_H
#define ASSAY_BENCH_LINK_LINK_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINK_ADDRESS_MAX = 64, LINK_TEXT = 256 };

/* Bounds of what a link can be set to, and how far the measured rate may be from the set one. */
#define LINK_BIT_PER_S_MIN INT64_C(100000)
#define LINK_BIT_PER_S_MAX INT64_C(100000000000)
#define LINK_DELAY_NS_MAX INT64_C(10000000000)
#define LINK_TOLERANCE 0.05

/* What is asked for; the same fields as a scenario's struct link_choice. */
struct link_rate {
    int64_t bit_per_s; /* LINK_BIT_PER_S_MIN to _MAX; 0: unlimited */
    int64_t delay_ns;  /* one way; 0: none */
};

/* LINK_BEST: the namespace where it can be had, else the relay; the others: that or an error. */
enum link_wish { LINK_BEST, LINK_NAMESPACE, LINK_RELAY };

struct links; /* opaque: the namespace or the relay, and its state */

/* Before the broker starts, since it must listen on the link's address, and before any thread is
 * started. One kind serves all links of a run. need_delay: at least one of them has a delay;
 * without netem in the kernel LINK_BEST is then the relay. On failure nothing is left behind. */
enum rc links_open(enum link_wish wish, bool need_delay, struct links **out,
                   struct err *e) MUST_CHECK;
void links_close(struct links *l); /* NULL is fine */

/* Where the broker must listen and what it must advertise there: "HOST:PORT" each. port: a free
 * one that the broker will listen on. Called again it replaces what it said before. */
enum rc links_listener(struct links *l, int port, char listen[LINK_ADDRESS_MAX],
                       char advertised[LINK_ADDRESS_MAX], struct err *e) MUST_CHECK;

/* Sets rate and delay for whatever is sent from now on. RC_INPUT: out of bounds, or a delay that
 * was not announced to links_open. RC_INFRA: also when the relay or the namespace has gone. */
enum rc links_set(struct links *l, const struct link_rate *rate, struct err *e) MUST_CHECK;
/* Descriptor of the network namespace that roles are to enter, by setns(2) between fork and exec;
 * owned by l, closed on exec. -1: none needed. */
int links_namespace(const struct links *l);
/* What it is, for records: "namespace, veth and tbf", "relay". */
const char *links_kind(const struct links *l);
/* Why it is not the namespace, as one sentence; "" when it is, or when the relay was asked for. */
const char *links_why(const struct links *l);

/* Sends bytes through it both ways, one direction after the other, each for duration_ns after a
 * fifth of that to get going, and tells what passed. */
struct link_measured {
    double up_bit_per_s, down_bit_per_s;           /* TCP payload; up: towards the broker */
    double up_wire_bit_per_s, down_wire_bit_per_s; /* with headers, counted by the interface; the
                                                      payload's for a relay, which has none */
    int64_t round_trip_ns; /* of one byte and its answer on the idle link, the smallest of a few */
};
enum rc links_measure(struct links *l, int64_t duration_ns, struct link_measured *out,
                      struct err *e) MUST_CHECK;

/* RC_OK when what was measured is what was set: both wire rates within LINK_TOLERANCE of it (not
 * judged when unlimited), the round trip at least twice the delay. RC_INFRA says which is not. */
enum rc link_measured_check(const struct link_measured *m, const struct link_rate *set,
                            struct err *e) MUST_CHECK;

#endif
