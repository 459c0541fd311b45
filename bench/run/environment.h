/*
 * environment.json: what a run stood on and which settings were in force, so that its figures can
 * be judged and made again. No secret ever stands in it.
 *
 * Threads: pure but for reading the host.
 */
#ifndef ASSAY_BENCH_RUN_ENVIRONMENT_H
#define ASSAY_BENCH_RUN_ENVIRONMENT_H

#include "base/buf.h"
#include "bench/run/ground.h"
#include "bench/run/plan.h"

#define ENVIRONMENT_SCHEMA "assay-environment/1"

/* One JSON object, indented, with a newline at its end. */
enum rc environment_write(const struct ground *g, const struct plan *p, const char *run,
                          struct buf *out, struct err *e) MUST_CHECK;

#endif
