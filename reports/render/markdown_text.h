/*
 * Writing Markdown piece by piece; the first failure sticks in rc.
 *
 * Threads: one owner.
 */
#ifndef ASSAY_REPORTS_RENDER_MARKDOWN_TEXT_H
#define ASSAY_REPORTS_RENDER_MARKDOWN_TEXT_H

#include "base/buf.h"
#include "base/err.h"

struct markdown {
    struct buf *out; /* borrowed */
    struct err *e;   /* borrowed, may be NULL */
    enum rc rc;
};

void markdown_raw(struct markdown *m, const char *markup); /* as it is: our own only */
/* On one line; nothing in it is a mark, a link, a cell's end or HTML: anything from outside. */
void markdown_text(struct markdown *m, const char *text);

#endif
