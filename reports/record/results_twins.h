/*
 * Trials that stand twice in a folder: counting one twice would narrow every spread, and an arm has
 * one trial in a block.
 *
 * Ownership: everything is borrowed. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RECORD_RESULTS_TWINS_H
#define ASSAY_REPORTS_RECORD_RESULTS_TWINS_H

#include "reports/record/results.h"

/* RC_INPUT names both lines of the first two records of one scenario that have the same id, the
 * same cell and block, or the same comparison, block and arm; or that are both the reference of one
 * comparison in a block. Every record is one line. */
enum rc results_refuse_twins(const struct results *r, struct err *e) MUST_CHECK;

#endif
