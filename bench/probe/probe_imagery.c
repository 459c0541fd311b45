#include "bench/probe/probe_imagery.h"

#include "base/rng.h"
#include "core/image/image_source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORD_MAX = 40000000, QUEUE_BYTES = 64000000, PARTITIONS_MAX = 8 };
static const int64_t PATIENCE_NS = 60 * (int64_t)NS_PER_S;
static const int64_t LOOK_NS = 100 * (int64_t)NS_PER_MS;
static const int64_t FULL_QUEUE_NS = 2 * (int64_t)NS_PER_MS;

/* --- images --- */

uint8_t *probe_image_make(size_t size, uint64_t seed)
{
    struct rng r;
    uint8_t *bytes = malloc(size);
    rng_init(&r, seed, 0);
    if (bytes != NULL)
        rng_fill(&r, bytes, size);
    return bytes;
}

struct image_metadata probe_image_metadata(const char *source_id)
{
    struct image_metadata m = {.timestamp = "2025-10-13T10:00:00Z",
                               .satellite = "Landsat-8",
                               .sensor = "OLI",
                               .format = "tiff",
                               .located = true,
                               .lat = 39.7596,
                               .lon = -121.6219,
                               .resolution_m = 30};
    (void)snprintf(m.source_id, sizeof m.source_id, "%s", source_id);
    return m;
}

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

enum rc probe_records_add(struct probe_records *all, struct span image, const char *source_id,
                          const struct object_store *store, struct err *e)
{
    struct router r;
    struct routed routed;
    struct image_source source = image_source_of(&image);
    struct image_metadata m = probe_image_metadata(source_id);
    router_init(&r, ROUTE_MB);
    r.sink = (struct image_sink){.send = keep, .ctx = all};
    if (store != NULL)
        r.store = *store;
    return router_send(&r, &source, &m, NULL, &routed, e);
}

void probe_records_release(struct probe_records *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->messages[i].value);
    all->count = 0;
}

/* --- topics and producers --- */

static void note_report(void *ctx, const struct delivery_report *r)
{
    struct probe_imagery *im = ctx;
    struct image_message *m = (struct image_message *)(uintptr_t)r->tag;
    if (r->kind == DELIVERY_ACKNOWLEDGED)
        (void)atomic_fetch_add(&im->acknowledged[m->topic], 1);
    else if (atomic_fetch_add(&im->refused, 1) == 0)
        (void)snprintf(im->refusal, sizeof im->refusal, "%s", r->error);
    free(m->value);
    free(m);
}

static enum rc name_of(const struct probe_imagery *im, enum image_topic topic, char *name,
                       struct err *e)
{
    return topics_name(&IMAGE_TOPIC_TABLE[topic], im->prefix, name, e);
}

static enum rc open_producer(struct probe_imagery *im, enum image_topic topic, struct err *e)
{
    struct producer_settings s;
    char name[TOPIC_NAME_MAX];
    producer_settings_init(&s);
    s.cluster = im->context->cluster;
    s.topic = name;
    s.codec = im->codec[topic];
    s.batch_records = 1;
    s.linger_ns = 0;
    s.message_max_bytes = RECORD_MAX;
    s.queue_bytes = QUEUE_BYTES;
    s.delivery_timeout_ns = PATIENCE_NS;
    s.on_delivery = note_report;
    s.ctx = im;
    enum rc rc = name_of(im, topic, name, e);
    return rc == RC_OK ? producer_open(&s, &im->producers[topic], e) : rc;
}

static enum rc wait_a_moment(const struct probe_imagery *im, struct err *e)
{
    if (im->context->stop != NULL && *im->context->stop != 0)
        return err_set(e, RC_INTERRUPTED, "interrupted");
    clock_sleep(FULL_QUEUE_NS);
    return RC_OK;
}

static void refused_here(struct probe_imagery *im, const struct err *why)
{
    if (atomic_fetch_add(&im->refused, 1) == 0)
        (void)snprintf(im->refusal, sizeof im->refusal, "%.*s", PROBE_IMAGE_REFUSAL - 1, why->text);
}

static enum rc hand_over(void *ctx, const struct image_message *given, struct err *e)
{
    struct probe_imagery *im = ctx;
    struct image_message *m = malloc(sizeof *m);
    struct err why = {0};
    enum send_outcome sent = SEND_QUEUE_FULL;
    enum rc rc = m != NULL ? RC_OK : err_set(e, RC_INFRA, "out of memory");
    if (rc == RC_OK && im->producers[given->topic] == NULL)
        rc = open_producer(im, given->topic, e);
    if (rc == RC_OK)
        *m = *given;
    while (rc == RC_OK && sent == SEND_QUEUE_FULL) {
        const struct producer_record r = {.value = span_of(m->value, m->value_size),
                                          .key = span_of(m->key, m->key_size),
                                          .partition = -1,
                                          .tag = (uint64_t)(uintptr_t)m};
        sent = producer_send(im->producers[m->topic], &r, &why);
        if (sent == SEND_QUEUE_FULL)
            rc = wait_a_moment(im, e);
    }
    if (rc == RC_OK && sent == SEND_DONE)
        return RC_OK;
    if (rc == RC_OK)
        refused_here(im, &why);
    free(given->value);
    free(m);
    return rc;
}

