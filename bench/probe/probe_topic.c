#include "bench/probe/probe_topic.h"

#include "base/rng.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t PATIENCE_NS = INT64_C(120) * NS_PER_S;
static const int64_t DELIVERY_NS = INT64_C(60) * NS_PER_S;
static const int64_t MOMENT_NS = 2 * (int64_t)NS_PER_MS;
static const int64_t TIMESTAMP_MS = INT64_C(1700000000000);

/* --- topics --- */

void probe_topic_name(const struct probe_context *g, const char *what, char *out, size_t size)
{
    (void)snprintf(out, size, "%sprobe-%s-%d-%" PRIx64, g->topic_prefix, what, (int)getpid(),
                   (uint64_t)clock_now().ns);
}

enum rc probe_topic_make(const struct probe_context *g, const char *what, const char *const *config,
                         struct probe_topic *out, struct err *e)
{
    const struct topic_settings s = {.partitions = 1, .replication_factor = -1, .config = config};
    *out = (struct probe_topic){.context = g};
    probe_topic_name(g, what, out->name, sizeof out->name);
    enum rc rc = admin_create_topic(g->testbed->admin, out->name, &s, e);
    out->made = rc == RC_OK;
    return rc;
}

void probe_topic_delete(struct probe_topic *t)
{
    struct err ignored = {0};
    if (t->made)
        (void)(admin_delete_topic(t->context->testbed->admin, t->name, &ignored) == RC_OK);
    t->made = false;
}

/* --- waiting --- */

struct probe_wait probe_wait_begin(const struct probe_context *g)
{
    return (struct probe_wait){.context = g, .deadline = instant_after(clock_now(), PATIENCE_NS)};
}

enum rc probe_wait_moment(void *wait, struct err *e)
{
    const struct probe_wait *w = wait;
    if (w->context->stop != NULL && *w->context->stop != 0)
        return err_set(e, RC_INTERRUPTED, "interrupted");
    if (instant_since(w->deadline, clock_now()) < 0)
        return err_set(e, RC_INFRA, "the broker did not answer within %d s",
                       (int)(PATIENCE_NS / NS_PER_S));
    clock_sleep(MOMENT_NS);
    return RC_OK;
}

/* --- sending --- */

/* What the reports say; written by the producer's thread, read once all have come. */
struct reports {
    _Atomic int64_t acknowledged, refused;
    char refusal[PROBE_REFUSAL]; /* of the first */
};

static void count_report(void *ctx, const struct delivery_report *r)
{
    struct reports *t = ctx;
    if (r->kind == DELIVERY_ACKNOWLEDGED)
        (void)atomic_fetch_add(&t->acknowledged, 1);
    else if (atomic_fetch_add(&t->refused, 1) == 0)
        (void)snprintf(t->refusal, sizeof t->refusal, "%.*s", PROBE_REFUSAL - 1, r->error);
}

/* Notes a refusal of the client. */
static enum rc send_one(struct producer *p, const struct producer_record *record,
                        const struct producer_patience *patience, struct probe_sent *out,
                        struct err *e)
{
    struct err why = {0};
    enum send_outcome outcome = producer_hand_over(p, record, patience, &why);
    if (outcome == SEND_QUEUE_FULL) {
        *e = why;
        return why.rc;
    }
    if (outcome == SEND_FAILED && out->refuser == REFUSED_BY_NOBODY) {
        out->refuser = REFUSED_BY_CLIENT;
        (void)snprintf(out->refusal, sizeof out->refusal, "%.*s", PROBE_REFUSAL - 1, why.text);
    }
    return RC_OK;
}

enum rc probe_send(const struct probe_topic *t, const struct probe_sending *what,
                   struct probe_sent *out, struct err *e)
{
    struct reports reports = {0};
    struct probe_wait wait = probe_wait_begin(t->context);
    const struct producer_patience patience = {.wait = probe_wait_moment, .ctx = &wait};
    struct producer_settings own = *what->settings;
    struct producer *p = NULL;
    *out = (struct probe_sent){0};
    own.cluster = t->context->testbed->cluster;
    own.topic = t->name;
    own.on_delivery = count_report;
    own.ctx = &reports;
    own.delivery_timeout_ns = DELIVERY_NS;
    enum rc rc = producer_open(&own, &p, e);
    for (size_t i = 0; i < what->count && rc == RC_OK; i++)
        rc = send_one(p, &what->records[i], &patience, out, e);
    if (rc == RC_OK)
        rc = producer_settle(p, &patience, e);
    producer_close(p);
    out->acknowledged = atomic_load(&reports.acknowledged);
    if (atomic_load(&reports.refused) > 0 && out->refuser == REFUSED_BY_NOBODY) {
        out->refuser = REFUSED_BY_BROKER;
        memcpy(out->refusal, reports.refusal, sizeof out->refusal);
    }
    return rc;
}

enum rc probe_offer(const struct probe_topic *t, const struct producer_settings *s,
                    struct span value, struct probe_sent *out, struct err *e)
{
    const struct producer_record record = {.value = value, .timestamp_ms = TIMESTAMP_MS};
    const struct probe_sending what = {.settings = s, .records = &record, .count = 1};
    return probe_send(t, &what, out, e);
}

enum rc probe_send_pool(const struct probe_topic *t, const struct producer_settings *s,
                        const struct payload_pool *pool, struct probe_sent *out, struct err *e)
{
    struct producer_record *records = calloc(pool->records, sizeof *records);
    const struct probe_sending what = {.settings = s, .records = records, .count = pool->records};
    if (records == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu records", pool->records);
    for (size_t i = 0; i < pool->records; i++)
        records[i] = (struct producer_record){.value = payload_pool_record(pool, i),
                                              .timestamp_ms = TIMESTAMP_MS};
    enum rc rc = probe_send(t, &what, out, e);
    free(records);
    return rc;
}

/* --- what is stored --- */

enum rc probe_stored(const struct probe_topic *t, struct stored_summary *out, struct err *e)
{
    struct testbed *tb = t->context->testbed;
    struct stored_range whole = {.to = STORED_TO_END};
    const struct stored_question q = {.topic = t->name,
                                      .ranges = &whole,
                                      .range_count = 1,
                                      .log_dir = tb->log_folder,
                                      .cluster = tb->cluster};
    enum rc rc = testbed_find_segments(tb, t->name, &whole, 1, e);
    if (rc == RC_OK)
        rc = stored_batches(&q, out, e);
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

/* --- bytes --- */

enum rc probe_random_bytes(size_t size, uint64_t seed, uint8_t **out, struct err *e)
{
    struct rng r;
    *out = malloc(size);
    if (*out == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu bytes", size);
    rng_init(&r, seed, 0);
    rng_fill(&r, *out, size);
    return RC_OK;
}
