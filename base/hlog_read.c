#include "base/base64.h"
#include "base/hlog.h"
#include "base/hlog_format.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
/* link: -lz */

enum { EXACT_MAX = 512 };

struct exact {
    bool given;
    uint64_t n, above, negative, min, max, sum, sum_carry;
};

static uint64_t big_endian(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

/* false: the bytes end inside the number. */
static bool take_number(struct span *rest, int64_t *out)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < HLOG_NUMBER_BYTES && i < rest->size; i++) {
        uint8_t byte = rest->data[i];
        bool last = i == HLOG_NUMBER_BYTES - 1 || byte < 0x80;
        uint64_t part = i == HLOG_NUMBER_BYTES - 1 ? byte : byte & 0x7F;
        bits |= part << (7 * i);
        if (!last)
            continue;
        *rest = span_of(rest->data + i + 1, rest->size - i - 1);
        *out = (int64_t)(bits >> 1 ^ ((bits & 1) != 0 ? UINT64_MAX : 0));
        return true;
    }
    return false;
}

static enum rc add_counts(struct span rest, struct hist *h, struct err *e)
{
    size_t slot = 0;
    while (rest.size > 0) {
        int64_t number;
        if (!take_number(&rest, &number))
            return err_set(e, RC_INPUT, "the counts end in the middle of a number");
        uint64_t zeros = number < 0 ? 0 - (uint64_t)number : 0;
        if (zeros > HIST_SLOTS - slot || (number >= 0 && slot == HIST_SLOTS))
            return err_set(e, RC_INPUT, "the counts go past the histogram's %d slots", HIST_SLOTS);
        if (number >= 0) {
            h->counts[slot++] += (uint64_t)number;
            h->n += (uint64_t)number;
        } else {
            slot += (size_t)zeros;
        }
    }
    return RC_OK;
}

static enum rc decode_plain(struct span plain, struct hist *h, struct err *e)
{
    if (plain.size < HLOG_HEADER_BYTES)
        return err_set(e, RC_INPUT, "the histogram's header is cut");
    const uint8_t *at = plain.data;
    if ((big_endian(at, 4) & HLOG_COOKIE_MASK) != HLOG_COOKIE_COUNTS)
        return err_set(e, RC_INPUT, "the histogram is not in V2 encoding");
    if (big_endian(at + 4, 4) != plain.size - HLOG_HEADER_BYTES)
        return err_set(e, RC_INPUT, "the histogram's length is wrong");
    if (big_endian(at + 8, 4) != 0 || big_endian(at + 12, 4) != HIST_DIGITS ||
        big_endian(at + 16, 8) != 1)
        return err_set(e, RC_INPUT,
                       "the histogram's layout is another: %d digits and lowest value 1 are read",
                       HIST_DIGITS);
    return add_counts(span_of(at + HLOG_HEADER_BYTES, plain.size - HLOG_HEADER_BYTES), h, e);
}

static enum rc decode_packed(struct span packed, struct hist *h, struct err *e)
{
    if (packed.size < HLOG_WRAP_BYTES ||
        (big_endian(packed.data, 4) & HLOG_COOKIE_MASK) != HLOG_COOKIE_COMPRESSED)
        return err_set(e, RC_INPUT, "not a V2 compressed histogram");
    if (big_endian(packed.data + 4, 4) != packed.size - HLOG_WRAP_BYTES)
        return err_set(e, RC_INPUT, "the compressed histogram is cut");
    uLongf size = HLOG_PLAIN_MAX;
    uint8_t *plain = malloc(size);
    if (plain == NULL)
        return err_set(e, RC_INFRA, "out of memory for a histogram");
    enum rc rc = RC_OK;
    if (uncompress(plain, &size, packed.data + HLOG_WRAP_BYTES,
                   (uLong)(packed.size - HLOG_WRAP_BYTES)) != Z_OK)
        rc = err_set(e, RC_INPUT, "the compressed histogram is damaged");
    if (rc == RC_OK)
        rc = decode_plain(span_of(plain, size), h, e);
    free(plain);
    return rc;
}

static bool exact_number(const char *line, const char *key, uint64_t *out)
{
    const char *at = strstr(line, key);
    if (at == NULL)
        return false;
    at += strlen(key);
    char *end = NULL;
    errno = 0;
    *out = strtoull(at, &end, 10);
    return *at >= '0' && *at <= '9' && errno == 0 && (*end == ' ' || *end == ']');
}

