#include "cli/codec/codec_report.h"

#include "base/json_writer.h"
#include "base/quantity.h"

#include <stdio.h>
#include <string.h>

enum { JSON_MAX = 64 << 20, PERCENT = 100, SCHEMA = 1 };
static const double MB = 1e6;

/* The level in force is named even where it was left to the default. */
static const char *name_of(const struct codec_result *r, char *text)
{
    struct codec_spec in_force = r->choice;
    in_force.level = codec_spec_level(in_force);
    in_force.level_given = in_force.codec->has_levels;
    return codec_spec_format(in_force, text);
}

/* "3 files", or the name of the only one. */
static void print_files(const char *const *files)
{
    size_t count = 0;
    while (files[count] != NULL)
        count++;
    if (count == 1)
        (void)printf("%s", strcmp(files[0], "-") == 0 ? "standard input" : files[0]);
    else
        (void)printf("%zu files", count);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void print_input(const struct codec_report *r)
{
    char total[QUANTITY_TEXT];
    char largest[QUANTITY_TEXT];
    const struct block_list *l = r->blocks;
    print_files(r->files);
    (void)printf(": %s, %zu record%s in %zu block%s, the largest %s\n",
                 quantity_format_size((int64_t)l->bytes.size, total), l->records,
                 plural(l->records), l->count, plural(l->count),
                 quantity_format_size((int64_t)block_list_largest(l), largest));
    if (l->empty_lines > 0)
        (void)printf("%zu empty line%s left out\n", l->empty_lines, plural(l->empty_lines));
}

static void print_row(const struct codec_result *r)
{
    char name[CODEC_SPEC_TEXT];
    (void)printf("%-10s %9.3f %9.2f %%  %10.1f %6.1f %%  %10.1f %6.1f %%\n", name_of(r, name),
                 codec_result_ratio(r), codec_result_reduction(r) * PERCENT,
                 r->compress.median / MB, codec_speed_spread(&r->compress) * PERCENT,
                 r->decompress.median / MB, codec_speed_spread(&r->decompress) * PERCENT);
}

static void print_grown(const struct codec_report *r)
{
    const char *separator = "made larger, and so sent uncompressed by Kafka clients: ";
    bool any = false;
    for (size_t i = 0; i < r->count; i++) {
        char name[CODEC_SPEC_TEXT];
        if (r->results[i].grown_blocks == 0)
            continue;
        (void)printf("%s%zu of %zu blocks by %s", separator, r->results[i].grown_blocks,
                     r->blocks->count, name_of(&r->results[i], name));
        separator = ", ";
        any = true;
    }
    if (any)
        (void)printf("\n");
}

static bool codec_used(const struct codec_report *r, const struct codec *c)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->results[i].choice.codec == c)
            return true;
    return false;
}

static void print_conditions(const struct codec_report *r)
{
    char time[QUANTITY_TEXT];
    (void)printf("\nmedian and spread (largest less smallest) of %zu repeat%s of at least %s each, "
                 "codecs interleaved;\nMB is 10^6 plain bytes; every block came back byte for "
                 "byte\n",
                 r->repeats, plural(r->repeats), quantity_format_duration(r->min_time_ns, time));
    const char *separator = "libraries: ";
    for (size_t i = 0; CODECS[i] != NULL; i++)
        if (codec_used(r, CODECS[i])) {
            const char *version = CODECS[i]->version();
            (void)printf("%s%s%s%s", separator, CODECS[i]->library, version[0] != '\0' ? " " : "",
                         version);
            separator = ", ";
        }
    (void)printf("\n");
}

void codec_report_print(const struct codec_report *r)
{
    print_input(r);
    (void)printf("\n%-10s %9s %11s  %19s  %19s\n", "", "", "", "compress", "decompress");
    (void)printf("%-10s %9s %11s  %10s %8s  %10s %8s\n", "codec", "ratio", "reduction", "MB/s",
                 "spread", "MB/s", "spread");
    for (size_t i = 0; i < r->count; i++)
        print_row(&r->results[i]);
    print_conditions(r);
    print_grown(r);
}

static void write_speed(struct json_writer *w, const char *name, const struct codec_speed *s,
                        size_t repeats)
{
    json_write_object(w, name);
    json_write_real(w, "median", s->median);
    json_write_real(w, "min", s->min);
    json_write_real(w, "max", s->max);
    json_write_array(w, "samples");
    for (size_t i = 0; i < repeats; i++)
        json_write_real(w, NULL, s->samples[i]);
    json_write_close(w);
    json_write_close(w);
}

static void write_result(struct json_writer *w, const struct codec_result *r, size_t repeats)
{
    const struct codec *c = r->choice.codec;
    json_write_object(w, NULL);
    json_write_text(w, "codec", c->name);
    if (c->has_levels)
        json_write_int(w, "level", codec_spec_level(r->choice));
    else
        json_write_null(w, "level");
    json_write_text(w, "library", c->library);
    json_write_text(w, "library_version", c->version());
    json_write_int(w, "plain_bytes", (int64_t)r->plain_bytes);
    json_write_int(w, "packed_bytes", (int64_t)r->packed_bytes);
    json_write_real(w, "ratio", codec_result_ratio(r));
    json_write_real(w, "reduction", codec_result_reduction(r));
    json_write_int(w, "grown_blocks", (int64_t)r->grown_blocks);
    write_speed(w, "compress_bytes_per_s", &r->compress, repeats);
    write_speed(w, "decompress_bytes_per_s", &r->decompress, repeats);
    json_write_close(w);
}

static void write_report(struct json_writer *w, const struct codec_report *r)
{
    json_write_object(w, NULL);
    json_write_int(w, "schema", SCHEMA);
    json_write_text(w, "assay", ASSAY_VERSION);
    json_write_array(w, "files");
    for (size_t i = 0; r->files[i] != NULL; i++)
        json_write_text(w, NULL, r->files[i]);
    json_write_close(w);
    json_write_int(w, "records", (int64_t)r->blocks->records);
    json_write_int(w, "blocks", (int64_t)r->blocks->count);
    json_write_int(w, "largest_block_bytes", (int64_t)block_list_largest(r->blocks));
    json_write_int(w, "repeats", (int64_t)r->repeats);
    json_write_int(w, "min_time_ns", r->min_time_ns);
    json_write_bool(w, "round_trip_verified", true);
    json_write_array(w, "results");
    for (size_t i = 0; i < r->count; i++)
        write_result(w, &r->results[i], r->repeats);
    json_write_close(w);
    json_write_close(w);
}

enum rc codec_report_print_json(const struct codec_report *r, struct err *e)
{
    struct buf text;
    struct json_writer w;
    buf_init(&text, JSON_MAX);
    json_writer_init(&w, &text, JSON_INDENTED);
    write_report(&w, r);
    enum rc rc = json_writer_end(&w, e);
    if (rc == RC_OK)
        (void)printf("%s\n", (const char *)text.data);
    buf_release(&text);
    return rc;
}
