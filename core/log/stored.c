#include "core/log/stored.h"

#include "base/clock.h"
#include "codecs/codec.h"
#include "core/log/fetch.h"
#include "core/log/stored_body.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const char *const STORED_EVIDENCE_NAMES[] = {
    [STORED_EVIDENCE_NONE] = "none",
    [STORED_EVIDENCE_SEGMENTS] = "segment files",
    [STORED_EVIDENCE_FETCH] = "raw fetch",
};

static const char *const UNKNOWN_CODECS[STORED_CODEC_IDS] = {
    "unknown codec 0", "unknown codec 1", "unknown codec 2", "unknown codec 3",
    "unknown codec 4", "unknown codec 5", "unknown codec 6", "unknown codec 7",
};

#define DEFAULT_TIMEOUT_NS (INT64_C(10) * NS_PER_S)
enum { FIRST_SIZES = 1024 };

/* One question being answered. */
struct tally {
    const struct stored_question *q;
    struct stored_summary *out;
    struct stored_range range; /* being walked */
    int64_t reached;           /* in this range: the offset after the last batch seen */
    int64_t *sizes;            /* owned: of every batch counted, for the median */
    size_t size_count, size_room;
    struct stored_decoder decoder;
};

const char *stored_codec_name(int codec_id)
{
    const struct codec *c = codec_by_kafka_id(codec_id);
    return c != NULL ? c->name : UNKNOWN_CODECS[codec_id & (STORED_CODEC_IDS - 1)];
}

static void count(struct stored_count *to, const struct stored_batch *b,
                  const struct stored_body *body)
{
    to->batches++;
    to->records += b->records;
    to->stored_bytes += b->stored_bytes;
    to->body_bytes += body->body_bytes;
    to->value_bytes += body->value_bytes;
}

static enum rc note_size(struct tally *t, int64_t bytes, struct err *e)
{
    if (t->size_count == t->size_room) {
        size_t room = t->size_room == 0 ? FIRST_SIZES : t->size_room * 2;
        int64_t *grown = realloc(t->sizes, room * sizeof *grown);
        if (grown == NULL)
            return err_set(e, RC_INFRA, "out of memory for the sizes of %zu batches", room);
        t->sizes = grown;
        t->size_room = room;
    }
    t->sizes[t->size_count++] = bytes;
    return RC_OK;
}

static enum rc count_data(struct tally *t, const struct stored_batch *b, struct err *e)
{
    struct stored_body body = {0};
    struct stored_summary *s = t->out;
    enum rc rc = t->q->decode ? stored_decoder_read(&t->decoder, b, &body, e) : RC_OK;
    if (rc == RC_OK)
        rc = note_size(t, b->stored_bytes, e);
    if (rc != RC_OK)
        return rc;
    count(&s->codec[b->codec_id], b, &body);
    count(&s->all, b, &body);
    if (s->first_offset < 0 || b->base_offset < s->first_offset)
        s->first_offset = b->base_offset;
    if (b->last_offset > s->last_offset)
        s->last_offset = b->last_offset;
    return t->q->on_batch == NULL ? RC_OK : t->q->on_batch(t->q->ctx, t->range.partition, b, e);
}

static enum rc on_batch(void *ctx, int32_t partition, const struct stored_batch *b, struct err *e)
{
    (void)partition; /* t->range knows */
    struct tally *t = ctx;
    const struct stored_body not_decoded = {0};
    t->reached = b->last_offset + 1;
    if (b->control)
        count(&t->out->control, b, &not_decoded);
    else if (b->base_offset < t->range.from || b->last_offset >= t->range.to)
        count(&t->out->straddling, b, &not_decoded);
    else
        return count_data(t, b, e);
    return RC_OK;
}

static enum rc check_range(const struct stored_range *r, struct err *e)
{
    if (r->partition >= 0 && r->from >= 0 && r->from <= r->to)
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "partition %" PRId32 ", offsets %" PRId64 " to %" PRId64 " is no range",
                   r->partition, r->from, r->to);
}

static void finish_range(struct tally *t)
{
    t->out->partitions++;
    if (t->range.to != STORED_TO_END && t->range.from < t->range.to && t->reached < t->range.to)
        t->out->complete = false;
}

static enum rc walk_segments(struct tally *t, const struct stored_range *r, struct err *e)
{
    const struct segment_range where = {.log_dir = r->log_dir != NULL ? r->log_dir : t->q->log_dir,
                                        .topic = t->q->topic,
                                        .partition = r->partition,
                                        .from = r->from,
                                        .to = r->to};
    enum rc rc = check_range(r, e);
    if (rc != RC_OK)
        return rc;
    t->range = *r;
    t->reached = -1;
    rc = segment_walk(&where, on_batch, t, e);
    finish_range(t);
    return rc;
}

