/*
 * The summary as a table for a terminal: one block per comparison, cut to the width there is.
 *
 * Columns that do not fit are left out by priority and named. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RENDER_TERMINAL_H
#define ASSAY_REPORTS_RENDER_TERMINAL_H

#include "reports/summary/summary.h"

struct terminal_style {
    int width;   /* columns; 0: no limit */
    bool colour; /* ANSI escapes */
    bool ascii;  /* the terminal does not show UTF-8 */
};

/* Appends lines of text. */
enum rc terminal_render(const struct summary *s, struct terminal_style style, struct buf *out,
                        struct err *e) MUST_CHECK;

#endif
