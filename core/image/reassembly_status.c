#include "core/image/reassembly_status.h"

#include "base/json_writer.h"
#include "core/image/metadata.h"

static double seconds(int64_t ns)
{
    return (double)ns / NS_PER_S;
}

/* Metadata of an image in flight; empty texts when they cannot be read. */
static struct image_metadata metadata_of(const struct reassembly_image *i)
{
    struct image_metadata m;
    if (metadata_read(i->metadata, &m, NULL) != RC_OK)
        m = (struct image_metadata){.located = false};
    return m;
}

static void write_image(void *ctx, const struct reassembly_image *i)
{
    struct json_writer *w = ctx;
    char id[IMAGE_ID_TEXT];
    struct image_metadata m = metadata_of(i);
    image_id_format(&i->id, id);
    json_write_object(w, NULL);
    json_write_text(w, "image_id", id);
    json_write_text(w, "source_id", m.source_id);
    json_write_text(w, "timestamp", m.timestamp);
    json_write_text(w, "satellite", m.satellite);
    json_write_text(w, "format", m.format);
    json_write_int(w, "total_bytes", (int64_t)i->total_size);
    json_write_int(w, "received_bytes", (int64_t)i->received_size);
    json_write_int(w, "chunks", i->count);
    json_write_int(w, "chunks_received", i->received);
    json_write_int(w, "chunks_damaged", i->damaged);
    json_write_real(w, "age_s", seconds(i->age_ns));
    json_write_real(w, "idle_s", seconds(i->idle_ns));
    json_write_text(w, "kept_in", i->in_file ? "file" : "memory");
    json_write_close(w);
}

static void write_counts(struct json_writer *w, const struct reassembly_counts *n)
{
    json_write_int(w, "in_flight", (int64_t)n->in_flight);
    json_write_int(w, "in_flight_peak", (int64_t)n->in_flight_peak);
    json_write_int(w, "memory_bytes", n->memory_bytes);
    json_write_int(w, "memory_peak_bytes", n->memory_peak_bytes);
    json_write_int(w, "file_bytes", n->file_bytes);
    json_write_int(w, "file_peak_bytes", n->file_peak_bytes);
    json_write_object(w, "chunks");
    json_write_int(w, "taken", (int64_t)n->chunks_taken);
    json_write_int(w, "duplicate", (int64_t)n->chunks_duplicate);
    json_write_int(w, "late", (int64_t)n->chunks_late);
    json_write_int(w, "damaged", (int64_t)n->chunks_damaged);
    json_write_close(w);
    json_write_object(w, "ended");
    for (size_t end = 0; end < REASSEMBLY_ENDS; end++)
        json_write_int(w, REASSEMBLY_END_NAMES[end], (int64_t)n->ended[end]);
    json_write_close(w);
}

enum rc reassembly_status_json(const struct reassembly *r, struct instant now, struct buf *out,
                               struct err *e)
{
    struct json_writer w;
    struct reassembly_counts n;
    reassembly_counts(r, &n);
    json_writer_init(&w, out, JSON_INDENTED);
    json_write_object(&w, NULL);
    write_counts(&w, &n);
    json_write_array(&w, "images");
    reassembly_each(r, now, write_image, &w);
    json_write_close(&w);
    json_write_close(&w);
    return json_writer_end(&w, e);
}

enum rc reassembly_image_json(const struct reassembly *r, const struct image_id *id,
                              struct instant now, struct buf *out, struct err *e)
{
    struct json_writer w;
    struct reassembly_image i;
    char text[IMAGE_ID_TEXT];
    if (!reassembly_find(r, id, now, &i)) {
        image_id_format(id, text);
        return err_set(e, RC_INPUT, "no image %s is in flight", text);
    }
    json_writer_init(&w, out, JSON_INDENTED);
    write_image(&w, &i);
    return json_writer_end(&w, e);
}

static double value_chunks(const struct reassembly_image *i)
{
    return i->count;
}

static double value_received(const struct reassembly_image *i)
{
    return i->received;
}

static double value_damaged(const struct reassembly_image *i)
{
    return i->damaged;
}

static double value_bytes(const struct reassembly_image *i)
{
    return (double)i->received_size;
}

static double value_idle(const struct reassembly_image *i)
{
    return seconds(i->idle_ns);
}

