#include "reports/record/record_line.h"

#include "base/utf8.h"
#include "reports/record/record_fields.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 18, NUMBER_MAX = 40, PATH_ROOM = FIELD_DEPTH * FIELD_NAME_MAX };

struct cursor {
    const char *at, *end;
};

static bool take(struct cursor *c, char byte)
{
    bool found = c->at < c->end && *c->at == byte;
    c->at += found;
    return found;
}

static bool take_word(struct cursor *c, const char *word)
{
    size_t length = strlen(word);
    bool found = (size_t)(c->end - c->at) >= length && memcmp(c->at, word, length) == 0;
    c->at += found ? length : 0;
    return found;
}

static bool is_utf8(const char *text)
{
    for (size_t n; *text != '\0'; text += n)
        if ((n = utf8_length((const unsigned char *)text)) == 0)
            return false;
    return true;
}

/* A text without escapes that fits into size bytes with its NUL. */
static bool take_text(struct cursor *c, char *out, size_t size)
{
    unsigned char high = 0;
    if (!take(c, '"'))
        return false;
    const char *from = c->at;
    while (c->at < c->end && *c->at != '"' && *c->at != '\\' && (unsigned char)*c->at >= ' ')
        high |= (unsigned char)*c->at++;
    size_t length = (size_t)(c->at - from);
    if (length >= size || !take(c, '"'))
        return false;
    memcpy(out, from, length);
    out[length] = '\0';
    return high < 0x80 || is_utf8(out);
}

static size_t take_digits(struct cursor *c)
{
    const char *from = c->at;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
        c->at++;
    return (size_t)(c->at - from);
}

/* Digits that are a number in JSON, which begins with 0 only when it is 0. */
static bool take_whole(struct cursor *c)
{
    const char *from = c->at;
    size_t digits = take_digits(c);
    return digits == 1 || (digits > 1 && *from != '0');
}

static bool take_int(struct cursor *c, void *out)
{
    const char *digit = c->at;
    int64_t value = 0;
    if (!take_whole(c) || c->at - digit > DIGITS_MAX)
        return false;
    for (; digit < c->at; digit++)
        value = 10 * value + (*digit - '0');
    memcpy(out, &value, sizeof value);
    return true;
}

static bool take_measure(struct cursor *c, void *out)
{
    const int64_t none = NOT_MEASURED;
    if (!take_word(c, "null"))
        return take_int(c, out);
    memcpy(out, &none, sizeof none);
    return true;
}

static bool take_real(struct cursor *c, void *out)
{
    char text[NUMBER_MAX];
    const char *from = c->at;
    bool good = take_whole(c) && c->at - from <= DIGITS_MAX;
    if (good && take(c, '.'))
        good = take_digits(c) > 0;
    if (good && take(c, 'e')) {
        (void)(take(c, '+') || take(c, '-'));
        good = take_digits(c) > 0;
    }
    size_t length = (size_t)(c->at - from);
    if (!good || length >= sizeof text)
        return false;
    memcpy(text, from, length);
    text[length] = '\0';
    double value = strtod(text, NULL);
    memcpy(out, &value, sizeof value);
    return isfinite(value);
}

static bool take_real_or_null(struct cursor *c, void *out)
{
    const double none = NOT_MEASURED;
    if (!take_word(c, "null"))
        return take_real(c, out);
    memcpy(out, &none, sizeof none);
    return true;
}

