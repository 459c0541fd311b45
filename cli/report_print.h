/*
 * Makes every report of a result folder and prints the table, or summary.json, to standard output.
 *
 * The table fits the terminal (or COLUMNS), with colours on a terminal unless NO_COLOR is set.
 */
#ifndef ASSAY_CLI_REPORT_PRINT_H
#define ASSAY_CLI_REPORT_PRINT_H

#include "base/err.h"

#include <stdbool.h>

enum rc report_make_and_print(const char *folder, bool json, struct err *e) MUST_CHECK;

#endif
