/*
 * Makes every report of a result folder and prints the table, or summary.json, to standard output.
 *
 * The table fits the terminal (or COLUMNS), with colours on a terminal unless NO_COLOR is set.
 */
#ifndef ASSAY_CLI_REPORT_PRINT_H
#define ASSAY_CLI_REPORT_PRINT_H

#include "base/buf.h"
#include "base/err.h"
#include "reports/terminal.h"

#include <stdbool.h>

/* A folder made for claims (claims.json) gets its verdicts again, and its ledger is printed. */
enum rc report_make_and_print(const char *folder, bool json, struct err *e) MUST_CHECK;

/* How the terminal of standard output shows things. */
struct terminal_style report_style(void);
enum rc report_print_text(const struct buf *text, struct err *e) MUST_CHECK;

#endif
