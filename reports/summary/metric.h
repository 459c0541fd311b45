/*
 * The metrics of a trial: one row each, one number per trial. Every report, the gate, the bands of
 * claims and the exports walk this table; a new metric is one row in metric.c.
 *
 * A metric is computed from the record (of), is a part of one of its latencies, or was recorded by
 * the workload under its name (neither). Sizes hold for every trial whose delivery was perfect,
 * saturated or not; the others only for valid trials.
 * Threads: read-only.
 */
#ifndef ASSAY_REPORTS_SUMMARY_METRIC_H
#define ASSAY_REPORTS_SUMMARY_METRIC_H

#include "base/quantity.h"
#include "reports/record/record.h"

/* Rows that code refers to by number; new rows go to the end and need none. */
enum metric {
    METRIC_RATIO,
    METRIC_STORED_BYTES,
    METRIC_PER_BATCH,
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
    METRIC_CPU_SENDER,
    METRIC_CPU_RECEIVER,
    METRIC_CPU_BROKER,
    METRIC_RSS_SENDER,
};
enum { METRICS_MAX = 64 }; /* room in arrays by metric; the table is checked against it */

enum metric_chart { CHART_NONE, CHART_ALWAYS, CHART_PACED, CHART_FLAT_OUT };
/* In the overview of all comparisons; the first with its value marks the best arm. */
enum metric_glance { GLANCE_NONE, GLANCE_VALUE, GLANCE_VERSUS };
/* In the gnuplot files: each that goes up against the first that goes across. */
enum metric_plot { PLOT_NONE, PLOT_ACROSS, PLOT_UP };
enum latency_part { LATENCY_P50, LATENCY_P99, LATENCY_MAX };

/* A column of the table per comparison; says NULL: there is none. */
struct metric_column {
    const char *head;
    const char *flat_out; /* head where latencies are a queue; NULL: the same */
    const char *says;     /* the legend */
    int priority;         /* when there is no room the highest goes first; 0 always stays */
    bool background_only; /* only where some arm has background load */
    bool spread;          /* with half the range in percent */
    bool joined;          /* it stands in the column of the row before, after a "+" */
};

struct metric_row {
    const char *name;  /* in summary.json and results.csv, unit as suffix */
    const char *title; /* for people */
    enum metric_unit unit;
    bool more_is_better;
    bool sizes; /* bytes and their ratios: they repeat where a trial's bytes do, and hold for
                   saturated trials, too */
    bool queue_when_flat_out; /* flat out it is the length of a queue and says nothing of a service
                               */
    bool throughput;          /* says nothing where the load sets the rate */
    bool by_difference; /* may be 0, as counts and shares: changes are differences in its unit,
                           not ratios */
    bool maximum;       /* one trial above a limit refutes that nothing is above it */
    bool evidence;      /* shown trial by trial */
    bool gated;         /* compared between folders and judged by the gate */
    double gate_limit;  /* smallest harm that the gate counts: relative, or in its unit */
    enum metric_chart chart;
    enum metric_glance glance;
    enum metric_plot plot;
    const char *plot_name;               /* PLOT_UP: in the names of its files, "speed" */
    struct metric_column column, versus; /* its value, its change against the reference arm */
    double (*of)(const struct trial_record *r); /* NOT_MEASURED when the record does not say */
    const char *latency_name;                   /* a row of LATENCIES, and which part of it */
    enum latency_part part;
};
extern const struct metric_row METRICS[];
extern const int METRIC_COUNT;

/* A value that was cut off is at least as large as v. It is never left out. */
struct metric_value {
    double v; /* NOT_MEASURED when the record does not say */
    bool censored;
};
struct metric_value metric_value_of(enum metric m, const struct trial_record *r);
/* Whether the workload records it under its name; only such values can be cut off. */
bool metric_is_recorded(enum metric m);
/* The number alone. */
double metric_of(enum metric m, const struct trial_record *r);
/* The part of a latency that a metric is; NOT_MEASURED when it has too few values. */
double metric_of_latency(enum metric m, const struct latency *l);

/* Whether a value has a change against another: a ratio, or a difference. */
bool metric_has_change(enum metric m, double v);
/* Whether a trial's number counts: see above. */
bool metric_counts(enum metric m, const struct trial_record *r);
/* By its name; METRIC_COUNT when there is none. */
enum metric metric_find(const char *name);
/* Measured records a trial needs before the metric says something: 20 for a median, 1000 for a p99
 * (ten lie beyond it); 1. */
int64_t metric_records_needed(enum metric m);

#endif
