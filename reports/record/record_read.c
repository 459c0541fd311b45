#include "base/json.h"
#include "reports/record/key_values.h"
#include "reports/record/record.h"
#include "reports/record/record_fields.h"
#include "reports/record/record_integrity.h"
#include "reports/record/record_line.h"
#include "reports/record/record_schema1.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum rc wrong_kind(const char *path, const struct json *v, const char *right, struct err *e)
{
    return err_set(e, RC_INPUT, "%s: is %s, must be %s", path, JSON_KIND_NAMES[json_kind(v)],
                   right);
}

static enum rc read_text(const char *path, const struct json *v, char *at, size_t size,
                         struct err *e)
{
    if (json_kind(v) != JSON_KIND_TEXT)
        return wrong_kind(path, v, "a text", e);
    size_t length = strlen(json_text(v));
    if (length >= size)
        return err_set(e, RC_INPUT, "%s: has %zu bytes, at most %zu fit", path, length, size - 1);
    memcpy(at, json_text(v), length + 1);
    return RC_OK;
}

static enum rc read_int(const char *path, const struct json *v, bool nullable, void *at,
                        struct err *e)
{
    int64_t value = NOT_MEASURED;
    const char *right = nullable ? "a whole number >= 0, or null" : "a whole number >= 0";
    if (!nullable || json_kind(v) != JSON_KIND_NULL) {
        if (json_kind(v) != JSON_KIND_INT)
            return wrong_kind(path, v, right, e);
        value = json_int(v);
        if (value < 0)
            return err_set(e, RC_INPUT, "%s: is %lld, must be %s", path, (long long)value, right);
        if (value > RECORD_INT_MAX)
            return err_set(e, RC_INPUT, "%s: is %lld, must be at most 2^53", path,
                           (long long)value);
    }
    memcpy(at, &value, sizeof value);
    return RC_OK;
}

static enum rc read_real(const char *path, const struct json *v, void *at, struct err *e)
{
    double value = NOT_MEASURED;
    if (json_kind(v) != JSON_KIND_NULL) {
        if (json_kind(v) != JSON_KIND_INT && json_kind(v) != JSON_KIND_REAL)
            return wrong_kind(path, v, "a number >= 0, or null", e);
        value = json_number(v);
        if (value < 0)
            return err_set(e, RC_INPUT, "%s: is %g, must be a number >= 0, or null", path, value);
        if (value > RECORD_REAL_MAX)
            return err_set(e, RC_INPUT, "%s: is %g, must be at most %g", path, value,
                           RECORD_REAL_MAX);
    }
    memcpy(at, &value, sizeof value);
    return RC_OK;
}

static enum rc read_seed(const char *path, const struct json *v, void *at, struct err *e)
{
    const char *text = json_text(v);
    char *end = NULL;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0)
        return err_set(e, RC_INPUT, "%s: must be a text of digits below 2^64", path);
    memcpy(at, &value, sizeof value);
    return RC_OK;
}

/* A text of digits; a number before schema 2. */
static enum rc read_big(const char *path, const struct json *v, void *at, struct err *e)
{
    char *end = NULL;
    int64_t value = json_kind(v) == JSON_KIND_INT ? json_int(v) : NOT_MEASURED;
    if (json_kind(v) != JSON_KIND_TEXT && value < 0)
        return read_int(path, v, true, at, e);
    memcpy(at, &value, sizeof value);
    if (json_kind(v) != JSON_KIND_TEXT)
        return RC_OK;
    errno = 0;
    value = strtoll(json_text(v), &end, 10);
    if (json_text(v)[0] < '0' || json_text(v)[0] > '9' || *end != '\0' || errno != 0)
        return err_set(e, RC_INPUT, "%s: must be a text of digits below 2^63", path);
    memcpy(at, &value, sizeof value);
    return RC_OK;
}

