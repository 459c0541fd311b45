/*
 * What commands print of result folders: the table of a run, the ledger of claims, which two are
 * compared. Goes to standard output.
 *
 * Ownership: everything is borrowed. Threads: main only.
 */
#ifndef ASSAY_CLI_REPORT_PRINT_H
#define ASSAY_CLI_REPORT_PRINT_H

#include "reports/claims/verdicts.h"
#include "reports/record/folder_pair.h"

/* Makes every report of a folder and prints the table, or summary.json. A folder made for claims
 * (claims.json) gets its verdicts again, and its ledger is printed. */
enum rc report_make_and_print(const char *folder, bool json, struct err *e) MUST_CHECK;
/* The ledger, or verdicts.json. */
enum rc verdicts_print(const struct verdicts *v, const char *folder, bool json,
                       struct err *e) MUST_CHECK;
/* Which folders these are, and in what their conditions differ. */
void folder_pair_print(const struct folder_pair *p);

#endif
