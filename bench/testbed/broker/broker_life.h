/*
 * The end of a broker's process: whether it has come, why, and how to bring it about. broker_alive,
 * broker_why_dead and broker_cpu_ns (broker.h) are here, too. Threads: as broker.h says.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_LIFE_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_LIFE_H

#include "bench/testbed/broker/broker.h"

/* SIGKILL and reap; fine when it has ended already. */
void broker_end(struct broker *b);
/* SIGTERM, after 20 s SIGKILL, and reap. */
void broker_end_gracefully(struct broker *b);

#endif
