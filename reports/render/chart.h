/*
 * The charts of report.html: inline SVG, colours from the page's style sheet.
 *
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RENDER_CHART_H
#define ASSAY_REPORTS_RENDER_CHART_H

#include "reports/render/page.h"
#include "reports/summary/summary.h"

enum { CHART_COLOURS = 10 }; /* lines past these are dashed */

/* Horizontal bars of one metric, a row per arm, whiskers from the least to the greatest trial.
 * Nothing is drawn when no arm has a value. */
void chart_bars(struct page *p, const struct summary *s, const struct summary_group *g,
                enum metric m);
/* Each latency that is drawn (latency.h), by percentile, a line per arm, from the merged
 * histograms. */
void chart_latency(struct page *p, const struct summary *s, const struct summary_group *g);
/* Which line is which arm, of those that are drawn; which is handed on. */
void chart_legend(struct page *p, const struct summary *s, const struct summary_group *g,
                  bool (*drawn)(const struct summary_cell *c, size_t which), size_t which);
/* The series of the arms' timelines over time, with the events of each. */
void chart_timeline(struct page *p, const struct summary *s, const struct summary_group *g);

#endif
