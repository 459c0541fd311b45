/*
 * The end of a broker's process: whether it has come, why, and how to bring it about. broker_alive
 * and broker_why_dead (broker.h) are here, too. Threads: as broker.h says.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_LIFE_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_LIFE_H

#include "bench/testbed/broker/broker.h"

/* SIGKILL and reap; fine when it has ended already. */
void broker_end(struct broker *b);

#endif
