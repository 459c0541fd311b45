#include "reports/record/environment.h"

#include "base/json.h"
#include "base/json_writer.h"
#include "reports/record/key_values.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_ROW(name, member)                                                                     \
    {                                                                                              \
        (name), offsetof(struct environment, member), sizeof(((struct environment *)0)->member),   \
            false                                                                                  \
    }
static const struct {
    const char *name;
    size_t offset;
    size_t size; /* 0: int64_t */
    bool big;    /* passes 2^53: written as a text */
} FIELDS[] = {
    TEXT_ROW("tool", tool),
    TEXT_ROW("command", command),
    TEXT_ROW("run", run),
    TEXT_ROW("scenarios", scenarios),
    {"planned_trials", offsetof(struct environment, planned_trials), 0, false},
    {"started_wall_ns", offsetof(struct environment, started_wall_ns), 0, true},
    TEXT_ROW("system", system),
    TEXT_ROW("kernel", kernel),
    TEXT_ROW("cpu_model", cpu_model),
    {"cores", offsetof(struct environment, cores), 0, false},
    {"memory_bytes", offsetof(struct environment, memory_bytes), 0, false},
    TEXT_ROW("clock_source", clock_source),
    TEXT_ROW("broker", broker),
    TEXT_ROW("pinning", pinning),
};
enum { FIELD_COUNT_ALL = sizeof FIELDS / sizeof *FIELDS };

void environment_init(struct environment *v)
{
    *v = (struct environment){.planned_trials = NOT_MEASURED,
                              .started_wall_ns = NOT_MEASURED,
                              .cores = NOT_MEASURED,
                              .memory_bytes = NOT_MEASURED};
}

static void write_big(struct json_writer *w, const char *name, int64_t v)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, v);
    json_write_text(w, name, text);
}

/* A text of digits; a number before schema 2. */
static int64_t read_big(const struct json *v)
{
    return json_kind(v) == JSON_KIND_TEXT ? strtoll(json_text(v), NULL, 10) : json_int(v);
}

static void write_field(struct json_writer *w, size_t i, const struct environment *v)
{
    const char *at = (const char *)v + FIELDS[i].offset;
    int64_t number;
    if (FIELDS[i].size > 0) {
        json_write_text(w, FIELDS[i].name, at);
        return;
    }
    memcpy(&number, at, sizeof number);
    if (number == NOT_MEASURED)
        json_write_null(w, FIELDS[i].name);
    else if (FIELDS[i].big)
        write_big(w, FIELDS[i].name, number);
    else
        json_write_int(w, FIELDS[i].name, number);
}

static void write_attempts(struct json_writer *w, const struct environment *v)
{
    json_write_array(w, "attempts");
    for (size_t i = 0; i < v->attempt_count && i < ENVIRONMENT_ATTEMPTS; i++) {
        json_write_object(w, NULL);
        write_big(w, "started_wall_ns", v->attempts[i].started_wall_ns);
        json_write_text(w, "command", v->attempts[i].command);
        json_write_close(w);
    }
    json_write_close(w);
}

enum rc environment_write(const struct environment *v, struct buf *out, struct err *e)
{
    char seed[24];
    struct json_writer w;
    json_writer_init(&w, out, JSON_INDENTED);
    json_write_object(&w, NULL);
    json_write_text(&w, "schema", ENVIRONMENT_SCHEMA);
    for (size_t i = 0; i < FIELD_COUNT_ALL; i++)
        write_field(&w, i, v);
    (void)snprintf(seed, sizeof seed, "%" PRIu64, v->seed);
    json_write_text(&w, "seed", seed);
    json_write_object(&w, "versions");
    for (size_t i = 0; i < ENVIRONMENT_VERSIONS && v->versions[i].name[0] != '\0'; i++)
        json_write_text(&w, v->versions[i].name, v->versions[i].version);
    json_write_close(&w);
    key_values_write(&w, "asked", v->asked);
    key_values_write(&w, "data", v->data);
    key_values_write(&w, "options", v->options);
    key_values_write(&w, "settings", v->settings);
    write_attempts(&w, v);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}

