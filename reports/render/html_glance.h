/*
 * The first table of report.html when a run holds several comparisons of the same kind: arms down,
 * comparisons across. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RENDER_HTML_GLANCE_H
#define ASSAY_REPORTS_RENDER_HTML_GLANCE_H

#include "reports/render/page.h"
#include "reports/summary/summary.h"

/* Nothing when there is one comparison only, or they compare different things. */
void html_put_glance(struct page *p, const struct summary *s);

#endif
