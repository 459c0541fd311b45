#include "bench/probe/probe_topic.h"

#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t PATIENCE_NS = 120 * (int64_t)NS_PER_S;
static const int64_t DELIVERY_NS = 60 * (int64_t)NS_PER_S;
static const int64_t FULL_QUEUE_NS = 2 * (int64_t)NS_PER_MS;
enum { TIMESTAMP_MS = 1700000000 }; /* times 1000 */

enum rc probe_topic_make(const struct probe_context *g, const char *what, const char *const *config,
                         struct probe_topic *out, struct err *e)
{
    const struct topic_settings s = {.partitions = 1, .replication_factor = -1, .config = config};
    *out = (struct probe_topic){.context = g};
    (void)snprintf(out->name, sizeof out->name, "%sprobe-%s-%d-%llx", g->topic_prefix, what,
                   (int)getpid(), (unsigned long long)clock_now().ns);
    enum rc rc = admin_create_topic(g->admin, out->name, &s, e);
    out->made = rc == RC_OK;
    return rc;
}

void probe_topic_delete(struct probe_topic *t)
{
    struct err ignored = {0};
    if (t->made)
        (void)(admin_delete_topic(t->context->admin, t->name, &ignored) == RC_OK);
    t->made = false;
}

/* What the reports say; written by the producer's thread, read once all have come. */
struct tally {
    _Atomic int64_t acknowledged, refused;
    char refusal[PROBE_REFUSAL]; /* of the first */
};

static void count(void *ctx, const struct delivery_report *r)
{
    struct tally *t = ctx;
    if (r->kind == DELIVERY_ACKNOWLEDGED) {
        (void)atomic_fetch_add(&t->acknowledged, 1);
        return;
    }
    if (atomic_fetch_add(&t->refused, 1) == 0)
        (void)snprintf(t->refusal, sizeof t->refusal, "%.*s", PROBE_REFUSAL - 1, r->error);
}

static bool stopped(const struct probe_context *g)
{
    return g->stop != NULL && *g->stop != 0;
}

/* Waits while the queue is full; notes a refusal of the client. */
static enum rc send_one(const struct probe_topic *t, struct producer *p, struct span value,
                        struct probe_sent *out, struct err *e)
{
    const struct producer_record record = {.value = value,
                                           .timestamp_ms = (int64_t)TIMESTAMP_MS * 1000};
    struct err why = {0};
    enum send_outcome outcome;
    while ((outcome = producer_send(p, &record, &why)) == SEND_QUEUE_FULL) {
        if (stopped(t->context))
            return err_set(e, RC_INTERRUPTED, "interrupted");
        clock_sleep(FULL_QUEUE_NS);
    }
    if (outcome == SEND_FAILED && out->refuser == REFUSED_BY_NOBODY) {
        out->refuser = REFUSED_BY_CLIENT;
        (void)snprintf(out->refusal, sizeof out->refusal, "%.*s", PROBE_REFUSAL - 1, why.text);
    }
    return RC_OK;
}

/* Waits for every report, in slices, so that Ctrl-C is heard. */
static enum rc settle(const struct probe_topic *t, struct producer *p, struct err *e)
{
    struct instant deadline = instant_after(clock_now(), PATIENCE_NS);
    while (producer_pending(p) > 0) {
        struct err slow = {0};
        if (stopped(t->context))
            return err_set(e, RC_INTERRUPTED, "interrupted");
        if (producer_flush(p, NS_PER_S, &slow) == RC_OK)
            break;
        if (instant_since(deadline, clock_now()) < 0)
            return err_set(e, RC_INFRA, "%s", slow.text);
    }
    return RC_OK;
}

enum rc probe_send(const struct probe_topic *t, const struct producer_settings *s,
                   const struct span *records, size_t count_given, struct probe_sent *out,
                   struct err *e)
{
    struct tally tally = {0};
    struct producer_settings own = *s;
    struct producer *p = NULL;
    *out = (struct probe_sent){0};
    own.cluster = t->context->cluster;
    own.topic = t->name;
    own.on_delivery = count;
    own.ctx = &tally;
    own.delivery_timeout_ns = DELIVERY_NS;
    enum rc rc = producer_open(&own, &p, e);
    for (size_t i = 0; i < count_given && rc == RC_OK; i++)
        rc = send_one(t, p, records[i], out, e);
    if (rc == RC_OK)
        rc = settle(t, p, e);
    producer_close(p);
    out->acknowledged = atomic_load(&tally.acknowledged);
    if (atomic_load(&tally.refused) > 0 && out->refuser == REFUSED_BY_NOBODY) {
        out->refuser = REFUSED_BY_BROKER;
        memcpy(out->refusal, tally.refusal, sizeof out->refusal);
    }
    return rc;
}

enum rc probe_send_pool(const struct probe_topic *t, const struct producer_settings *s,
                        const struct payload_pool *pool, struct probe_sent *out, struct err *e)
{
    struct span *records = calloc(pool->records, sizeof *records);
    if (records == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu records", pool->records);
    for (size_t i = 0; i < pool->records; i++)
        records[i] = payload_pool_record(pool, i);
    enum rc rc = probe_send(t, s, records, pool->records, out, e);
    free(records);
    return rc;
}

enum rc probe_stored(const struct probe_topic *t, struct stored_summary *out, struct err *e)
{
    struct stored_question q = {
        .topic = t->name, .log_dir = t->context->log_folder, .cluster = t->context->cluster};
    enum rc rc = stored_batches(&q, out, e);
    if (rc == RC_OK && out->evidence == STORED_EVIDENCE_NONE)
        rc = err_set(e, RC_INFRA, "%s", out->why_not);
    return rc;
}

char *probe_codecs(const struct stored_summary *s, char *text)
{
    size_t used = 0;
    (void)snprintf(text, PROBE_REFUSAL, "nothing");
    for (int id = 0; id < STORED_CODEC_IDS && used < PROBE_REFUSAL; id++)
        if (s->codec[id].batches > 0)
            used += (size_t)snprintf(text + used, PROBE_REFUSAL - used, "%s%s",
                                     used > 0 ? " and " : "", stored_codec_name(id));
    return text;
}
