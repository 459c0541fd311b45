/* Reads background load: a scenario of one cell, key by key. */
#define _GNU_SOURCE
#include "scenarios/loader.h"

#include "base/clock.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BACKGROUND_RECORDS = 20000, BACKGROUND_POOL_BYTES = 16000000 };
enum topic_word { TOPIC_OWN, TOPIC_SAME };
static const char *const TOPIC_WORDS[] = {[TOPIC_OWN] = "own", [TOPIC_SAME] = "same", NULL};

/* The readers of a scenario's keys fill the draft, which stands first. */
struct background_draft {
    struct draft d;
    int topic; /* enum topic_word */
    int64_t at_least;
};

#define INTO(member) offsetof(struct background_draft, member)

const struct field BACKGROUND_FIELDS[] = {
    {.name = "workload",
     .takes = "a workload, or {NAME: {key: …}}",
     .standard = "records, or images, as the encoding asks",
     .says = "as in the scenario; one that takes no `payloads` takes no payload here, and so on",
     .read = read_workload},
    {.name = "payload",
     .takes = "an entry of `payloads`",
     .standard = "must be given",
     .says = "what is sent; images, unless the encoding is raw or base64-json",
     .read = read_payloads},
    {.name = "encoding",
     .takes = "raw, base64-json or a way of images",
     .standard = "must be given",
     .says = "as in `encodings`",
     .read = read_encodings},
    {.name = "codec",
     .takes = "a codec (zstd-1)",
     .standard = "must be given",
     .says = "as in `codecs`, but not policy",
     .read = read_codecs},
    {.name = "load",
     .takes = "{rate: …} or {in_flight: …}",
     .standard = "must be given",
     .says = "as in `load`",
     .read = read_loads},
    {.name = "batching",
     .takes = "{records: …, bytes: …, linger: …}",
     .standard = "{records: 10000, bytes: 1 MB, linger: 5 ms}",
     .says = "as in `batching`",
     .read = read_batchings},
    {.name = "topic",
     .takes = "own or same",
     .standard = "own",
     .says = "a fresh topic for them, or that of the measured records, whose receiver then has to "
             "read past them",
     .read = field_word,
     .at = INTO(topic),
     .words = TOPIC_WORDS},
    {.name = "partitions",
     .takes = "a count, 1 to 256",
     .standard = "1",
     .says = "of their own topic",
     .read = read_partitions,
     .lo = 1,
     .hi = 256},
    {.name = "at_least",
     .takes = "a count, 1 to 1M",
     .standard = "1",
     .says = "so many must arrive while the records are measured, or the trial is void",
     .read = field_count,
     .at = INTO(at_least),
     .lo = 1,
     .hi = 1000000},
    {.name = "records",
     .takes = "a count, 1 to 10M",
     .standard = "20000",
     .says = "room for so many in a trial; one that runs out of it is void",
     .read = field_count,
     .at = INTO(d.s.records),
     .lo = 1,
     .hi = 10000000},
    {.name = "pool",
     .takes = "a size with unit, 1 MB to 16 GB",
     .standard = "16 MB; for files all of them",
     .says = "as in the scenario",
     .read = field_size,
     .at = INTO(d.s.pool_bytes),
     .lo = 1000000,
     .hi = 16000000000LL},
    {.name = "chunk",
     .takes = "a size with unit, 1 KB to 100 MB",
     .standard = "5 MB",
     .says = "as in the scenario",
     .read = field_size,
     .at = INTO(d.s.chunk_bytes),
     .lo = 1000,
     .hi = 100000000},
    {.name = "direct_max",
     .takes = "a size with unit, 1 B to 1 GB",
     .standard = "20 MB",
     .says = "as in the scenario",
     .read = field_size,
     .at = INTO(d.s.direct_max_bytes),
     .lo = 1,
     .hi = RECORD_BYTES_MAX},
    {.name = "chunked_max",
     .takes = "a size with unit, 1 B to 1 GB",
     .standard = "100 MB",
     .says = "as in the scenario",
     .read = field_size,
     .at = INTO(d.s.chunked_max_bytes),
     .lo = 1,
     .hi = RECORD_BYTES_MAX},
    {.name = NULL},
};

/* --- one of them --- */

