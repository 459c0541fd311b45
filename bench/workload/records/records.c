#define _GNU_SOURCE
#include "bench/workload/records/records.h"

#include "base/clock.h"
#include "bench/workload/records/judge.h"
#include "bench/workload/records/receiver.h"
#include "bench/workload/records/records_spec.h"
#include "bench/workload/records/sender.h"
#include "bench/workload/records/topic.h"
#include "bench/workload/workload_table.h"

#include <stdlib.h>
#include <string.h>

static const int64_t SAMPLE_NS = 50 * NS_PER_MS;

static void lay_out_regions(const struct flow *f, const struct records_spec *s,
                            const struct records_setup *how)
{
    struct sender_region *out = flow_region(f, KIND_SENDER);
    struct receiver_region *in = flow_region(f, KIND_RECEIVER);
    out->entries_at = how->sender_bytes;
    out->room = (uint64_t)s->messages;
    in->read_up_to_at = how->receiver_bytes;
    in->entries_at = how->receiver_bytes + records_list_bytes(s);
    in->room = ledger_received_room(s->messages, s->shared_topic);
}

/* --- its life --- */

static void drop_own_spec(struct records_state *st, size_t spec_bytes)
{
    if (!st->spec_is_ours)
        return;
    explicit_bzero(st->spec, spec_bytes); /* the cluster's and the store's secrets */
    free(st->spec);
    st->spec = NULL;
    st->spec_is_ours = false;
}

/* The spec with its lists of offsets behind it. */
static enum rc add_lists(struct records_state *st, size_t spec_bytes, struct err *e)
{
    size_t list = records_list_bytes(st->spec);
    void *more = calloc(1, spec_bytes + 2 * list);
    if (more == NULL)
        return err_set(e, RC_INFRA, "no memory for %d partitions", (int)st->spec->partitions);
    memcpy(more, st->spec, spec_bytes);
    drop_own_spec(st, spec_bytes);
    st->spec = more;
    st->spec_is_ours = true;
    st->spec->start_at = spec_bytes;
    st->spec->end_at = spec_bytes + list;
    return RC_OK;
}

static enum rc make_spec(struct flow *f, const struct records_setup *how, struct err *e)
{
    struct records_state *st = f->state;
    st->spec = calloc(1, how->spec_bytes);
    if (st->spec == NULL)
        return err_set(e, RC_INFRA, "no memory for what a trial asks its workers");
    st->spec_is_ours = true;
    enum rc rc = records_spec_fill(f, st->spec, e);
    if (rc == RC_OK && how->fill != NULL)
        rc = how->fill(f, st->spec, e);
    if (rc != RC_OK)
        return rc;
    topic_lay_out(f->g, st->spec);
    st->three_topics = st->spec->topics > 0;
    return add_lists(st, how->spec_bytes, e);
}

/* A flow in another's topic begins where that one does. */
static enum rc prepare_topics(struct flow *f, struct records_state *st, struct err *e)
{
    enum rc rc = RC_OK;
    if (f->host == NULL)
        rc = topic_prepare(f->g, f->o->cell, st->spec, &st->topics_made, e);
    else
        memcpy(records_start_offsets(st->spec), records_start_offsets(records_spec_of(f->host)),
               records_list_bytes(st->spec));
    for (size_t i = 0; rc == RC_OK && i < topic_count(st->spec); i++) {
        char name[TOPIC_NAME_MAX];
        rc = topic_name(st->spec->topic, st->three_topics, i, name, e);
        if (rc == RC_OK)
            topic_rules_read(f->g->testbed->admin, name, &st->rules[i]);
    }
    return rc;
}

enum rc records_set_up(struct flow *f, const struct records_setup *how, struct err *e)
{
    struct records_state *st = calloc(1, sizeof *st);
    if (st == NULL)
        return err_set(e, RC_INFRA, "no memory for a flow of records");
    f->state = st;
    enum rc rc = make_spec(f, how, e);
    if (rc == RC_OK)
        rc = prepare_topics(f, st, e);
    size_t whole =
        rc == RC_OK ? how->spec_bytes + 2 * records_list_bytes(st->spec) : how->spec_bytes;
    if (rc == RC_OK)
        rc = flow_make_memory(f, st->spec, whole, e);
    drop_own_spec(st, whole);
    if (rc != RC_OK)
        return rc;
    st->spec = shared_memory_spec(f->memory);
    lay_out_regions(f, st->spec, how);
    return RC_OK;
}

void records_tear_down(struct flow *f, bool lost)
{
    struct records_state *st = f->state;
    if (st != NULL && !lost)
        topic_delete(f->g, f->out->record.topic, st->three_topics, st->topics_made,
                     f->out->topic_left);
    free(st);
    f->state = NULL;
}

