/*
 * The strata of a test: the comparisons of a scenario that its filter lets through.
 *
 * A comparison is a group of the plan. What the arms of the test have in common there (payload,
 * size, batching, load, link, codec, encoding) is what the filter sees and what the stratum is
 * called; a dimension in which they differ is "" and passes every filter. A group in which none of
 * the test's arms has a trial is no stratum. Ownership: strata_release frees the array. Threads:
 * pure functions.
 */
#ifndef ASSAY_REPORTS_SUMMARY_STRATA_H
#define ASSAY_REPORTS_SUMMARY_STRATA_H

#include "reports/record/results.h"
#include "scenarios/claim.h"

struct strata_group {
    int64_t group;
    struct trial_cell common; /* "" where the arms differ; numbers are the first record's */
    const char *compare;      /* what tells arms apart there; borrowed from a record */
    bool paced;               /* latencies are those of a service */
    int64_t blocks;           /* highest block number of the test's arms */
};

struct strata {
    struct strata_group *all; /* owned; by group number */
    size_t count;
};

enum rc strata_of(const struct results *r, const char *scenario, const struct claim_test *t,
                  struct strata *out, struct err *e) MUST_CHECK;
void strata_release(struct strata *s); /* zeroed is fine */

/* How many pairs of arms a test compares in each group: 1, or those of neighbouring tiers. */
size_t strata_pairs(const struct claim_test *t);
/* Whether arm is one that the test compares. */
bool strata_has_arm(const struct claim_test *t, const char *arm);
/* Whether what arms have in common passes. */
bool strata_lets_through(const struct claim_filter *f, const struct trial_cell *common);

#endif
