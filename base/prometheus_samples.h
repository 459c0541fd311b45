/*
 * Samples of metrics, summed by name and labels, and written as Prometheus text.
 *
 * Whoever counts something adds samples of rows of its own; samples of one name with the same
 * labels become one. So the counts of several processes, or of one after the other, are summed and
 * shown by code that knows none of them.
 * Ownership: rows and label values are borrowed. Threads: one owner.
 */
#ifndef ASSAY_BASE_PROMETHEUS_SAMPLES_H
#define ASSAY_BASE_PROMETHEUS_SAMPLES_H

#include "base/prometheus.h"

#include <stddef.h>

enum { PROMETHEUS_SAMPLES = 512, PROMETHEUS_LABELS = 2 };

enum prometheus_kind {
    PROMETHEUS_COUNTER, /* value: how many so far */
    PROMETHEUS_GAUGE,   /* value: how many now */
    /* A gauge: value by of, both counted so far. While of is 0: NaN, or nothing where the metric
     * has labels. */
    PROMETHEUS_RATIO,
    /* Its only label is "le"; value: how many fell into the bucket that ends there, without those
     * of the buckets before; of: their sum in ns. The buckets are added in their order. */
    PROMETHEUS_HISTOGRAM,
};

struct prometheus_metric {
    const char *name, *help; /* help: one line without backslash */
    enum prometheus_kind kind;
    const char *label[PROMETHEUS_LABELS]; /* names; NULL: none */
};

struct prometheus_sample {
    const struct prometheus_metric *metric;
    const char *label[PROMETHEUS_LABELS]; /* values */
    uint64_t value, of;                   /* as the kind says */
};

/* Zeroed: there are none. */
struct prometheus_samples {
    struct prometheus_sample sample[PROMETHEUS_SAMPLES];
    size_t count, left_out; /* left_out: there was no room for so many */
};

void prometheus_samples_add(struct prometheus_samples *s, struct prometheus_sample n);
void prometheus_samples_add_all(struct prometheus_samples *s,
                                const struct prometheus_samples *more);
/* Sets gauges to 0: what has ended has nothing now. */
void prometheus_samples_end_gauges(struct prometheus_samples *s);
/* All of them, those of one name together, in the order in which names were first added. RC_INFRA
 * from the writer when some were left out. */
void prometheus_samples_write(const struct prometheus_samples *s, struct prometheus_writer *w);

#endif
