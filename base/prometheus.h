/*
 * Writing metrics as Prometheus text.
 *
 * Format: prometheus.io/docs/instrumenting/exposition_formats, text format version 0.0.4. Label
 * values may hold anything: backslash, quote and line break are escaped, and every byte that is not
 * UTF-8 becomes '?', because one such byte would cost the reader the whole text.
 * Errors: the first failure (the buffer is full) sticks; what follows writes nothing more.
 * Ownership: everything is borrowed. Threads: one owner per writer.
 */
#ifndef ASSAY_BASE_PROMETHEUS_H
#define ASSAY_BASE_PROMETHEUS_H

#include "base/buf.h"

#include <stdint.h>

#define PROMETHEUS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

struct prometheus_writer {
    struct buf *out;
    struct err *err;
    enum rc rc;
};

struct prometheus_label {
    const char *name, *value;
};

void prometheus_writer_init(struct prometheus_writer *w, struct buf *out, struct err *e);
/* What went wrong first, or RC_OK. */
enum rc prometheus_writer_end(const struct prometheus_writer *w) MUST_CHECK;

/* The lines before a metric's samples. kind: "counter", "gauge"; help: one line without backslash.
 */
void prometheus_head(struct prometheus_writer *w, const char *name, const char *kind,
                     const char *help);
/* One sample. labels: ends with one whose name is NULL; NULL: none. */
void prometheus_count(struct prometheus_writer *w, const char *name,
                      const struct prometheus_label *labels, uint64_t value);
void prometheus_real(struct prometheus_writer *w, const char *name,
                     const struct prometheus_label *labels, double value);
/* One sample without labels, to the nanosecond. */
void prometheus_seconds(struct prometheus_writer *w, const char *name, uint64_t ns);

#endif
