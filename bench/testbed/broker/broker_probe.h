/*
 * Whether a broker answers: one metadata request over a plain TCP connection.
 *
 * Format: https://kafka.apache.org/protocol, Metadata (key 3) version 4 with an empty topic list.
 * Threads: safe from any thread; blocks for at most timeout_ns.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_PROBE_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/* True when the broker at 127.0.0.1:port answers, lists at least so many brokers of its cluster as
 * alive and knows a controller. */
bool broker_probe(int port, int brokers, int64_t timeout_ns);

#endif
