#include "core/image/metrics.h"

#include "base/clock.h"
#include "core/image/format/image_format.h"

#include <inttypes.h>
#include <string.h>

/* Upper ends of the buckets; the last one has none. */
static const struct bucket {
    int64_t upto_ns;
    const char *label; /* in seconds */
} BUCKETS[METRIC_BUCKETS] = {
    {1 * (int64_t)NS_PER_MS, "0.001"},  {5 * (int64_t)NS_PER_MS / 2, "0.0025"},
    {5 * (int64_t)NS_PER_MS, "0.005"},  {10 * (int64_t)NS_PER_MS, "0.01"},
    {25 * (int64_t)NS_PER_MS, "0.025"}, {50 * (int64_t)NS_PER_MS, "0.05"},
    {100 * (int64_t)NS_PER_MS, "0.1"},  {250 * (int64_t)NS_PER_MS, "0.25"},
    {500 * (int64_t)NS_PER_MS, "0.5"},  {1000 * (int64_t)NS_PER_MS, "1"},
    {2500 * (int64_t)NS_PER_MS, "2.5"}, {INT64_MAX, "+Inf"},
};

/* The counters of images by route. */
static const struct counter {
    const char *name, *help;
} COUNTERS[] = {
    [ROUTE_DIRECT] = {"binary_images_sent_total", "Images sent whole, in one binary record."},
    [ROUTE_CHUNKS] = {"chunked_images_total", "Images sent in chunks."},
    [ROUTE_OBJECT] = {"s3_uploads_total",
                      "Images put into the object store and sent by reference."},
};
enum { COUNTER_COUNT = sizeof COUNTERS / sizeof COUNTERS[0] };

void image_metrics_init(struct image_metrics *m)
{
    memset(m, 0, sizeof *m); /* no thread knows it yet */
}

/* The place of a format in IMAGE_FORMATS; the place after the last stands for all others. */
static size_t type_of(const char *format)
{
    size_t i = 0;
    while (IMAGE_FORMATS[i] != NULL && strcmp(IMAGE_FORMATS[i]->name, format) != 0)
        i++;
    return i;
}

static const char *type_name(size_t type)
{
    return IMAGE_FORMATS[type] != NULL ? IMAGE_FORMATS[type]->name : "other";
}

static size_t type_count(void)
{
    return type_of("") + 1;
}

