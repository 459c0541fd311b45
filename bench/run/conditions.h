/*
 * The conditions of a run, gathered for environment.json: host, versions, broker, pinning,
 * settings, options, what data files hold, this attempt. No secret ever stands in them. Threads:
 * pure but for reading the host.
 */
#ifndef ASSAY_BENCH_RUN_CONDITIONS_H
#define ASSAY_BENCH_RUN_CONDITIONS_H

#include "bench/run/run.h"
#include "reports/record/environment.h"

/* What is known before anything is started; s: its folder is open. */
enum rc conditions_describe(const struct run *s, struct environment *out, struct err *e) MUST_CHECK;
/* s: its testbed is open. */
enum rc conditions_add_testbed(const struct run *s, struct environment *v,
                               struct err *e) MUST_CHECK;

#endif
