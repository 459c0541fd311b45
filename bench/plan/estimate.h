/*
 * What a trial of a cell will need, guessed before it has run: records, bytes, disk, memory, time.
 *
 * Sizes follow from a sample of the payload. Times rest on a small table of what codecs cost per
 * byte, on one core of an ordinary machine: good to a factor of three, and corrected by the runner
 * as trials end. Disk is counted as if nothing compressed. Threads: pure functions.
 */
#ifndef ASSAY_BENCH_PLAN_ESTIMATE_H
#define ASSAY_BENCH_PLAN_ESTIMATE_H

#include "bench/plan/plan.h"

/* Records per second that its workers get through at most, whatever is sent; 0: no limit. */
double estimate_work_rate(const struct plan_cell *c);
/* Records per second that a cell could do flat out. */
double estimate_capacity(const struct plan_cell *c);

/* Fills in everything of a cell that depends on its sample: records_max, warmup_records, window_ns,
 * message_max_bytes and estimate. slowest_per_s is the smallest capacity of its group: it sets the
 * rate "auto" and the warm-up, so that both are alike for all arms. RC_INPUT, naming scenario and
 * payload: the corpus is too small for a batch, a record or batch is too large to send, a ledger
 * would not fit. */
enum rc estimate_cell(const struct scenario *s, struct plan_cell *c, double slowest_per_s,
                      struct err *e) MUST_CHECK;

/* Adds the background load of c, for as long as c is estimated to take, to its estimate; in one
 * topic their largest messages are alike. What no client takes makes c refused as well. */
void estimate_add_background(struct plan_cell *c);

#endif
