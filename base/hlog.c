#include "base/hlog.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/hlog_format.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
/* link: -lz */

static enum rc put_big_endian(struct buf *out, uint64_t value, size_t bytes, struct err *e)
{
    uint8_t raw[8];
    for (size_t i = 0; i < bytes; i++)
        raw[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    return buf_append(out, raw, bytes, e);
}

/* ZigZag, then seven bits a byte, least significant first; a ninth byte carries eight. */
static enum rc put_number(struct buf *out, int64_t value, struct err *e)
{
    uint8_t raw[HLOG_NUMBER_BYTES];
    size_t used = 0;
    uint64_t bits = (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
    while (used < HLOG_NUMBER_BYTES - 1 && bits > 0x7F) {
        raw[used++] = (uint8_t)(bits | 0x80);
        bits >>= 7;
    }
    raw[used++] = (uint8_t)bits;
    return buf_append(out, raw, used, e);
}

static size_t slots_in_use(const struct hist *h)
{
    size_t limit = HIST_SLOTS;
    while (limit > 0 && h->counts[limit - 1] == 0)
        limit--;
    return limit;
}

static enum rc put_counts(struct buf *out, const struct hist *h, struct err *e)
{
    size_t limit = slots_in_use(h);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < limit;) {
        size_t from = i;
        while (i < limit && h->counts[i] == 0)
            i++;
        if (i - from > 1)
            rc = put_number(out, -(int64_t)(i - from), e);
        else if (i - from == 1)
            rc = put_number(out, 0, e);
        if (rc == RC_OK && i < limit)
            rc = put_number(out, (int64_t)h->counts[i++], e);
    }
    return rc;
}

static enum rc put_header(struct buf *out, size_t payload_bytes, struct err *e)
{
    const double ratio = 1.0;
    uint64_t ratio_bits;
    memcpy(&ratio_bits, &ratio, sizeof ratio_bits);
    const struct {
        uint64_t value;
        size_t bytes;
    } fields[] = {
        {HLOG_COOKIE_COUNTS | HLOG_COOKIE_WORD, 4},
        {payload_bytes, 4},
        {0, 4}, /* normalizing index offset */
        {HIST_DIGITS, 4},
        {1, 8}, /* lowest discernible value */
        {(uint64_t)HIST_HIGHEST_NS, 8},
        {ratio_bits, 8}, /* integer to double conversion */
    };
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof fields / sizeof *fields; i++)
        rc = put_big_endian(out, fields[i].value, fields[i].bytes, e);
    return rc;
}

static enum rc put_compressed(struct buf *out, struct span plain, struct err *e)
{
    uLongf size = compressBound((uLong)plain.size);
    uint8_t *packed = malloc(size);
    if (packed == NULL)
        return err_set(e, RC_INFRA, "out of memory for a histogram log");
    enum rc rc = RC_OK;
    if (compress2(packed, &size, plain.data, (uLong)plain.size, Z_DEFAULT_COMPRESSION) != Z_OK)
        rc = err_set(e, RC_INFRA, "zlib cannot compress a histogram");
    if (rc == RC_OK)
        rc = put_big_endian(out, HLOG_COOKIE_COMPRESSED | HLOG_COOKIE_WORD, 4, e);
    if (rc == RC_OK)
        rc = put_big_endian(out, size, 4, e);
    if (rc == RC_OK)
        rc = buf_append(out, packed, size, e);
    free(packed);
    return rc;
}

static enum rc put_histogram(struct buf *out, const struct hist *h, struct err *e)
{
    struct buf counts, plain, packed;
    buf_init(&counts, HLOG_PLAIN_MAX);
    buf_init(&plain, HLOG_PLAIN_MAX);
    buf_init(&packed, HLOG_TEXT_MAX);
    enum rc rc = put_counts(&counts, h, e);
    if (rc == RC_OK)
        rc = put_header(&plain, counts.size, e);
    if (rc == RC_OK)
        rc = buf_append(&plain, counts.data, counts.size, e);
    if (rc == RC_OK)
        rc = put_compressed(&packed, buf_span(&plain), e);
    if (rc == RC_OK)
        rc = base64_append(out, buf_span(&packed), e);
    buf_release(&packed);
    buf_release(&plain);
    buf_release(&counts);
    return rc;
}

enum rc hlog_begin(struct buf *out, struct hlog_span when, struct err *e)
{
    char date[WALLTIME_TEXT];
    double start_s = (double)when.start_wall_ns / NS_PER_S;
    walltime_format((struct walltime){when.start_wall_ns}, date);
    return buf_appendf(out, e,
                       "#[Latencies in nanoseconds]\n"
                       "#[Histogram log format version 1.3]\n"
                       "#[BaseTime: %.3f (seconds since epoch)]\n"
                       "#[StartTime: %.3f (seconds since epoch), %s]\n"
                       "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
                       "\"Interval_Compressed_Histogram\"\n",
                       start_s, start_s, date);
}

static enum rc check_tag(const char *tag, struct err *e)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t length = strspn(tag, allowed);
    if (length == 0 || tag[length] != '\0' || length >= HLOG_TAG_MAX)
        return err_set(e, RC_INPUT,
                       "\"%.40s\" is no tag for a histogram log: 1 to %d letters, digits, - and _",
                       tag, HLOG_TAG_MAX - 1);
    return RC_OK;
}

enum rc hlog_add(struct buf *out, const char *tag, const struct hist *h, struct hlog_span when,
                 struct err *e)
{
    size_t before = out->size;
    enum rc rc = check_tag(tag, e);
    if (rc == RC_OK)
        rc = buf_appendf(out, e,
                         "#[Exact %s: n=%" PRIu64 " above=%" PRIu64 " negative=%" PRIu64
                         " min_ns=%" PRId64 " max_ns=%" PRId64 " sum_ns=%" PRIu64
                         " sum_carry=%" PRIu64 "]\n",
                         tag, h->n, h->above, h->negative, h->n > 0 ? h->min : 0,
                         h->n > 0 ? h->max : 0, h->sum, h->sum_carry);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "Tag=%s,%.3f,%.3f,%.3f,", tag, 0.0,
                         (double)when.length_ns / NS_PER_S,
                         h->n > 0 ? (double)h->max / NS_PER_MS : 0.0);
    if (rc == RC_OK)
        rc = put_histogram(out, h, e);
    if (rc == RC_OK)
        rc = buf_append(out, "\n", 1, e);
    if (rc != RC_OK)
        out->size = before;
    return rc;
}
