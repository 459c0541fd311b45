/*
 * From options and a locked folder to a broker that answers; shared by owned and kept brokers.
 *
 * On failure the JVM is gone and e says why; folder, log file and lock stay the caller's.
 * Threads: as broker.h says.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_START_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_START_H

#include "bench/testbed/broker/broker.h"
#include "bench/testbed/broker/broker_folder.h"

enum { BROKER_PORT_ROUNDS = 4 }; /* how often other ports are tried */

struct broker_place {
    const struct broker_folder *folder; /* borrowed; locked */
    const char *log_dirs;               /* borrowed; formatted from the template when empty */
    bool tied;                          /* the JVM dies with the calling thread */
};

/* Starts the process of a broker and does not wait. o->quorum may be set. */
enum rc broker_launch(const struct broker_options *o, const struct broker_place *p,
                      struct broker *out, struct err *e) MUST_CHECK;
/* Waits until a launched broker answers and sees all of its cluster; ends it when it does not. */
enum rc broker_await(struct broker *b, const volatile sig_atomic_t *stop, struct err *e) MUST_CHECK;
/* Whether the failure was a port that somebody took between our look and the broker's bind. */
bool broker_lost_a_port(const struct err *e);

/* Both, with other ports when one was lost. */
enum rc broker_start(const struct broker_options *o, const struct broker_place *p,
                     struct broker *out, struct err *e) MUST_CHECK;

#endif
