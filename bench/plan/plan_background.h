/*
 * What goes beside a cell of a plan: which it is, and what it adds to what the cell needs.
 *
 * For plan.c only. Threads: one owner.
 */
#ifndef ASSAY_BENCH_PLAN_PLAN_BACKGROUND_H
#define ASSAY_BENCH_PLAN_PLAN_BACKGROUND_H

#include "bench/plan/plan.h"

/* NULL: nothing goes there. */
const struct plan_background *plan_background_find(const struct plan *p,
                                                   const struct background *as);
/* Adds what goes beside c, for as long as c is estimated to take, to its estimate; in one topic
 * their largest messages are alike. What no client takes makes c refused as well. */
void plan_background_add(struct plan_cell *c);

#endif
