#include "reports/render/markdown_text.h"

#include <string.h>

void markdown_raw(struct markdown *m, const char *markup)
{
    if (m->rc == RC_OK)
        m->rc = buf_append(m->out, markup, strlen(markup), m->e);
}

void markdown_text(struct markdown *m, const char *text)
{
    for (; m->rc == RC_OK && *text != '\0'; text++) {
        const char plain[] = {*text, '\0'}, marked[] = {'\\', *text, '\0'};
        const char *as = strchr("|*`\\[]", *text) != NULL ? marked : plain;
        if (*text == '<')
            as = "&lt;";
        else if (*text == '&')
            as = "&amp;";
        else if ((unsigned char)*text < ' ')
            as = " ";
        markdown_raw(m, as);
    }
}
