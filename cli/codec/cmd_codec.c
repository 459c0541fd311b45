/* assay codec: what each codec makes of a file, in memory; no broker. */
#define _POSIX_C_SOURCE 200809L /* strndup, isatty */
#include "base/clock.h"
#include "base/quantity.h"
#include "cli/codec/codec_report.h"
#include "cli/command.h"
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CHOICES_MAX = 128,
    REPEATS_DEFAULT = 5,
    MIN_TIME_DEFAULT_MS = 50,
    MIN_TIME_LARGEST_S = 3600
};
static const char SEPARATORS[] = ",";

struct codec_request {
    struct codec_spec choices[CHOICES_MAX];
    size_t count;
    struct block_rule rule;
    int64_t min_time_ns;
    size_t repeats;
};

static enum rc add_choice(struct codec_request *q, struct codec_spec c, struct err *e)
{
    if (q->count == CHOICES_MAX)
        return err_set(e, RC_INPUT, "--codec: more than %d codecs in one run", CHOICES_MAX);
    q->choices[q->count++] = c;
    return RC_OK;
}

/* Nobody narrowed it down: every codec of the table, at the levels its row proposes. */
static enum rc choose_samples(struct codec_request *q, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && CODECS[i] != NULL; i++) {
        const int *level = CODECS[i]->level_samples;
        if (level == NULL)
            rc = add_choice(q, (struct codec_spec){.codec = CODECS[i]}, e);
        for (; rc == RC_OK && level != NULL && *level != CODEC_LEVELS_END; level++)
            rc = add_choice(
                q, (struct codec_spec){.codec = CODECS[i], .level = *level, .level_given = true},
                e);
    }
    return rc;
}

static enum rc choose_listed(struct codec_request *q, const char *list, struct err *e)
{
    enum rc rc = RC_OK;
    for (const char *at = list; rc == RC_OK && at != NULL;) {
        size_t length = strcspn(at, SEPARATORS);
        char *text = strndup(at, length);
        if (text == NULL)
            return err_set(e, RC_INFRA, "out of memory");
        struct codec_spec c;
        rc = codec_spec_parse(text, &c, e);
        free(text);
        if (rc != RC_OK)
            return err_wrap(e, "--codec");
        rc = add_choice(q, c, e);
        at = at[length] != '\0' ? at + length + 1 : NULL;
    }
    return rc;
}

/* A size of at least one byte. */
static enum rc take_size(const struct args *a, const char *name, size_t *out, struct err *e)
{
    const char *text = args_value(a, name);
    if (text == NULL)
        return RC_OK;
    int64_t bytes = 0;
    enum rc rc = quantity_size(text, &bytes, e);
    if (rc == RC_OK && bytes <= 0)
        rc = err_set(e, RC_INPUT, "\"%s\" is too small; it must be at least 1 B", text);
    if (rc != RC_OK)
        return err_wrap(e, "%s", name);
    *out = (size_t)bytes;
    return RC_OK;
}

static enum rc take_rule(const struct args *a, struct block_rule *rule, struct err *e)
{
    rule->lines = args_has(a, "--lines");
    if (rule->lines && args_has(a, "--record-size"))
        return err_set(e, RC_INPUT,
                       "--lines and --record-size exclude each other: a record is "
                       "either a line or a slice of fixed size");
    enum rc rc = take_size(a, "--record-size", &rule->record_bytes, e);
    if (rc == RC_OK)
        rc = take_size(a, "--batch-size", &rule->batch_bytes, e);
    const char *batch = args_value(a, "--batch");
    if (rc != RC_OK)
        return rc;
    if (batch == NULL) {
        rule->batch_records = rule->batch_bytes > 0 ? 0 : 1;
        return RC_OK;
    }
    int64_t records = 0;
    rc = quantity_count(batch, &records, e);
    if (rc == RC_OK && records < 1)
        rc = err_set(e, RC_INPUT, "a batch holds at least 1 record");
    if (rc != RC_OK)
        return err_wrap(e, "--batch");
    rule->batch_records = (size_t)records;
    return RC_OK;
}

static enum rc take_effort(const struct args *a, struct codec_request *q, struct err *e)
{
    q->min_time_ns = (int64_t)MIN_TIME_DEFAULT_MS * NS_PER_MS;
    q->repeats = REPEATS_DEFAULT;
    const char *text = args_value(a, "--min-time");
    if (text != NULL && quantity_duration(text, &q->min_time_ns, e) != RC_OK)
        return err_wrap(e, "--min-time");
    if (q->min_time_ns > (int64_t)MIN_TIME_LARGEST_S * NS_PER_S)
        return err_set(e, RC_INPUT, "--min-time: \"%s\" is too long; it must be at most 1 h", text);
    text = args_value(a, "--repeat");
    int64_t repeats = REPEATS_DEFAULT;
    if (text != NULL && quantity_int(text, 1, CODEC_TRIAL_REPEATS_MAX, &repeats, e) != RC_OK)
        return err_wrap(e, "--repeat");
    q->repeats = (size_t)repeats;
    return RC_OK;
}

