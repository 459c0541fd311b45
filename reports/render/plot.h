/*
 * Plots of a run: plots/NAME.dat and NAME.gp for gnuplot, NAME.svg where gnuplot is installed.
 *
 * Per comparison: speed against ratio with ranges, and the latency curves of the arms. The .gp
 * files name their neighbours only, so a folder can be moved and drawn elsewhere.
 * Threads: one at a time per folder; runs gnuplot as a child and waits for it.
 */
#ifndef ASSAY_REPORTS_RENDER_PLOT_H
#define ASSAY_REPORTS_RENDER_PLOT_H

#include "reports/summary/summary.h"

/* trouble holds RECORD_WHY_MAX bytes: "" or why no SVG was drawn, which is not a failure. */
enum rc plot_all(struct folder *f, const struct summary *s, char *trouble,
                 struct err *e) MUST_CHECK;

#endif