/* A text of digits: below 2^63 where it is a time, else below 2^64. */
static bool take_big(struct cursor *c, bool is_time, void *out)
{
    char text[NUMBER_MAX], *end = text;
    const int64_t none = NOT_MEASURED;
    if (is_time && take_word(c, "null")) {
        memcpy(out, &none, sizeof none);
        return true;
    }
    if (!take_text(c, text, sizeof text) || text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    memcpy(out, &value, sizeof value);
    return *end == '\0' && errno == 0 && !(is_time && value > INT64_MAX);
}

static bool take_bool(struct cursor *c, void *out)
{
    *(bool *)out = take_word(c, "true");
    return *(bool *)out || take_word(c, "false");
}

static bool take_validity(struct cursor *c, enum validity *out)
{
    char name[RECORD_WORD_MAX];
    if (!take_text(c, name, sizeof name))
        return false;
    for (int i = 0; VALIDITY_NAMES[i] != NULL; i++) {
        *out = (enum validity)i;
        if (strcmp(name, VALIDITY_NAMES[i]) == 0)
            return true;
    }
    return false;
}

/* The next member of an object; false at its end and where it is none, and nothing is taken. */
static bool next_key(struct cursor *c, size_t count, char *name, size_t size)
{
    const struct cursor before = *c;
    if (take(c, count == 0 ? '{' : ',') && take_text(c, name, size) && take(c, ':'))
        return true;
    *c = before;
    return false;
}

/* After the last member. */
static bool end_of(struct cursor *c, size_t count)
{
    return (count > 0 || take(c, '{')) && take(c, '}');
}

/* {codec: batches}, and then {codec: bytes} of the same codecs. */
static bool take_stored(struct cursor *c, bool bytes, struct codec_batches *rows)
{
    char codec[RECORD_WORD_MAX];
    size_t count = 0;
    for (; next_key(c, count, codec, sizeof codec); count++) {
        if (count == RECORD_CODECS || codec[0] == '\0')
            return false;
        if (!bytes) {
            for (size_t i = 0; i < count; i++)
                if (strcmp(rows[i].codec, codec) == 0)
                    return false;
            (void)snprintf(rows[count].codec, sizeof rows[count].codec, "%s", codec);
            rows[count].bytes = NOT_MEASURED;
        } else if (strcmp(rows[count].codec, codec) != 0) {
            return false;
        }
        if (!take_measure(c, bytes ? &rows[count].bytes : &rows[count].batches))
            return false;
    }
    return end_of(c, count);
}

/* {"all": n, class: n}, the classes with names that differ. */
static bool take_outcome(struct cursor *c, size_t outcome, struct delivery *d)
{
    char name[OUTCOME_CLASS_MAX];
    struct outcome_class *all = d->classes, *row = all;
    size_t count = 0;
    for (; next_key(c, count, name, sizeof name); count++) {
        int64_t n = 0;
        if (!take_int(c, &n))
            return false;
        if (count == 0 && strcmp(name, RECORD_ALL_CLASSES) == 0) {
            d->outcome[outcome] = n;
            continue;
        }
        while (row < all + OUTCOME_CLASSES && row->name[0] != '\0' &&
               (row->outcome != (int32_t)outcome || strcmp(row->name, name) != 0))
            row++;
        if (count == 0 || row == all + OUTCOME_CLASSES || row->name[0] != '\0' || name[0] == '\0' ||
            strcmp(name, RECORD_ALL_CLASSES) == 0)
            return false;
        *row = (struct outcome_class){.outcome = (int32_t)outcome, .n = n};
        (void)snprintf(row->name, sizeof row->name, "%s", name);
        row = all;
    }
    return count > 0 && end_of(c, count);
}

/* In the order of the table; records of before may lack the last rows of it. */
static bool take_outcomes(struct cursor *c, struct delivery *d)
{
    char name[FIELD_NAME_MAX];
    size_t count = 0;
    for (; next_key(c, count, name, sizeof name); count++)
        if (count == OUTCOME_COUNT || strcmp(name, OUTCOMES[count].name) != 0 ||
            !take_outcome(c, count, d))
            return false;
    return count > OUTCOME_FOREIGN && end_of(c, count);
}

static bool take_latency(struct cursor *c, struct latency *l)
{
    char name[FIELD_NAME_MAX];
    const struct latency_field *f = LATENCY_FIELDS;
    size_t count = 0;
    for (; next_key(c, count, name, sizeof name); count++, f++)
        if (f->name == NULL || strcmp(name, f->name) != 0 ||
            !take_measure(c, (char *)l + f->offset))
            return false;
    return f->name == NULL && end_of(c, count);
}

static bool take_latencies(struct cursor *c, struct latency *all)
{
    char name[FIELD_NAME_MAX];
    size_t count = 0;
    for (; next_key(c, count, name, sizeof name); count++)
        if (count == LATENCY_COUNT || strcmp(name, LATENCIES[count].name) != 0 ||
            !take_latency(c, &all[count]))
            return false;
    return end_of(c, count);
}

/* {name: value} and {name: {"at_least": value}}. */
static bool take_metrics(struct cursor *c, struct trial_record *r)
{
    struct recorded_metric row = {.name = ""};
    size_t count = 0;
    for (; next_key(c, count, row.name, sizeof row.name); count++) {
        row.censored = take_word(c, "{\"at_least\":");
        if (count == RECORD_METRICS || row.name[0] == '\0' ||
            trial_record_metric(r, row.name) != NULL || !take_real(c, &row.value) ||
            (row.censored && !take(c, '}')))
            return false;
        r->metrics[count] = row;
        row = (struct recorded_metric){.name = ""};
    }
    return end_of(c, count);
}

static bool take_field(struct cursor *c, const struct record_field *f, struct trial_record *r)
{
    char *at = (char *)r + f->offset;
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_SETTINGS:
        return take_text(c, at, f->size);
    case FIELD_COUNT:
        return take_int(c, at);
    case FIELD_MEASURE:
        return take_measure(c, at);
    case FIELD_REAL:
        return take_real_or_null(c, at);
    case FIELD_BIG:
    case FIELD_SEED:
        return take_big(c, f->kind == FIELD_BIG, at);
    case FIELD_BOOL:
        return take_bool(c, at);
    case FIELD_VALIDITY:
        return take_validity(c, &r->validity);
    case FIELD_BATCHES:
    case FIELD_BYTES:
        return take_stored(c, f->kind == FIELD_BYTES, (struct codec_batches *)(void *)at);
    case FIELD_OUTCOMES:
        return take_outcomes(c, &r->delivery);
    case FIELD_LATENCIES:
        return take_latencies(c, (struct latency *)(void *)at);
    case FIELD_METRICS:
        return take_metrics(c, r);
    }
    return false;
}

