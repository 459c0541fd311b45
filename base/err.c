#define _GNU_SOURCE
#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { DELETE_CHARACTER = 127 };

static bool in_range(char byte, unsigned least, unsigned most)
{
    return (unsigned char)byte >= least && (unsigned char)byte <= most;
}

size_t err_control_bytes(const char *text)
{
    if (in_range(text[0], 1, ' ' - 1) || text[0] == DELETE_CHARACTER)
        return 1;
    if (in_range(text[0], 0xC2, 0xC2) && in_range(text[1], 0x80, 0x9F))
        return 2;
    if (!in_range(text[0], 0xE2, 0xE2))
        return 0;
    bool embeds = in_range(text[1], 0x80, 0x80) && in_range(text[2], 0xAA, 0xAE);
    bool isolates = in_range(text[1], 0x81, 0x81) && in_range(text[2], 0xA6, 0xA9);
    return embeds || isolates ? 3 : 0;
}

void err_one_line(char *text)
{
    for (char *at = text; *at != '\0';) {
        if (in_range(*at, ' ', DELETE_CHARACTER - 1)) { /* what most are */
            at++;
            continue;
        }
        size_t control = err_control_bytes(at);
        memset(at, '?', control);
        at += control > 0 ? control : 1;
    }
}

enum rc err_set(struct err *e, enum rc rc, const char *fmt, ...)
{
    if (e != NULL) {
        va_list args;
        va_start(args, fmt);
        e->rc = rc;
        (void)vsnprintf(e->text, sizeof e->text, fmt, args);
        va_end(args);
    }
    return rc;
}

enum rc err_wrap(struct err *e, const char *fmt, ...)
{
    if (e == NULL)
        return RC_INFRA;
    char inner[ERR_TEXT_MAX];
    memcpy(inner, e->text, sizeof inner);
    inner[sizeof inner - 1] = '\0';

    va_list args;
    va_start(args, fmt);
    int used = vsnprintf(e->text, sizeof e->text, fmt, args);
    va_end(args);
    if (used < 0)
        used = 0;
    if ((size_t)used + sizeof ": " < sizeof e->text) {
        int room = (int)(sizeof e->text - (size_t)used - sizeof ": ");
        (void)snprintf(e->text + used, sizeof e->text - (size_t)used, ": %.*s", room, inner);
    }
    return e->rc;
}

enum rc err_sys(struct err *e, enum rc rc, int errnum, const char *fmt, ...)
{
    if (e != NULL) {
        va_list args;
        va_start(args, fmt);
        e->rc = rc;
        int used = vsnprintf(e->text, sizeof e->text, fmt, args);
        va_end(args);
        if (used < 0)
            used = 0;
        char buf[128];
        if ((size_t)used < sizeof e->text)
            (void)snprintf(e->text + used, sizeof e->text - (size_t)used, ": %s",
                           strerror_r(errnum, buf, sizeof buf));
    }
    return rc;
}
