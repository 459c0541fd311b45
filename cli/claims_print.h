/*
 * Verdicts of a folder made from its records and claims.json, written and printed.
 *
 * Threads: main only.
 */
#ifndef ASSAY_CLI_CLAIMS_PRINT_H
#define ASSAY_CLI_CLAIMS_PRINT_H

#include "reports/claims/verdicts.h"

/* What to report on; everything is borrowed. */
struct claims_folder {
    const char *folder;
    const struct claims_run *claims_run;
    const struct claims *claims; /* NULL: those that are known now */
    bool json;                   /* print verdicts.json in place of the ledger */
};

/* How many claims got which verdict. */
struct claims_count {
    size_t of[VERDICTS];
    size_t supported_in_part; /* of the INCONCLUSIVE: those that the part asked for supports */
};

/* Writes verdicts.json and every report, prints the ledger (or verdicts.json). count may be NULL.
 * RC_INPUT: trials were planned and the folder has no record. */
enum rc claims_report_and_print(const struct claims_folder *c, struct claims_count *count,
                                struct err *e) MUST_CHECK;

#endif
