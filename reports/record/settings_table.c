#define _GNU_SOURCE
#include "reports/record/settings_table.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "reports/record/key_values.h"
#include "reports/record/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_FIRST = 8 };

void settings_table_release(struct settings_table *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->rows[i].lines);
    free(t->rows);
    *t = (struct settings_table){.rows = NULL};
}

const char *settings_table_find(const struct settings_table *t, const char *id)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->rows[i].id, id) == 0)
            return t->rows[i].lines;
    return NULL;
}

static enum rc add_row(struct settings_table *t, const char *lines, const char *id, struct err *e)
{
    if (t->count == t->room) {
        size_t room = t->room == 0 ? ROWS_FIRST : 2 * t->room;
        struct settings_row *grown = realloc(t->rows, room * sizeof *grown);
        if (grown == NULL)
            return err_set(e, RC_INFRA, "out of memory for %zu settings", room);
        t->rows = grown;
        t->room = room;
    }
    struct settings_row *row = &t->rows[t->count];
    (void)snprintf(row->id, sizeof row->id, "%s", id);
    row->lines = strdup(lines);
    if (row->lines == NULL)
        return err_set(e, RC_INFRA, "out of memory for settings");
    t->count++;
    return RC_OK;
}

enum rc settings_table_add(struct settings_table *t, const char *lines, char id[SETTINGS_ID_MAX],
                           bool *added, struct err *e)
{
    size_t length = strlen(lines);
    if (added != NULL)
        *added = false;
    id[0] = '\0';
    if (length == 0)
        return RC_OK;
    (void)snprintf(id, SETTINGS_ID_MAX, "%016" PRIx64,
                   hash_bytes(span_of((const uint8_t *)lines, length)));
    if (settings_table_find(t, id) != NULL)
        return RC_OK;
    if (added != NULL)
        *added = true;
    return add_row(t, lines, id, e);
}

enum rc settings_write_line(const char *lines, const char *id, struct buf *out, struct err *e)
{
    struct json_writer w;
    json_writer_init(&w, out, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    json_write_text(&w, "id", id);
    key_values_write(&w, "settings", lines);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}

static enum rc read_line(struct settings_table *t, struct span line, struct err *e)
{
    struct json *root = NULL;
    char *lines = calloc(1, RECORD_SETTINGS_MAX);
    enum rc rc = lines != NULL ? json_parse(line, &root, e)
                               : err_set(e, RC_INFRA, "out of memory for settings");
    bool object = rc == RC_OK && json_kind(root) == JSON_KIND_OBJECT;
    const struct json *id = object ? json_get(root, "id") : NULL;
    const struct json *settings = object ? json_get(root, "settings") : NULL;
    if (rc == RC_OK && (id == NULL || json_text(id)[0] == '\0' || settings == NULL ||
                        strlen(json_text(id)) >= SETTINGS_ID_MAX))
        rc = err_set(e, RC_INPUT, "found no id and settings; expected {\"id\", \"settings\"}");
    if (rc == RC_OK)
        rc = key_values_read("settings", settings, lines, RECORD_SETTINGS_MAX, e);
    if (rc == RC_OK && settings_table_find(t, json_text(id)) == NULL)
        rc = add_row(t, lines, json_text(id), e);
    json_free(root);
    free(lines);
    return rc;
}

enum rc settings_table_read(struct settings_table *t, struct span text, struct err *e)
{
    for (size_t number = 1; text.size > 0; number++) {
        const uint8_t *end = memchr(text.data, '\n', text.size);
        if (end == NULL)
            return RC_OK;
        size_t length = (size_t)(end - text.data);
        if (read_line(t, span_of(text.data, length), e) != RC_OK)
            return err_wrap(e, "line %zu", number);
        text = span_of(end + 1, text.size - length - 1);
    }
    return RC_OK;
}
