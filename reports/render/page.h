/*
 * Writing an HTML page piece by piece; the first failure sticks in rc.
 *
 * Threads: one owner.
 */
#ifndef ASSAY_REPORTS_RENDER_PAGE_H
#define ASSAY_REPORTS_RENDER_PAGE_H

#include "base/buf.h"
#include "base/err.h"

struct page {
    struct buf *out; /* borrowed */
    struct err *e;   /* borrowed, may be NULL */
    enum rc rc;
};

void page_raw(struct page *p, const char *markup); /* as it is: our own markup only */
void page_text(struct page *p, const char *text);  /* escaped: anything from outside */
void page_format(struct page *p, const char *fmt, ...) PRINTF_LIKE(2, 3); /* raw: numbers only */
/* <tag>text</tag>, text escaped. */
void page_element(struct page *p, const char *tag, const char *text);

#endif
