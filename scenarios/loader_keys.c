/* The keys of a scenario: one table that reads them and one text that describes them. */
#define _GNU_SOURCE
#include "scenarios/loader.h"

#include "base/clock.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum { NAME_MAX_CHARS = 40 };

/* Names become part of folder and topic names. */
bool scenario_name_valid(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > NAME_MAX_CHARS || name[0] == '.' || name[0] == '-')
        return false;
    for (const char *c = name; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr("._-", *c) == NULL)
            return false;
    return true;
}

static enum rc read_name(const struct field *f, const struct node *n, void *into, struct err *e)
{
    if (n->kind != NODE_TEXT || !scenario_name_valid(n->text))
        return node_expect(n, e, "%s", f->takes);
    return field_text(f, n, into, e);
}

/* What it means depends on other keys: read when all of them are. */
static enum rc read_later(const struct field *f, const struct node *n, void *into, struct err *e)
{
    (void)into;
    return n->kind == NODE_TEXT ? RC_OK : node_expect(n, e, "%s", f->takes);
}

static const char *const RECEIVER_WORDS[] = {"with", "after", NULL};

static const char *const REASSEMBLY_WORDS[] = {"memory", "files", NULL};

/* Of two words: true for the second. */
static enum rc read_either(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct field word = *f;
    int which = 0;
    word.at = 0;
    enum rc rc = field_word(&word, n, &which, e);
    if (rc == RC_OK)
        *(bool *)(void *)((char *)into + f->at) = which == 1;
    return rc;
}

#define INTO(member) offsetof(struct draft, s.member)