/* The metrics every image in flight has. */
static const struct image_row {
    const char *name, *help;
    double (*value)(const struct reassembly_image *i);
} IMAGE_ROWS[] = {
    {"image_reassembly_chunks", "Chunks of an image in flight.", value_chunks},
    {"image_reassembly_chunks_received", "Of them received whole.", value_received},
    {"image_reassembly_chunks_damaged", "Of them received damaged.", value_damaged},
    {"image_reassembly_received_bytes", "Bytes of an image in flight received.", value_bytes},
    {"image_reassembly_idle_seconds", "Time since the last new chunk of an image.", value_idle},
};

/* Images in flight, one metric after the other. */
struct image_lines {
    struct prometheus_writer *w;
    const struct image_row *row; /* the metric in hand */
};

static void put_image(void *ctx, const struct reassembly_image *i)
{
    struct image_lines *l = ctx;
    char id[IMAGE_ID_TEXT];
    struct image_metadata m = metadata_of(i);
    const struct prometheus_label labels[] = {
        {"image_id", id}, {"source_id", m.source_id}, {NULL, NULL}};
    image_id_format(&i->id, id);
    prometheus_real(l->w, l->row->name, labels, l->row->value(i));
}

static const struct prometheus_metric IN_FLIGHT = {.name = "image_reassembly_in_flight",
                                                   .help = "Images of which some chunks arrived.",
                                                   .kind = PROMETHEUS_GAUGE};
static const struct prometheus_metric MEMORY_BYTES = {.name = "image_reassembly_memory_bytes",
                                                      .help = "Memory in use, of the budget.",
                                                      .kind = PROMETHEUS_GAUGE};
static const struct prometheus_metric FILE_BYTES = {.name = "image_reassembly_file_bytes",
                                                    .help = "Bytes of files in use, of the budget.",
                                                    .kind = PROMETHEUS_GAUGE};
static const struct prometheus_metric CHUNKS = {.name = "image_reassembly_chunks_total",
                                                .help = "Chunk records, by what became of them.",
                                                .label = {"outcome"}};
static const struct prometheus_metric IMAGES = {.name = "image_reassembly_images_total",
                                                .help = "Images that ended, by how.",
                                                .label = {"end"}};

static void add_gauge(struct prometheus_samples *to, const struct prometheus_metric *m,
                      int64_t value)
{
    prometheus_samples_add(
        to, (struct prometheus_sample){.metric = m, .value = value > 0 ? (uint64_t)value : 0});
}

static void add_labelled(struct prometheus_samples *to, const struct prometheus_metric *m,
                         const char *label, uint64_t count)
{
    prometheus_samples_add(
        to, (struct prometheus_sample){.metric = m, .label = {label}, .value = count});
}

void reassembly_counts_collect(const struct reassembly_counts *n, struct prometheus_samples *to)
{
    add_gauge(to, &IN_FLIGHT, (int64_t)n->in_flight);
    add_gauge(to, &MEMORY_BYTES, n->memory_bytes);
    add_gauge(to, &FILE_BYTES, n->file_bytes);
    add_labelled(to, &CHUNKS, "taken", n->chunks_taken);
    add_labelled(to, &CHUNKS, "duplicate", n->chunks_duplicate);
    add_labelled(to, &CHUNKS, "late", n->chunks_late);
    add_labelled(to, &CHUNKS, "damaged", n->chunks_damaged);
    for (size_t end = 0; end < REASSEMBLY_ENDS; end++)
        add_labelled(to, &IMAGES, REASSEMBLY_END_NAMES[end], n->ended[end]);
}

enum rc reassembly_status_prometheus(const struct reassembly *r, struct instant now,
                                     struct buf *out, struct err *e)
{
    struct prometheus_writer w;
    struct image_lines l = {.w = &w};
    struct reassembly_counts n;
    struct prometheus_samples counts = {.count = 0};
    reassembly_counts(r, &n);
    reassembly_counts_collect(&n, &counts);
    prometheus_writer_init(&w, out, e);
    prometheus_samples_write(&counts, &w);
    for (size_t i = 0; i < sizeof IMAGE_ROWS / sizeof IMAGE_ROWS[0]; i++) {
        l.row = &IMAGE_ROWS[i];
        prometheus_head(&w, l.row->name, "gauge", l.row->help);
        reassembly_each(r, now, put_image, &l);
    }
    return prometheus_writer_end(&w);
}
