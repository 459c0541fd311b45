/*
 * The trial of the reference arm that was measured side by side with a trial: in the same block of
 * the same comparison.
 *
 * Ownership: records are borrowed from the results; block_references_release frees the index.
 * Threads: read-only once built.
 */
#ifndef ASSAY_REPORTS_SUMMARY_BLOCK_REFERENCE_H
#define ASSAY_REPORTS_SUMMARY_BLOCK_REFERENCE_H

#include "reports/record/results.h"

struct block_references {
    struct reference_row {
        const struct trial_record *r;
    } * rows; /* owned; reference trials, sorted */
    size_t count;
};

enum rc block_references_of(const struct results *r, struct block_references *out,
                            struct err *e) MUST_CHECK;
void block_references_release(struct block_references *b); /* zeroed is fine */

/* NULL: there is none. */
const struct trial_record *block_reference(const struct block_references *b,
                                           const struct trial_record *of);

#endif
