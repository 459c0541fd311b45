/*
 * The self-tests: does the decision machine call differences that are not there, and find those
 * that are?
 *
 * Ownership: everything is borrowed. Threads: main only. Prints to standard output.
 */
#ifndef ASSAY_CLI_SELFTEST_H
#define ASSAY_CLI_SELFTEST_H

#include "base/err.h"
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>

struct selftest_request {
    const struct args *args;
    size_t simulated;   /* seeds; 0: none */
    size_t comparisons; /* real A/A comparisons; 0: none */
    size_t repetitions; /* of the injected slowdowns */
    bool quick, quiet;
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
