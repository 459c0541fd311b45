/*
 * An attempt: one stretch of measuring. A run that was stopped is continued in a further one.
 *
 * The arms of a comparison are only paired when one attempt measured them, side by side. So what
 * counts as done is a group in one block, all arms wanted; one that was cut in the middle is
 * measured anew under the next free block number, with the order and the seed it had. Automatic
 * rates stay those of the first attempt.
 * Ownership: everything is borrowed. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_RUN_ATTEMPT_H
#define ASSAY_BENCH_RUN_ATTEMPT_H

#include "bench/run/run.h"
#include "reports/record/environment.h"

/* Whether all records of earlier attempts are of this run and its plans: the same scenarios, cells,
 * comparisons, blocks and seeds. first: the conditions of the first attempt. RC_INPUT names line
 * and difference. */
enum rc attempt_check(const struct run *s, const struct environment *first,
                      struct err *e) MUST_CHECK;

/* Checks them, and the conditions, and replaces v, those of now, by those of the first attempt with
 * this one added. RC_INPUT: records of another run; another machine, version of assay, scenario,
 * data file or option; too many attempts. */
enum rc attempt_add(const struct run *s, struct environment *v, struct err *e) MUST_CHECK;

/* Takes out of the part's plan what earlier attempts completed, and gives what they cut a new block
 * number, last. rates: by group; filled with those that records name. */
enum rc attempt_continue(const struct run *s, struct run_part *part, double *rates,
                         struct err *e) MUST_CHECK;

#endif
