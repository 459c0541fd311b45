#include "reports/record/timeline.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "reports/record/record.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const int64_t STEP_LEAST_NS = NS_PER_MS;

void timeline_open(struct timeline *t, int64_t from_ns, int64_t to_ns)
{
    int64_t window = to_ns > from_ns ? to_ns - from_ns : 1;
    *t = (struct timeline){.from_ns = from_ns, .step_ns = (window - 1) / TIMELINE_POINTS + 1};
    if (t->step_ns < STEP_LEAST_NS)
        t->step_ns = STEP_LEAST_NS;
    t->points = (size_t)((window - 1) / t->step_ns + 1);
}

double *timeline_series(struct timeline *t, const char *name, const char *unit)
{
    if (t->series_count == TIMELINE_SERIES)
        return NULL;
    struct timeline_series *s = &t->series[t->series_count++];
    *s = (struct timeline_series){.value = {0}};
    (void)snprintf(s->name, sizeof s->name, "%s", name);
    (void)snprintf(s->unit, sizeof s->unit, "%s", unit);
    err_one_line(s->name);
    err_one_line(s->unit);
    return s->value;
}

size_t timeline_point(const struct timeline *t, int64_t ns)
{
    int64_t end = t->from_ns + (int64_t)t->points * t->step_ns;
    if (ns < t->from_ns || ns >= end)
        return t->points;
    return (size_t)((ns - t->from_ns) / t->step_ns);
}

void timeline_per_second(const struct timeline *t, double *value)
{
    for (size_t i = 0; i < t->points; i++)
        value[i] *= (double)NS_PER_S / (double)t->step_ns;
}

void timeline_event(struct timeline *t, int64_t ns, const char *name, const char *says)
{
    if (t->event_count == TIMELINE_EVENTS) {
        t->events_dropped++;
        return;
    }
    struct timeline_event *event = &t->events[t->event_count++];
    event->at_ns = ns - t->from_ns;
    (void)snprintf(event->name, sizeof event->name, "%s", name);
    (void)snprintf(event->says, sizeof event->says, "%s", says);
    err_one_line(event->name);
    err_one_line(event->says);
}

/* --- the file --- */

