/*
 * A contrast: one metric of two arms of one comparison, paired block by block.
 *
 * Only blocks in which both arms have a trial that counts (metric_counts) make a pair. Exact
 * metrics: the value of an arm is the same in every block or `differs` says so.
 * Ownership: contrast_of's arrays are freed by contrast_release; trial ids are borrowed from the
 * results. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CONTRAST_H
#define ASSAY_REPORTS_CONTRAST_H

#include "reports/metric.h"
#include "reports/results.h"

struct contrast_key {
    const char *scenario;
    int64_t group;         /* trial_record.group */
    const char *from, *to; /* arms, as trial_record_arm names them */
    enum metric metric;
};

struct contrast {
    size_t n;                            /* pairs */
    double *from, *to;                   /* owned; n values each, > 0 or 0 for counts */
    const struct trial_record **records; /* owned array; 2n: from and to of each pair, in turn */
    size_t saturated, voided; /* trials of either arm that do not count, and why they do not */
    const char *why;          /* of the first of those; "" */
    bool differs;             /* exact metric: an arm's value is not the same in every block */
    size_t absent;            /* of 2: arms that have no trial at all */
};

enum rc contrast_of(const struct results *r, const struct contrast_key *k, struct contrast *out,
                    struct err *e) MUST_CHECK;
void contrast_release(struct contrast *c); /* zeroed is fine */

#endif