/* An id; before schema 2 the settings themselves. */
static enum rc read_settings(const struct record_field *f, const struct json *v,
                             struct settings_table *settings, char *id, struct err *e)
{
    struct settings_table none = {.rows = NULL};
    if (json_kind(v) == JSON_KIND_TEXT)
        return read_text(f->path, v, id, f->size, e);
    char *lines = calloc(1, RECORD_SETTINGS_MAX);
    if (lines == NULL)
        return err_set(e, RC_INFRA, "out of memory for settings");
    enum rc rc = key_values_read(f->path, v, lines, RECORD_SETTINGS_MAX, e);
    if (rc == RC_OK)
        rc = settings_table_add(settings != NULL ? settings : &none, lines, id, NULL, e);
    settings_table_release(&none);
    free(lines);
    return rc;
}

static enum rc read_bool(const char *path, const struct json *v, void *at, struct err *e)
{
    if (json_kind(v) != JSON_KIND_BOOL)
        return wrong_kind(path, v, "true or false", e);
    *(bool *)at = json_bool(v);
    return RC_OK;
}

static enum rc read_validity(const char *path, const struct json *v, enum validity *at,
                             struct err *e)
{
    for (int i = 0; VALIDITY_NAMES[i] != NULL; i++) {
        if (strcmp(json_text(v), VALIDITY_NAMES[i]) == 0) {
            *at = (enum validity)i;
            return RC_OK;
        }
    }
    return err_set(e, RC_INPUT,
                   "%s: \"%.40s\" is none of valid, void, saturated, interrupted, refused", path,
                   json_text(v));
}

/* The row of a codec, or the first free one; NULL when all are taken. */
static struct codec_batches *row_of(struct codec_batches *rows, const char *codec)
{
    for (size_t i = 0; i < RECORD_CODECS; i++) {
        if (rows[i].codec[0] == '\0') {
            (void)snprintf(rows[i].codec, sizeof rows[i].codec, "%s", codec);
            rows[i].batches = rows[i].bytes = NOT_MEASURED;
            return &rows[i];
        }
        if (strcmp(rows[i].codec, codec) == 0)
            return &rows[i];
    }
    return NULL;
}

