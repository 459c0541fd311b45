/*
 * The label of a comparison. For plan.c only. Threads: pure functions.
 */
#ifndef ASSAY_BENCH_PLAN_PLAN_LABEL_H
#define ASSAY_BENCH_PLAN_PLAN_LABEL_H

#include "bench/plan/plan.h"

/* Names what the cells of g have in common, as far as it tells groups apart. */
void plan_label(const struct plan *p, struct plan_comparison *g);

#endif
