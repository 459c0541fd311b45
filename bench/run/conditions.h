/*
 * The conditions of a run, gathered for environment.json: host, versions, broker, pinning,
 * settings. No secret ever stands in them. Threads: pure but for reading the host.
 */
#ifndef ASSAY_BENCH_RUN_CONDITIONS_H
#define ASSAY_BENCH_RUN_CONDITIONS_H

#include "bench/run/ground.h"
#include "bench/run/plan.h"
#include "reports/environment.h"

enum rc conditions_describe(const struct ground *g, const struct plan *p, const char *run,
                            struct environment *out, struct err *e) MUST_CHECK;

#endif
