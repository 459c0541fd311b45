#include "cli/finding.h"

#include <stdarg.h>
#include <stdio.h>

void finding_set(struct finding *f, enum finding_level level, const char *cure, const char *fmt,
                 ...)
{
    va_list args;
    va_start(args, fmt);
    f->level = level;
    (void)vsnprintf(f->says, sizeof f->says, fmt, args);
    va_end(args);
    /* An output quoted in a finding may have lines; a finding is one. */
    for (char *p = f->says; *p != '\0'; p++)
        if (*p == '\n')
            *p = ' ';
    (void)snprintf(f->cure, sizeof f->cure, "%s", cure != NULL ? cure : "");
}
