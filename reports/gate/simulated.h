/*
 * Made-up trial records with noise of known size, for proving the verdicts on data whose truth is
 * known: from here on they take the same path as measured ones.
 *
 * Each observation is exp(drift of its block + noise of its own) times its arm's truth: latencies
 * and throughput share most of the noise of a trial, as they do in reality. The same seed gives the
 * same records. Ownership: results_release frees them. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_GATE_SIMULATED_H
#define ASSAY_REPORTS_GATE_SIMULATED_H

#include "reports/record/results.h"

struct simulated {
    uint64_t seed;
    size_t groups; /* comparisons */
    size_t blocks;
    double noise;      /* standard deviation of the logarithm of one observation */
    double drift;      /* the same, of what the trials of a block share */
    double shift;      /* of the same logarithm: what all trials of the run share */
    double slower;     /* truth of the arm that differs: 1 nothing, 1.05 is 5 % slower */
    double bytes;      /* the same, of its stored bytes */
    double unsteady;   /* truth of the control arm: 1, or a machine that is not */
    const char *after; /* put behind the scenario's name; "" */
};

/* Arms baseline, baseline again (unsteady) and candidate (slower), as the gate runs them. Records
 * are appended to out, which results_release frees; zero it before the first call. */
enum rc simulated_job(const struct simulated *s, struct results *out, struct err *e) MUST_CHECK;
/* Arms none (the reference, unsteady), zstd-3 (slower) and gzip-6, as a run has them. */
enum rc simulated_run(const struct simulated *s, struct results *out, struct err *e) MUST_CHECK;

#endif
