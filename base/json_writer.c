#include "base/json_writer.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char REPLACEMENT[] = "?"; /* one byte replaces one byte: the size stays */

void json_writer_init(struct json_writer *w, struct buf *out, enum json_layout layout)
{
    *w = (struct json_writer){.out = out, .layout = layout, .rc = RC_OK};
}

static void put(struct json_writer *w, const char *text, size_t size)
{
    if (w->rc == RC_OK)
        w->rc = buf_append(w->out, text, size, &w->err);
}

static void put_text(struct json_writer *w, const char *text)
{
    put(w, text, strlen(text));
}

static void new_line(struct json_writer *w)
{
    if (w->layout == JSON_ONE_LINE)
        return;
    put_text(w, "\n");
    for (int i = 0; i < w->depth; i++)
        put_text(w, "  ");
}

static void put_escaped(struct json_writer *w, unsigned char c)
{
    char escape[8];
    static const char shorts[] = "\"\"\\\\\nn\tt\rr";
    for (size_t i = 0; shorts[i] != '\0'; i += 2) {
        if ((unsigned char)shorts[i] == c) {
            (void)snprintf(escape, sizeof escape, "\\%c", shorts[i + 1]);
            put_text(w, escape);
            return;
        }
    }
    (void)snprintf(escape, sizeof escape, "\\u%04x", c);
    put_text(w, escape);
}

static void put_quoted(struct json_writer *w, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    put_text(w, "\"");
    while (*at != '\0') {
        size_t length = utf8_length(at);
        if (length == 0) {
            put_text(w, REPLACEMENT);
            at++;
        } else if (*at < 0x20 || *at == '"' || *at == '\\' || *at == 0x7F) {
            put_escaped(w, *at++);
        } else {
            put(w, (const char *)at, length);
            at += length;
        }
    }
    put_text(w, "\"");
}

static void put_name(struct json_writer *w, const char *name)
{
    if (w->depth > 0) {
        if (w->begun[w->depth - 1])
            put_text(w, ",");
        w->begun[w->depth - 1] = true;
        new_line(w);
    }
    if (name != NULL) {
        put_quoted(w, name);
        put_text(w, w->layout == JSON_ONE_LINE ? ":" : ": ");
    }
}

static void open_level(struct json_writer *w, const char *name, const char *bracket, char close)
{
    put_name(w, name);
    put_text(w, bracket);
    if (w->depth == JSON_DEPTH) {
        if (w->rc == RC_OK)
            w->rc = err_set(&w->err, RC_INPUT, "JSON nests deeper than %d levels", JSON_DEPTH);
        return;
    }
    w->close[w->depth] = close;
    w->begun[w->depth] = false;
    w->depth++;
}

void json_write_object(struct json_writer *w, const char *name)
{
    open_level(w, name, "{", '}');
}

void json_write_array(struct json_writer *w, const char *name)
{
    open_level(w, name, "[", ']');
}

void json_write_close(struct json_writer *w)
{
    if (w->depth == 0) {
        if (w->rc == RC_OK)
            w->rc = err_set(&w->err, RC_INPUT, "JSON closes a level that is not open");
        return;
    }
    w->depth--;
    if (w->begun[w->depth])
        new_line(w);
    put(w, &w->close[w->depth], 1);
}

void json_write_text(struct json_writer *w, const char *name, const char *text)
{
    put_name(w, name);
    put_quoted(w, text);
}

void json_write_int(struct json_writer *w, const char *name, int64_t v)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, v);
    put_name(w, name);
    put_text(w, text);
}

void json_write_real(struct json_writer *w, const char *name, double v)
{
    char text[40];
    if (!isfinite(v)) {
        if (w->rc == RC_OK)
            w->rc = err_set(&w->err, RC_INPUT, "%s is not a finite number",
                            name != NULL ? name : "a value");
        return;
    }
    (void)snprintf(text, sizeof text, "%.15g", v);
    if (strtod(text, NULL) != v)
        (void)snprintf(text, sizeof text, "%.17g", v);
    put_name(w, name);
    put_text(w, text);
}

void json_write_bool(struct json_writer *w, const char *name, bool v)
{
    put_name(w, name);
    put_text(w, v ? "true" : "false");
}

void json_write_null(struct json_writer *w, const char *name)
{
    put_name(w, name);
    put_text(w, "null");
}

enum rc json_writer_end(struct json_writer *w, struct err *e)
{
    if (w->rc == RC_OK && w->depth > 0)
        w->rc = err_set(&w->err, RC_INPUT, "JSON ends inside an object or array");
    if (w->rc != RC_OK && e != NULL)
        *e = w->err;
    return w->rc;
}
