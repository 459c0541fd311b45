#include "base/prometheus.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

void prometheus_writer_init(struct prometheus_writer *w, struct buf *out, struct err *e)
{
    *w = (struct prometheus_writer){.out = out, .err = e};
}

enum rc prometheus_writer_end(const struct prometheus_writer *w)
{
    return w->rc;
}

static void put(struct prometheus_writer *w, const char *text, size_t size)
{
    if (w->rc == RC_OK && size > 0)
        w->rc = buf_append(w->out, text, size, w->err);
}

void prometheus_head(struct prometheus_writer *w, const char *name, const char *kind,
                     const char *help)
{
    if (w->rc == RC_OK)
        w->rc = buf_appendf(w->out, w->err, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

static void put_value(struct prometheus_writer *w, const char *text)
{
    while (*text != '\0') {
        size_t size = utf8_length((const unsigned char *)text);
        if (size == 0)
            put(w, "?", 1);
        else if (*text == '\n')
            put(w, "\\n", 2);
        else if (*text == '\\' || *text == '"')
            put(w, *text == '"' ? "\\\"" : "\\\\", 2);
        else
            put(w, text, size);
        text += size > 0 ? size : 1;
    }
}

static void put_name(struct prometheus_writer *w, const char *name,
                     const struct prometheus_label *labels)
{
    put(w, name, strlen(name));
    for (const struct prometheus_label *l = labels; l != NULL && l->name != NULL; l++) {
        put(w, l == labels ? "{" : ",", 1);
        put(w, l->name, strlen(l->name));
        put(w, "=\"", 2);
        put_value(w, l->value);
        put(w, "\"", 1);
    }
    if (labels != NULL && labels->name != NULL)
        put(w, "}", 1);
}

void prometheus_count(struct prometheus_writer *w, const char *name,
                      const struct prometheus_label *labels, uint64_t value)
{
    put_name(w, name, labels);
    if (w->rc == RC_OK)
        w->rc = buf_appendf(w->out, w->err, " %" PRIu64 "\n", value);
}

void prometheus_real(struct prometheus_writer *w, const char *name,
                     const struct prometheus_label *labels, double value)
{
    put_name(w, name, labels);
    if (isnan(value))
        put(w, " NaN\n", 5);
    else if (w->rc == RC_OK)
        w->rc = buf_appendf(w->out, w->err, " %.15g\n", value);
}

void prometheus_seconds(struct prometheus_writer *w, const char *name, uint64_t ns)
{
    if (w->rc == RC_OK)
        w->rc = buf_appendf(w->out, w->err, "%s %" PRIu64 ".%09" PRIu64 "\n", name, ns / NS_PER_S,
                            ns % NS_PER_S);
}
