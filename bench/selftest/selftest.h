/*
 * The self-tests: does the decision machine call differences that are not there, and find those
 * that are?
 *
 * What is found is told line by line to the listener of the request; nothing is printed here.
 * Ownership: everything is borrowed. Threads: main only.
 */
#ifndef ASSAY_BENCH_SELFTEST_SELFTEST_H
#define ASSAY_BENCH_SELFTEST_SELFTEST_H

#include "bench/run/run_request.h"

#include <stdbool.h>
#include <stddef.h>

struct selftest_request {
    struct run_request *run; /* where the real ones run; NULL: simulated ones only */
    struct run_listener listener;
    size_t simulated;   /* seeds; 0: none */
    size_t comparisons; /* real A/A comparisons; 0: none */
    size_t repetitions; /* of the injected slowdowns */
    bool quick;         /* fewer blocks to estimate the noise from */
};

/* Made-up A/A records through gate, comparison and claim. RC_UNDECIDED when more than 5 % of the
 * seeds are called a difference by any of the three. */
enum rc selftest_simulated(const struct selftest_request *r, struct err *e) MUST_CHECK;
/* The same arm twice, on a real broker. RC_UNDECIDED: as many as a quarter were called. */
enum rc selftest_aa(const struct selftest_request *r, struct err *e) MUST_CHECK;
/* Real delays in the sender's path. RC_UNDECIDED: twice the minimum detectable effect was found in
 * fewer than 90 % of the repetitions. */
enum rc selftest_slowdown(const struct selftest_request *r, struct err *e) MUST_CHECK;

#endif
