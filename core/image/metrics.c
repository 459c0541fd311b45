#include "core/image/metrics.h"

#include "base/clock.h"
#include "core/image/format/image_format.h"

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

/* Rows of images by route. */
static const struct prometheus_metric SENT[METRIC_ROUTES] = {
    [ROUTE_DIRECT] = {.name = "binary_images_sent_total",
                      .help = "Images sent whole, in one binary record.",
                      .label = {"type"}},
    [ROUTE_CHUNKS] = {.name = "chunked_images_total",
                      .help = "Images sent in chunks.",
                      .label = {"type"}},
    [ROUTE_OBJECT] = {.name = "s3_uploads_total",
                      .help = "Images put into the object store and sent by reference.",
                      .label = {"type"}},
};
static const struct prometheus_metric SUCCESS_RATE = {
    .name = "chunk_reassembly_success_rate",
    .help = "Images put together from chunks, of all that were completed or given up; NaN before "
            "the first.",
    .kind = PROMETHEUS_RATIO};
static const struct prometheus_metric DURATIONS = {.name = "image_serialization_duration_seconds",
                                                   .help = "Time to make the records of an image.",
                                                   .kind = PROMETHEUS_HISTOGRAM,
                                                   .label = {"le"}};
static const struct prometheus_metric RATIOS = {
    .name = "compression_ratio_by_type",
    .help = "Bytes before compression divided by bytes after it.",
    .kind = PROMETHEUS_RATIO,
    .label = {"type"}};

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

uint64_t image_metrics_by_route(const struct image_metrics *m, enum route route)
{
    uint64_t sum = 0;
    for (size_t type = 0; type < METRIC_TYPES; type++)
        sum += read_counter(&m->sent[type][route]);
    return sum;
}

void image_metrics_collect(const struct image_metrics *m, struct prometheus_samples *to)
{
    for (size_t route = 0; route < METRIC_ROUTES; route++)
        for (size_t type = 0; type < type_count(); type++)
            prometheus_samples_add(
                to, (struct prometheus_sample){.metric = &SENT[route],
                                               .label = {type_name(type)},
                                               .value = read_counter(&m->sent[type][route])});
    uint64_t whole = read_counter(&m->assembled);
    prometheus_samples_add(
        to, (struct prometheus_sample){
                .metric = &SUCCESS_RATE, .value = whole, .of = whole + read_counter(&m->given_up)});
    for (size_t i = 0; i < METRIC_BUCKETS; i++) /* the sum of all stands with the first */
        prometheus_samples_add(
            to, (struct prometheus_sample){.metric = &DURATIONS,
                                           .label = {BUCKETS[i].label},
                                           .value = read_counter(&m->took[i]),
                                           .of = i == 0 ? read_counter(&m->took_ns) : 0});
    for (size_t type = 0; type < type_count(); type++)
        prometheus_samples_add(
            to, (struct prometheus_sample){.metric = &RATIOS,
                                           .label = {type_name(type)},
                                           .value = read_counter(&m->plain_bytes[type]),
                                           .of = read_counter(&m->packed_bytes[type])});
}

enum rc image_metrics_write(const struct image_metrics *m, struct buf *out, struct err *e)
{
    struct prometheus_samples s = {.count = 0};
    struct prometheus_writer w;
    image_metrics_collect(m, &s);
    prometheus_writer_init(&w, out, e);
    prometheus_samples_write(&s, &w);
    return prometheus_writer_end(&w);
}
