/* assay payload: shows the records of a generator or of files, and how well they compress. */
#define _POSIX_C_SOURCE 200809L /* isatty */
#include "base/quantity.h"
#include "bench/payload/reduction.h"
#include "cli/command.h"
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { RECORDS_SHOWN = 10, RECORDS_MEASURED = 20000, BYTES_MAX = 1000000000 };

static const size_t BATCHES[] = {1, 100, 10000};
static const char *const STATS_CODECS[] = {"gzip-6", "zstd-3"};
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *name;
    enum payload_cut cut;
} CUTS[] = {{"lines", CUT_LINES}, {"whole", CUT_WHOLE}, {"slices", CUT_SLICES}};

static void print_kinds(void)
{
    for (size_t i = 0; PAYLOAD_KINDS[i] != NULL; i++)
        (void)printf("%-8s  %-17s  %s\n", PAYLOAD_KINDS[i]->name, PAYLOAD_KINDS[i]->data_type,
                     PAYLOAD_KINDS[i]->says);
}

static enum rc take_cut(const char *text, enum payload_cut *out, struct err *e)
{
    for (size_t i = 0; i < COUNT_OF(CUTS); i++)
        if (strcmp(CUTS[i].name, text) == 0) {
            *out = CUTS[i].cut;
            return RC_OK;
        }
    return err_set(e, RC_INPUT, "--cut: '%s'; it is lines, whole or slices", text);
}

static enum rc take_size(const struct args *a, size_t *out, struct err *e)
{
    const char *text = args_value(a, "--size");
    if (text == NULL)
        return RC_OK;
    int64_t bytes = 0;
    enum rc rc = quantity_size(text, &bytes, e);
    if (rc == RC_OK && (bytes < 1 || bytes > BYTES_MAX))
        rc = err_set(e, RC_INPUT, "'%s'; it must be 1 B to 1 GB", text);
    if (rc != RC_OK)
        return err_wrap(e, "--size");
    *out = (size_t)bytes;
    return RC_OK;
}

static enum rc take_numbers(const struct args *a, struct payload_spec *spec, struct err *e)
{
    int64_t records = args_has(a, "--stats") ? RECORDS_MEASURED : RECORDS_SHOWN;
    const char *text = args_value(a, "--records");
    if (text != NULL && quantity_count(text, &records, e) != RC_OK)
        return err_wrap(e, "--records");
    if (records < 1)
        return err_set(e, RC_INPUT, "--records: '%s'; it must be at least 1", text);
    int64_t seed = 1;
    text = args_value(a, "--seed");
    if (text != NULL && quantity_int(text, 0, INT64_MAX, &seed, e) != RC_OK)
        return err_wrap(e, "--seed");
    spec->records_max = (size_t)records;
    spec->seed = (uint64_t)seed;
    return take_size(a, &spec->size_bytes, e);
}

/* A name of the table is a generator, anything else must be a file or a folder. */
static enum rc take_source(const struct args *a, struct payload_spec *spec, struct err *e)
{
    const char *name = a->operands[0];
    const char *cut = args_value(a, "--cut");
    bool is_kind = payload_kind_find(name) != NULL;
    if (is_kind && cut != NULL)
        return err_set(e, RC_INPUT, "--cut: '%s' is a generator; only files are cut", name);
    if (cut != NULL && take_cut(cut, &spec->cut, e) != RC_OK)
        return e->rc;
    if (!is_kind && args_has(a, "--size") && spec->cut != CUT_SLICES)
        return err_set(e, RC_INPUT,
                       "--size: a record of a file is a line or the whole file; "
                       "with --cut slices it has a size");
    if (!is_kind && strchr(name, '/') == NULL && access(name, F_OK) != 0) {
        spec->kind = name; /* its error lists the kinds */
        return RC_OK;
    }
    spec->kind = is_kind ? name : NULL;
    spec->path = is_kind ? NULL : name;
    /* Shown are at most so many bytes; measured is the usual pool. */
    spec->pool_bytes = args_has(a, "--stats") ? 0 : BYTES_MAX;
    return RC_OK;
}

static bool is_text(const struct payload_spec *spec)
{
    return spec->kind != NULL ? payload_kind_find(spec->kind)->text : spec->cut == CUT_LINES;
}

static enum rc print_records(const struct payload_spec *spec, const struct payload_pool *pool,
                             struct err *e)
{
    bool text = is_text(spec);
    if (!text && isatty(STDOUT_FILENO))
        return err_set(e, RC_INPUT,
                       "these records are binary and would upset a terminal; "
                       "send them to a file: assay payload ... > FILE");
    for (size_t i = 0; i < pool->records; i++) {
        struct span record = payload_pool_record(pool, i);
        (void)fwrite(record.data, 1, record.size, stdout);
        if (text)
            (void)putchar('\n');
    }
    return RC_OK;
}

