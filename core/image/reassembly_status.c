#include "core/image/reassembly_status.h"

#include "base/json_writer.h"
#include "base/prometheus.h"
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

static void put_labelled(struct prometheus_writer *w, const char *name, const char *label,
                         const char *value, uint64_t count)
{
    const struct prometheus_label labels[] = {{label, value}, {NULL, NULL}};
    prometheus_count(w, name, labels, count);
}

static void put_gauge(struct prometheus_writer *w, const char *name, const char *help,
                      int64_t value)
{
    prometheus_head(w, name, "gauge", help);
    prometheus_count(w, name, NULL, value > 0 ? (uint64_t)value : 0);
}

static void put_counts(struct prometheus_writer *w, const struct reassembly_counts *n)
{
    static const char CHUNKS[] = "image_reassembly_chunks_total";
    static const char IMAGES[] = "image_reassembly_images_total";
    put_gauge(w, "image_reassembly_in_flight", "Images of which some chunks arrived.",
              (int64_t)n->in_flight);
    put_gauge(w, "image_reassembly_memory_bytes", "Memory in use, of the budget.", n->memory_bytes);
    put_gauge(w, "image_reassembly_file_bytes", "Bytes of files in use, of the budget.",
              n->file_bytes);
    prometheus_head(w, CHUNKS, "counter", "Chunk records, by what became of them.");
    put_labelled(w, CHUNKS, "outcome", "taken", n->chunks_taken);
    put_labelled(w, CHUNKS, "outcome", "duplicate", n->chunks_duplicate);
    put_labelled(w, CHUNKS, "outcome", "late", n->chunks_late);
    put_labelled(w, CHUNKS, "outcome", "damaged", n->chunks_damaged);
    prometheus_head(w, IMAGES, "counter", "Images that ended, by how.");
    for (size_t end = 0; end < REASSEMBLY_ENDS; end++)
        put_labelled(w, IMAGES, "end", REASSEMBLY_END_NAMES[end], n->ended[end]);
}

enum rc reassembly_counts_prometheus(const struct reassembly_counts *n, struct buf *out,
                                     struct err *e)
{
    struct prometheus_writer w;
    prometheus_writer_init(&w, out, e);
    put_counts(&w, n);
    return prometheus_writer_end(&w);
}

enum rc reassembly_status_prometheus(const struct reassembly *r, struct instant now,
                                     struct buf *out, struct err *e)
{
    struct prometheus_writer w;
    struct image_lines l = {.w = &w};
    struct reassembly_counts n;
    reassembly_counts(r, &n);
    prometheus_writer_init(&w, out, e);
    put_counts(&w, &n);
    for (size_t i = 0; i < sizeof IMAGE_ROWS / sizeof IMAGE_ROWS[0]; i++) {
        l.row = &IMAGE_ROWS[i];
        prometheus_head(&w, l.row->name, "gauge", l.row->help);
        reassembly_each(r, now, put_image, &l);
    }
    return prometheus_writer_end(&w);
}
