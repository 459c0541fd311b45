/*
 * The reports that are files of a result folder, as one table: a new one is one row.
 *
 * A renderer appends its whole file to out and reads nothing but the summary. Threads: pure
 * functions.
 */
#ifndef ASSAY_REPORTS_RENDER_RENDERER_H
#define ASSAY_REPORTS_RENDER_RENDERER_H

#include "reports/summary/summary.h"

struct renderer {
    const char *file; /* "report.html"; NULL ends the table */
    enum rc (*render)(const struct summary *s, struct buf *out, struct err *e);
};
extern const struct renderer RENDERERS[];

enum rc render_summary_json(const struct summary *s, struct buf *out, struct err *e) MUST_CHECK;
enum rc render_csv(const struct summary *s, struct buf *out, struct err *e) MUST_CHECK;
enum rc render_markdown(const struct summary *s, struct buf *out, struct err *e) MUST_CHECK;
enum rc render_html(const struct summary *s, struct buf *out, struct err *e) MUST_CHECK;

#endif
