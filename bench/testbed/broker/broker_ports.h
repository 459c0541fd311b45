/*
 * Free TCP ports on the loopback address.
 *
 * Chosen at random below the range the kernel hands out to outgoing connections, tried by binding.
 * Nothing reserves them: somebody may take one before the broker does, and the caller tries again.
 * Threads: safe from any thread.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_PORTS_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_PORTS_H

#include "base/err.h"

#include <stddef.h>

/* Fills those of ports[n] that are 0 with different free ports. */
enum rc broker_ports_pick(int *ports, size_t n, struct err *e) MUST_CHECK;

/* RC_OK when port can be bound now; RC_INFRA naming it and the reason when not. */
enum rc broker_port_check(int port, struct err *e) MUST_CHECK;

#endif