/* The row of a path, or the first row inside the object of that path; NULL where a row that must be
 * there would be passed over, and at the end of the table. */
static const struct record_field *row_at(const struct record_field *f, const char *path,
                                         size_t length)
{
    for (; f->path != NULL; f++) {
        if (strncmp(f->path, path, length) == 0 &&
            (f->path[length] == '\0' || f->path[length] == '.'))
            return f;
        if (f->required || f->since > 0)
            return NULL;
    }
    return NULL;
}

/* Rows of one object stand together: where the row before is inside it, too, this is its second. */
static bool is_second(const struct record_field *f, const char *path, size_t length)
{
    return f > RECORD_FIELDS && strncmp(f[-1].path, path, length) == 0 && f[-1].path[length] == '.';
}

static bool none_required(const struct record_field *f)
{
    while (f->path != NULL && !f->required && f->since == 0)
        f++;
    return f->path == NULL;
}

/* The key of a member behind the path of its object; the length of both, 0 where there is none. */
static size_t take_key(struct cursor *c, char *path, size_t length)
{
    if (!take_text(c, path + length, FIELD_NAME_MAX) || !take(c, ':') ||
        strchr(path + length, '.') != NULL)
        return 0;
    return length + strlen(path + length);
}

bool record_line_read(struct span line, struct trial_record *r)
{
    struct cursor c = {(const char *)line.data, (const char *)line.data + line.size};
    const struct record_field *next = RECORD_FIELDS;
    char path[PATH_ROOM];
    size_t lengths[FIELD_DEPTH] = {0}, depth = 0; /* of the path of each object that is open */
    bool opened = false;                          /* just now, so that no comma comes first */
    if (!take_word(&c, "{\"schema\":\"" TRIAL_SCHEMA "\""))
        return false;
    trial_record_init(r);
    for (;;) {
        if (!opened && take(&c, '}')) {
            if (depth == 0)
                return c.at == c.end && none_required(next);
            depth--;
            continue;
        }
        size_t length = opened || take(&c, ',') ? take_key(&c, path, lengths[depth]) : 0;
        const struct record_field *f = length > 0 ? row_at(next, path, length) : NULL;
        if (f == NULL)
            return false;
        opened = f->path[length] == '.';
        if (opened ? is_second(f, path, length) || depth + 1 == FIELD_DEPTH || !take(&c, '{')
                   : !take_field(&c, f, r))
            return false;
        next = opened ? f : f + 1;
        if (opened) {
            path[length] = '.';
            lengths[++depth] = length + 1;
        }
    }
}
