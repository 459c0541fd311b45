/*
 * Are TIFF, JP2, PNG, HDF5 and JPEG taken: known by their content, refused when cut short, and the
 * same bytes after the envelope? Real files, where they were fetched; a PNG is made here where none
 * was.
 */
#include "bench/probe/probes.h"
#include "bench/workload/images/image_rule.h"
#include "core/image/envelope.h"
#include "core/image/format/image_format.h"
#include "core/image/image_source.h"

#include <stdlib.h>
#include <string.h>

/* One grey pixel. Source: the PNG specification (W3C), sections 5 and 11. */
static const uint8_t PIXEL[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
    0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

struct image_sample {
    const char *format; /* by the name of its row in IMAGE_FORMATS */
    const char *file;   /* below var */
    struct span made;   /* in its place where it was not fetched; empty: nothing */
};
static const struct image_sample SAMPLES[] = {
    {.format = "tiff", .file = "data/raster/landsat7-bahamas.tif"},
    {.format = "jp2", .file = "data/raster/photograph.jp2"},
    {.format = "png",
     .file = "data/raster/natural-earth.png",
     .made = {.data = PIXEL, .size = sizeof PIXEL}},
    {.format = "hdf5", .file = "data/raster/aura-ice.he5"},
    {.format = "jpeg", .file = "data/raster/blue-marble.jpg"},
};
enum { SAMPLE_COUNT = sizeof SAMPLES / sizeof *SAMPLES };

struct format_count {
    struct buf text;
    size_t fine, wrong, absent;
};

/* What is wrong with it, or NULL. */
static const char *fault_of(const struct image_sample *s, struct span bytes)
{
    const struct image_format *whole = NULL, *cut = NULL;
    struct image_metadata m = image_rule_metadata("formats", s->format);
    struct envelope back;
    struct buf json;
    struct err why = {0};
    if (image_format_check(bytes, &whole, &why) != RC_OK)
        return "refused";
    if (strcmp(whole->name, s->format) != 0)
        return "taken for another format";
    if (image_format_check(span_of(bytes.data, bytes.size - (bytes.size / 4)), &cut, &why) == RC_OK)
        return "taken though a quarter is missing";
    buf_init(&json, PROBE_TEXT);
    uint8_t *record = NULL;
    bool same =
        metadata_write(&m, &json, &why) == RC_OK &&
        (record = malloc(envelope_size(json.size, bytes.size))) != NULL &&
        envelope_write(
            &(struct envelope){.kind = ENVELOPE_IMAGE, .metadata = buf_span(&json), .data = bytes},
            record, &why) == RC_OK &&
        envelope_read(span_of(record, envelope_size(json.size, bytes.size)), &back, &why) ==
            RC_OK &&
        back.data.size == bytes.size && memcmp(back.data.data, bytes.data, bytes.size) == 0;
    free(record);
    buf_release(&json);
    return same ? NULL : "not the same after the envelope";
}

static enum rc count_sample(struct format_count *t, const struct image_sample *s, struct span bytes,
                            struct err *e)
{
    const char *fault = fault_of(s, bytes);
    t->fine += fault == NULL ? 1 : 0;
    t->wrong += fault != NULL ? 1 : 0;
    return buf_appendf(&t->text, e, "%s%s (%s, %zu bytes) %s", t->text.size > 0 ? "; " : "",
                       s->format,
                       bytes.data != s->made.data ? "a real file" : "made here, one pixel",
                       bytes.size, fault != NULL ? fault : "known, cut short refused, same bytes");
}

static enum rc count_absent(struct format_count *t, const struct image_sample *s, struct err *e)
{
    t->absent++;
    return buf_appendf(&t->text, e, "%s%s: not tried, no var/%s (scripts/fetch-data)",
                       t->text.size > 0 ? "; " : "", s->format, s->file);
}

static enum rc try_sample(const struct probe_context *g, const struct image_sample *s,
                          struct format_count *t, struct err *e)
{
    struct image_file file;
    struct span bytes = {.data = NULL};
    struct err why = {0};
    char path[HOME_PATH_MAX];
    if (g->home == NULL || home_var(g->home, s->file, path, &why) != RC_OK ||
        image_file_open(&file, path, &why) != RC_OK)
        return s->made.data != NULL ? count_sample(t, s, s->made, e) : count_absent(t, s, e);
    enum rc rc = image_file_map(&file, &bytes, e);
    if (rc == RC_OK)
        rc = count_sample(t, s, bytes, e);
    image_file_unmap(bytes);
    image_file_close(&file);
    return rc;
}

static enum probe_answer answer_of(const struct format_count *t)
{
    if (t->wrong > 0)
        return PROBE_CONTRADICTED;
    return t->absent > 0 ? PROBE_NO_ANSWER : PROBE_CONFIRMED;
}

static enum rc ask_formats(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    struct format_count t = {.fine = 0};
    enum rc rc = RC_OK;
    buf_init(&t.text, PROBE_TEXT);
    for (size_t i = 0; i < SAMPLE_COUNT && rc == RC_OK; i++)
        rc = try_sample(g, &SAMPLES[i], &t, e);
    if (rc == RC_OK)
        rc = probe_answered(out, answer_of(&t), "%zu of %d formats by their content: %s", t.fine,
                            SAMPLE_COUNT, (const char *)t.text.data);
    buf_release(&t.text);
    return rc;
}

const struct probe PROBE_FORMATS_SUPPORTED = {
    .name = "formats-supported",
    .says = "TIFF, JP2, PNG, HDF5 and JPEG are known by content, refused when cut, carried whole",
    .expected_s = 1,
    .run = ask_formats,
};
