/*
 * The account of a trial: from what the roles noted and the broker stored to the trial record.
 *
 * Runs when both roles have ended. Threads: pure but for reading the stored batches.
 */
#ifndef ASSAY_BENCH_TRIAL_ACCOUNT_H
#define ASSAY_BENCH_TRIAL_ACCOUNT_H

#include "bench/trial/board.h"
#include "bench/trial/trial.h"

/* Which cell it is, and of which comparison; nothing else is filled in. */
void account_identity(const struct trial_order *o, struct trial_record *r);

/* Who the trial is: cell, block, seed; everything measured is NOT_MEASURED. */
void account_open(const struct trial_ground *g, const struct trial_order *o,
                  struct trial_record *r);

/* Joins the ledger on b and fills delivery, latency and throughput. Not perfect: VOID and why. */
enum rc account_ledger(const struct trial_order *o, struct board *b, struct trial_outcome *out,
                       struct err *e) MUST_CHECK;

/* Reads the stored batches of topic and fills codec, bytes and ratio. A codec stored that is
 * neither the one asked for nor none: VOID. */
enum rc account_stored(const struct trial_ground *g, struct board *b, struct trial_record *r,
                       struct err *e) MUST_CHECK;

/* Whose implementation of a codec this process has: "libzstd 1.5.4", "snappy in librdkafka 2.0.2".
 */
void account_library(const struct codec_spec *c, char *text, size_t size);

/* Marks r VOID with a reason, unless it already is. */
void account_void(struct trial_record *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
