/*
 * The identity of a trial in its record: which cell of which comparison it is, when and with what
 * it runs. What was measured is filled in by the workload (workload.judge). Threads: pure
 * functions.
 */
#ifndef ASSAY_BENCH_TRIAL_ACCOUNT_H
#define ASSAY_BENCH_TRIAL_ACCOUNT_H

#include "bench/trial/shared_memory.h"
#include "bench/trial/trial_order.h"

/* Which cell it is, and of which comparison; nothing else is filled in. */
void account_identity(const struct trial_order *o, struct trial_record *r);

/* Who the trial is: cell, block, seed; everything measured is NOT_MEASURED. */
void account_open(const struct trial_options *g, const struct trial_order *o,
                  struct trial_record *r);

/* Whose implementation of a codec this process has: "libzstd 1.5.4", "snappy in librdkafka 2.0.2".
 */
void account_library(const struct codec_spec *c, char *text, size_t size);

/* Adds what a worker took of CPU and memory while it measured to what its role took: a role may
 * have several. */
void account_worker(const struct worker_slot *s, struct role_use *use);

/* Marks r VOID with a reason, unless it already is: something kept it from being measured. */
void account_void(struct trial_record *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same for what arrived or was stored: its integrity is hurt, whatever else made it void. */
void account_hurt(struct trial_record *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
