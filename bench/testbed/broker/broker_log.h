/*
 * What a broker's log says about why it died.
 *
 * Knows the causes a user can do something about (a table in the .c file) and otherwise quotes the
 * first line that names an error. Threads: pure function.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_LOG_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_LOG_H

#include "base/span.h"

enum { BROKER_CAUSE_MAX = 512 };

/* Writes one clause, without full stop, into out (BROKER_CAUSE_MAX bytes), e.g. "its disk is full
 * (No space left on device)"; an empty text when the log names no cause. Returns out. */
char *broker_log_cause(struct span log, char *out);

#endif
