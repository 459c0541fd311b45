/*
 * The state of a reassembly as text: JSON for people and services, Prometheus text for monitoring.
 *
 * Format of the latter: prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4.
 * Ownership: out is borrowed and appended to. Threads: as the reassembly's owner.
 */
#ifndef ASSAY_CORE_IMAGE_REASSEMBLY_STATUS_H
#define ASSAY_CORE_IMAGE_REASSEMBLY_STATUS_H

#include "base/prometheus_samples.h"
#include "core/image/reassembly.h"

/* One object: counts, budgets in use, and "images": every image in flight. */
enum rc reassembly_status_json(const struct reassembly *r, struct instant now, struct buf *out,
                               struct err *e) MUST_CHECK;
/* One image in flight; RC_INPUT when there is none of that id. */
enum rc reassembly_image_json(const struct reassembly *r, const struct image_id *id,
                              struct instant now, struct buf *out, struct err *e) MUST_CHECK;
enum rc reassembly_status_prometheus(const struct reassembly *r, struct instant now,
                                     struct buf *out, struct err *e) MUST_CHECK;
/* The counts alone, by the same names, as samples: of a reassembly that lives in another process,
 * or of several, summed up. */
void reassembly_counts_collect(const struct reassembly_counts *n, struct prometheus_samples *to);

#endif