static void count_up(_Atomic uint64_t *counter, uint64_t by)
{
    (void)atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

void image_metrics_sent(struct image_metrics *m, const char *format, enum route route)
{
    count_up(&m->sent[type_of(format)][route], 1);
}

void image_metrics_serialized(struct image_metrics *m, int64_t took_ns)
{
    size_t i = 0;
    while (took_ns > BUCKETS[i].upto_ns)
        i++;
    count_up(&m->took[i], 1);
    count_up(&m->took_ns, took_ns > 0 ? (uint64_t)took_ns : 0);
}

void image_metrics_compressed(struct image_metrics *m, const char *format, uint64_t plain_bytes,
                              uint64_t packed_bytes)
{
    count_up(&m->plain_bytes[type_of(format)], plain_bytes);
    count_up(&m->packed_bytes[type_of(format)], packed_bytes);
}

void image_metrics_assembled(struct image_metrics *m, bool complete)
{
    count_up(complete ? &m->assembled : &m->given_up, 1);
}

static uint64_t read_counter(const _Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void image_metrics_add(struct image_metrics *to, const struct image_metrics *from)
{
    for (size_t type = 0; type < METRIC_TYPES; type++) {
        for (size_t route = 0; route < METRIC_ROUTES; route++)
            count_up(&to->sent[type][route], read_counter(&from->sent[type][route]));
        count_up(&to->plain_bytes[type], read_counter(&from->plain_bytes[type]));
        count_up(&to->packed_bytes[type], read_counter(&from->packed_bytes[type]));
    }
    count_up(&to->assembled, read_counter(&from->assembled));
    count_up(&to->given_up, read_counter(&from->given_up));
    for (size_t i = 0; i < METRIC_BUCKETS; i++)
        count_up(&to->took[i], read_counter(&from->took[i]));
    count_up(&to->took_ns, read_counter(&from->took_ns));
}

uint64_t image_metrics_by_route(const struct image_metrics *m, enum route route)
{
    uint64_t sum = 0;
    for (size_t type = 0; type < METRIC_TYPES; type++)
        sum += read_counter(&m->sent[type][route]);
    return sum;
}

static enum rc write_head(struct buf *out, const char *name, const char *kind, const char *help,
                          struct err *e)
{
    return buf_appendf(out, e, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

static enum rc write_counter(const struct image_metrics *m, enum route route, struct buf *out,
                             struct err *e)
{
    const struct counter *c = &COUNTERS[route];
    enum rc rc = write_head(out, c->name, "counter", c->help, e);
    for (size_t type = 0; rc == RC_OK && type < type_count(); type++)
        rc = buf_appendf(out, e, "%s{type=\"%s\"} %" PRIu64 "\n", c->name, type_name(type),
                         read_counter(&m->sent[type][route]));
    return rc;
}

static enum rc write_success_rate(const struct image_metrics *m, struct buf *out, struct err *e)
{
    static const char NAME[] = "chunk_reassembly_success_rate";
    uint64_t whole = read_counter(&m->assembled);
    uint64_t all = whole + read_counter(&m->given_up);
    enum rc rc = write_head(out, NAME, "gauge",
                            "Images put together from chunks, of all that were completed or given "
                            "up; NaN before the first.",
                            e);
    if (rc != RC_OK)
        return rc;
    return all == 0 ? buf_appendf(out, e, "%s NaN\n", NAME)
                    : buf_appendf(out, e, "%s %.6g\n", NAME, (double)whole / (double)all);
}

static enum rc write_durations(const struct image_metrics *m, struct buf *out, struct err *e)
{
    static const char NAME[] = "image_serialization_duration_seconds";
    uint64_t count = 0;
    enum rc rc = write_head(out, NAME, "histogram", "Time to make the records of an image.", e);
    for (size_t i = 0; rc == RC_OK && i < METRIC_BUCKETS; i++) {
        count += read_counter(&m->took[i]);
        rc = buf_appendf(out, e, "%s_bucket{le=\"%s\"} %" PRIu64 "\n", NAME, BUCKETS[i].label,
                         count);
    }
    uint64_t sum_ns = read_counter(&m->took_ns);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "%s_sum %" PRIu64 ".%09" PRIu64 "\n%s_count %" PRIu64 "\n", NAME,
                         sum_ns / NS_PER_S, sum_ns % NS_PER_S, NAME, count);
    return rc;
}

static enum rc write_ratios(const struct image_metrics *m, struct buf *out, struct err *e)
{
    static const char NAME[] = "compression_ratio_by_type";
    enum rc rc =
        write_head(out, NAME, "gauge", "Bytes before compression divided by bytes after it.", e);
    for (size_t type = 0; rc == RC_OK && type < type_count(); type++) {
        uint64_t packed = read_counter(&m->packed_bytes[type]);
        if (packed > 0)
            rc = buf_appendf(out, e, "%s{type=\"%s\"} %.6g\n", NAME, type_name(type),
                             (double)read_counter(&m->plain_bytes[type]) / (double)packed);
    }
    return rc;
}

enum rc image_metrics_write(const struct image_metrics *m, struct buf *out, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t route = 0; rc == RC_OK && route < COUNTER_COUNT; route++)
        rc = write_counter(m, (enum route)route, out, e);
    if (rc == RC_OK)
        rc = write_success_rate(m, out, e);
    if (rc == RC_OK)
        rc = write_durations(m, out, e);
    return rc == RC_OK ? write_ratios(m, out, e) : rc;
}
