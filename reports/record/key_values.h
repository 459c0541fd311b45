/*
 * Settings as records hold them: lines "key=value\n". A line without '=' has an empty value.
 *
 * Ownership: all borrowed. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RECORD_KEY_VALUES_H
#define ASSAY_REPORTS_RECORD_KEY_VALUES_H

#include "base/json.h"
#include "base/json_writer.h"
#include "reports/record/record.h"

struct key_value {
    char key[RECORD_LABEL_MAX];
    char value[RECORD_SETTINGS_MAX];
};

/* Takes the next line off *lines; false at the end. Empty lines are skipped. */
bool key_value_next(const char **lines, struct key_value *out);

/* As a JSON object named name, and back: RC_INPUT starts with path. */
void key_values_write(struct json_writer *w, const char *name, const char *lines);
enum rc key_values_read(const char *path, const struct json *v, char *lines, size_t size,
                        struct err *e) MUST_CHECK;

#endif
