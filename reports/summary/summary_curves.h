/*
 * What a cell of a summary has from the other files of its trials: merged histograms, a timeline.
 *
 * Only summary.c calls it. Threads: reads the result folder.
 */
#ifndef ASSAY_REPORTS_SUMMARY_SUMMARY_CURVES_H
#define ASSAY_REPORTS_SUMMARY_SUMMARY_CURVES_H

#include "reports/summary/summary.h"

/* Histograms of the valid trials of a cell, merged, and those of the trial being read: made once
 * and used for one cell after the other, because each is large. */
struct summary_hists {
    struct hist merged[LATENCIES_MAX], one[LATENCIES_MAX];
    bool used, filled; /* something may stand in one, in merged */
};
/* On failure *h may be released. */
enum rc summary_hists_init(struct summary_hists *h, struct err *e) MUST_CHECK;
void summary_hists_release(struct summary_hists *h);

struct summary_records {
    const size_t *records; /* borrowed: indices */
    size_t count;
};
/* Merges the histograms of these records into c; those that cannot be read are counted in s. */
enum rc summary_latencies(struct summary *s, struct summary_cell *c, struct summary_records of,
                          struct summary_hists *h, struct err *e) MUST_CHECK;
/* Of one trial. One that is absent or cannot be read is left out: it is only drawn. */
enum rc summary_timeline(const struct summary *s, struct summary_cell *c, size_t record,
                         struct err *e) MUST_CHECK;

#endif
