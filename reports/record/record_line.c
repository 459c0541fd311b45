#include "reports/record/record_line.h"

#include "base/utf8.h"
#include "reports/record/record_fields.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 18, NUMBER_MAX = 40 };

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

/* The bytes between two quotes, without escapes. The high bits of all are in *high. */
static bool take_quoted(struct cursor *c, struct span *out, unsigned char *high)
{
    unsigned char all = 0;
    if (!take(c, '"'))
        return false;
    const char *from = c->at;
    while (c->at < c->end && *c->at != '"' && *c->at != '\\' && (unsigned char)*c->at >= ' ')
        all |= (unsigned char)*c->at++;
    *out = span_of((const uint8_t *)from, (size_t)(c->at - from));
    *high = all & 0x80;
    return take(c, '"');
}

/* A text that fits into size bytes with its NUL. */
static bool take_text(struct cursor *c, char *out, size_t size)
{
    struct span text;
    unsigned char high;
    if (!take_quoted(c, &text, &high) || text.size >= size)
        return false;
    memcpy(out, text.data, text.size);
    out[text.size] = '\0';
    return high == 0 || utf8_whole(out);
}

/* The key of a member, where it is in the line. */
static bool take_key(struct cursor *c, struct span *out)
{
    unsigned char high;
    return take_quoted(c, out, &high) && high == 0 && take(c, ':');
}

/* Whether text begins with these bytes, among which there is no NUL. */
static bool begins(const char *text, const void *bytes, size_t size)
{
    size_t i = 0;
    while (i < size && text[i] == ((const char *)bytes)[i])
        i++;
    return i == size;
}

static bool is(struct span key, const char *word)
{
    return begins(word, key.data, key.size) && word[key.size] == '\0';
}

/* A key that is a name, of 1 to size - 1 bytes. */
static bool name_of(struct span key, char *out, size_t size)
{
    if (key.size == 0 || key.size >= size)
        return false;
    memcpy(out, key.data, key.size);
    out[key.size] = '\0';
    return true;
}

static size_t take_digits(struct cursor *c)
{
    size_t n = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++)
        n++;
    return n;
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
    return value <= RECORD_INT_MAX;
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
    const double none = NOT_MEASURED;
    memcpy(out, &none, sizeof none);
    if (take_word(c, "null"))
        return true;
    const char *from = c->at;
    bool good = take_whole(c) && c->at - from <= DIGITS_MAX;
    if (good && take(c, '.'))
        good = take_digits(c) > 0;
    if (good && take(c, 'e'))
        good = (take(c, '+') || take(c, '-') || true) && take_digits(c) > 0;
    size_t length = (size_t)(c->at - from);
    if (!good || length >= sizeof text)
        return false;
    memcpy(text, from, length);
    text[length] = '\0';
    double value = strtod(text, NULL);
    memcpy(out, &value, sizeof value);
    return value <= RECORD_REAL_MAX;
}

