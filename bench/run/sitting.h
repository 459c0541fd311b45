/*
 * A sitting: one stretch of measuring. A run that was stopped is continued in a further one.
 *
 * The arms of a comparison are only paired when one sitting measured them, side by side. So what
 * counts as done is a group in one block, all arms wanted; one that was cut in the middle is
 * measured anew under the next free block number, with the order and the seed it had. Automatic
 * rates stay those of the first sitting.
 * Ownership: everything is borrowed. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_RUN_SITTING_H
#define ASSAY_BENCH_RUN_SITTING_H

#include "bench/run/session.h"
#include "reports/record/environment.h"

/* Whether all records of earlier sittings are of the session's plans: the same scenarios, cells,
 * comparisons and seeds. RC_INPUT names the first difference. */
enum rc sitting_check(const struct results *earlier, const struct session *s,
                      struct err *e) MUST_CHECK;

/* Replaces v, the conditions of now, by those of the first sitting with this one added. RC_INPUT:
 * another machine or version of assay, or too many sittings. */
enum rc sitting_add(const struct session *s, struct environment *v, struct err *e) MUST_CHECK;

/* Takes out of the part's plan what earlier sittings completed, and gives what they cut a new block
 * number, last. rates: by group; filled with those that records name. */
enum rc sitting_continue(const struct session *s, struct session_part *part, double *rates,
                         struct err *e) MUST_CHECK;

#endif
