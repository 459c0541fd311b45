/*
 * What a cell of a summary has from the other files of its trials: merged histograms, a timeline.
 *
 * Only summary.c calls it. Threads: reads the result folder.
 */
#ifndef ASSAY_REPORTS_SUMMARY_SUMMARY_CURVES_H
#define ASSAY_REPORTS_SUMMARY_SUMMARY_CURVES_H

#include "reports/summary/summary.h"

/* Merges the histograms of these records into c; those that cannot be read are counted in s. */
enum rc summary_latencies(struct summary *s, struct summary_cell *c, const size_t *records,
                          size_t count, struct err *e) MUST_CHECK;
/* Of one trial. One that is absent or cannot be read is left out: it is only drawn. */
enum rc summary_timeline(const struct summary *s, struct summary_cell *c, size_t record,
                         struct err *e) MUST_CHECK;

#endif