static enum rc print_row(const struct payload_pool *pool, const char *codec_name, struct err *e)
{
    struct codec_spec codec;
    enum rc rc = codec_spec_parse(codec_name, &codec, e);
    if (rc != RC_OK)
        return rc;
    (void)printf("%-8s", codec_name);
    for (size_t i = 0; i < COUNT_OF(BATCHES) && rc == RC_OK; i++) {
        struct reduction r;
        rc = reduction_measure(pool, BATCHES[i], codec, &r, e);
        if (rc == RC_OK)
            (void)printf("  %7.1f %%%s", r.fraction * 100.0,
                         r.records_per_batch < BATCHES[i] ? "*" : " ");
    }
    (void)putchar('\n');
    return rc;
}

static enum rc print_stats(const char *name, const struct payload_pool *pool, struct err *e)
{
    char total[QUANTITY_TEXT];
    char mean[QUANTITY_TEXT];
    (void)printf("%s: %zu records, %zu distinct, %s, mean %s\n", name, pool->records,
                 pool->distinct, quantity_format_size((int64_t)pool->total_bytes, total),
                 quantity_format_size((int64_t)(pool->total_bytes / pool->records), mean));
    if (pool->skipped_lines > 0)
        (void)printf("%zu empty lines or files left out\n", pool->skipped_lines);
    (void)printf("reduction (1 - compressed / raw) by records per batch:\n%-8s", "codec");
    for (size_t i = 0; i < COUNT_OF(BATCHES); i++)
        (void)printf("  %9zu ", BATCHES[i]);
    (void)putchar('\n');
    enum rc rc = RC_OK;
    for (size_t i = 0; i < COUNT_OF(STATS_CODECS) && rc == RC_OK; i++)
        rc = print_row(pool, STATS_CODECS[i], e);
    if (rc == RC_OK && pool->records < BATCHES[COUNT_OF(BATCHES) - 1])
        (void)printf("* all %zu records in one batch\n", pool->records);
    return rc;
}

static enum rc run_payload(const struct args *a, struct err *e)
{
    if (a->operand_count == 0) {
        print_kinds();
        return RC_OK;
    }
    if (a->operand_count > 1)
        return err_set(e, RC_INPUT, "assay payload: '%s': only one payload at a time",
                       a->operands[1]);
    struct payload_spec spec = {.kind = NULL};
    enum rc rc = take_source(a, &spec, e);
    if (rc == RC_OK)
        rc = take_numbers(a, &spec, e);
    struct payload_pool pool = {.fd = -1};
    if (rc == RC_OK)
        rc = payload_pool_build(&spec, &pool, e);
    if (rc == RC_OK)
        rc = args_has(a, "--stats") ? print_stats(a->operands[0], &pool, e)
                                    : print_records(&spec, &pool, e);
    payload_pool_release(&pool);
    return rc;
}

static const struct option_row OPTIONS[] = {
    {.name = "--records", .value = "N", .help = "so many records (10; with --stats 20000)"},
    {.name = "--size", .value = "SIZE", .help = "size of a record; the natural one if not given"},
    {.name = "--seed", .value = "N", .help = "another seed, other records (1)"},
    {.name = "--cut", .value = "HOW", .help = "how files become records: lines, whole or slices"},
    {.name = "--stats", .help = "print how well the records compress, not the records"},
    {.name = NULL},
};

const struct command CMD_PAYLOAD = {
    .name = "payload",
    .operands = "[KIND|FILE|FOLDER]",
    .says = "show what is sent: generated records, or files cut into records",
    .about = "Prints records as a trial would send them: of a generator (without an operand, the\n"
             "generators are listed) or of a file or folder. Text records end with a newline that\n"
             "is not part of them; binary records follow each other as they are.\n"
             "\n"
             "With --stats it prints what gzip-6 and zstd-3 take off batches of 1, 100 and 10 000\n"
             "records. docs/payloads.md sets these figures beside those of real data.",
    .examples = "  assay payload                          # the generators\n"
                "  assay payload iot --records 3          # three sensor readings\n"
                "  assay payload firms --size \"10 KB\"     # records of many detections\n"
                "  assay payload raster --records 1 > scene.tif\n"
                "  assay payload weather --stats          # how well it compresses\n"
                "  assay payload readings.csv --stats     # and how well your own data does\n",
    .options = OPTIONS,
    .run = run_payload,
};
