#include "bench/probe/probe_imagery.h"

#include "bench/workload/records/topic.h"
#include "core/image/image_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_MAX = 40000000, QUEUE_BYTES = 64000000, PARTITIONS_MAX = 8, POLL_RECORDS = 8 };
static const int64_t LOOK_NS = 100 * (int64_t)NS_PER_MS;

/* --- records in memory --- */

static enum rc keep(void *ctx, const struct image_message *m, struct err *e)
{
    struct probe_records *all = ctx;
    if (all->count == PROBE_RECORDS) {
        free(m->value);
        return err_set(e, RC_INFRA, "more than %d records of an image", PROBE_RECORDS);
    }
    all->messages[all->count++] = *m;
    return RC_OK;
}

static enum rc route(const struct router *by, struct span image, const char *source_id,
                     struct probe_records *all, struct err *e)
{
    struct router r = *by;
    struct routed ignored;
    struct image_source source = image_source_of(&image);
    struct image_metadata m = image_rule_metadata(source_id, "tiff");
    r.sink = (struct image_sink){.send = keep, .ctx = all};
    return router_send(&r, &source, &m, NULL, &ignored, e);
}

enum rc probe_records_add(struct probe_records *all, struct span image, const char *source_id,
                          struct err *e)
{
    struct router r;
    router_init(&r, ROUTE_MB);
    return route(&r, image, source_id, all, e);
}

void probe_records_release(struct probe_records *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->messages[i].value);
    all->count = 0;
}

/* --- topics --- */

/* prefix stands before the documents' name of it. */
static enum rc make_topic(struct probe_imagery *im, enum image_topic t, const char *prefix,
                          struct err *e)
{
    const struct image_topic_row *row = &IMAGE_TOPIC_TABLE[t];
    enum topic_made made;
    char codec[CODEC_SPEC_TEXT];
    (void)snprintf(codec, sizeof codec, "%s-%d", row->compression, row->level);
    im->topics[t].context = im->context;
    enum rc rc = codec_spec_parse(codec, &im->codec[t], e);
    if (rc == RC_OK)
        rc = topics_name(row, prefix, im->topics[t].name, e);
    if (rc == RC_OK)
        rc = topics_create(im->context->testbed->admin, row, prefix, &made, e);
    im->topics[t].made = rc == RC_OK;
    return rc;
}

enum rc probe_imagery_open(struct probe_imagery *im, const struct probe_context *g,
                           const char *what, struct err *e)
{
    char prefix[TOPIC_NAME_MAX];
    enum rc rc = RC_OK;
    *im = (struct probe_imagery){.context = g};
    router_init(&im->router, ROUTE_MB);
    probe_topic_name(g, what, prefix, sizeof prefix - 1);
    memcpy(prefix + strlen(prefix), "-", sizeof "-");
    for (int t = 0; t < IMAGE_TOPICS && rc == RC_OK; t++)
        rc = make_topic(im, (enum image_topic)t, prefix, e);
    return rc;
}

void probe_imagery_close(struct probe_imagery *im)
{
    for (int t = 0; t < IMAGE_TOPICS; t++)
        probe_topic_delete(&im->topics[t]);
    *im = (struct probe_imagery){0};
}

/* --- sending --- */

/* Those of the records that go to this topic. */
static enum rc send_to(const struct probe_imagery *im, enum image_topic topic,
                       const struct probe_records *all, struct probe_sent *out, struct err *e)
{
    struct producer_record records[PROBE_RECORDS];
    struct producer_settings s;
    struct probe_sending what = {.settings = &s, .records = records};
    for (size_t i = 0; i < all->count; i++) {
        const struct image_message *m = &all->messages[i];
        if (m->topic == topic)
            records[what.count++] =
                (struct producer_record){.value = span_of(m->value, m->value_size),
                                         .key = span_of(m->key, m->key_size),
                                         .partition = -1};
    }
    if (what.count == 0)
        return RC_OK;
    producer_settings_init(&s);
    s.codec = im->codec[topic];
    s.batch_records = 1;
    s.linger_ns = 0;
    s.message_max_bytes = RECORD_MAX;
    s.queue_bytes = QUEUE_BYTES;
    return probe_send(&im->topics[topic], &what, out, e);
}

enum rc probe_imagery_send(struct probe_imagery *im, struct span image, const char *source_id,
                           bool *taken, struct err *e)
{
    struct probe_records all = {.count = 0};
    struct probe_sent sent = {.refuser = REFUSED_BY_NOBODY};
    enum rc rc = route(&im->router, image, source_id, &all, e);
    for (int t = 0; t < IMAGE_TOPICS && rc == RC_OK && sent.refuser == REFUSED_BY_NOBODY; t++)
        rc = send_to(im, (enum image_topic)t, &all, &sent, e);
    probe_records_release(&all);
    memcpy(im->refusal, sent.refusal, sizeof im->refusal);
    *taken = rc == RC_OK && sent.refuser == REFUSED_BY_NOBODY;
    return rc;
}

/* --- reading --- */

static enum rc open_consumer(const struct probe_topic *t, size_t partitions, struct consumer **out,
                             struct err *e)
{
    struct consumer_start starts[PARTITIONS_MAX] = {{0}};
    const struct consumer_settings s = {.cluster = t->context->testbed->cluster,
                                        .topic = t->name,
                                        .starts = starts,
                                        .start_count = partitions,
                                        .batch_records = POLL_RECORDS,
                                        .message_max_bytes = RECORD_MAX};
    for (size_t p = 0; p < partitions; p++)
        starts[p].partition = (int32_t)p;
    return consumer_open(&s, out, e);
}

static enum rc see_batch(const struct consumer_batch *batch, probe_imagery_see *see, void *ctx,
                         struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < batch->count && rc == RC_OK; i++)
        rc = see(ctx, &batch->records[i], e);
    return rc;
}

enum rc probe_imagery_read(const struct probe_imagery *im, enum image_topic topic,
                           probe_imagery_see *see, void *ctx, struct err *e)
{
    const struct probe_topic *t = &im->topics[topic];
    int32_t partitions = IMAGE_TOPIC_TABLE[topic].partitions;
    int64_t ends[PARTITIONS_MAX];
    struct consumer *c = NULL;
    struct consumer_batch batch = {.of = NULL};
    struct probe_wait wait = probe_wait_begin(im->context);
    if (partitions > PARTITIONS_MAX)
        return err_set(e, RC_INFRA, "more than %d partitions", PARTITIONS_MAX);
    enum rc rc = topic_latest(im->context->testbed->admin, t->name, partitions, ends, e);
    if (rc == RC_OK)
        rc = open_consumer(t, (size_t)partitions, &c, e);
    while (rc == RC_OK && !consumer_reached(c, ends)) {
        rc = consumer_poll(c, LOOK_NS, &batch, e);
        if (rc == RC_OK)
            rc = see_batch(&batch, see, ctx, e);
        if (rc == RC_OK)
            rc = probe_wait_moment(&wait, e);
    }
    consumer_batch_release(&batch);
    consumer_close(c);
    return rc;
}
