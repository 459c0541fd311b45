/*
 * Live metrics: what a run has done so far, for whoever asks while it goes on.
 *
 * They last as long as the command, over all its runs and trials: counters never fall. A
 * flow of a trial shows them its shared memory; what stands there counts from the first record on,
 * and is added to the totals before the memory goes. So workers note nothing but what they note
 * anyway, and who asks touches neither them nor a lock of theirs.
 *
 * Everything sent counts: also the records and images with which the broker is warmed and the load
 * is calibrated, and those sent before a trial's measurement begins. Metrics of our own tell these
 * phases apart; the documents' metrics, whose labels are the documents', do not.
 *
 * What is counted is the workloads' own matter: each adds samples of its rows (workload.count),
 * which are summed here by name and labels over all flows and processes. What has ended keeps its
 * counters; its gauges end with it.
 *
 * Ownership: shared memory is borrowed from live_metrics_watch to live_metrics_leave. Threads:
 * live_metrics_write and live_metrics_run from any thread, all else from the main thread. NULL is
 * fine everywhere but there.
 */
#ifndef ASSAY_BENCH_TRIAL_LIVE_METRICS_H
#define ASSAY_BENCH_TRIAL_LIVE_METRICS_H

#include "base/buf.h"
#include "base/prometheus_samples.h"
#include "bench/trial/shared_memory.h"
#include "bench/workload/workload.h"
#include "reports/record/record.h"

enum live_phase { LIVE_MEASUREMENT, LIVE_WARM_UP, LIVE_CALIBRATION, LIVE_PHASES };

struct live_metrics;     /* opaque */
enum { LIVE_FLOWS = 8 }; /* of one trial */

/* Rows that workloads have in common; their label is the phase. */
extern const struct prometheus_metric LIVE_RECORDS_SENT, LIVE_RECORDS_RECEIVED;

enum rc live_metrics_open(struct live_metrics **out, struct err *e) MUST_CHECK;
void live_metrics_close(struct live_metrics *t);

/* A trial begins; its run, scenario, id and cell are shown until live_metrics_end. */
void live_metrics_begin(struct live_metrics *t, enum live_phase phase,
                        const struct trial_record *r);
/* One of its flows begins: LIVE_FLOWS at a time. */
void live_metrics_watch(struct live_metrics *t, const struct workload *w,
                        const struct shared_memory *m);
/* What a flow knows only when it is judged. */
void live_metrics_add(struct live_metrics *t, const struct prometheus_samples *more);
/* All workers of the flow have ended. NULL, or memory that is not watched, is fine. */
void live_metrics_leave(struct live_metrics *t, const struct shared_memory *m);
void live_metrics_end(struct live_metrics *t);
/* A trial was recorded, and so many are still wanted. */
void live_metrics_finished(struct live_metrics *t, enum validity validity);
void live_metrics_ahead(struct live_metrics *t, size_t trials);

/* Appends all of it as Prometheus text. ctx: struct live_metrics *, as in struct export_source. */
enum rc live_metrics_write(void *ctx, struct buf *out, struct err *e) MUST_CHECK;
/* The id of the first run; "" before it begins. text holds LIVE_RUN_MAX bytes. */
enum { LIVE_RUN_MAX = RECORD_NAME_MAX };
void live_metrics_run(void *ctx, char *text);

#endif
