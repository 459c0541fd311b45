/*
 * A run: one or more scenarios measured into one result folder, on one broker.
 *
 * What `assay run`, `assay claims`, `assay gate` and `assay selftest` share: plans are built and
 * checked first, then the testbed is opened, the conditions are written, and the plans run, one
 * after the other or in turns on several starts of the broker (starts). A folder that already holds
 * records of the same plans can be continued (attempt.h): what is complete is not measured again.
 * Ownership: options and scenarios are borrowed and must outlive the run; run_close frees the rest
 * and ends a broker of our own. A run must not be moved once it is open. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_RUN_RUN_H
#define ASSAY_BENCH_RUN_RUN_H

#include "bench/plan/plan.h"
#include "bench/run/plan_run.h"
#include "bench/testbed/testbed.h"
#include "core/kafka/cluster.h"
#include "reports/record/folder.h"
#include "reports/record/results.h"

/* BROKER_STARTS: of what is judged. */
enum { RUN_PARTS = 32, BROKER_STARTS = 3 };

struct run_options {
    struct testbed_options testbed; /* its cluster is read, never changed */
    struct trial_options trial;     /* partitions, cluster and testbed are set per part */
    const char *out;                /* folder; NULL: results/DATE-TIME-NAME */
    const char *name;               /* for that name: "gate", or the scenario's */
    const char *command;            /* as typed, for environment.json */
    bool resume;                    /* out may hold records of an earlier, stopped run */
    /* Starts of a broker of our own that the blocks are spread over, as one process is one sample
     * of what a broker is like; 0: one. Parts that wait for each other (part_done) take their
     * starts one after the other, else each start goes through all parts. */
    size_t starts;
    /* Whether a trial is to be run, as far as is known now. It changes nothing: it is asked of
     * every trial of every part, at any time and as often as somebody wants to know, whoever
     * watches the run included. What it says of a part that has not begun may change when a block
     * or a part ends. NULL: all. On resume it also says what makes a comparison complete. */
    bool (*wanted)(const void *ctx, const struct plan *p, const struct plan_trial *t);
    /* After the last trial of a block of one part, when any was run; its records are in the folder.
     * Not RC_OK ends the run with that. May be NULL. */
    enum rc (*block_done)(void *ctx, const struct plan *p, int64_t block, struct err *e);
    /* Once after every part, in order, the last included: all its records are in the folder, and
     * the next part has not been looked at. Here is judged, and decided what the next part holds.
     * Not RC_OK ends the run with that. May be NULL. */
    enum rc (*part_done)(void *ctx, size_t part, struct err *e);
    void (*on_progress)(void *ctx, const struct run_progress *p); /* may be NULL */
    void *ctx;                                                    /* of all four */
};

struct run_part {
    struct scenario *scenario; /* borrowed */
    struct plan plan;          /* on resume: less what is complete, from when the part starts */
    struct plan_run_result result;
    struct cluster cluster; /* owned; the testbed's, with the scenario's properties */
    double *rates;          /* owned; by comparison: automatic rates that are known; 0 */
    int64_t from, to;       /* blocks of the present start: from < block <= to */
};

struct run {
    const struct run_options *options;
    struct run_part parts[RUN_PARTS];
    size_t part_count;
    struct cluster cluster; /* owned; the testbed's own */
    struct testbed testbed;
    struct trial_options trial; /* handed to every trial */
    struct folder folder;
    char id[RECORD_NAME_MAX]; /* of the run: the name its folder was begun with */
    struct results earlier;   /* owned; records of earlier attempts; count 0: none */
    bool testbed_is_open, folder_is_open;
    int64_t total_ns; /* estimate for all parts */
    size_t trials;    /* finished so far, those of an earlier run not counted */
    size_t planned;   /* of all parts, before anything was left out */
    size_t running;   /* part that runs now */
};

/* Builds the plans; nothing is started, no folder made. On failure the run is empty. RC_INPUT:
 * a scenario that cannot be run, a property that does not exist, two scenarios of one name. */
enum rc run_plan(const struct run_options *o, struct scenario *const *scenarios, size_t count,
                 struct run *out, struct err *e) MUST_CHECK;
/* Checks space, makes or reopens the folder, opens the testbed, writes environment.json. On failure
 * run_close is still needed. RC_INPUT on resume: records of other plans. */
enum rc run_open(struct run *s, struct err *e) MUST_CHECK;
/* What was measured of the i-th limited link, in one line, loud when its trials will be void; NULL:
 * there are no more. text holds RUN_LINK_TEXT bytes. */
enum { RUN_LINK_TEXT = 768 };
char *run_link(const struct run *s, size_t i, char *text);
/* Runs all parts. RC_INTERRUPTED and RC_INFRA: what was finished is kept. */
enum rc run_measure(struct run *s, struct err *e) MUST_CHECK;
/* A folder without any record is removed. failed: keep the broker's log. Zeroed is fine. */
void run_close(struct run *s, bool failed);

#endif
