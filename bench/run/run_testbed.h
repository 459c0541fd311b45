/*
 * What the parts of a run need of the testbed.
 *
 * Threads: main thread only.
 */
#ifndef ASSAY_BENCH_RUN_RUN_TESTBED_H
#define ASSAY_BENCH_RUN_RUN_TESTBED_H

#include "bench/run/run.h"

/* What part `from` and all after it need. */
unsigned run_needs(const struct run *s, size_t from);
/* The parts of the testbed that part i of the run needs, its clients' way to the cluster, and what
 * the topic of others there is like. */
enum rc run_provide(struct run *s, size_t i, struct err *e) MUST_CHECK;

#endif
