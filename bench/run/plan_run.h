/*
 * The runner: the trials of a plan on one testbed, in order, each record appended as it is
 * measured.
 *
 * Before the first counted trial it warms the broker with trials that are not recorded, once for
 * every codec and level on one testbed, and calibrates open loops that ask for an automatic rate
 * (half the capacity of the slowest arm of their comparison). Cells and groups of which no trial is
 * wanted are neither warmed nor calibrated. A trial that is void does not stop the run.
 * Ownership: everything in the options is borrowed. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_RUN_PLAN_RUN_H
#define ASSAY_BENCH_RUN_PLAN_RUN_H

#include "bench/plan/plan.h"
#include "bench/trial/trial.h"
#include "reports/record/folder.h"

struct run_progress {
    const char *doing;  /* "warming the broker", "calibrating", "measuring" */
    size_t done, total; /* trials of this step; measuring: those wanted, as far as known now */
    size_t ahead;       /* trials of the plan that are still wanted, in every step and turn */
    int64_t left_ns; /* estimate for what is wanted; from the plan, corrected by what trials took */
    const struct trial_record *record; /* of the trial just finished; NULL for other steps */
};

struct plan_run_options {
    const struct scenario *scenario;
    const struct plan *plan;
    const struct trial_options *trial; /* of every trial */
    struct testbed *testbed;
    struct folder *folder; /* open for appending */
    int64_t from, to;      /* blocks to run now: from < block <= to; the others have their turn */
    /* Whether a trial is to be run, now or in its turn; it changes nothing. Asked of all before the
     * first (so that nothing is warmed or calibrated for those left out), of all that are left for
     * the progress, and again just before each would start. NULL: all. */
    bool (*wanted)(const void *ctx, const struct plan *p, const struct plan_trial *t);
    /* After the last trial of a block in which any was run. Not RC_OK ends the run. May be NULL. */
    enum rc (*block_done)(void *ctx, const struct plan *p, int64_t block, struct err *e);
    double *rate_per_s; /* automatic rates by group: those known already, 0: calibrate, and
                           afterwards all; NULL */
    void (*on_progress)(void *ctx, const struct run_progress *p); /* may be NULL */
    void *ctx;
};

struct plan_run_result {
    size_t measured; /* trials, recorded ones that were refused included; earlier attempts' not */
    size_t refused;  /* trials of cells whose images no client takes: recorded, not run */
    size_t valid, saturated;
    size_t void_integrity; /* lost, duplicated, reordered, corrupted, undecided, wrong codec */
    size_t void_other;     /* something kept them from being measured */
    size_t topics_left;    /* of ours, that could not be deleted */
    char first_topic_left[RECORD_LABEL_MAX];
    char objects_left[RECORD_WHY_MAX]; /* why images stay in the object store; "" */
    char first_why[RECORD_WHY_MAX + RECORD_NAME_MAX +
                   8]; /* "c03.b02: 2 records lost", of the first void trial */
};

/* Adds a trial of an earlier attempt. */
void plan_run_count(struct plan_run_result *result, const struct trial_record *r);

/* Adds to out. RC_OK: all trials wanted now were run (see out). RC_INTERRUPTED and RC_INFRA: those
 * finished are kept. */
enum rc plan_run(const struct plan_run_options *o, struct plan_run_result *out,
                 struct err *e) MUST_CHECK;

#endif
