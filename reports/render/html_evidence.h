/*
 * The parts of report.html that let a reader check the rest: what was delivered and stored, every
 * trial, the settings in force, the conditions of the run. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RENDER_HTML_EVIDENCE_H
#define ASSAY_REPORTS_RENDER_HTML_EVIDENCE_H

#include "reports/render/page.h"
#include "reports/summary/summary.h"

void html_put_evidence(struct page *p, const struct summary *s, const struct summary_group *g);
void html_put_conditions(struct page *p, const struct summary *s);

#endif
