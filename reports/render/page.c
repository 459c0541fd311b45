#include "reports/render/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FORMAT_MAX = 512 };

void page_raw(struct page *p, const char *markup)
{
    if (p->rc == RC_OK)
        p->rc = buf_append(p->out, markup, strlen(markup), p->e);
}

void page_text(struct page *p, const char *text)
{
    static const char *const escapes[][2] = {
        {"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}};
    for (; *text != '\0' && p->rc == RC_OK; text++) {
        const char one[2] = {*text, '\0'}, *as = one;
        for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
            if (escapes[i][0][0] == *text)
                as = escapes[i][1];
        }
        if ((unsigned char)*text < ' ' && *text != '\n' && *text != '\t')
            as = "?"; /* HTML has no such characters */
        page_raw(p, as);
    }
}

void page_format(struct page *p, const char *fmt, ...)
{
    char text[FORMAT_MAX];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (p->rc == RC_OK && (n < 0 || (size_t)n >= sizeof text))
        p->rc = err_set(p->e, RC_INFRA, "a piece of the page is longer than %d bytes", FORMAT_MAX);
    page_raw(p, text);
}

void page_element(struct page *p, const char *tag, const char *text)
{
    page_format(p, "<%s>", tag);
    page_text(p, text);
    page_format(p, "</%s>", tag);
}
