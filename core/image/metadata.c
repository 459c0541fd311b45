#include "core/image/metadata.h"

#include "base/json.h"
#include "base/json_writer.h"
#include "core/image/format/image_format.h"

#include <math.h>
#include <stddef.h>

/* The members that are texts, in the order in which they are written. */
static const struct text_member {
    const char *name;
    size_t at; /* in struct image_metadata */
    bool needed;
} TEXTS[] = {
    {"timestamp", offsetof(struct image_metadata, timestamp), true},
    {"satellite", offsetof(struct image_metadata, satellite), false},
    {"sensor", offsetof(struct image_metadata, sensor), false},
    {"format", offsetof(struct image_metadata, format), true},
    {"source_id", offsetof(struct image_metadata, source_id), true},
};
enum { TEXT_COUNT = sizeof TEXTS / sizeof TEXTS[0] };
static const double LATITUDE_MAX = 90, LONGITUDE_MAX = 180;

static const char *text_of(const struct image_metadata *m, const struct text_member *t)
{
    return (const char *)m + t->at;
}

/* Reads exactly `digits` digits; -1 where there are others. */
static int digits_at(const char *text, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* RFC 3339 in UTC: 2025-10-13T10:00:00Z, with or without a fraction of a second. */
static bool is_timestamp(const char *text)
{
    static const char SHAPE[] = "dddd-dd-ddTdd:dd:dd";
    for (size_t i = 0; SHAPE[i] != '\0'; i++)
        if (SHAPE[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != SHAPE[i])
            return false;
    int month = digits_at(text + 5, 2);
    int day = digits_at(text + 8, 2);
    if (month < 1 || month > 12 || day < 1 || day > 31 || digits_at(text + 11, 2) > 23 ||
        digits_at(text + 14, 2) > 59 || digits_at(text + 17, 2) > 60)
        return false;
    const char *rest = text + sizeof SHAPE - 1;
    if (rest[0] == '.' && rest[1] != 'Z')
        rest += 1 + strspn(rest + 1, "0123456789");
    return strcmp(rest, "Z") == 0;
}

static enum rc check_place(const struct image_metadata *m, struct err *e)
{
    /* Each comparison is written so that NaN fails it. */
    if (m->located && !(fabs(m->lat) <= LATITUDE_MAX))
        return err_set(e, RC_INPUT, "location.lat: %g; expected -90 to 90 degrees", m->lat);
    if (m->located && !(fabs(m->lon) <= LONGITUDE_MAX))
        return err_set(e, RC_INPUT, "location.lon: %g; expected -180 to 180 degrees", m->lon);
    if (!(m->resolution_m >= 0) || isinf(m->resolution_m))
        return err_set(e, RC_INPUT, "resolution_m: %g; expected metres above 0", m->resolution_m);
    return RC_OK;
}

enum rc metadata_check(const struct image_metadata *m, struct err *e)
{
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const char *text = text_of(m, &TEXTS[i]);
        if (memchr(text, '\0', METADATA_TEXT) == NULL)
            return err_set(e, RC_INPUT, "%s: more than %d bytes", TEXTS[i].name, METADATA_TEXT - 1);
        if (TEXTS[i].needed && text[0] == '\0')
            return err_set(e, RC_INPUT, "%s: it must be told", TEXTS[i].name);
    }
    if (!is_timestamp(m->timestamp))
        return err_set(e, RC_INPUT, "timestamp: \"%s\"; expected UTC like 2025-10-13T10:00:00Z",
                       m->timestamp);
    if (image_format_find(m->format) == NULL)
        return err_set(e, RC_INPUT, "format: \"%s\" is no image format known here", m->format);
    return check_place(m, e);
}

/* A whole number is written without a fraction. */
static void write_number(struct json_writer *w, const char *name, double v)
{
    if (fabs(v) < 1e15 && v == trunc(v))
        json_write_int(w, name, (int64_t)v);
    else
        json_write_real(w, name, v);
}

static void write_text(struct json_writer *w, const struct image_metadata *m, size_t i)
{
    const char *text = text_of(m, &TEXTS[i]);
    if (text[0] != '\0')
        json_write_text(w, TEXTS[i].name, text);
}

enum rc metadata_write(const struct image_metadata *m, struct buf *out, struct err *e)
{
    enum rc rc = metadata_check(m, e);
    if (rc != RC_OK)
        return err_wrap(e, "metadata");
    struct json_writer w;
    json_writer_init(&w, out, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    write_text(&w, m, 0);
    write_text(&w, m, 1);
    if (m->located) {
        json_write_object(&w, "location");
        write_number(&w, "lat", m->lat);
        write_number(&w, "lon", m->lon);
        json_write_close(&w);
    }
    write_text(&w, m, 2);
    if (m->resolution_m > 0)
        write_number(&w, "resolution_m", m->resolution_m);
    write_text(&w, m, 3);
    write_text(&w, m, 4);
    json_write_close(&w);
    return json_writer_end(&w, e);
}

static bool is_number(const struct json *v)
{
    return json_kind(v) == JSON_KIND_INT || json_kind(v) == JSON_KIND_REAL;
}

static enum rc read_number(const struct json *object, const char *name, double *out, struct err *e)
{
    const struct json *v = json_get(object, name);
    if (v == NULL)
        return err_set(e, RC_INPUT, "%s: it must be told", name);
    if (!is_number(v))
        return err_set(e, RC_INPUT, "%s: %s; expected a number", name,
                       JSON_KIND_NAMES[json_kind(v)]);
    *out = json_number(v);
    return RC_OK;
}

static enum rc read_text(const struct json *root, const struct text_member *t,
                         struct image_metadata *m, struct err *e)
{
    const struct json *v = json_get(root, t->name);
    if (v == NULL)
        return RC_OK; /* metadata_check knows which are needed */
    if (json_kind(v) != JSON_KIND_TEXT)
        return err_set(e, RC_INPUT, "%s: %s; expected a text", t->name,
                       JSON_KIND_NAMES[json_kind(v)]);
    size_t size = strlen(json_text(v)) + 1;
    if (size > METADATA_TEXT)
        return err_set(e, RC_INPUT, "%s: more than %d bytes", t->name, METADATA_TEXT - 1);
    memcpy((char *)m + t->at, json_text(v), size);
    return RC_OK;
}

static enum rc read_place(const struct json *root, struct image_metadata *m, struct err *e)
{
    const struct json *place = json_get(root, "location");
    enum rc rc = RC_OK;
    if (place != NULL && json_kind(place) != JSON_KIND_OBJECT)
        return err_set(e, RC_INPUT, "location: %s; expected an object",
                       JSON_KIND_NAMES[json_kind(place)]);
    m->located = place != NULL;
    if (place != NULL && (read_number(place, "lat", &m->lat, e) != RC_OK ||
                          read_number(place, "lon", &m->lon, e) != RC_OK))
        return err_wrap(e, "location");
    if (json_get(root, "resolution_m") == NULL)
        return RC_OK;
    rc = read_number(root, "resolution_m", &m->resolution_m, e);
    if (rc == RC_OK && !(m->resolution_m > 0))
        return err_set(e, RC_INPUT, "resolution_m: %g; expected metres above 0", m->resolution_m);
    return rc;
}

enum rc metadata_of_json(const struct json *object, struct image_metadata *out, struct err *e)
{
    struct image_metadata m = {.located = false};
    if (json_kind(object) != JSON_KIND_OBJECT)
        return err_set(e, RC_INPUT, "%s; expected an object", JSON_KIND_NAMES[json_kind(object)]);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < TEXT_COUNT; i++)
        rc = read_text(object, &TEXTS[i], &m, e);
    if (rc == RC_OK)
        rc = read_place(object, &m, e);
    if (rc == RC_OK)
        *out = m;
    return rc;
}

enum rc metadata_read(struct span json, struct image_metadata *out, struct err *e)
{
    struct json *root = NULL;
    struct image_metadata m;
    if (json.size > METADATA_MAX)
        return err_set(e, RC_INPUT, "metadata: %zu bytes; %d are the most", json.size,
                       METADATA_MAX);
    enum rc rc = json_parse(json, &root, e);
    if (rc == RC_OK)
        rc = metadata_of_json(root, &m, e);
    if (rc == RC_OK)
        rc = metadata_check(&m, e);
    json_free(root);
    if (rc != RC_OK)
        return err_wrap(e, "metadata");
    *out = m;
    return RC_OK;
}