static enum rc from_segments(struct tally *t, struct err *e)
{
    int32_t partitions = 0;
    bool told = t->q->ranges != NULL && t->q->range_count > 0 && t->q->ranges[0].log_dir != NULL;
    enum rc rc = told ? RC_OK : segment_partitions(t->q->log_dir, t->q->topic, &partitions, e);
    for (size_t i = 0; rc == RC_OK && t->q->ranges != NULL && i < t->q->range_count; i++)
        rc = walk_segments(t, &t->q->ranges[i], e);
    for (int32_t p = 0; rc == RC_OK && t->q->ranges == NULL && p < partitions; p++) {
        const struct stored_range all = {.partition = p, .from = 0, .to = STORED_TO_END};
        if (segment_holds(t->q->log_dir, t->q->topic, p))
            rc = walk_segments(t, &all, e);
    }
    t->out->evidence = STORED_EVIDENCE_SEGMENTS;
    return rc;
}

static enum rc walk_fetched(struct tally *t, struct fetch *f, const struct stored_range *r,
                            struct err *e)
{
    const struct fetch_range where = {.partition = r->partition, .from = r->from, .to = r->to};
    enum rc rc = check_range(r, e);
    if (rc != RC_OK)
        return rc;
    t->range = *r;
    t->reached = -1;
    rc = fetch_walk(f, &where, on_batch, t, e);
    finish_range(t);
    return rc;
}

static enum rc from_fetch(struct tally *t, struct err *e)
{
    struct fetch *f = NULL;
    int64_t timeout_ns = t->q->timeout_ns > 0 ? t->q->timeout_ns : DEFAULT_TIMEOUT_NS;
    enum rc rc = fetch_open(cluster_bootstrap(t->q->cluster), t->q->topic, timeout_ns, &f, e);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; rc == RC_OK && t->q->ranges != NULL && i < t->q->range_count; i++)
        rc = walk_fetched(t, f, &t->q->ranges[i], e);
    for (int32_t p = 0; rc == RC_OK && t->q->ranges == NULL && p < fetch_partitions(f); p++) {
        const struct stored_range all = {.partition = p, .from = 0, .to = STORED_TO_END};
        rc = walk_fetched(t, f, &all, e);
    }
    fetch_close(f);
    t->out->evidence = STORED_EVIDENCE_FETCH;
    return rc;
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static void sum_up(struct tally *t)
{
    struct stored_summary *s = t->out;
    if (t->size_count == 0)
        return;
    qsort(t->sizes, t->size_count, sizeof *t->sizes, by_size);
    size_t upper = t->size_count / 2;
    size_t lower = (t->size_count - 1) / 2;
    s->min_batch_bytes = t->sizes[0];
    s->median_batch_bytes = (t->sizes[lower] + t->sizes[upper]) / 2;
    s->max_batch_bytes = t->sizes[t->size_count - 1];
}

/* The reason why there can be no evidence; NULL when a fetch can be tried. */
static const char *why_not(const struct stored_question *q)
{
    if (q->cluster == NULL || cluster_bootstrap(q->cluster) == NULL)
        return "neither the broker's log folder nor a cluster to ask is given";
    if (!cluster_is_plain(q->cluster))
        return "the cluster is reached by TLS or a login (security.protocol), and raw batches are "
               "read over plain TCP only; the broker's log folder, or a PLAINTEXT listener, would "
               "show them";
    return NULL;
}

enum rc stored_batches(const struct stored_question *q, struct stored_summary *out, struct err *e)
{
    *out = (struct stored_summary){.min_batch_bytes = -1,
                                   .median_batch_bytes = -1,
                                   .max_batch_bytes = -1,
                                   .first_offset = -1,
                                   .last_offset = -1,
                                   .complete = true,
                                   .decoded = q->decode};
    struct tally t = {.q = q, .out = out};
    enum rc rc = RC_OK;
    stored_decoder_init(&t.decoder, STORED_BODY_MAX);
    const char *excuse = q->log_dir == NULL ? why_not(q) : NULL;
    if (q->log_dir != NULL)
        rc = from_segments(&t, e);
    else if (excuse == NULL)
        rc = from_fetch(&t, e);
    else
        (void)snprintf(out->why_not, sizeof out->why_not, "%s", excuse);
    if (rc == RC_OK)
        sum_up(&t);
    stored_decoder_release(&t.decoder);
    free(t.sizes);
    return rc;
}
