/*
 * `assay gate --plan`: what the job would run at least and at most. Prints to standard output.
 *
 * Ownership: everything is borrowed. Threads: main only.
 */
#ifndef ASSAY_CLI_GATE_PLAN_H
#define ASSAY_CLI_GATE_PLAN_H

#include "bench/plan/plan.h"
#include "reports/gate/gate_rule.h"

struct gate_plan {
    const char *baseline, *candidate; /* as a REF says of itself */
    const struct plan *main, *again;  /* both stages */
    size_t cases;                     /* noisy ones; 0: sizes alone are gated */
    size_t blocks_needed;             /* for these, to judge any */
    const struct gate_limits *limits;
};

void gate_plan_print(const struct gate_plan *g);

#endif
