#include "base/json_writer.h"
#include "reports/record/record.h"
#include "reports/record/record_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int64_t int_at(const void *at)
{
    int64_t v;
    memcpy(&v, at, sizeof v);
    return v;
}

static void write_measure(struct json_writer *w, const char *name, int64_t v)
{
    if (v == NOT_MEASURED)
        json_write_null(w, name);
    else
        json_write_int(w, name, v);
}

static void write_real(struct json_writer *w, const char *name, const void *at)
{
    double v;
    memcpy(&v, at, sizeof v);
    if (v == (double)NOT_MEASURED)
        json_write_null(w, name);
    else
        json_write_real(w, name, v);
}

static void write_big(struct json_writer *w, const char *name, int64_t v)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, v);
    if (v == NOT_MEASURED)
        json_write_null(w, name);
    else
        json_write_text(w, name, text);
}

static void write_seed(struct json_writer *w, const char *name, const void *at)
{
    char text[24];
    uint64_t v;
    memcpy(&v, at, sizeof v);
    (void)snprintf(text, sizeof text, "%" PRIu64, v);
    json_write_text(w, name, text);
}

static void write_stored(struct json_writer *w, const char *name, const struct codec_batches *rows,
                         bool bytes)
{
    json_write_object(w, name);
    for (size_t i = 0; i < RECORD_CODECS && rows[i].codec[0] != '\0'; i++)
        write_measure(w, rows[i].codec, bytes ? rows[i].bytes : rows[i].batches);
    json_write_close(w);
}

void outcomes_write(const struct delivery *d, struct json_writer *w)
{
    json_write_object(w, "outcomes");
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        json_write_object(w, OUTCOMES[i].name);
        json_write_int(w, RECORD_ALL_CLASSES, d->outcome[i]);
        for (size_t c = 0; c < OUTCOME_CLASSES && d->classes[c].name[0] != '\0'; c++)
            if (d->classes[c].outcome == (int32_t)i)
                json_write_int(w, d->classes[c].name, d->classes[c].n);
        json_write_close(w);
    }
    json_write_close(w);
}

void latencies_write(const struct latency all[LATENCIES_MAX], bool measured_only,
                     struct json_writer *w)
{
    json_write_object(w, "latency_ns");
    for (size_t i = 0; i < LATENCY_COUNT; i++) {
        if (measured_only && all[i].n == 0)
            continue;
        json_write_object(w, LATENCIES[i].name);
        for (const struct latency_field *f = LATENCY_FIELDS; f->name != NULL; f++)
            write_measure(w, f->name, int_at((const char *)&all[i] + f->offset));
        json_write_close(w);
    }
    json_write_close(w);
}

static void write_metrics(struct json_writer *w, const char *name,
                          const struct recorded_metric *rows)
{
    json_write_object(w, name);
    for (size_t i = 0; i < RECORD_METRICS && rows[i].name[0] != '\0'; i++) {
        if (rows[i].censored) {
            json_write_object(w, rows[i].name);
            json_write_real(w, "at_least", rows[i].value);
            json_write_close(w);
        } else {
            json_write_real(w, rows[i].name, rows[i].value);
        }
    }
    json_write_close(w);
}

static void write_field(struct json_writer *w, const struct record_field *f, const char *name,
                        const struct trial_record *r)
{
    const void *at = (const char *)r + f->offset;
    switch (f->kind) {
    case FIELD_TEXT:
        json_write_text(w, name, at);
        break;
    case FIELD_COUNT:
        json_write_int(w, name, int_at(at));
        break;
    case FIELD_MEASURE:
        write_measure(w, name, int_at(at));
        break;
    case FIELD_REAL:
        write_real(w, name, at);
        break;
    case FIELD_SEED:
        write_seed(w, name, at);
        break;
    case FIELD_BOOL:
        json_write_bool(w, name, *(const bool *)at);
        break;
    case FIELD_VALIDITY:
        json_write_text(w, name, VALIDITY_NAMES[r->validity]);
        break;
    case FIELD_BATCHES:
    case FIELD_BYTES:
        write_stored(w, name, at, f->kind == FIELD_BYTES);
        break;
    case FIELD_OUTCOMES:
        outcomes_write(&r->delivery, w);
        break;
    case FIELD_LATENCIES:
        latencies_write(at, false, w);
        break;
    case FIELD_METRICS:
        write_metrics(w, name, at);
        break;
    case FIELD_BIG:
        write_big(w, name, int_at(at));
        break;
    case FIELD_SETTINGS:
        json_write_text(w, name, at);
        break;
    }
}

/* Opens and closes objects so that the writer stands where a field with these parts belongs. */
static void move_to(struct json_writer *w, char open[FIELD_DEPTH][FIELD_NAME_MAX],
                    size_t *open_count, char parts[FIELD_DEPTH][FIELD_NAME_MAX], size_t count)
{
    size_t same = 0;
    while (same < *open_count && same + 1 < count && strcmp(open[same], parts[same]) == 0)
        same++;
    for (; *open_count > same; --*open_count)
        json_write_close(w);
    for (; *open_count + 1 < count; ++*open_count) {
        memcpy(open[*open_count], parts[*open_count], FIELD_NAME_MAX);
        json_write_object(w, parts[*open_count]);
    }
}

enum rc trial_record_write(const struct trial_record *r, struct buf *out, struct err *e)
{
    struct json_writer w;
    char open[FIELD_DEPTH][FIELD_NAME_MAX], parts[FIELD_DEPTH][FIELD_NAME_MAX];
    size_t open_count = 0, before = out->size;
    json_writer_init(&w, out, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    json_write_text(&w, "schema", TRIAL_SCHEMA);
    for (const struct record_field *f = RECORD_FIELDS; f->path != NULL; f++) {
        size_t count = record_field_parts(f->path, parts);
        move_to(&w, open, &open_count, parts, count);
        write_field(&w, f, parts[count - 1], r);
    }
    for (; open_count > 0; open_count--)
        json_write_close(&w);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    if (rc == RC_OK)
        rc = buf_append(out, "\n", 1, e);
    if (rc != RC_OK) {
        out->size = before;
        return err_wrap(e, "trial %s", r->trial);
    }
    return RC_OK;
}