const struct field SCENARIO_FIELDS[] = {
    {.name = "name",
     .takes = "at most 40 letters, digits, dots, dashes and underscores",
     .standard = "the file's name",
     .says = "what result folders and records call it",
     .read = read_name,
     .at = INTO(name)},
    {.name = "about",
     .takes = "text",
     .standard = "none",
     .says = "which question it answers; `assay list scenarios` shows the first sentence",
     .read = field_text,
     .at = INTO(about)},
    {.name = "codecs",
     .takes = "a codec (zstd-3), policy, {codec: …, level: …}, or a list of these",
     .standard = "must be given",
     .says = "what batches are compressed with; `policy` is what the codec policy says for the "
             "payload's data type",
     .read = read_codecs},
    {.name = "payloads",
     .takes = "a generator's name, {generator: …}, {data: …, cut: …}, or a list of these",
     .standard = "must be given",
     .says = "what is sent",
     .read = read_payloads},
    {.name = "record_bytes",
     .takes = "natural, a size with unit (1 B to 1 GB), or a list of these",
     .standard = "natural",
     .says = "size of a record before encoding, for generators and slices",
     .read = read_record_bytes,
     .lo = 1,
     .hi = RECORD_BYTES_MAX},
    {.name = "encodings",
     .takes = "raw, base64-json, envelope, chunks, object, routed, or a list of these",
     .standard = "raw",
     .says = "how a record travels: as it is, as base64 inside a JSON document, or as an image: in "
             "one record with its envelope, in chunks, in the object store, or by its size",
     .read = read_encodings},
    {.name = "batching",
     .takes = "{records: …, bytes: …, linger: …}, or a list of these",
     .standard = "{records: 10000, bytes: 1 MB, linger: 5 ms}",
     .says = "when a batch is closed",
     .read = read_batchings},
    {.name = "load",
     .takes = LOAD_FORMS ", or a list of these",
     .standard = "flat out",
     .says = "when records are sent; flat out judges throughput only",
     .read = read_loads},
    {.name = "link",
     .takes = "unlimited, a bandwidth (100 Mbit/s), {rate: …, delay: …}, or a list of these",
     .standard = "unlimited",
     .says = "the network between clients and broker; limited ones need an embedded broker",
     .read = read_links},
    {.name = "links",
     .takes = "the same",
     .standard = "none",
     .says = "the same",
     .read = read_links},
    {.name = "workload",
     .takes = "the name of a workload of `assay list workloads`, or {NAME: {key: …}} with keys of "
              "its own",
     .standard = "records, or images, as the encoding asks",
     .says = "what a trial does; a list of values of one of its keys sweeps",
     .read = read_workload},
    {.name = "background",
     .takes = "none, {payload: …, encoding: …, codec: …, load: …}, or a list of these",
     .standard = "none",
     .says = "images that go to the same broker while the records are measured, by a sender and a "
             "receiver of their own",
     .read = read_backgrounds},
    {.name = "arms",
     .takes =
         "a list of {name: …, codec: …, encoding: …, batching: …, background: …, properties: …}",
     .standard = "none",
     .says =
         "arms that differ in more than one thing, spelled out; what an arm does not say is the "
         "scenario's",
     .read = read_arms},
    {.name = "compare",
     .takes = "codec, encoding, batching, link, background or another dimension, a key of the "
              "workload, or arms",
     .standard = "arms where they are listed, else the first of codec, encoding and batching that "
                 "sweeps, else any other dimension that does",
     .says = "what tells the arms of a comparison apart; all else is alike within one",
     .read = read_later},
    {.name = "baseline",
     .takes = "the label or name of an arm, such as gzip-6",
     .standard = "the first arm",
     .says = "the arm that the others are compared with",
     .read = read_later},
    {.name = "records",
     .takes = "a count, 1 to 100M",
     .standard = "10000 when neither duration nor measure_bytes is given and the load does not end",
     .says = "measured records per trial",
     .read = field_count,
     .at = INTO(records),
     .lo = 1,
     .hi = 100000000},
    {.name = "duration",
     .takes = "a duration with unit, 100 ms to 24 h",
     .standard = "no limit",
     .says = "stop sending measured records after so long",
     .read = field_duration,
     .at = INTO(duration_ns),
     .lo = 100LL * NS_PER_MS,
     .hi = 24LL * 3600 * NS_PER_S},
    {.name = "measure_bytes",
     .takes = "a size with unit, 1 B to 1000 GB",
     .standard = "no limit",
     .says = "or after so many bytes of measured payload, before encoding; the first limit reached "
             "holds",
     .read = field_size,
     .at = INTO(measure_bytes),
     .lo = 1,
     .hi = 1000000000000LL},
    {.name = "warmup",
     .takes = "a count, 0 to 100M",
     .standard = "a tenth of the measured records; 0 with exact",
     .says = "first records of a trial, verified but not measured",
     .read = field_count,
     .at = INTO(warmup_records),
     .lo = 0,
     .hi = 100000000},
    {.name = "blocks",
     .takes = "a count, 1 to 1000",
     .standard = "3",
     .says = "how often every cell is run; to decide takes 12 or more",
     .read = field_count,
     .at = INTO(blocks),
     .lo = 1,
     .hi = SCENARIO_BLOCKS_MAX},
    {.name = "brokers",
     .takes = "1 or 3, or the list of both",
     .standard = "1",
     .says = "of the embedded cluster; with 3 every partition stands on all, and two of them "
             "acknowledge a record",
     .read = read_brokers},
    {.name = "partitions",
     .takes = "a count, 1 to 256, or a list of these",
     .standard = "1",
     .says = "of the trial's topic",
     .read = read_partitions,
     .lo = 1,
     .hi = 256},
    {.name = "keys",
     .takes = "a count, 0 to 10M",
     .standard = "0",
     .says = "how many different keys records carry; 0: none",
     .read = field_count,
     .at = INTO(key_count),
     .lo = 0,
     .hi = 10000000},
    {.name = "headers",
     .takes = "a map of names and values",
     .standard = "none",
     .says = "headers that every record carries",
     .read = read_headers},
    {.name = "exact",
     .takes = "true or false",
     .standard = "false",
     .says = "stored bytes that repeat: timestamps are set, batches are closed by count alone; "
             "needs batching: {records: …}, one partition and flat out",
     .read = field_flag,
     .at = INTO(exact)},
    {.name = "receiver",
     .takes = "with or after",
     .standard = "with",
     .says = "the receiver reads while records are sent, or after they all were",
     .read = read_either,
     .at = INTO(receiver_after),
     .words = RECEIVER_WORDS},
    {.name = "pool",
     .takes = "a size with unit, 1 MB to 16 GB",
     .standard = "64 MB; for files all of them",
     .says = "bytes of distinct records to send from",
     .read = field_size,
     .at = INTO(pool_bytes),
     .lo = 1000000,
     .hi = 16000000000LL},
    {.name = "chunk",
     .takes = "a size with unit, 1 KB to 100 MB",
     .standard = "5 MB",
     .says = "of an image in one chunk record",
     .read = field_size,
     .at = INTO(chunk_bytes),
     .lo = 1000,
     .hi = 100000000},
    {.name = "direct_max",
     .takes = "a size with unit, 1 B to 1 GB",
     .standard = "20 MB",
     .says = "routed images up to this size are one record",
     .read = field_size,
     .at = INTO(direct_max_bytes),
     .lo = 1,
     .hi = RECORD_BYTES_MAX},
    {.name = "chunked_max",
     .takes = "a size with unit, 1 B to 1 GB",
     .standard = "100 MB",
     .says = "and up to this size go in chunks; larger ones go to the object store",
     .read = field_size,
     .at = INTO(chunked_max_bytes),
     .lo = 1,
     .hi = RECORD_BYTES_MAX},
    {.name = "reassembly",
     .takes = "memory or files",
     .standard = "memory",
     .says =
         "where the receiver keeps the chunks of an image until it is whole; files (in $TMPDIR, "
         "or /tmp) take images above 5 MB",
     .read = read_either,
     .at = INTO(reassembly_files),
     .words = REASSEMBLY_WORDS},
    {.name = "seed",
     .takes = "a whole number from 0",
     .standard = "1",
     .says = "of generators, arrivals and the order of trials",
     .read = field_seed,
     .at = INTO(seed)},
    {.name = "timeout",
     .takes = "a duration with unit, 1 s to 1 h",
     .standard = "60 s",
     .says = "a trial without progress for so long is void",
     .read = field_duration,
     .at = INTO(trial_timeout_ns),
     .lo = 1LL * NS_PER_S,
     .hi = 3600LL * NS_PER_S},
    {.name = "message_max",
     .takes = "a size with unit, 1 KB to 1 GB",
     .standard = "what the largest record or batch needs",
     .says = "the largest message that clients and topic let through",
     .read = field_size,
     .at = INTO(message_max_bytes),
     .lo = 1000,
     .hi = RECORD_BYTES_MAX},
    {.name = "properties",
     .takes = "a map of librdkafka properties",
     .standard = "none",
     .says = "for both clients; what a key above decides is refused",
     .read = read_properties},
    {.name = NULL},
};

#define LOAD_TABLE(id, name, key, ...) {"A `load` with `" key "`", id##_FIELDS},

enum rc scenario_describe_keys(struct buf *out, struct err *e)
{
    static const struct {
        const char *title;
        const struct field *table;
    } tables[] = {
        {"A scenario", SCENARIO_FIELDS},
        {"An entry of `codecs`", CODEC_FIELDS},
        {"An entry of `payloads`", PAYLOAD_FIELDS},
        {"An entry of `batching`", BATCHING_FIELDS},
        LOAD_ROWS(LOAD_TABLE){"An entry of `phases`", PHASE_FIELDS},
        {"An entry of `link`", LINK_FIELDS},
        {"An entry of `background`", BACKGROUND_FIELDS},
        {"An entry of `arms`", ARM_FIELDS},
    };
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof tables / sizeof tables[0]; i++)
        rc = field_describe(tables[i].title, tables[i].table, out, e);
    return rc;
}
