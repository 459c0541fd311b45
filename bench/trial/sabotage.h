/*
 * Planted faults, so that anybody can see the ledger catch them.
 *
 * ASSAY_SABOTAGE=KIND makes the roles of every trial really commit the fault on one record in the
 * middle of the trial; the trial must then be void and name it. Only tests and doubters set it.
 * Threads: pure functions.
 */
#ifndef ASSAY_BENCH_TRIAL_SABOTAGE_H
#define ASSAY_BENCH_TRIAL_SABOTAGE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum sabotage {
    SABOTAGE_NONE,
    SABOTAGE_LOSE,      /* the receiver drops a record as if it had never come */
    SABOTAGE_DUPLICATE, /* the sender sends a record twice */
    SABOTAGE_REORDER,   /* the sender swaps two neighbours */
    SABOTAGE_CORRUPT,   /* the sender sends a record with one bit flipped */
    SABOTAGE_LATE,      /* the receiver stops before the end */
    SABOTAGE_ALIEN,     /* somebody else's record in the topic */
    SABOTAGE_CODEC,     /* the topic is created with a codec of its own */
    SABOTAGE_INTERLEAVE /* images: all messages of one go between those of the next. No fault of the
                           path: every image must arrive all the same, as with a reordered chunk */
};
extern const char *const SABOTAGE_NAMES[]; /* by enum sabotage, NULL-terminated */

/* From the environment; an unknown name is RC_INPUT listing the known ones. "background-KIND"
 * plants it in the background load: then *background has it, else *out. */
enum rc sabotage_ask(enum sabotage *out, enum sabotage *background, struct err *e) MUST_CHECK;

#endif
