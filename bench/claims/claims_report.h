/*
 * Verdicts of a folder made from its records and claims.json: written there, and shown.
 *
 * Ownership: everything is borrowed. Threads: main only.
 */
#ifndef ASSAY_BENCH_CLAIMS_CLAIMS_REPORT_H
#define ASSAY_BENCH_CLAIMS_CLAIMS_REPORT_H

#include "reports/claims/verdicts.h"

/* Who shows verdicts. */
struct claims_show {
    enum rc (*verdicts)(void *ctx, const struct verdicts *v, const char *folder, struct err *e);
    void *ctx;
};

/* What to report on. */
struct claims_folder {
    const char *folder;
    const struct claims_run *claims_run;
    const struct claims *claims; /* NULL: those the folder keeps, else those known now */
};

/* How many claims got which verdict. */
struct claims_count {
    size_t of[VERDICTS];
    size_t supported_in_part; /* of the INCONCLUSIVE: those that the part asked for supports */
};

/* Writes verdicts.json and every report, then shows the verdicts. count may be NULL. RC_INPUT:
 * trials were planned and the folder has no record. */
enum rc claims_report(const struct claims_folder *c, const struct claims_show *show,
                      struct claims_count *count, struct err *e) MUST_CHECK;
/* VOID is about integrity, whatever else holds: RC_INTEGRITY. RC_REGRESSION and RC_UNDECIDED, when
 * enforce: a claim is refuted, or inconclusive. Of what was left out by choice, it is the part
 * asked for that must hold. */
enum rc claims_weigh(const struct claims_count *c, bool enforce, struct err *e) MUST_CHECK;

#endif
