/*
 * A struct broker as a small text file, for a broker that outlives its maker.
 *
 * Format: one key=value a line, keys as the members of struct broker; unknown keys are refused.
 * Errors: RC_INFRA naming file and line. Threads: no shared state.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_STATE_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_STATE_H

#include "bench/testbed/broker/broker.h"

enum rc broker_state_write(const char *path, const struct broker *b, struct err *e) MUST_CHECK;
/* Sets lock to -1. */
enum rc broker_state_read(const char *path, struct broker *out, struct err *e) MUST_CHECK;

#endif