static enum rc write_head(const struct timeline *t, const char *trial, struct buf *out,
                          struct err *e)
{
    struct json_writer w;
    json_writer_init(&w, out, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    json_write_text(&w, "schema", TIMELINE_SCHEMA);
    json_write_text(&w, "trial", trial);
    json_write_int(&w, "step_ns", t->step_ns);
    json_write_int(&w, "events_dropped", (int64_t)t->events_dropped);
    json_write_array(&w, "series");
    for (size_t i = 0; i < t->series_count; i++) {
        json_write_object(&w, NULL);
        json_write_text(&w, "name", t->series[i].name);
        json_write_text(&w, "unit", t->series[i].unit);
        json_write_close(&w);
    }
    json_write_close(&w);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}

static enum rc write_point(const struct timeline *t, size_t point, struct buf *out, struct err *e)
{
    struct json_writer w;
    json_writer_init(&w, out, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    json_write_int(&w, "at_ns", (int64_t)point * t->step_ns);
    json_write_array(&w, "values");
    for (size_t i = 0; i < t->series_count; i++)
        if (t->series[i].value[point] == NOT_MEASURED)
            json_write_null(&w, NULL);
        else
            json_write_real(&w, NULL, t->series[i].value[point]);
    json_write_close(&w);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}

static enum rc write_event(const struct timeline_event *event, struct buf *out, struct err *e)
{
    struct json_writer w;
    json_writer_init(&w, out, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    json_write_int(&w, "at_ns", event->at_ns);
    json_write_text(&w, "event", event->name);
    json_write_text(&w, "says", event->says);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}

enum rc timeline_write(const struct timeline *t, const char *trial, struct buf *out, struct err *e)
{
    enum rc rc = write_head(t, trial, out, e);
    for (size_t i = 0; rc == RC_OK && i < t->points; i++)
        rc = write_point(t, i, out, e);
    for (size_t i = 0; rc == RC_OK && i < t->event_count; i++)
        rc = write_event(&t->events[i], out, e);
    return rc;
}

static enum rc read_head(const struct json *line, struct timeline *t, struct err *e)
{
    const struct json *schema = json_get(line, "schema");
    const struct json *series = json_get(line, "series");
    if (schema == NULL || strcmp(json_text(schema), TIMELINE_SCHEMA) != 0)
        return err_set(e, RC_INPUT, "schema: found \"%.60s\"; expected \"" TIMELINE_SCHEMA "\"",
                       schema != NULL ? json_text(schema) : "");
    t->step_ns = json_get(line, "step_ns") != NULL ? json_int(json_get(line, "step_ns")) : 0;
    if (t->step_ns <= 0)
        return err_set(e, RC_INPUT, "step_ns: expected a whole number above 0");
    const struct json *dropped = json_get(line, "events_dropped");
    if (dropped != NULL && json_kind(dropped) == JSON_KIND_INT && json_int(dropped) > 0)
        t->events_dropped = (size_t)json_int(dropped);
    for (size_t i = 0; series != NULL && i < json_size(series); i++) {
        const struct json *name = json_get(json_at(series, i), "name");
        const struct json *unit = json_get(json_at(series, i), "unit");
        if (name == NULL || unit == NULL ||
            timeline_series(t, json_text(name), json_text(unit)) == NULL)
            return err_set(e, RC_INPUT, "series: expected at most %d, each with name and unit",
                           TIMELINE_SERIES);
    }
    return RC_OK;
}

static enum rc read_line(const struct json *line, struct timeline *t, struct err *e)
{
    const struct json *event = json_get(line, "event");
    const struct json *says = json_get(line, "says");
    const struct json *values = json_get(line, "values");
    const struct json *at = json_get(line, "at_ns");
    if (at == NULL || json_kind(at) != JSON_KIND_INT || (event == NULL && values == NULL))
        return err_set(e, RC_INPUT, "expected at_ns and either values or an event");
    if (event != NULL) {
        timeline_event(t, json_int(at), json_text(event), says != NULL ? json_text(says) : "");
        return RC_OK;
    }
    if (t->points == TIMELINE_POINTS || json_kind(values) != JSON_KIND_ARRAY ||
        json_size(values) != t->series_count)
        return err_set(e, RC_INPUT, "expected at most %d points of %zu values", TIMELINE_POINTS,
                       t->series_count);
    for (size_t i = 0; i < t->series_count; i++) {
        const struct json *v = json_at(values, i);
        bool known = json_kind(v) != JSON_KIND_NULL;
        if (known && ((json_kind(v) != JSON_KIND_INT && json_kind(v) != JSON_KIND_REAL) ||
                      !(fabs(json_number(v)) <= RECORD_REAL_MAX)))
            return err_set(e, RC_INPUT, "values: expected numbers to %g, or null", RECORD_REAL_MAX);
        t->series[i].value[t->points] = known ? json_number(v) : NOT_MEASURED;
    }
    t->points++;
    return RC_OK;
}

enum rc timeline_read(struct span text, struct timeline *out, struct err *e)
{
    *out = (struct timeline){.step_ns = 0};
    const uint8_t *at = text.data;
    const uint8_t *end = at + text.size;
    enum rc rc = text.size > 0 ? RC_OK : err_set(e, RC_INPUT, "found nothing; expected a head");
    for (long line = 1; rc == RC_OK && at < end; line++) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        struct json *root = NULL;
        rc = json_parse(span_of(at, (size_t)((stop != NULL ? stop : end) - at)), &root, e);
        if (rc == RC_OK)
            rc = line == 1 ? read_head(root, out, e) : read_line(root, out, e);
        json_free(root);
        if (rc != RC_OK)
            (void)err_wrap(e, "line %ld", line);
        at = stop != NULL ? stop + 1 : end;
    }
    return rc;
}
