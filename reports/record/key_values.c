#include "reports/record/key_values.h"

#include <stdio.h>
#include <string.h>

bool key_value_next(const char **lines, struct key_value *out)
{
    *lines += strspn(*lines, "\n");
    if (**lines == '\0')
        return false;
    const char *line = *lines;
    size_t length = strcspn(line, "\n");
    size_t split = strcspn(line, "=\n");
    size_t from = split < length ? split + 1 : length;
    (void)snprintf(out->key, sizeof out->key, "%.*s", (int)split, line);
    (void)snprintf(out->value, sizeof out->value, "%.*s", (int)(length - from), line + from);
    *lines += length;
    return true;
}

void key_values_write(struct json_writer *w, const char *name, const char *lines)
{
    struct key_value pair;
    json_write_object(w, name);
    while (key_value_next(&lines, &pair))
        json_write_text(w, pair.key, pair.value);
    json_write_close(w);
}

enum rc key_values_read(const char *path, const struct json *v, char *lines, size_t size,
                        struct err *e)
{
    struct json_member m;
    size_t used = 0;
    if (json_kind(v) != JSON_KIND_OBJECT)
        return err_set(e, RC_INPUT, "%s: is %s, must be an object of settings", path,
                       JSON_KIND_NAMES[json_kind(v)]);
    for (bool more = json_first(v, &m); more; more = json_next(v, &m)) {
        if (json_kind(m.value) != JSON_KIND_TEXT)
            return err_set(e, RC_INPUT, "%s.%.60s: is %s, must be a text", path, m.name,
                           JSON_KIND_NAMES[json_kind(m.value)]);
        int n = snprintf(lines + used, size - used, "%s=%s\n", m.name, json_text(m.value));
        if (n < 0 || (size_t)n >= size - used)
            return err_set(e, RC_INPUT, "%s: more than %zu bytes of settings", path, size - 1);
        used += (size_t)n;
    }
    return RC_OK;
}
