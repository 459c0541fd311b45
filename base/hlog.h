/*
 * Histograms as an HdrHistogram log (.hlog): format version 1.3, V2 compressed payloads, so that
 * any HdrHistogram tool reads them.
 *
 * One line per histogram: Tag=NAME, start and length in seconds, maximum in milliseconds, base64 of
 * a zlib stream over big-endian headers and ZigZag LEB128 counts, runs of zeros as one negative
 * count. Sources: HdrHistogram's HistogramLogWriter, AbstractHistogram.encodeIntoByteBuffer and
 * ZigZagEncoding. What the format cannot hold (values above the range, negative ones, exact
 * min, max and sum) stands in a comment line "#[Exact NAME: n=.. above=.. ...]" before each.
 * Ownership: histograms are the caller's. Threads: pure functions.
 */
#ifndef ASSAY_BASE_HLOG_H
#define ASSAY_BASE_HLOG_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hist.h"
#include "base/span.h"

enum { HLOG_TAG_MAX = 32 };

struct hlog_span {
    int64_t start_wall_ns; /* since the epoch */
    int64_t length_ns;
};

/* Starts a log: the header lines. */
enum rc hlog_begin(struct buf *out, struct hlog_span when, struct err *e) MUST_CHECK;
/* Adds one histogram. tag: letters, digits, '_' and '-', below HLOG_TAG_MAX. */
enum rc hlog_add(struct buf *out, const char *tag, const struct hist *h, struct hlog_span when,
                 struct err *e) MUST_CHECK;

/* Adds every histogram of the log that bears tag to into (initialised by the caller). Logs by other
 * writers are fine when they have 3 digits and lowest value 1; without an Exact line min, max and
 * sum come from the slots. RC_INPUT names the line; into is then undefined but releasable.
 * *found counts the histograms with this tag. */
enum rc hlog_read(struct span log, const char *tag, struct hist *into, size_t *found,
                  struct err *e) MUST_CHECK;

#endif
