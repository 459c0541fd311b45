/*
 * Makes every report of a result folder again from its records.
 *
 * Ownership: the summary is borrowed. Threads: one at a time per folder.
 */
#ifndef ASSAY_REPORTS_RENDER_REPORT_H
#define ASSAY_REPORTS_RENDER_REPORT_H

#include "reports/summary/summary.h"

struct report_notes {
    char plots[RECORD_WHY_MAX]; /* why there are no plots; "" when there are */
};

/* Writes the files of RENDERERS and the plots into the summary's folder. Records are never touched.
 * Plots that cannot be drawn are not a failure: notes says why. */
enum rc report_make(const struct summary *s, struct report_notes *notes, struct err *e) MUST_CHECK;

#endif