static enum rc read_request(const struct args *a, struct codec_request *q, struct err *e)
{
    if (a->operand_count == 0)
        return err_set(e, RC_INPUT,
                       "assay codec: no file given; write assay codec FILE..., or - "
                       "for standard input");
    enum rc rc = args_has(a, "--codec") ? choose_listed(q, args_value(a, "--codec"), e)
                                        : choose_samples(q, e);
    if (rc == RC_OK)
        rc = take_rule(a, &q->rule, e);
    if (rc == RC_OK)
        rc = take_effort(a, q, e);
    return rc;
}

static void show_progress(void *context, size_t done, size_t all)
{
    (void)context;
    (void)fprintf(stderr, "\r%zu of %zu measurements", done, all);
}

static void end_progress(void)
{
    (void)fprintf(stderr, "\r%40s\r", "");
}

static enum rc measure_blocks(const struct args *a, const struct codec_request *q,
                              const struct block_list *blocks, struct err *e)
{
    struct codec_result results[CHOICES_MAX];
    bool terminal = isatty(STDERR_FILENO) == 1 && !args_has(a, "--quiet");
    struct codec_trial t = {.blocks = blocks,
                            .min_time_ns = q->min_time_ns,
                            .repeats = q->repeats,
                            .progress = terminal ? show_progress : NULL};
    enum rc rc = codec_trial_run(&t, q->choices, q->count, results, e);
    if (terminal)
        end_progress();
    if (rc != RC_OK)
        return rc;
    struct codec_report report = {.blocks = blocks,
                                  .files = a->operands,
                                  .results = results,
                                  .count = q->count,
                                  .repeats = q->repeats,
                                  .min_time_ns = q->min_time_ns};
    if (args_has(a, "--json"))
        rc = codec_report_print_json(&report, e);
    else
        codec_report_print(&report);
    codec_trial_release(results, q->count);
    return rc;
}

static enum rc run_codec(const struct args *a, struct err *e)
{
    struct codec_request q = {0};
    enum rc rc = read_request(a, &q, e);
    if (rc != RC_OK)
        return rc;
    struct block_list blocks;
    block_list_init(&blocks, q.rule);
    for (size_t i = 0; rc == RC_OK && i < a->operand_count; i++)
        rc = block_list_add_file(&blocks, a->operands[i], e);
    if (rc == RC_OK)
        rc = measure_blocks(a, &q, &blocks, e);
    block_list_release(&blocks);
    return rc;
}

static const struct option_row OPTIONS[] = {
    {.name = "--codec",
     .value = "LIST",
     .help = "such as gzip-6,zstd-3,lz4; default: all, at a few levels"},
    {.name = "--record-size", .value = "SIZE", .help = "cut files into records of SIZE"},
    {.name = "--lines", .help = "a record is a line, without its newline"},
    {.name = "--batch", .value = "N", .help = "compress N records together; default 1"},
    {.name = "--batch-size", .value = "SIZE", .help = "compress at most SIZE together"},
    {.name = "--min-time", .value = "TIME", .help = "measure at least so long; default 50 ms"},
    {.name = "--repeat", .value = "N", .help = "repeats of every measurement; default 5"},
    {.name = "--json", .help = "print one JSON object instead of the table"},
    {.name = "--quiet", .brief = "-q", .help = "no progress on the terminal"},
    {.name = NULL},
};

const struct command CMD_CODEC = {
    .name = "codec",
    .operands = "FILE...",
    .says = "codecs in memory, no broker: ratio and speed per level",
    .about =
        "Compresses and decompresses the files (- is standard input) in memory with every codec\n"
        "and level asked for, in the containers Kafka stores, and prints the ratio (plain bytes "
        "to\n"
        "compressed bytes), the reduction and the speed both ways. Without other word a file is "
        "one\n"
        "record, compressed alone. Kafka compresses whole batches: --lines or --record-size with\n"
        "--batch or --batch-size show what batching is worth; both limits may be given. A block\n"
        "holds the records' bytes only, without the few bytes per record that Kafka adds.\n"
        "Every block is compared byte for byte with what comes back; a difference exits 4.",
    .examples = "  assay codec access.log                          # the whole file, every codec\n"
                "  assay codec --lines --batch 100 access.log      # 100 lines to a batch\n"
                "  assay codec --codec gzip-6,zstd-3 *.tif         # two codecs, each image alone\n"
                "  assay codec --record-size '1 KB' --batch-size '128 KB' --json dump.bin\n"
                "  zcat old.gz | assay codec --codec zstd-1,zstd-12 -",
    .options = OPTIONS,
    .run = run_codec,
};
