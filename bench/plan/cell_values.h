/*
 * What the values of a scenario's dimensions mean for the cells of its plan: the table CELL_VALUES.
 *
 * Threads: pure functions.
 */
#ifndef ASSAY_BENCH_PLAN_CELL_VALUES_H
#define ASSAY_BENCH_PLAN_CELL_VALUES_H

#include "bench/plan/plan.h"

/* How many values cells take of a dimension; 1 where they have it from their pool. */
size_t cell_values_count(const struct scenario *s, int dimension);
/* The n-th combination of the sweeps of a scenario, arms counted fastest. */
void cell_values_take(const struct plan *p, size_t n, struct plan_cell *c);

#endif
