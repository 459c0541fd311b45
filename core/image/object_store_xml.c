#define _GNU_SOURCE
#include "core/image/object_store_http.h"

#include <stdio.h>
#include <string.h>

/* S3's answers are flat and small: the first element of a name is all that is ever asked for. */

static const struct {
    const char *name;
    char is;
} ENTITIES[] = {{"&amp;", '&'},   {"&lt;", '<'},  {"&gt;", '>'},   {"&quot;", '"'},
                {"&apos;", '\''}, {"&#34;", '"'}, {"&#39;", '\''}, {"&#38;", '&'}};

/* The character that text begins with; *used bytes of it. */
static char unescape(const uint8_t *text, size_t size, size_t *used)
{
    for (size_t i = 0; i < sizeof ENTITIES / sizeof *ENTITIES; i++) {
        size_t n = strlen(ENTITIES[i].name);
        if (n <= size && memcmp(text, ENTITIES[i].name, n) == 0) {
            *used = n;
            return ENTITIES[i].is;
        }
    }
    *used = 1;
    return (char)*text;
}

bool http_xml_text(struct span xml, const char *name, char *out, size_t room)
{
    char tag[64];
    int n = snprintf(tag, sizeof tag, "<%s>", name);
    const uint8_t *from = xml.size > 0 ? memmem(xml.data, xml.size, tag, (size_t)n) : NULL;
    if (from == NULL)
        return false;
    from += n;
    size_t left = xml.size - (size_t)(from - xml.data);
    const uint8_t *end = memchr(from, '<', left);
    if (end == NULL)
        return false;
    size_t at = 0;
    while (from < end) {
        size_t used = 0;
        if (at + 1 >= room)
            return false;
        out[at++] = unescape(from, (size_t)(end - from), &used);
        from += used;
    }
    out[at] = '\0';
    return true;
}
