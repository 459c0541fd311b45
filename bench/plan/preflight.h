/*
 * Disk and memory: what a plan needs against what there is. Threads: pure but for asking the
 * system.
 */
#ifndef ASSAY_BENCH_PLAN_PREFLIGHT_H
#define ASSAY_BENCH_PLAN_PREFLIGHT_H

#include "bench/plan/plan.h"

/* Refuses with RC_INFRA when the plan needs more disk at `folder` or more memory than there is. */
enum rc preflight_check(const struct plan *p, const char *folder, bool embedded,
                        struct err *e) MUST_CHECK;

#endif
