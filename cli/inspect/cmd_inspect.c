/* assay inspect: which codec the stored batches of a topic really have, and their exact bytes. */
#include "base/json_writer.h"
#include "base/quantity.h"
#include "bench/testbed/broker/broker_keep.h"
#include "cli/cluster_args.h"
#include "cli/commands.h"
#include "cli/inspect/inspect_print.h"
#include "core/log/stored.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { JSON_MAX = 1073741824 };

static const struct option_row OPTIONS[] = {
    CLUSTER_ARGS_ROWS("the cluster that holds the topic"),
    {.name = "--log-dir",
     .value = "DIR",
     .help = "read the segment files in DIR (the broker's log.dirs), not the network"},
    {.name = "--partition", .value = "N", .help = "this partition only"},
    {.name = "--from", .value = "OFFSET", .help = "of that partition, records from this offset on"},
    {.name = "--to", .value = "OFFSET", .help = "of that partition, records before this offset"},
    {.name = "--batches", .help = "list every batch"},
    {.name = "--decode", .help = "decompress and count every record, too: shows the ratio"},
    {.name = "--levels",
     .help = "tell the level, too: compress the first batches of each codec again at every level"},
    {.name = "--json", .help = "print one JSON object"},
    {.name = NULL},
};

static enum rc read_offset(const struct args *a, const char *option, int64_t *out, struct err *e)
{
    const char *text = args_value(a, option);
    if (text != NULL && quantity_int(text, 0, INT64_MAX, out, e) != RC_OK)
        return err_wrap(e, "%s", option);
    return RC_OK;
}

static enum rc read_range(const struct args *a, struct stored_question *q,
                          struct stored_range *range, struct err *e)
{
    const char *text = args_value(a, "--partition");
    int64_t partition = 0;
    if (text == NULL && (args_has(a, "--from") || args_has(a, "--to")))
        return err_set(e, RC_INPUT,
                       "--from and --to are offsets of one partition: name it by --partition N");
    if (text == NULL)
        return RC_OK;
    if (quantity_int(text, 0, INT32_MAX - 1, &partition, e) != RC_OK)
        return err_wrap(e, "--partition");
    *range = (struct stored_range){.partition = (int32_t)partition, .to = STORED_TO_END};
    enum rc rc = read_offset(a, "--from", &range->from, e);
    if (rc == RC_OK)
        rc = read_offset(a, "--to", &range->to, e);
    if (rc == RC_OK && range->from >= range->to)
        rc = err_set(e, RC_INPUT, "--from %lld --to %lld: no offset lies between",
                     (long long)range->from, (long long)range->to);
    q->ranges = range;
    q->range_count = 1;
    return rc;
}

/* What is done with every batch. */
struct batch_listener {
    struct inspect_list list;
    struct json_writer *json;     /* NULL: batches are not listed as JSON */
    struct stored_levels *levels; /* NULL: levels are not asked for */
    bool print;                   /* list them for people */
};

static enum rc heed_batch(void *ctx, int32_t partition, const struct stored_batch *b, struct err *e)
{
    struct batch_listener *l = ctx;
    if (l->json != NULL)
        inspect_write_batch(l->json, partition, b);
    if (l->print)
        inspect_print_batch(&l->list, partition, b);
    return l->levels != NULL ? stored_levels_add(l->levels, b, e) : RC_OK;
}

static enum rc ask(const struct stored_question *given, struct batch_listener *l,
                   struct stored_summary *s, struct err *e)
{
    struct stored_question q = *given;
    q.on_batch = heed_batch;
    q.ctx = l;
    enum rc rc = stored_batches(&q, s, e);
    if (rc == RC_OK && s->evidence == STORED_EVIDENCE_NONE)
        rc = err_set(e, RC_INPUT, "%s", s->why_not);
    return rc;
}

static enum rc answer_json(const struct stored_question *q, bool batches,
                           struct stored_levels *levels, struct err *e)
{
    struct stored_summary s;
    struct json_writer w;
    struct buf out;
    struct batch_listener l = {.levels = levels};
    buf_init(&out, JSON_MAX);
    json_writer_init(&w, &out, JSON_INDENTED);
    json_write_object(&w, NULL);
    json_write_text(&w, "schema", "assay-inspect/1");
    json_write_text(&w, "topic", q->topic);
    if (batches) {
        json_write_array(&w, "batches");
        l.json = &w;
    }
    enum rc rc = ask(q, &l, &s, e);
    if (batches)
        json_write_close(&w);
    if (rc == RC_OK && levels != NULL)
        rc = stored_levels_rank(levels, e);
    if (rc == RC_OK) {
        inspect_write_summary(&w, &s);
        if (levels != NULL)
            inspect_write_levels(&w, levels);
        json_write_close(&w);
        rc = json_writer_end(&w, e);
    }
    if (rc == RC_OK)
        (void)printf("%s\n", (const char *)out.data);
    buf_release(&out);
    return rc;
}

