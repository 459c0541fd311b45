/*
 * The gate of one job: baseline, baseline again and candidate run interleaved, and what is worse
 * runs again in a fresh stage with the order of the arms reversed (gate_stages.h).
 *
 * Ownership: the request is borrowed; gate_job_close frees the rest. Not to be moved once planned.
 * Threads: main only.
 */
#ifndef ASSAY_BENCH_GATE_GATE_JOB_H
#define ASSAY_BENCH_GATE_GATE_JOB_H

#include "bench/gate/gate_ref.h"
#include "bench/gate/gate_settle.h"
#include "bench/gate/gate_stages.h"
#include "bench/run/run.h"
#include "bench/run/run_request.h"

struct gate_request {
    struct run_request *run;
    const char *scenario;
    const char *baseline, *candidate; /* a REF each, see gate_ref.h; candidate NULL: as installed */
    const struct gate_limits *limits;
    bool blocks_given; /* by an override: then they are not raised to what is needed */
};

struct gate_job {
    const struct gate_request *request;
    struct gate_ref baseline, candidate;
    struct scenario *scenario[GATE_STAGES]; /* owned; the same, the second under another name */
    struct run run;                         /* its parts are the stages, in their order */
    struct run_options options;
    struct gate_stages stages;
    size_t cases;         /* noisy ones of the main stage; 0: sizes alone are gated */
    size_t blocks_needed; /* to judge any of them */
};

/* j: zeroed but for the request. Reads the REFs, loads and plans both stages; starts nothing.
 * RC_BASELINE: there is nothing at the baseline's REF; RC_INPUT: too few blocks, and all else that
 * is wrong with what was asked. gate_job_close is needed either way. */
enum rc gate_job_plan(struct gate_job *j, struct err *e) MUST_CHECK;
/* After gate_job_plan: why the gate can never decide anything noisy, where too few records a trial
 * are the cause; "". text holds GATE_LACKS bytes; returned. */
enum { GATE_LACKS = 200 };
char *gate_job_lacks(const struct gate_job *j, char *text);
/* Measures, judges and settles. Void trials come before what the numbers say: RC_INFRA,
 * RC_INTEGRITY. */
enum rc gate_job_run(struct gate_job *j, const struct gate_show *show, struct err *e) MUST_CHECK;
/* failed: keep the broker's log. Zeroed is fine. */
void gate_job_close(struct gate_job *j, bool failed);

#endif