static void read_fields(const struct json *root, struct environment *v)
{
    for (size_t i = 0; i < FIELD_COUNT_ALL; i++) {
        const struct json *value = json_get(root, FIELDS[i].name);
        char *at = (char *)v + FIELDS[i].offset;
        if (value == NULL || json_kind(value) == JSON_KIND_NULL)
            continue;
        int64_t number = read_big(value);
        if (FIELDS[i].size > 0) {
            (void)snprintf(at, FIELDS[i].size, "%s", json_text(value));
            err_one_line(at);
        } else {
            memcpy(at, &number, sizeof number);
        }
    }
}

static void read_versions(const struct json *versions, struct environment *v)
{
    struct json_member m;
    size_t used = 0;
    if (versions == NULL || json_kind(versions) != JSON_KIND_OBJECT)
        return;
    for (bool more = json_first(versions, &m); more && used < ENVIRONMENT_VERSIONS;
         more = json_next(versions, &m), used++) {
        struct environment_version *row = &v->versions[used];
        (void)snprintf(row->name, sizeof row->name, "%s", m.name);
        (void)snprintf(row->version, sizeof row->version, "%s", json_text(m.value));
        err_one_line(row->name);
        err_one_line(row->version);
    }
}

static void read_attempts(const struct json *list, struct environment *v)
{
    size_t count = list != NULL && json_kind(list) == JSON_KIND_ARRAY ? json_size(list) : 0;
    for (size_t i = 0; i < count && i < ENVIRONMENT_ATTEMPTS; i++) {
        const struct json *row = json_at(list, i);
        if (json_kind(row) != JSON_KIND_OBJECT)
            continue;
        struct environment_attempt *s = &v->attempts[v->attempt_count++];
        const struct json *started = json_get(row, "started_wall_ns");
        const struct json *command = json_get(row, "command");
        s->started_wall_ns = started != NULL ? read_big(started) : NOT_MEASURED;
        (void)snprintf(s->command, sizeof s->command, "%s",
                       command != NULL ? json_text(command) : "");
        err_one_line(s->command);
    }
}

static enum rc read_lines(const struct json *root, const char *name, char *lines, struct err *e)
{
    const struct json *v = json_get(root, name);
    return v != NULL ? key_values_read(name, v, lines, RECORD_SETTINGS_MAX, e) : RC_OK;
}

enum rc environment_read(struct span text, struct environment *v, struct err *e)
{
    struct json *root = NULL;
    enum rc rc = json_parse(text, &root, e);
    if (rc != RC_OK)
        return rc;
    const struct json *schema =
        json_kind(root) == JSON_KIND_OBJECT ? json_get(root, "schema") : NULL;
    environment_init(v);
    const char *found = schema != NULL ? json_text(schema) : "";
    if (strcmp(found, ENVIRONMENT_SCHEMA) != 0 && strcmp(found, ENVIRONMENT_SCHEMA1) != 0) {
        rc = err_set(e, RC_INPUT,
                     "schema: found \"%.60s\"; expected \"" ENVIRONMENT_SCHEMA "\" or "
                     "\"" ENVIRONMENT_SCHEMA1 "\"",
                     found);
    } else {
        const struct json *seed = json_get(root, "seed");
        read_fields(root, v);
        v->seed = seed != NULL ? strtoull(json_text(seed), NULL, 10) : 0;
        read_versions(json_get(root, "versions"), v);
        read_attempts(json_get(root, "attempts"), v);
        rc = read_lines(root, "settings", v->settings, e);
        if (rc == RC_OK)
            rc = read_lines(root, "asked", v->asked, e);
        if (rc == RC_OK)
            rc = read_lines(root, "data", v->data, e);
        if (rc == RC_OK)
            rc = read_lines(root, "options", v->options, e);
    }
    json_free(root);
    return rc;
}
