#include "reports/render/annotations.h"

#include <stdbool.h>
#include <string.h>

static enum rc append_escaped(const char *text, bool property, struct buf *out, struct err *e)
{
    static const char HEX[] = "0123456789ABCDEF";
    const char *unsafe = property ? "%\r\n:," : "%\r\n";
    enum rc rc = RC_OK;
    for (const char *at = text; rc == RC_OK && *at != '\0'; at++) {
        char code[] = {'%', HEX[(unsigned char)*at >> 4], HEX[(unsigned char)*at & 15]};
        bool escape = strchr(unsafe, *at) != NULL;
        rc = buf_append(out, escape ? code : at, escape ? sizeof code : 1, e);
    }
    return rc;
}

/* "key=value" after a blank, or after a comma when another came before. */
static enum rc append_property(const char *key, const char *value, bool *begun, struct buf *out,
                               struct err *e)
{
    if (value == NULL || value[0] == '\0')
        return RC_OK;
    enum rc rc = buf_appendf(out, e, "%s%s=", *begun ? "," : " ", key);
    *begun = true;
    return rc == RC_OK ? append_escaped(value, true, out, e) : rc;
}

enum rc annotation_write(const struct annotation *a, struct buf *out, struct err *e)
{
    static const char *const LEVELS[] = {"error", "warning", "notice"};
    bool begun = false;
    enum rc rc = buf_appendf(out, e, "::%s", LEVELS[a->level]);
    if (rc == RC_OK)
        rc = append_property("file", a->file, &begun, out, e);
    if (rc == RC_OK && begun && a->line > 0)
        rc = buf_appendf(out, e, ",line=%lld", (long long)a->line);
    if (rc == RC_OK)
        rc = append_property("title", a->title, &begun, out, e);
    if (rc == RC_OK)
        rc = buf_append(out, "::", 2, e);
    if (rc == RC_OK)
        rc = append_escaped(a->message, false, out, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}
