#include "cli/doctor/doctor.h"

#include <stdarg.h>
#include <stdio.h>

void check_result_set(struct check_result *r, enum check_level level, const char *cure,
                      const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    r->level = level;
    (void)vsnprintf(r->says, sizeof r->says, fmt, args);
    va_end(args);
    /* An output quoted in a result may have lines; a result is one. */
    for (char *p = r->says; *p != '\0'; p++)
        if (*p == '\n')
            *p = ' ';
    (void)snprintf(r->cure, sizeof r->cure, "%s", cure != NULL ? cure : "");
}
