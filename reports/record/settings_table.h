/*
 * Settings in force, once a run: texts of "key=value\n" lines by the hash of their content, which
 * is what trial records refer to. settings.jsonl holds one a line: {"id": ..., "settings": {...}}.
 *
 * Ownership: settings_table_release frees all; texts handed out are borrowed from the table.
 * Threads: one owner.
 */
#ifndef ASSAY_REPORTS_RECORD_SETTINGS_TABLE_H
#define ASSAY_REPORTS_RECORD_SETTINGS_TABLE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

enum { SETTINGS_ID_MAX = 17 }; /* 16 hexadecimal digits */

struct settings_table {
    struct settings_row {
        char id[SETTINGS_ID_MAX];
        char *lines; /* owned */
    } * rows;        /* owned */
    size_t count, room;
};

void settings_table_release(struct settings_table *t); /* zeroed is fine */

/* Adds lines unless they are known, and tells their id: "" for no lines. *added may be NULL. */
enum rc settings_table_add(struct settings_table *t, const char *lines, char id[SETTINGS_ID_MAX],
                           bool *added, struct err *e) MUST_CHECK;
/* NULL: not known. */
const char *settings_table_find(const struct settings_table *t, const char *id);

/* Appends the line of one text to out, newline included. */
enum rc settings_write_line(const char *lines, const char *id, struct buf *out,
                            struct err *e) MUST_CHECK;
/* Adds every line of a settings.jsonl; what follows the last newline is what a kill left. RC_INPUT
 * names the line. */
enum rc settings_table_read(struct settings_table *t, struct span text, struct err *e) MUST_CHECK;

#endif
