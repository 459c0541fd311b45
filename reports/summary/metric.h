/*
 * The metrics of a trial that reports compare: one row each, one number per trial.
 *
 * Exact metrics come from bytes and counts and hold for every trial whose delivery was perfect,
 * saturated or not; the others only for valid trials. Latencies of flat-out trials are the length
 * of a queue and are marked so by the renderers. Threads: read-only.
 */
#ifndef ASSAY_REPORTS_SUMMARY_METRIC_H
#define ASSAY_REPORTS_SUMMARY_METRIC_H

#include "reports/record/record.h"

enum metric {
    METRIC_RATIO,
    METRIC_STORED_BYTES,
    METRIC_WIRE_BYTES,
    METRIC_WIRE_RECEIVED,
    METRIC_WIRE_OVERHEAD,
    METRIC_RECORDS_PER_S,
    METRIC_BYTES_PER_S,
    METRIC_PRODUCED_PER_S,
    METRIC_CONSUMED_PER_S,
    METRIC_E2E_P50,
    METRIC_E2E_P99,
    METRIC_E2E_MAX,
    METRIC_ACK_P50,
    METRIC_ACK_P99,
    METRIC_SERVICE_P50,
    METRIC_SERVICE_P99,
    METRIC_CPU_SENDER,
    METRIC_CPU_RECEIVER,
    METRIC_CPU_BROKER,
    METRIC_CPU_CLIENTS,
    METRIC_CPU_ALL,
    METRIC_RSS_SENDER,
    METRIC_RSS_RECEIVER,
    METRIC_ENCODE,
    METRIC_COUNT
};

enum metric_unit { UNIT_RATIO, UNIT_BYTES, UNIT_PER_S, UNIT_BYTES_PER_S, UNIT_NS };

struct metric_row {
    const char *name;  /* in summary.json and results.csv, unit as suffix */
    const char *title; /* for people */
    enum metric_unit unit;
    bool exact;
    bool latency;
    double (*of)(const struct trial_record *r); /* NOT_MEASURED when the record does not say */
};
extern const struct metric_row METRICS[METRIC_COUNT];

/* Whether a trial's number counts: see above. */
bool metric_counts(enum metric m, const struct trial_record *r);
/* By its name; METRIC_COUNT when there is none. */
enum metric metric_find(const char *name);

#endif