/* What it does not take, by the keys of a scenario, is not given here either. */
static enum rc check_taken(const struct node *n, const struct draft *d, struct err *e)
{
    static const char *const rows[][2] = {{"payload", "payloads"},
                                          {"encoding", "encodings"},
                                          {"codec", "codecs"},
                                          {"topic", "partitions"},
                                          {"batching", "batching"},
                                          {"partitions", "partitions"},
                                          {"pool", "pool"},
                                          {"chunk", "chunk"},
                                          {"direct_max", "direct_max"},
                                          {"chunked_max", "chunked_max"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (node_find(n, rows[i][0]) != NULL && !workload_takes(d->s.workload, rows[i][1]))
            return workload_refuse_key(d, node_find(n, rows[i][0]), e);
    return RC_OK;
}

/* Readers of sweeps take lists; here one of each must be given, but for batching, and for what the
 * workload does not take. */
static enum rc check_single(const struct node *n, const struct draft *d, struct err *e)
{
    const struct scenario *s = &d->s;
    const struct {
        const char *key;
        size_t count;
        const char *as; /* as a scenario calls it */
        const char *example;
    } rows[] = {
        {"payload", s->payload_count, "payloads",
         "payload: {generator: raster, record_bytes: 1 MB}"},
        {"encoding", s->encoding_count, "encodings", "encoding: routed"},
        {"codec", s->codec_count, "codecs", "codec: zstd-1"},
        {"load", s->load_count, "load", "load: {in_flight: 1}"},
        {"workload", s->parameters_count, NULL, NULL},
        {"batching", s->batching_count, NULL, NULL},
        {"partitions", s->partitions_count, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].count == 0 && rows[i].example != NULL &&
            workload_takes(d->s.workload, rows[i].as))
            return node_refuse(n, e, "found no %s; expected %s", rows[i].key, rows[i].example);
        if (rows[i].count > 1)
            return node_refuse(node_find(n, rows[i].key), e,
                               "found %zu of them; expected one, as a background load is "
                               "not swept",
                               rows[i].count);
    }
    return RC_OK;
}

static enum rc check_load(const struct node *n, const struct scenario *s, struct err *e)
{
    if (!load_is_paced(&s->loads[0]) || s->loads[0].rate_auto || s->loads[0].step_count > 0)
        return node_expect(node_find(n, "load"), e, "{rate: 2/s} or {in_flight: 1}");
    if (s->codec_count > 0 && s->codecs[0].policy)
        return node_expect(node_find(n, "codec"), e, "a codec, such as zstd-1");
    return RC_OK;
}

static enum rc check_topic(const struct node *n, const struct background_draft *b, struct err *e)
{
    if (b->topic != TOPIC_SAME)
        return RC_OK;
    if (!encoding_is_image(b->d.s.encodings[0]))
        return node_refuse(node_find(n, "topic"), e,
                           "found same with encoding: %s, which cannot be told from the measured "
                           "records; expected envelope, chunks, object or routed",
                           ENCODING_NAMES[b->d.s.encodings[0]]);
    if (node_find(n, "partitions") != NULL)
        return node_refuse(node_find(n, "partitions"), e,
                           "found it with topic: same; expected partitions of the scenario");
    return RC_OK;
}

static enum rc check_size(const struct node *n, const struct scenario *s, struct err *e)
{
    const struct payload_choice *p = &s->payloads[0];
    bool slices = p->cut != NULL && strcmp(p->cut, "slices") == 0;
    if (slices && p->record_bytes <= 0)
        return node_refuse(node_find(n, "payload"), e,
                           "found cut: slices of natural size; expected record_bytes: "
                           "64 KiB or another size");
    return RC_OK;
}

static enum rc finish(const struct node *n, struct background_draft *b, struct err *e)
{
    struct scenario *s = &b->d.s;
    enum rc rc = check_taken(n, &b->d, e);
    if (rc == RC_OK)
        rc = check_single(n, &b->d, e);
    if (rc == RC_OK)
        rc = check_load(n, s, e);
    if (rc == RC_OK && !workload_takes(s->workload, "codecs"))
        rc = codecs_leave_out(&b->d, e);
    if (rc == RC_OK && !workload_takes(s->workload, "payloads"))
        rc = payloads_leave_out(&b->d, e);
    if (rc == RC_OK)
        rc = check_topic(n, b, e);
    if (rc == RC_OK)
        rc = check_size(n, s, e);
    if (rc == RC_OK)
        rc = routes_check(&b->d, e);
    if (rc == RC_OK)
        rc = sweeps_fill(s, e);
    if (rc == RC_OK && s->pool_bytes == 0 && s->payloads[0].kind != NULL)
        s->pool_bytes = BACKGROUND_POOL_BYTES;
    return rc;
}

static enum rc keep(struct scenario *from, struct scenario **out, struct err *e)
{
    *out = malloc(sizeof **out);
    if (*out == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    **out = *from;
    *from = (struct scenario){0};
    return RC_OK;
}

enum rc read_background(const struct draft *d, const struct node *n, struct background *out,
                        struct err *e)
{
    struct scenario_places places = *d->places;
    struct background_draft b = {.d = {.places = &places, .file = d->file, .top = n},
                                 .at_least = 1};
    places.corpus = NULL; /* --data replaces what is measured, not its background load */
    *out = (struct background){.stream = NULL};
    if (n->kind == NODE_TEXT && strcmp(n->text, "none") == 0)
        return RC_OK;
    if (n->kind != NODE_MAP)
        return node_expect(n, e,
                           "none, or a map such as {payload: {generator: raster, record_bytes: 1 "
                           "MB}, encoding: envelope, codec: zstd-1, load: {in_flight: 1}}");
    draft_defaults(&b.d);
    b.d.s.blocks = 1;
    b.d.s.records = BACKGROUND_RECORDS;
    enum rc rc = field_read_all(BACKGROUND_FIELDS, n, &b, e);
    if (rc == RC_OK)
        rc = finish(n, &b, e);
    if (rc == RC_OK) { /* every size once before anything is measured */
        b.d.s.warmup_records =
            b.d.s.payloads[0].size_count > 0 ? (int64_t)b.d.s.payloads[0].size_count : 1;
        out->same_topic = b.topic == TOPIC_SAME;
        out->at_least = b.at_least;
        rc = keep(&b.d.s, &out->stream, e);
    }
    scenario_release(&b.d.s);
    return rc;
}

enum rc read_backgrounds(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct draft *d = into;
    size_t count = 0;
    enum rc rc = field_sweep(f, n, &count, e);
    if (rc != RC_OK)
        return rc;
    if (count > SWEEP_MAX)
        return node_refuse(n, e, "found %zu entries; expected at most %d", count, SWEEP_MAX);
    d->s.backgrounds = calloc(count, sizeof *d->s.backgrounds);
    if (d->s.backgrounds == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        const struct node *item = field_sweep_at(n, i);
        char label[SCENARIO_LABEL];
        char other[SCENARIO_LABEL];
        d->s.background_count = i + 1;
        rc = read_background(d, item, &d->s.backgrounds[i], e);
        for (size_t j = 0; rc == RC_OK && j < i; j++)
            if (strcmp(background_label(&d->s.backgrounds[i], label),
                       background_label(&d->s.backgrounds[j], other)) == 0)
                rc = node_refuse(item, e, "found \"%s\" a second time",
                                 label[0] != '\0' ? label : "none");
    }
    return rc;
}

/* --- beside what --- */

/* What it has from the scenario, now that all keys of that are read. */
static enum rc name_stream(const struct scenario *of, struct scenario *s, struct err *e)
{
    s->seed = of->seed;
    s->trial_timeout_ns = of->trial_timeout_ns;
    if (asprintf(&s->name, "%s, background", of->name) < 0)
        s->name = NULL;
    s->about = strdup("");
    s->file = strdup(of->file);
    bool all = s->name != NULL && s->about != NULL && s->file != NULL;
    return all ? RC_OK : err_set(e, RC_INFRA, "no memory for a scenario");
}

/* Images given as --data to a scenario of records with background load are meant for that. */
static enum rc check_data(const struct draft *d, const struct node *n, struct err *e)
{
    const char *path = d->places->corpus;
    if (path == NULL || scenario_sends_images(&d->s) || !data_looks_like_images(path))
        return RC_OK;
    return node_refuse(n, e,
                       "found --data %s with a background of images; it takes the place of the "
                       "measured records, not of the images; expected records of text (lines, "
                       ".json), or for images of yours payload: {data: %s, cut: whole} "
                       "here, in a copy of the scenario or with --set",
                       path, path);
}

static enum rc check_one(const struct draft *d, const struct node *n, const struct background *b,
                         struct err *e)
{
    if (b->stream == NULL)
        return RC_OK;
    if (d->s.exact)
        return node_refuse(n, e,
                           "found it with exact: true, which judges bytes alone; expected "
                           "none");
    for (size_t i = 0; i < d->s.load_count; i++)
        if (d->s.loads[i].rate_auto)
            return node_refuse(n, e,
                               "found it with load: {rate: auto}, which is calibrated without it; "
                               "expected a rate, such as {rate: 200/s}");
    if (b->same_topic && scenario_sends_images(&d->s))
        return node_refuse(n, e,
                           "found topic: same where images are measured, which cannot be told from "
                           "them; expected topic: own");
    enum rc rc = check_data(d, n, e);
    return rc == RC_OK ? name_stream(&d->s, b->stream, e) : rc;
}

enum rc backgrounds_finish(const struct draft *d, struct err *e)
{
    const struct node *n = node_find(d->top, "background");
    const struct node *arms = node_find(d->top, "arms");
    enum rc rc = RC_OK;
    for (size_t i = 0; n != NULL && rc == RC_OK && i < d->s.background_count; i++)
        rc = check_one(d, field_sweep_at(n, i), &d->s.backgrounds[i], e);
    for (size_t i = 0; rc == RC_OK && i < d->s.arm_count; i++) {
        if (!d->s.arms[i].has_background)
            continue;
        assert(arms != NULL && arms->count == d->s.arm_count);
        rc = check_one(d, node_find(arms->item[i], "background"), &d->s.arms[i].background, e);
    }
    return rc;
}