enum rc probe_imagery_open(struct probe_imagery *im, const struct probe_context *g,
                           const char *what, struct err *e)
{
    enum rc rc = RC_OK;
    *im = (struct probe_imagery){.context = g};
    (void)snprintf(im->prefix, sizeof im->prefix, "%sprobe-%s-%d-%" PRIx64 "-", g->topic_prefix,
                   what, (int)getpid(), (uint64_t)clock_now().ns);
    router_init(&im->router, ROUTE_MB);
    im->router.sink = (struct image_sink){.send = hand_over, .ctx = im};
    for (int t = 0; t < IMAGE_TOPICS && rc == RC_OK; t++) {
        const struct image_topic_row *row = &IMAGE_TOPIC_TABLE[t];
        enum topic_made made;
        char codec[32];
        (void)snprintf(codec, sizeof codec, "%s-%d", row->compression, row->level);
        rc = codec_spec_parse(codec, &im->codec[t], e);
        if (rc == RC_OK)
            rc = topics_create(g->admin, row, im->prefix, &made, e);
        im->made[t] = rc == RC_OK;
    }
    return rc;
}

static void close_producers(struct probe_imagery *im)
{
    for (int t = 0; t < IMAGE_TOPICS; t++) {
        producer_close(im->producers[t]);
        im->producers[t] = NULL;
    }
}

void probe_imagery_close(struct probe_imagery *im)
{
    struct err ignored = {0};
    char name[TOPIC_NAME_MAX];
    close_producers(im);
    for (int t = 0; t < IMAGE_TOPICS; t++)
        if (im->made[t] && name_of(im, (enum image_topic)t, name, &ignored) == RC_OK)
            (void)(admin_delete_topic(im->context->admin, name, &ignored) == RC_OK);
    *im = (struct probe_imagery){0};
}

/* --- sending and reading --- */

static enum rc settle(struct probe_imagery *im, struct producer *p, struct err *e)
{
    struct instant deadline = instant_after(clock_now(), PATIENCE_NS);
    enum rc rc = RC_OK;
    while (rc == RC_OK && p != NULL && producer_pending(p) > 0) {
        struct err slow = {0};
        if (producer_flush(p, NS_PER_S, &slow) != RC_OK)
            rc = instant_since(deadline, clock_now()) < 0 ? err_set(e, RC_INFRA, "%s", slow.text)
                                                          : wait_a_moment(im, e);
    }
    return rc;
}

enum rc probe_imagery_send(struct probe_imagery *im, struct span image, const char *source_id,
                           bool *taken, struct routed *out, struct err *e)
{
    struct image_source source = image_source_of(&image);
    struct image_metadata m = probe_image_metadata(source_id);
    atomic_store(&im->refused, 0);
    im->refusal[0] = '\0';
    enum rc rc = router_send(&im->router, &source, &m, NULL, out, e);
    for (int t = 0; t < IMAGE_TOPICS && rc == RC_OK; t++)
        rc = settle(im, im->producers[t], e);
    *taken = rc == RC_OK && atomic_load(&im->refused) == 0;
    return rc;
}

void probe_imagery_use_codec(struct probe_imagery *im, enum image_topic topic,
                             struct codec_spec codec)
{
    producer_close(im->producers[topic]);
    im->producers[topic] = NULL;
    im->codec[topic] = codec;
}

static enum rc open_consumer(const struct probe_imagery *im, enum image_topic topic,
                             struct consumer **out, struct err *e)
{
    char name[TOPIC_NAME_MAX];
    struct consumer_start starts[PARTITIONS_MAX] = {{0}};
    size_t partitions = (size_t)IMAGE_TOPIC_TABLE[topic].partitions;
    if (partitions > PARTITIONS_MAX)
        return err_set(e, RC_INFRA, "more than %d partitions", PARTITIONS_MAX);
    for (size_t p = 0; p < partitions; p++)
        starts[p].partition = (int32_t)p;
    struct consumer_settings s = {.cluster = im->context->cluster,
                                  .topic = name,
                                  .starts = starts,
                                  .start_count = partitions,
                                  .batch_records = 8,
                                  .message_max_bytes = RECORD_MAX};
    enum rc rc = name_of(im, topic, name, e);
    return rc == RC_OK ? consumer_open(&s, out, e) : rc;
}

static enum rc see_batch(const struct consumer_batch *batch, probe_imagery_see *see, void *ctx,
                         struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < batch->count && rc == RC_OK; i++)
        rc = see(ctx, &batch->records[i], e);
    return rc;
}

enum rc probe_imagery_read(struct probe_imagery *im, enum image_topic topic, probe_imagery_see *see,
                           void *ctx, struct err *e)
{
    struct consumer *c = NULL;
    struct consumer_batch batch = {.of = NULL};
    int64_t wanted = atomic_load(&im->acknowledged[topic]), have = 0;
    enum rc rc = open_consumer(im, topic, &c, e);
    struct instant deadline = instant_after(clock_now(), PATIENCE_NS);
    while (rc == RC_OK && have < wanted) {
        rc = consumer_poll(c, LOOK_NS, &batch, e);
        if (rc == RC_OK)
            rc = see_batch(&batch, see, ctx, e);
        have += rc == RC_OK ? (int64_t)batch.count : 0;
        if (rc == RC_OK && instant_since(deadline, clock_now()) < 0)
            rc = err_set(e, RC_INFRA, "%" PRId64 " of %" PRId64 " records came back within 60 s",
                         have, wanted);
        if (rc == RC_OK && have < wanted)
            rc = wait_a_moment(im, e);
    }
    consumer_batch_release(&batch);
    consumer_close(c);
    return rc;
}