static enum rc read_exact(struct span line, const char *tag, struct exact *x, struct err *e)
{
    char text[EXACT_MAX], start[HLOG_TAG_MAX + 16];
    int length = snprintf(start, sizeof start, "#[Exact %s:", tag);
    if (line.size < (size_t)length || memcmp(line.data, start, (size_t)length) != 0)
        return RC_OK;
    size_t size = line.size < sizeof text - 1 ? line.size : sizeof text - 1;
    memcpy(text, line.data, size);
    text[size] = '\0';
    x->given = exact_number(text, " n=", &x->n) && exact_number(text, " above=", &x->above) &&
               exact_number(text, " negative=", &x->negative) &&
               exact_number(text, " min_ns=", &x->min) && exact_number(text, " max_ns=", &x->max) &&
               exact_number(text, " sum_ns=", &x->sum) &&
               exact_number(text, " sum_carry=", &x->sum_carry);
    if (!x->given || x->min > x->max || x->max > INT64_MAX || x->above > x->n)
        return err_set(e, RC_INPUT, "the Exact comment is damaged");
    return RC_OK;
}

/* Without an Exact line only the slots are known: the bounds of a slot stand for its values. */
static void take_from_slots(struct hist *h)
{
    for (size_t i = 0; i < HIST_SLOTS; i++) {
        if (h->counts[i] == 0)
            continue;
        if (h->max < 0)
            h->min = hist_slot_low(i);
        h->max = hist_slot_high(i);
        h->sum += h->counts[i] * (uint64_t)hist_slot_low(i);
    }
}

static enum rc take_exact(struct hist *h, const struct exact *x, struct err *e)
{
    if (x->n - x->above != h->n)
        return err_set(e, RC_INPUT, "the Exact comment counts %llu values, the histogram %llu",
                       (unsigned long long)(x->n - x->above), (unsigned long long)h->n);
    h->n = x->n;
    h->above = x->above;
    h->negative = x->negative;
    h->sum = x->sum;
    h->sum_carry = x->sum_carry;
    if (x->n > 0) {
        h->min = (int64_t)x->min;
        h->max = (int64_t)x->max;
    }
    return RC_OK;
}

static enum rc read_histogram(struct span text, const struct exact *x, struct hist *into,
                              struct err *e)
{
    struct buf packed;
    struct hist h;
    buf_init(&packed, HLOG_TEXT_MAX);
    enum rc rc = hist_init(&h, e);
    if (rc == RC_OK)
        rc = base64_decode(text, &packed, e);
    if (rc == RC_OK)
        rc = decode_packed(buf_span(&packed), &h, e);
    if (rc == RC_OK && x->given)
        rc = take_exact(&h, x, e);
    else if (rc == RC_OK)
        take_from_slots(&h);
    if (rc == RC_OK)
        hist_merge(into, &h);
    hist_release(&h);
    buf_release(&packed);
    return rc;
}

/* Cuts the tag off a line "Tag=x,rest"; false when it bears another one. */
static bool take_tag(struct span *line, const char *tag)
{
    char start[HLOG_TAG_MAX + 8];
    int length = snprintf(start, sizeof start, "Tag=%s,", tag);
    if (line->size < (size_t)length || memcmp(line->data, start, (size_t)length) != 0)
        return false;
    *line = span_of(line->data + length, line->size - (size_t)length);
    return true;
}

static enum rc read_line(struct span line, const char *tag, struct exact *x, struct hist *into,
                         size_t *found, struct err *e)
{
    enum { COLUMNS_BEFORE = 3 };
    if (line.size > 0 && line.data[0] == '#')
        return read_exact(line, tag, x, e);
    if (!take_tag(&line, tag))
        return RC_OK;
    for (int column = 0; column < COLUMNS_BEFORE; column++) {
        const uint8_t *comma = line.size > 0 ? memchr(line.data, ',', line.size) : NULL;
        if (comma == NULL)
            return err_set(e, RC_INPUT, "has fewer than 4 columns after the tag");
        size_t cut = (size_t)(comma - line.data) + 1;
        line = span_of(line.data + cut, line.size - cut);
    }
    enum rc rc = read_histogram(line, x, into, e);
    *x = (struct exact){.given = false};
    *found += rc == RC_OK;
    return rc;
}

enum rc hlog_read(struct span log, const char *tag, struct hist *into, size_t *found, struct err *e)
{
    struct exact x = {.given = false};
    *found = 0;
    if (strlen(tag) >= HLOG_TAG_MAX)
        return err_set(e, RC_INPUT, "a tag has at most %d letters", HLOG_TAG_MAX - 1);
    for (size_t number = 1; log.size > 0; number++) {
        const uint8_t *end = memchr(log.data, '\n', log.size);
        size_t length = end != NULL ? (size_t)(end - log.data) : log.size;
        size_t next = end != NULL ? length + 1 : length;
        if (length > 0 && log.data[length - 1] == '\r')
            length--;
        enum rc rc = read_line(span_of(log.data, length), tag, &x, into, found, e);
        if (rc != RC_OK)
            return err_wrap(e, "line %zu", number);
        log = span_of(log.data + next, log.size - next);
    }
    return RC_OK;
}
