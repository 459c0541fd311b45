/*
 * The work that selected claims need: which scenarios, of these which comparisons and arms, and
 * when a comparison need not go on; then probes and other people's clients, and the verdicts.
 *
 * Ownership: borrows the request; claims_job_release frees the rest. Not to be moved once planned.
 * Threads: main only.
 */
#ifndef ASSAY_BENCH_CLAIMS_CLAIMS_JOB_H
#define ASSAY_BENCH_CLAIMS_CLAIMS_JOB_H

#include "bench/claims/claims_report.h"
#include "bench/claims/claims_request.h"
#include "bench/claims/claims_undecidable.h"
#include "bench/run/run.h"
#include "reports/summary/strata_choice.h"

enum { JOB_DOING = 200 };

struct claims_part {
    struct scenario *scenario; /* owned */
    bool *cell_wanted;         /* owned; by index of the plan's cells */
    bool *group_decided;       /* owned; by index of the plan's groups */
    size_t trials;             /* wanted */
    int64_t duration_ns;       /* of these */
    char doing[JOB_DOING];     /* "deciding Z01 Z02 Z10" */
};

struct claims_job {
    struct claims_request *request;
    struct claims_part parts[RUN_PARTS];
    size_t part_count;
    const char *left_out[RUN_PARTS]; /* scenarios of which --only takes nothing; borrowed */
    size_t left_out_count;
    struct strata_offer offer; /* what --only may choose from */
    size_t trials;             /* wanted, of all parts */
    int64_t duration_ns;       /* of these, as estimated */
    int64_t asking_ns;         /* of probes and other people's clients, which come after them */
    struct claims_undecidable undecidable;
    struct run_options options;
    struct run run;
    bool planned; /* the run has plans */
};

/* j: zeroed but for the request. Loads the scenarios and plans them; a scenario that cannot be run
 * here makes its tests NOT MEASURED with the reason, which is also said. trials 0: there is nothing
 * to measure. */
enum rc claims_job_plan(struct claims_job *j, struct err *e) MUST_CHECK;
/* Measures, asks, judges. Verdicts of what there is are made and shown also after Ctrl-C and a lost
 * broker; the first failure is told. count gets how many claims got which verdict. */
enum rc claims_job_run(struct claims_job *j, const struct claims_show *show,
                       struct claims_count *count, struct err *e) MUST_CHECK;
/* failed: keep the broker's log. */
void claims_job_release(struct claims_job *j, bool failed);

#endif
