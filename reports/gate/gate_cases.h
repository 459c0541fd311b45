/*
 * From records to the cases of the gate: of two result folders, or of one job that ran the arms
 * "baseline", "baseline again" and "candidate" block by block.
 *
 * Ownership: the gate's cases are freed by gate_cases_release; the rest is borrowed. Threads: pure
 * functions.
 */
#ifndef ASSAY_REPORTS_GATE_GATE_CASES_H
#define ASSAY_REPORTS_GATE_GATE_CASES_H

#include "reports/gate/gate_rule.h"
#include "reports/summary/comparison.h"

/* Arms of one job, as records name them; and what a scenario's name gets in the fresh stage. */
#define GATE_ARM_BASELINE "baseline"
#define GATE_ARM_AGAIN "baseline again"
#define GATE_ARM_CANDIDATE "candidate"
#define GATE_AGAIN "-again"

enum rc gate_cases_of_folders(const struct comparison *c, const struct gate_limits *l,
                              struct gate *out, struct err *e) MUST_CHECK;
/* The main stage. */
enum rc gate_cases_of_job(const struct results *r, const struct gate_limits *l, struct gate *out,
                          struct err *e) MUST_CHECK;
/* The confirmation stage, into the cases that are suspect. */
enum rc gate_cases_confirm(const struct results *r, struct gate *g, struct err *e) MUST_CHECK;
void gate_cases_release(struct gate *g); /* zeroed is fine */

/* Fewest blocks that judge so many noisy cases: both stages, the second at its worst. */
size_t gate_blocks_needed(const struct gate *g);

#endif
