/*
 * The image path's metrics, by the documents' names, in Prometheus text format (version 0.0.4).
 *
 * binary_images_sent_total{type} chunked_images_total{type} s3_uploads_total{type}: counters, one
 * per image, by its format; chunk_reassembly_success_rate: complete images of all that ended, NaN
 * before the first; image_serialization_duration_seconds: histogram;
 * compression_ratio_by_type{type}: bytes before by bytes after compression, of all noted so far.
 * Ownership: plain memory. Threads: any thread may note and any may write out at the same time.
 */
#ifndef ASSAY_CORE_IMAGE_METRICS_H
#define ASSAY_CORE_IMAGE_METRICS_H

#include "base/prometheus_samples.h"
#include "core/image/route.h"

#include <stdatomic.h>

enum { METRIC_TYPES = 16, METRIC_ROUTES = 3, METRIC_BUCKETS = 12 };

struct image_metrics {
    _Atomic uint64_t
        sent[METRIC_TYPES][METRIC_ROUTES]; /* by format's place in IMAGE_FORMATS and enum route */
    _Atomic uint64_t plain_bytes[METRIC_TYPES], packed_bytes[METRIC_TYPES];
    _Atomic uint64_t assembled, given_up;
    _Atomic uint64_t took[METRIC_BUCKETS]; /* serializations; the last bucket has no upper end */
    _Atomic uint64_t took_ns;
};

void image_metrics_init(struct image_metrics *m);
/* format as metadata name it; one that is not known counts as "other". */
void image_metrics_sent(struct image_metrics *m, const char *format, enum route route);
void image_metrics_serialized(struct image_metrics *m, int64_t took_ns);
void image_metrics_compressed(struct image_metrics *m, const char *format, uint64_t plain_bytes,
                              uint64_t packed_bytes);
void image_metrics_assembled(struct image_metrics *m, bool complete);
/* Adds what stands there so far, which others may be writing to, to samples: so that several are
 * summed up, also over processes that end. */
void image_metrics_collect(const struct image_metrics *m, struct prometheus_samples *to);
/* Images sent by this route so far, of all formats. */
uint64_t image_metrics_by_route(const struct image_metrics *m, enum route route);
/* Appends. */
enum rc image_metrics_write(const struct image_metrics *m, struct buf *out,
                            struct err *e) MUST_CHECK;

#endif
