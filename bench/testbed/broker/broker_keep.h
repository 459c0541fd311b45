/*
 * The broker that is kept running between runs: one per VAR folder, in VAR/broker.
 *
 * What it is stands in VAR/broker/state, key=value lines, mode 0600 (it may hold a password). The
 * JVM alone holds VAR/broker/lock; only a process that has that very file open as its lock is ever
 * signalled, so that a number from an old state file can do no harm.
 * Ownership: struct broker is a plain description here; never broker_close it.
 * Errors: RC_INPUT for impossible options, RC_INFRA for the rest. Threads: no shared state;
 * processes exclude each other by the lock.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_KEEP_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_KEEP_H

#include "bench/testbed/broker/broker.h"

/* Starts one; RC_INFRA naming the running one when there is one. data: its log.dirs, kept when it
 * stops and used again by the next start; NULL: VAR/broker/data, removed when it stops. */
enum rc broker_keep_start(const struct broker_options *o, const char *data, struct broker *out,
                          struct err *e) MUST_CHECK;

/* *running says whether out describes a broker that runs. When one ran and is gone without having
 * been stopped, *running is false and why holds one sentence; else why is empty. */
enum rc broker_keep_look(const struct home *h, struct broker *out, bool *running, struct err *why,
                         struct err *e) MUST_CHECK;

/* Asks it to end (SIGTERM), after 20 s makes it, and removes its files, which include those of a
 * broker that died before. *was_running says whether there was one to end. */
enum rc broker_keep_stop(const struct home *h, bool *was_running, struct err *e) MUST_CHECK;

#endif
