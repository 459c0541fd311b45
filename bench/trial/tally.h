/*
 * The tally: what a run has done so far, for whoever asks while it goes on.
 *
 * One tally lasts as long as the command, over all its runs and trials: its counters never fall. A
 * flow of a trial shows its shared memory to it; what stands there counts from the first record on,
 * and is added to the totals before the memory goes. So workers note nothing but what they note
 * anyway, and who asks touches neither them nor a lock of theirs.
 *
 * Everything sent counts: also the records and images with which the broker is warmed and the load
 * is calibrated, and those sent before a trial's measurement begins. Metrics of our own tell these
 * phases apart; the documents' metrics, whose labels are the documents', do not.
 *
 * compression_ratio_by_type is known when a trial's stored batches were read: the bytes handed to
 * the client and the store, by those that stand in the log and in the store (the trial record's
 * `ratio`), of recorded trials that are not void. Batches do not tell whose bytes they hold: a
 * trial with images of several formats counts as type "other".
 *
 * Ownership: shared memory is borrowed from tally_watch to tally_leave. Threads: tally_write and
 * tally_run from any thread, all else from the main thread. A NULL tally is fine everywhere but
 * there.
 */
#ifndef ASSAY_BENCH_TRIAL_TALLY_H
#define ASSAY_BENCH_TRIAL_TALLY_H

#include "base/buf.h"
#include "bench/trial/live_counts.h"
#include "bench/trial/shared_memory.h"
#include "bench/workload/workload.h"
#include "reports/record/record.h"

enum tally_phase { TALLY_MEASUREMENT, TALLY_WARM_UP, TALLY_CALIBRATION, TALLY_PHASES };

struct tally;             /* opaque */
enum { TALLY_FLOWS = 8 }; /* of one trial */

enum rc tally_open(struct tally **out, struct err *e) MUST_CHECK;
void tally_close(struct tally *t);

/* A trial begins; its run, scenario, id and cell are shown until tally_end. */
void tally_begin(struct tally *t, enum tally_phase phase, const struct trial_record *r);
/* One of its flows begins: TALLY_FLOWS at a time. */
void tally_watch(struct tally *t, const struct workload *w, const struct shared_memory *m);
/* The stored batches of a flow of images were read; format: of all its images, or "several". When
 * they could not be read, nothing is noted. */
void tally_stored(struct tally *t, const char *format, const struct trial_record *r);
/* All workers of the flow have ended. NULL, or memory that is not watched, is fine. */
void tally_leave(struct tally *t, const struct shared_memory *m);
void tally_end(struct tally *t);
/* A trial was recorded, and so many are still wanted. */
void tally_finished(struct tally *t, enum validity validity);
void tally_ahead(struct tally *t, size_t trials);

/* Appends all of it as Prometheus text. ctx: struct tally *, as in struct export_source. */
enum rc tally_write(void *ctx, struct buf *out, struct err *e) MUST_CHECK;
/* The id of the first run; "" before it begins. text holds TALLY_RUN_MAX bytes. */
enum { TALLY_RUN_MAX = RECORD_NAME_MAX };
void tally_run(void *ctx, char *text);

#endif
