/* What a run would do and what it would need, for --plan. Prints to standard output. */
#ifndef ASSAY_CLI_PLAN_TEXT_H
#define ASSAY_CLI_PLAN_TEXT_H

#include "bench/plan/plan.h"

void plan_print(const struct plan *p);

#endif
