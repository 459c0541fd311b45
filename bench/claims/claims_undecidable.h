/*
 * What a plan can never decide: known before minutes are spent on it.
 *
 * A median says something from 20 measured records a trial on, a p99 from 1000; a claim of m noisy
 * comparisons needs as many blocks as let the smallest p fall below the level after Holm's
 * correction (reports/stats/paired.h). A claim that has less is told with its figures.
 * Ownership: claims_undecidable_release frees all; zeroed is empty. Threads: main only.
 */
#ifndef ASSAY_BENCH_CLAIMS_CLAIMS_UNDECIDABLE_H
#define ASSAY_BENCH_CLAIMS_CLAIMS_UNDECIDABLE_H

#include "base/buf.h"
#include "bench/plan/plan.h"
#include "reports/summary/metric.h"
#include "scenarios/claim.h"

/* What the tests of one claim need and get. */
struct claim_needs {
    const struct claim *claim; /* borrowed */
    size_t comparisons;        /* noisy ones */
    int64_t blocks;            /* the fewest of their scenarios */
    enum metric short_of;      /* METRIC_COUNT: none is short of records */
    int64_t records;           /* measured a trial, where that is short */
};

struct claims_undecidable {
    struct claim_needs *all; /* owned */
    size_t count;
    struct buf lines; /* owned; of those that cannot be decided, one each; empty: all can */
};

/* One test of a claim: the cells of the plan that it needs, and comparisons it makes of them. */
struct test_demand {
    const struct claim *claim;
    size_t test;
    const struct plan *plan;
    const bool *cells;
    size_t comparisons;
};
enum rc claims_undecidable_add(struct claims_undecidable *u, const struct test_demand *d,
                               struct err *e) MUST_CHECK;
/* After all tests of all plans: makes the lines. */
enum rc claims_undecidable_say(struct claims_undecidable *u, struct err *e) MUST_CHECK;
void claims_undecidable_release(struct claims_undecidable *u);

#endif
