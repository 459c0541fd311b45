/*
 * `assay claims --plan`: what would be run, and what needs no trial.
 *
 * Threads: main only.
 */
#ifndef ASSAY_CLI_CLAIMS_PLAN_H
#define ASSAY_CLI_CLAIMS_PLAN_H

#include "cli/claims_job.h"

/* To standard output: one line for each scenario, and one for each test without trials. */
void claims_plan_print(const struct claims_job *j);

#endif
