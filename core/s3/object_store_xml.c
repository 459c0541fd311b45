#define _GNU_SOURCE
#include "core/s3/object_store_http.h"

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

bool http_xml_next(struct span *rest, const char *name, struct span *inside)
{
    char open[64], close[64];
    int open_size = snprintf(open, sizeof open, "<%s>", name);
    int close_size = snprintf(close, sizeof close, "</%s>", name);
    if (rest->size == 0)
        return false;
    const uint8_t *end = rest->data + rest->size;
    const uint8_t *from = memmem(rest->data, rest->size, open, (size_t)open_size);
    if (from == NULL)
        return false;
    from += open_size;
    const uint8_t *to = memmem(from, (size_t)(end - from), close, (size_t)close_size);
    if (to == NULL)
        return false;
    *inside = span_of(from, (size_t)(to - from));
    *rest = span_of(to + close_size, (size_t)(end - to) - (size_t)close_size);
    return true;
}
