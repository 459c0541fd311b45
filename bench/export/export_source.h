/*
 * What is exported: a text of metrics, made anew whenever somebody asks.
 *
 * Whoever exports calls it from a thread of its own; what it reads is its owner's matter.
 * Ownership: ctx is borrowed and outlives whoever exports.
 */
#ifndef ASSAY_BENCH_EXPORT_EXPORT_SOURCE_H
#define ASSAY_BENCH_EXPORT_EXPORT_SOURCE_H

#include "base/buf.h"

enum { EXPORT_TEXT_MAX = 1 << 20, EXPORT_RUN_MAX = 256 };

struct export_source {
    /* Appends the metrics as Prometheus text (base/prometheus.h). */
    enum rc (*write)(void *ctx, struct buf *out, struct err *e);
    /* The id of the run into text, which holds EXPORT_RUN_MAX bytes; "": none has begun. */
    void (*run)(void *ctx, char *text);
    void *ctx;
};

#endif
