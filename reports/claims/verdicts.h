/*
 * The ledger: the verdicts of all claims that a folder was made to judge.
 *
 * verdicts.json (schema "assay-verdicts/1") is the ledger for programs; docs/result-folder.md names
 * its fields. Ownership: verdicts_build's verdicts borrow the claims, which must outlive them, and
 * own the rest. Threads: read-only once built.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VERDICTS_H
#define ASSAY_REPORTS_CLAIMS_VERDICTS_H

#include "reports/claims/claims_run.h"
#include "reports/claims/verdict.h"

#define VERDICTS_FILE "verdicts.json"

struct verdicts {
    struct claim_verdict *all; /* owned; in the order they were asked about */
    size_t count;
    size_t of[VERDICTS];
    size_t supported_in_part; /* of the INCONCLUSIVE: those that the part asked for supports */
    char only[CHOICE_TEXT];   /* that part, as it was asked for; "": every stratum */
    char note[VERDICT_TEXT];  /* what is odd about the claims themselves; "" */
    size_t trials;            /* records that were there to judge by */
    bool full;
};

/* results NULL: nothing was measured. RC_INPUT: the claims_run names a claim that does not exist
 * (any more). On failure *out is empty. */
enum rc verdicts_build(const struct claims *claims, const struct claims_run *q,
                       const struct results *results, struct verdicts *out,
                       struct err *e) MUST_CHECK;
void verdicts_release(struct verdicts *v); /* NULL and zeroed are fine */

enum rc verdicts_write_json(const struct verdicts *v, struct buf *out, struct err *e) MUST_CHECK;
/* How a claim is judged with this claims_run; blocks 0: 12. */
struct judge_options verdicts_options(const struct claims_run *q, const struct results *results);

#endif
