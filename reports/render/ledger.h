/*
 * The ledger of claims as sections of report.md and report.html, and as pages of their own for a
 * folder in which nothing was measured.
 *
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RENDER_LEDGER_H
#define ASSAY_REPORTS_RENDER_LEDGER_H

#include "reports/claims/verdicts.h"
#include "reports/render/page.h"

enum rc ledger_markdown(const struct verdicts *v, struct buf *out, struct err *e) MUST_CHECK;
void ledger_html(const struct verdicts *v, struct page *p);

/* Writes verdicts.json, and, when there is no record, report.md and report.html as well (with
 * records the renderers do: summary.verdicts). */
enum rc ledger_write(const struct verdicts *v, const char *folder, struct err *e) MUST_CHECK;

#endif