static enum rc read_stored(const struct record_field *f, const struct json *v,
                           struct codec_batches *rows, struct err *e)
{
    struct json_member m;
    if (json_kind(v) != JSON_KIND_OBJECT)
        return wrong_kind(f->path, v, "an object of codec names", e);
    for (bool more = json_first(v, &m); more; more = json_next(v, &m)) {
        if (m.name[0] == '\0' || strlen(m.name) >= RECORD_WORD_MAX)
            return err_set(e, RC_INPUT, "%s: a codec's name has 1 to %d bytes", f->path,
                           RECORD_WORD_MAX - 1);
        struct codec_batches *row = row_of(rows, m.name);
        if (row == NULL)
            return err_set(e, RC_INPUT, "%s: more than %d codecs", f->path, RECORD_CODECS);
        void *at = f->kind == FIELD_BYTES ? &row->bytes : &row->batches;
        enum rc rc = read_int(f->path, m.value, true, at, e);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc read_count(const char *path, const struct json *v, int64_t *out, struct err *e)
{
    return read_int(path, v, false, out, e);
}

static enum rc read_outcome(size_t outcome, const struct json *counts, struct delivery *d,
                            struct err *e)
{
    char path[2 * RECORD_NAME_MAX];
    struct json_member m;
    enum rc rc = RC_OK;
    (void)snprintf(path, sizeof path, "outcomes.%s", OUTCOMES[outcome].name);
    if (json_kind(counts) != JSON_KIND_OBJECT || json_get(counts, RECORD_ALL_CLASSES) == NULL)
        return wrong_kind(path, counts, "an object with \"" RECORD_ALL_CLASSES "\"", e);
    for (bool more = json_first(counts, &m); rc == RC_OK && more; more = json_next(counts, &m)) {
        int64_t n = 0;
        rc = read_count(path, m.value, &n, e);
        if (rc == RC_OK && strlen(m.name) >= OUTCOME_CLASS_MAX)
            rc = err_set(e, RC_INPUT, "%s: a class has at most %d bytes", path,
                         OUTCOME_CLASS_MAX - 1);
        else if (rc == RC_OK && strcmp(m.name, RECORD_ALL_CLASSES) == 0)
            d->outcome[outcome] += n;
        else if (rc == RC_OK) {
            delivery_count(d, outcome, m.name, n);
            d->outcome[outcome] -= n; /* "all" has it */
        }
    }
    return rc;
}

static enum rc read_outcomes(const struct json *v, struct delivery *d, struct err *e)
{
    if (json_kind(v) != JSON_KIND_OBJECT)
        return wrong_kind("outcomes", v, "an object of outcomes", e);
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        const struct json *counts = json_get(v, OUTCOMES[i].name);
        enum rc rc = RC_OK;
        if (counts != NULL)
            rc = read_outcome(i, counts, d, e);
        else if (i <= OUTCOME_FOREIGN)
            rc = err_set(e, RC_INPUT, "outcomes.%s: is missing", OUTCOMES[i].name);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc read_latencies(const struct json *v, struct latency *all, struct err *e)
{
    char path[2 * RECORD_NAME_MAX];
    if (json_kind(v) != JSON_KIND_OBJECT)
        return wrong_kind("latency_ns", v, "an object of latencies", e);
    for (size_t i = 0; i < LATENCY_COUNT; i++) {
        const struct json *one = json_get(v, LATENCIES[i].name);
        for (const struct latency_field *f = LATENCY_FIELDS; one != NULL && f->name != NULL; f++) {
            const struct json *part = json_get(one, f->name);
            (void)snprintf(path, sizeof path, "latency_ns.%s.%s", LATENCIES[i].name, f->name);
            enum rc rc =
                part == NULL ? RC_OK : read_int(path, part, true, (char *)&all[i] + f->offset, e);
            if (rc != RC_OK)
                return rc;
        }
    }
    return RC_OK;
}

/* A number, or {"at_least": number} where it was cut off. */
static enum rc read_metric(const struct json_member *m, struct trial_record *r, struct err *e)
{
    struct recorded_metric row = {.censored = json_kind(m->value) == JSON_KIND_OBJECT};
    const struct json *v = row.censored ? json_get(m->value, "at_least") : m->value;
    if (m->name[0] == '\0' || strlen(m->name) >= sizeof row.name)
        return err_set(e, RC_INPUT, "metrics: a metric's name has 1 to %zu bytes",
                       sizeof row.name - 1);
    (void)snprintf(row.name, sizeof row.name, "%s", m->name);
    if (v == NULL)
        return err_set(e, RC_INPUT, "metrics.%s: found no at_least; expected {\"at_least\": 5}",
                       row.name);
    enum rc rc = read_real(row.name, v, &row.value, e);
    if (rc != RC_OK)
        return err_wrap(e, "metrics");
    return trial_record_add_metric(r, &row, e);
}

static enum rc read_metrics(const struct json *v, struct trial_record *r, struct err *e)
{
    struct json_member m;
    enum rc rc = RC_OK;
    if (json_kind(v) != JSON_KIND_OBJECT)
        return wrong_kind("metrics", v, "an object of metrics", e);
    for (bool more = json_first(v, &m); rc == RC_OK && more; more = json_next(v, &m))
        rc = read_metric(&m, r, e);
    return rc;
}

static enum rc read_field(const struct record_field *f, const struct json *v,
                          struct settings_table *settings, struct trial_record *r, struct err *e)
{
    char *at = (char *)r + f->offset;
    switch (f->kind) {
    case FIELD_TEXT:
        return read_text(f->path, v, at, f->size, e);
    case FIELD_COUNT:
    case FIELD_MEASURE:
        return read_int(f->path, v, f->kind == FIELD_MEASURE, at, e);
    case FIELD_REAL:
        return read_real(f->path, v, at, e);
    case FIELD_SEED:
        return read_seed(f->path, v, at, e);
    case FIELD_BOOL:
        return read_bool(f->path, v, at, e);
    case FIELD_VALIDITY:
        return read_validity(f->path, v, &r->validity, e);
    case FIELD_BATCHES:
    case FIELD_BYTES:
        return read_stored(f, v, (struct codec_batches *)(void *)at, e);
    case FIELD_OUTCOMES:
        return read_outcomes(v, &r->delivery, e);
    case FIELD_LATENCIES:
        return read_latencies(v, (struct latency *)(void *)at, e);
    case FIELD_METRICS:
        return read_metrics(v, r, e);
    case FIELD_BIG:
        return read_big(f->path, v, at, e);
    case FIELD_SETTINGS:
        return read_settings(f, v, settings, at, e);
    }
    return RC_OK;
}

/* What background load was called in earlier records. */
static const char BACKGROUND[] = "background", BACKGROUND_THEN[] = "beside";

static const struct json *find(const struct json *root, const char *path)
{
    char parts[FIELD_DEPTH][FIELD_NAME_MAX];
    size_t count = record_field_parts(path, parts);
    const struct json *v = root;
    for (size_t i = 0; i < count && v != NULL; i++) {
        const struct json *in = v;
        v = json_get(in, parts[i]);
        if (v == NULL && strcmp(parts[i], BACKGROUND) == 0)
            v = json_get(in, BACKGROUND_THEN);
    }
    return v;
}

static enum rc read_schema(const struct json *root, int *out, struct err *e)
{
    const struct json *schema = json_get(root, "schema");
    if (schema == NULL)
        return err_set(e, RC_INPUT, "schema: is missing; this is no trial record");
    *out = 2;
    if (strcmp(json_text(schema), TRIAL_SCHEMA) == 0)
        return RC_OK;
    *out = 1;
    if (strcmp(json_text(schema), RECORD_SCHEMA1) == 0)
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "schema: found \"%.60s\"; expected \"" TRIAL_SCHEMA "\" or \"" RECORD_SCHEMA1
                   "\"",
                   json_text(schema));
}

static enum rc read_fields(const struct json *root, int schema, struct settings_table *settings,
                           struct trial_record *r, struct err *e)
{
    for (const struct record_field *f = RECORD_FIELDS; f->path != NULL; f++) {
        const struct json *v = find(root, f->path);
        bool required = f->required || (f->since > 0 && schema >= f->since);
        if (v == NULL && required)
            return err_set(e, RC_INPUT, "%s: is missing", f->path);
        enum rc rc = v == NULL ? RC_OK : read_field(f, v, settings, r, e);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

enum rc trial_record_read(struct span line, struct settings_table *settings, struct trial_record *r,
                          struct err *e)
{
    struct json *root = NULL;
    int schema = 0;
    if (record_line_read(line, r) && r->block <= RECORD_BLOCK_MAX)
        return RC_OK;
    enum rc rc = json_parse(line, &root, e);
    if (rc != RC_OK)
        return rc;
    trial_record_init(r);
    if (json_kind(root) != JSON_KIND_OBJECT)
        rc = err_set(e, RC_INPUT, "is %s where a trial record was expected",
                     JSON_KIND_NAMES[json_kind(root)]);
    if (rc == RC_OK)
        rc = read_schema(root, &schema, e);
    if (rc == RC_OK)
        rc = read_fields(root, schema, settings, r, e);
    if (rc == RC_OK && r->block > RECORD_BLOCK_MAX)
        rc = err_set(e, RC_INPUT, "block: found %lld; expected at most %d", (long long)r->block,
                     RECORD_BLOCK_MAX);
    if (rc == RC_OK && schema == 1)
        rc = record_schema1_facts(root, r, e);
    if (rc == RC_OK && find(root, RECORD_INTEGRITY) == NULL)
        r->integrity_hurt = record_integrity_hurt(r);
    json_free(root);
    return rc;
}
