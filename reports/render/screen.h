/*
 * Writing text for a terminal: colours, width, and nothing that could steer it.
 *
 * UTF-8 is shown as it is or as its nearest ASCII; control characters become '?'. The first failure
 * sticks in rc. Ownership: out and e are borrowed. Threads: one owner.
 */
#ifndef ASSAY_REPORTS_RENDER_SCREEN_H
#define ASSAY_REPORTS_RENDER_SCREEN_H

#include "base/buf.h"
#include "reports/render/terminal.h"

#define SCREEN_BOLD "\033[1m"
#define SCREEN_LOUD "\033[1;31m"
#define SCREEN_GOOD "\033[1;32m"
#define SCREEN_WARN "\033[1;33m"
#define SCREEN_DIM "\033[2m"
#define SCREEN_PLAIN "\033[0m"

struct screen {
    struct terminal_style style;
    struct buf *out;
    enum rc rc;
    struct err *e;
};

void screen_put(struct screen *s, const char *text);           /* our own, as it is */
void screen_put_style(struct screen *s, const char *escape);   /* "": nothing */
void screen_put_text(struct screen *s, const char *text);      /* anything from outside */
size_t screen_width(const struct screen *s, const char *text); /* places that text takes */
void screen_put_padded(struct screen *s, const char *text, size_t width, bool left);
/* A line of one style. */
void screen_put_line(struct screen *s, const char *style, const char *line);
/* Text from outside, broken between words; every line begins with indent blanks but the first,
 * which has `used` places taken. Ends with a line end. */
void screen_put_wrapped(struct screen *s, const char *text, size_t indent, size_t used);

#endif