/* A text of digits: below 2^63 where it is a time, which may be a number, too; else below 2^64. */
static bool take_big(struct cursor *c, bool is_time, void *out)
{
    char text[NUMBER_MAX], *end = text;
    if (is_time && take_measure(c, out))
        return true;
    if (!take_text(c, text, sizeof text) || text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    memcpy(out, &value, sizeof value);
    return *end == '\0' && errno == 0 && !(is_time && value > INT64_MAX);
}

static bool take_bool(struct cursor *c, bool *out)
{
    *out = take_word(c, "true");
    return *out || take_word(c, "false");
}

static bool take_validity(struct cursor *c, enum validity *out)
{
    struct span name;
    unsigned char high;
    if (!take_quoted(c, &name, &high))
        return false;
    for (*out = TRIAL_VALID; VALIDITY_NAMES[*out] != NULL; ++*out)
        if (is(name, VALIDITY_NAMES[*out]))
            return true;
    return false;
}

/* The next member of an object; false at its end and where it is none, and nothing is taken. */
static bool next_key(struct cursor *c, size_t count, struct span *key)
{
    const struct cursor before = *c;
    if (take(c, count == 0 ? '{' : ',') && take_key(c, key))
        return true;
    *c = before;
    return false;
}

static bool end_of(struct cursor *c, size_t count)
{
    return (count > 0 || take(c, '{')) && take(c, '}');
}

static bool known_codec(const struct codec_batches *rows, size_t count, struct span key)
{
    while (count > 0 && !is(key, rows[count - 1].codec))
        count--;
    return count > 0;
}

/* {codec: batches}, and then {codec: bytes} of the same codecs. */
static bool take_stored(struct cursor *c, bool bytes, struct codec_batches *rows)
{
    struct span key;
    size_t count = 0;
    for (; next_key(c, count, &key); count++) {
        if (count == RECORD_CODECS)
            return false;
        struct codec_batches *row = &rows[count];
        if (bytes ? row->codec[0] == '\0' || !is(key, row->codec)
                  : known_codec(rows, count, key) || !name_of(key, row->codec, sizeof row->codec))
            return false;
        row->bytes = NOT_MEASURED;
        if (!take_measure(c, bytes ? &row->bytes : &row->batches))
            return false;
    }
    return end_of(c, count);
}

/* A class of an outcome that has no such class yet. */
static bool add_class(struct delivery *d, size_t outcome, struct span key, int64_t n)
{
    struct outcome_class *row = d->classes, *end = d->classes + OUTCOME_CLASSES;
    while (row < end && row->name[0] != '\0' &&
           (row->outcome != (int32_t)outcome || !is(key, row->name)))
        row++;
    if (row == end || row->name[0] != '\0' || is(key, RECORD_ALL_CLASSES))
        return false;
    row->outcome = (int32_t)outcome;
    row->n = n;
    return name_of(key, row->name, sizeof row->name);
}

/* {"all": n, class: n}. */
static bool take_outcome(struct cursor *c, size_t outcome, struct delivery *d)
{
    struct span key;
    size_t count = 0;
    for (; next_key(c, count, &key); count++) {
        int64_t n = 0;
        if (!take_int(c, &n))
            return false;
        if (count == 0)
            d->outcome[outcome] = n;
        if (count == 0 ? !is(key, RECORD_ALL_CLASSES) : !add_class(d, outcome, key, n))
            return false;
    }
    return count > 0 && end_of(c, count);
}

/* In the order of the table; records of before may lack the last rows of it. */
static bool take_outcomes(struct cursor *c, struct delivery *d)
{
    struct span key;
    size_t count = 0;
    for (; next_key(c, count, &key); count++)
        if (count == OUTCOME_COUNT || !is(key, OUTCOMES[count].name) || !take_outcome(c, count, d))
            return false;
    return count > OUTCOME_FOREIGN && end_of(c, count);
}

static bool take_latency(struct cursor *c, struct latency *l)
{
    struct span key;
    const struct latency_field *f = LATENCY_FIELDS;
    size_t count = 0;
    for (; next_key(c, count, &key); count++, f++)
        if (f->name == NULL || !is(key, f->name) || !take_measure(c, (char *)l + f->offset))
            return false;
    return f->name == NULL && end_of(c, count);
}

static bool take_latencies(struct cursor *c, struct latency *all)
{
    struct span key;
    size_t count = 0;
    for (; next_key(c, count, &key); count++)
        if (count == LATENCY_COUNT || !is(key, LATENCIES[count].name) ||
            !take_latency(c, &all[count]))
            return false;
    return end_of(c, count);
}

/* {name: value} and {name: {"at_least": value}}. */
static bool take_metrics(struct cursor *c, struct trial_record *r)
{
    struct span key;
    size_t count = 0;
    for (; next_key(c, count, &key); count++) {
        struct recorded_metric row = {.censored = take_word(c, "{\"at_least\":")};
        if (count == RECORD_METRICS || !name_of(key, row.name, sizeof row.name) ||
            trial_record_metric(r, row.name) != NULL || !take_real(c, &row.value) ||
            (row.censored && !take(c, '}')))
            return false;
        r->metrics[count] = row;
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
        return take_real(c, at);
    case FIELD_BIG:
    case FIELD_SEED:
        return take_big(c, f->kind == FIELD_BIG, at);
    case FIELD_BOOL:
        return take_bool(c, (bool *)at);
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

/* An object that is open: what the paths of its members begin with. */
struct object {
    const char *path; /* of one of its rows */
    size_t length;    /* of the object's own path, its dot included; 0: the whole record */
};

/* Whether f is the member of that key, or lies inside it. */
static bool is_at(const struct record_field *f, struct object in, struct span key)
{
    const char *end = f->path + in.length + key.size;
    return begins(f->path, in.path, in.length) && begins(f->path + in.length, key.data, key.size) &&
           (*end == '\0' || *end == '.');
}

/* Whether a row, or the end of the table, must not be passed over. */
static bool is_needed(const struct record_field *f)
{
    return f->path == NULL || f->required || f->derived || f->since > 0;
}

/* The row of a member, or the first row inside it; NULL where a row that must be there would be
 * passed over, and at the end of the table. Rows of one object stand together: where the row
 * before lies inside it, too, the object was there already. */
static const struct record_field *row_at(const struct record_field *f, struct object in,
                                         struct span key)
{
    while (!is_needed(f) && !is_at(f, in, key))
        f++;
    if (f->path == NULL || !is_at(f, in, key) || memchr(key.data, '.', key.size) != NULL)
        return NULL;
    bool inside = f->path[in.length + key.size] == '.';
    return inside && f > RECORD_FIELDS && is_at(f - 1, in, key) ? NULL : f;
}

bool record_line_read(struct span line, struct trial_record *r)
{
    struct cursor c = {(const char *)line.data, (const char *)line.data + line.size};
    const struct record_field *next = RECORD_FIELDS;
    struct object in[FIELD_DEPTH] = {{.path = "", .length = 0}};
    size_t depth = 0;
    bool opened = false; /* just now, so that no comma comes first */
    if (!take_word(&c, "{\"schema\":\"" TRIAL_SCHEMA "\""))
        return false;
    trial_record_init(r);
    for (;;) {
        struct span key;
        if (!opened && take(&c, '}')) {
            if (depth-- > 0)
                continue;
            while (!is_needed(next))
                next++;
            return c.at == c.end && next->path == NULL;
        }
        if (!(opened || take(&c, ',')) || !take_key(&c, &key) ||
            (next = row_at(next, in[depth], key)) == NULL)
            return false;
        size_t length = in[depth].length + key.size;
        opened = next->path[length] == '.';
        if (opened ? depth + 1 == FIELD_DEPTH || !take(&c, '{') : !take_field(&c, next, r))
            return false;
        if (opened)
            in[++depth] = (struct object){next->path, length + 1};
        else
            next++;
    }
}