bool records_receiver_is_late(const struct flow *f)
{
    return f->o->scenario->receiver_after;
}

enum rc records_sent(struct flow *f, struct err *e)
{
    return topic_find_ends(f->g, records_spec_of(f), e);
}

uint64_t records_handed_over(const struct shared_memory *m)
{
    const struct sender_region *out = shared_memory_region(m, KIND_SENDER);
    return atomic_load_explicit(&out->sent_count, memory_order_relaxed);
}

void records_count(const struct shared_memory *m, const char *phase, struct prometheus_samples *to)
{
    struct prometheus_sample sent = {.metric = &LIVE_RECORDS_SENT, .label = {phase}};
    struct prometheus_sample received = {.metric = &LIVE_RECORDS_RECEIVED, .label = {phase}};
    if (m != NULL) {
        const struct receiver_region *in = shared_memory_region(m, KIND_RECEIVER);
        sent.value = records_handed_over(m);
        received.value = atomic_load_explicit(&in->received_count, memory_order_relaxed);
    }
    prometheus_samples_add(to, sent);
    prometheus_samples_add(to, received);
}

/* --- the row --- */

static size_t sender_bytes(const struct flow *f)
{
    return sender_region_bytes(records_spec_of(f), sizeof(struct sender_region));
}

static size_t receiver_bytes(const struct flow *f)
{
    return receiver_region_bytes(records_spec_of(f), sizeof(struct receiver_region));
}

static enum rc set_up_records(struct flow *f, struct err *e)
{
    static const struct records_setup how = {.spec_bytes = sizeof(struct records_spec),
                                             .sender_bytes = sizeof(struct sender_region),
                                             .receiver_bytes = sizeof(struct receiver_region)};
    return records_set_up(f, &how, e);
}

static enum rc judge_records(struct flow *f, struct err *e)
{
    struct ledger l = records_ledger(f);
    return records_judge(f, &l, NULL, e);
}

/* Each has the mean size of what was sent. */
static bool arrival(const struct flow *f, uint64_t i, struct workload_arrival *out)
{
    const struct sender_region *sent = flow_region(f, KIND_SENDER);
    struct receiver_region *in = flow_region(f, KIND_RECEIVER);
    if (i >= atomic_load(&in->received_count))
        return false;
    double count = (double)f->out->record.delivery.sent;
    *out = (struct workload_arrival){.ns = receiver_entries(in)[i].received_ns,
                                     .bytes = count > 0 ? (double)sent->original_bytes / count : 0};
    return true;
}

static unsigned need_cluster(const struct plan_cell *c)
{
    (void)c;
    return NEED_CLUSTER;
}

static enum rc plan_records(const struct scenario *s, struct plan_cell *c, struct err *e)
{
    if (!encoding_is_image(c->encoding))
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "%s: found workload records with encoding %s, which is of images; expected raw "
                   "or base64-json",
                   s->name, ENCODING_NAMES[c->encoding]);
}

static struct workload_message message_of_record(const struct plan_cell *c, int64_t record_bytes)
{
    enum { DOCUMENT_BYTES = 128 }; /* of a base64-JSON document beside the data */
    int64_t bytes =
        c->encoding == ENCODING_RAW ? record_bytes : (record_bytes + 2) / 3 * 4 + DOCUMENT_BYTES;
    return (struct workload_message){.bytes = bytes, .largest = bytes, .messages = 1};
}

static const struct worker_kind KINDS[] = {
    [KIND_SENDER] = {.name = "sender",
                     .spread = SPREAD_DIVIDED,
                     .part = PART_SENDS,
                     .region_bytes = sender_bytes,
                     .live = sender_of_records},
    [KIND_RECEIVER] = {.name = "receiver",
                       .spread = SPREAD_DIVIDED,
                       .part = PART_DRAINS,
                       .late = records_receiver_is_late,
                       .region_bytes = receiver_bytes,
                       .live = receiver_of_records},
    {.name = NULL},
};

const struct workload WORKLOAD_RECORDS = {
    .form = {.name = "records",
             .says = "one sender, one receiver, every record followed from hand to hand",
             .takes = WORKLOAD_SENDING_KEYS},
    .kinds = KINDS,
    .sample_ns = SAMPLE_NS,
    .needs = need_cluster,
    .plan = plan_records,
    .message = message_of_record,
    .setup = set_up_records,
    .sent = records_sent,
    .judge = judge_records,
    .teardown = records_tear_down,
    .count = records_count,
    .handed_over = records_handed_over,
    .draw = records_draw,
    .arrival = arrival,
};
