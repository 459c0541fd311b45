/*
 * The relay: a process that passes TCP connections on through a line for each direction.
 *
 * relay_live is the whole life of that process: it accepts at its listener, connects to the target
 * on 127.0.0.1, and passes bytes both ways (relay_flow.h) until it is killed. Whoever started it
 * steers it through orders in shared memory; they hold for whatever arrives after the change. More
 * than RELAY_CONNECTIONS at once wait unaccepted. A connection that breaks on one side is reset on
 * the other. Threads: a process of its own, with one thread.
 */
#ifndef ASSAY_BENCH_LINK_RELAY_H
#define ASSAY_BENCH_LINK_RELAY_H

#include <stdatomic.h>
#include <stdint.h>

enum { RELAY_CONNECTIONS = 256 };

struct relay_orders {
    _Atomic int64_t bit_per_s; /* 0: unlimited */
    _Atomic int64_t delay_ns;
    _Atomic int target_port; /* of 127.0.0.1; 0: none yet, connections are reset */
};

struct relay_task {
    int listener;                /* borrowed; does not block */
    struct relay_orders *orders; /* borrowed; shared memory */
};

/* task: a struct relay_task. Returns only when it cannot go on: an exit code. */
int relay_live(void *task);

#endif
