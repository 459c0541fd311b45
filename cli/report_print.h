/*
 * Makes every report of a result folder and prints the table, or summary.json, to standard output.
 */
#ifndef ASSAY_CLI_REPORT_PRINT_H
#define ASSAY_CLI_REPORT_PRINT_H

#include "base/err.h"

#include <stdbool.h>

/* A folder made for claims (claims.json) gets its verdicts again, and its ledger is printed. */
enum rc report_make_and_print(const char *folder, bool json, struct err *e) MUST_CHECK;

#endif
