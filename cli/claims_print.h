/*
 * Verdicts of a folder made from its records and claims.json, written and printed.
 *
 * Threads: main only.
 */
#ifndef ASSAY_CLI_CLAIMS_PRINT_H
#define ASSAY_CLI_CLAIMS_PRINT_H

#include "reports/verdicts.h"

/* What to report on; everything is borrowed. */
struct claims_folder {
    const char *folder;
    const struct inquiry *inquiry;
    const struct claims *claims; /* NULL: those that are known now */
    bool json;                   /* print verdicts.json in place of the ledger */
};

/* Writes verdicts.json and every report, prints the ledger (or verdicts.json). of: how many claims
 * got which verdict; may be NULL. RC_INPUT: trials were planned and the folder has no record. */
enum rc claims_report_and_print(const struct claims_folder *c, size_t of[VERDICTS],
                                struct err *e) MUST_CHECK;

#endif
