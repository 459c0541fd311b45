/*
 * `assay claims --plan`: what would be run, and what needs no trial. Prints to standard output.
 *
 * Ownership: everything is borrowed. Threads: main only.
 */
#ifndef ASSAY_CLI_CLAIMS_CLAIMS_PLAN_PRINT_H
#define ASSAY_CLI_CLAIMS_CLAIMS_PLAN_PRINT_H

#include "bench/claims/claims_job.h"

/* One line for each scenario, and one for each test without trials. */
void claims_plan_print(const struct claims_job *j);

#endif
