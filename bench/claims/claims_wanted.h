/*
 * Which cells of a plan the selected claims need, and which comparisons are decided.
 *
 * Threads: main only.
 */
#ifndef ASSAY_BENCH_CLAIMS_CLAIMS_WANTED_H
#define ASSAY_BENCH_CLAIMS_CLAIMS_WANTED_H

#include "bench/claims/claims_request.h"
#include "bench/claims/claims_undecidable.h"
#include "bench/plan/plan.h"
#include "reports/summary/strata_choice.h"

bool claims_wanted_uses(const struct claim *c, const char *scenario, bool full);

/* Which cells of a plan are needed. */
struct claims_wanted {
    bool *cells;                /* one per cell; those needed become true */
    struct strata_offer *offer; /* what --only may choose from, of all plans; NULL: not asked */
    struct claims_run *note;    /* where what --only takes and leaves is noted; NULL: nowhere */
    struct claims_undecidable
        *undecidable; /* tests that the plan can never decide; NULL: not asked */
};

/* Everything in w is borrowed. RC_INPUT, with the claim's file and line: a test names an arm that
 * the scenario has not, or strata that it has not. */
enum rc claims_wanted_cells(const struct claims_request *r, const struct plan *p,
                            const struct claims_wanted *w, struct err *e) MUST_CHECK;
/* How many strata of a claim were asked for and left out, of all its tests. */
struct test_part claims_wanted_part(const struct claims_run *q, const char *claim);

/* One look at one plan. Everything is borrowed. */
struct claims_look {
    const struct claims_request *request;
    const struct plan *plan;
    int64_t block;
    const char *folder;
    bool *decided; /* one entry per group of the plan */
    size_t newly;  /* out: became decided now */
};
/* When block is one to look at: reads the folder's records and marks the groups whose strata are
 * all decided. */
enum rc claims_wanted_look(struct claims_look *l, struct err *e) MUST_CHECK;

#endif