static enum rc answer_text(const struct stored_question *q, bool batches,
                           struct stored_levels *levels, struct err *e)
{
    struct stored_summary s;
    struct batch_listener l = {.print = batches, .levels = levels};
    enum rc rc = ask(q, &l, &s, e);
    if (rc != RC_OK)
        return rc;
    inspect_print_summary(q->topic, &s);
    if (levels == NULL)
        return RC_OK;
    rc = stored_levels_rank(levels, e);
    if (rc == RC_OK)
        inspect_print_levels(levels);
    return rc;
}

static enum rc answer(const struct args *a, const struct stored_question *given, struct err *e)
{
    struct stored_question q = *given;
    struct stored_range range;
    enum rc rc = read_range(a, &q, &range, e);
    if (rc != RC_OK)
        return rc;
    struct stored_levels levels;
    stored_levels_init(&levels);
    struct stored_levels *asked = args_has(a, "--levels") ? &levels : NULL;
    bool batches = args_has(a, "--batches");
    rc = args_has(a, "--json") ? answer_json(&q, batches, asked, e)
                               : answer_text(&q, batches, asked, e);
    stored_levels_release(&levels);
    return rc;
}

/* Without a cluster or a folder: the segment files of the broker that assay keeps running. */
static enum rc find_own_broker(struct stored_question *q, struct broker *b, struct err *e)
{
    struct home h;
    struct err why;
    bool running = false;
    enum rc rc = home_find(&h, e);
    if (rc == RC_OK)
        rc = broker_keep_look(&h, b, &running, &why, e);
    if (rc != RC_OK)
        return rc;
    if (!running && why.text[0] != '\0')
        return err_set(e, RC_INFRA, "%s", why.text);
    if (!running)
        return err_set(e, RC_INPUT,
                       "where is the topic? Name a cluster by --bootstrap HOST:PORT or a folder by "
                       "--log-dir DIR; a broker of assay's own is not running");
    q->log_dir = b->log_folder;
    return RC_OK;
}

static enum rc run_inspect(const struct args *a, struct err *e)
{
    if (a->operand_count != 1)
        return err_set(e, RC_INPUT, "one topic is needed: assay inspect TOPIC");
    struct cluster cluster;
    cluster_init(&cluster);
    struct stored_question q = {.topic = a->operands[0],
                                .log_dir = args_value(a, "--log-dir"),
                                .cluster = &cluster,
                                .decode = args_has(a, "--decode")};
    struct broker own;
    enum rc rc = cluster_args_read(a, &cluster, e);
    if (rc == RC_OK && q.log_dir == NULL && cluster_bootstrap(&cluster) == NULL)
        rc = find_own_broker(&q, &own, e);
    if (rc == RC_OK)
        rc = answer(a, &q, e);
    cluster_release(&cluster);
    return rc;
}

const struct command CMD_INSPECT = {
    .name = "inspect",
    .operands = "TOPIC",
    .says = "codec and exact size of every stored batch of a topic, whoever wrote it",
    .about =
        "A codec that a producer was told to use is not always the codec that is stored: clients\n"
        "send a batch uncompressed when compression does not shrink it, brokers may recompress.\n"
        "This reads the stored batches themselves: the broker's segment files (--log-dir), or raw\n"
        "over plain TCP. Without --bootstrap it asks the broker that \"assay broker start\" runs.\n"
        "Stored bytes are exact: batch headers included, index files not.\n"
        "\n"
        "--levels: no batch says at which level it was compressed. Its records are compressed "
        "once\n"
        "more at every level with the libraries at hand, and the levels that come to the stored\n"
        "size are named; other versions of a library differ by a little, then the nearest is.",
    .examples =
        "  assay inspect events                              # on assay's own broker\n"
        "  assay inspect events --bootstrap kafka1:9092      # on a cluster\n"
        "  assay inspect events --log-dir /var/lib/kafka     # beside a broker, or from its disk\n"
        "  assay inspect events --batches --partition 0      # every batch of one partition\n"
        "  assay inspect events --levels                     # gzip at level 6 or 9?",
    .options = OPTIONS,
    .run = run_inspect,
};
