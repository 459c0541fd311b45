/*
 * What `assay gate` prints: a plan, or a report with annotations and a job summary where GitHub
 * runs it. Goes to standard output.
 *
 * Ownership: everything is borrowed. Threads: main only.
 */
#ifndef ASSAY_CLI_GATE_GATE_PRINT_H
#define ASSAY_CLI_GATE_GATE_PRINT_H

#include "bench/gate/gate_job.h"

/* --plan: what the job would run at least and at most. */
void gate_print_plan(const struct gate_job *j);
/* Lines for people, or gate.json; folder is where the evidence lies. */
enum rc gate_print_report(const struct gate_report *r, const char *folder, bool json,
                          struct err *e) MUST_CHECK;

#endif
