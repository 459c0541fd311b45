#include "bench/trial/account.h"

#include "base/clock.h"
#include "bench/trial/sabotage.h"
#include "bench/trial/topic.h"
#include "core/kafka/library.h"
#include "core/log/stored.h"
#include "reports/stats/statistics.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Of the records still waiting when the window closed, and of send lag to the latency judged: past
 * these an open loop measured its own queue. */
static const double UNSENT_SHARE_MAX = 0.01;
static const double LAG_SHARE_MAX = 0.10;

void account_void(struct trial_record *r, const char *fmt, ...)
{
    if (r->validity == TRIAL_VOID)
        return;
    r->validity = TRIAL_VOID;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(r->why, sizeof r->why, fmt, ap);
    va_end(ap);
}

void account_library(const struct codec_spec *c, char *text, size_t size)
{
    char client[64];
    (void)library_version(client, sizeof client);
    if (strcmp(c->codec->name, "none") == 0)
        (void)snprintf(text, size, "none");
    else if (strcmp(c->codec->name, "snappy") == 0)
        (void)snprintf(text, size, "snappy in %s", client);
    else
        (void)snprintf(text, size, "%s %s", c->codec->library, c->codec->version());
}

static void name_cell(const struct trial_order *o, struct trial_cell *cell)
{
    const struct plan_cell *c = o->cell;
    char label[SCENARIO_LABEL];
    (void)snprintf(cell->codec, sizeof cell->codec, "%s", codec_sweep_label(c->codec, label));
    (void)snprintf(cell->payload, sizeof cell->payload, "%s", c->payload->name);
    (void)snprintf(cell->encoding, sizeof cell->encoding, "%s", ENCODING_NAMES[c->encoding]);
    (void)snprintf(cell->batching, sizeof cell->batching, "%s",
                   batching_label(&c->batching, label));
    (void)snprintf(cell->load, sizeof cell->load, "%s", load_label(&c->load, label));
    (void)snprintf(cell->link, sizeof cell->link, "%s", link_label(&c->link, label));
    if (c->beside != NULL)
        (void)snprintf(cell->beside, sizeof cell->beside, "%s", beside_label(c->beside->as, label));
    if (c->listed != NULL)
        (void)snprintf(cell->arm, sizeof cell->arm, "%s", c->listed->name);
    cell->record_bytes = c->record_bytes;
    cell->batch_records = c->batching.records;
    cell->batch_bytes = c->batching.bytes;
    cell->linger_ns = c->batching.linger_ns;
}

static void name_group(const struct trial_order *o, struct trial_record *r)
{
    r->group = (int64_t)o->cell->group;
    r->reference = o->group->baseline == o->trial->cell;
    (void)snprintf(r->group_label, sizeof r->group_label, "%s", o->group->label);
    (void)snprintf(r->compare, sizeof r->compare, "%s", ARM_NAMES[o->scenario->compare]);
}

static void name_topic(const struct trial_ground *g, const struct trial_order *o,
                       struct trial_record *r)
{
    if (g->shared_topic != NULL)
        (void)snprintf(r->topic, sizeof r->topic, "%s", g->shared_topic);
    else
        (void)snprintf(r->topic, sizeof r->topic, "%s%s.%llx", g->topic_prefix, o->trial->id,
                       (unsigned long long)clock_wall().ns);
}

void account_identity(const struct trial_order *o, struct trial_record *r)
{
    trial_record_init(r);
    (void)snprintf(r->scenario, sizeof r->scenario, "%s", o->scenario->name);
    name_cell(o, &r->cell);
    name_group(o, r);
    r->cell_index = (int64_t)o->trial->cell;
}

void account_open(const struct trial_ground *g, const struct trial_order *o, struct trial_record *r)
{
    account_identity(o, r);
    (void)snprintf(r->run, sizeof r->run, "%s", g->run);
    (void)snprintf(r->trial, sizeof r->trial, "%s", o->trial->id);
    name_topic(g, o, r);
    if (o->cell->load.kind == LOAD_OPEN && o->rate_per_s > 0)
        r->load_rate_per_s = o->rate_per_s;
    r->block = o->trial->block;
    r->position = o->trial->position;
    r->started_wall_ns = clock_wall().ns;
    r->seed = o->trial->seed;
    r->validity = TRIAL_VALID;
    (void)codec_spec_format(o->cell->choice, r->codec_effective);
    if (o->cell->choice.codec->has_levels)
        (void)snprintf(r->codec_effective, sizeof r->codec_effective, "%s-%d",
                       o->cell->choice.codec->name, codec_spec_level(o->cell->choice));
    account_library(&o->cell->choice, r->codec_library, sizeof r->codec_library);
    (void)library_version(r->client_library, sizeof r->client_library);
    (void)snprintf(r->broker, sizeof r->broker, "%s", g->broker_says);
    if (g->broker_cpus != NULL)
        (void)snprintf(r->use.broker_cpus, sizeof r->use.broker_cpus, "%s", g->broker_cpus);
    r->cores = g->cores;
}

static double per_second(int64_t count, int64_t ns)
{
    return ns > 0 ? (double)count * 1e9 / (double)ns : NOT_MEASURED;
}

static void fill_throughput(const struct trial_order *o, const struct ledger *l,
                            const struct ledger_verdict *v, struct trial_record *r)
{
    int64_t bytes = 0;
    for (size_t i = l->warmup; i < l->sent_count; i++)
        bytes += (int64_t)o->pool->slots[i % o->pool->records].size;
    r->measured_records = v->measured;
    r->measured_payload_bytes = bytes;
    if (v->measured == 0)
        return;
    r->window_ns = v->last_received_ns - v->first_sent_ns;
    r->throughput.records_per_s = per_second(v->measured, r->window_ns);
    r->throughput.payload_bytes_per_s = per_second(bytes, r->window_ns);
    r->throughput.produced_records_per_s =
        per_second(v->measured, v->last_acked_ns - v->first_sent_ns);
    r->throughput.consumed_records_per_s =
        per_second(v->measured, v->last_received_ns - v->first_received_ns);
}

/* Open loop only: did the sender keep up with its own schedule? The last record closes the window
 * and is always sent after it. */
static void judge_saturation(const struct ledger *l, const struct hist *lag, struct trial_record *r)
{
    int64_t waiting = 0;
    int64_t closed_ns = l->sent[l->sent_count - 1].intended_ns;
    for (size_t i = l->warmup; i + 1 < l->sent_count; i++)
        waiting += l->sent[i].sent_ns > closed_ns;
    r->unsent_at_end_share = (double)waiting / (double)(l->sent_count - l->warmup);
    r->send_lag_p99_ns = (double)hist_quantile(lag, 0.99);
    double judged_ns = (double)r->latency_ns.e2e.p99;
    if (r->validity != TRIAL_VALID)
        return;
    if (r->unsent_at_end_share > UNSENT_SHARE_MAX) {
        r->validity = TRIAL_SATURATED;
        (void)snprintf(r->why, sizeof r->why,
                       "%.1f %% of the records were still waiting when the window closed",
                       r->unsent_at_end_share * 100);
    } else if (judged_ns > 0 && r->send_lag_p99_ns > judged_ns * LAG_SHARE_MAX) {
        r->validity = TRIAL_SATURATED;
        (void)snprintf(r->why, sizeof r->why,
                       "the sender fell behind: p99 send lag %.2f ms of %.2f ms p99 latency",
                       r->send_lag_p99_ns / 1e6, judged_ns / 1e6);
    }
}

/* Why records were refused, and for those that were too large who tells the limit. A topic of the
 * trial's own is gone by then. */
static const char *say_refusal(const struct board *b, char *text)
{
    const char *topic = b->spec.shared_topic ? b->spec.topic : "";
    int used = snprintf(text, RECORD_WHY_MAX, "%.200s", b->sender.error);
    if (b->sender.too_large_bytes > 0 && used >= 0)
        (void)snprintf(text + used, RECORD_WHY_MAX - (size_t)used,
                       "; \"assay doctor --size %lldB%s%.200s\" tells which limit",
                       (long long)b->sender.too_large_bytes, topic[0] != '\0' ? " --topic " : "",
                       topic);
    return text;
}

static void judge_delivery(const struct ledger_verdict *v, const struct board *b,
                           struct trial_record *r)
{
    char said[RECORD_WHY_MAX], why[RECORD_WHY_MAX];
    struct delivery judged = v->delivery;
    if (b->spec.shared_topic)
        judged.alien = 0; /* others may write there too */
    r->delivery = v->delivery;
    if (judged.refused > 0)
        account_void(r, "%.140s: %.360s", delivery_say(&judged, said), say_refusal(b, why));
    else if (!delivery_perfect(&judged))
        account_void(r, "%s (first: %s)", delivery_say(&judged, said), v->example);
}

/* Images are joined like records, their sequence in the place of the offset. In which order they
 * were complete does not matter. */
static enum rc join_images(struct board *b, struct ledger *l, struct ledger_verdict *v,
                           struct trial_record *r, struct err *e)
{
    *l = (struct ledger){.sent = board_images_sent(b),
                         .sent_count = (size_t)atomic_load(&b->images_sent_count),
                         .received = board_images_received(b),
                         .received_count = (size_t)atomic_load(&b->images_received_count),
                         .warmup = (size_t)b->spec.warmup,
                         .partitions = 1,
                         .read_up_to = {INT64_MAX}};
    enum rc rc = ledger_join(l, v, e);
    if (rc != RC_OK)
        return rc;
    const struct delivery *d = &v->delivery;
    r->images.sent = d->sent;
    r->images.incomplete = d->lost + d->refused;
    r->images.arrived = d->sent - r->images.incomplete;
    r->images.identical = r->images.arrived - d->corrupted;
    if (b->spec.store.bucket[0] != '\0') {
        r->bytes.objects = b->object_bytes;
        r->bytes.http_sent = b->http_sent;
        r->bytes.http_received = b->http_received;
    }
    if (r->images.identical != r->images.sent || d->duplicated > 0 || d->alien > 0)
        account_void(r, "%lld of %lld images arrived as they were sent, %lld incomplete%s%s",
                     (long long)r->images.identical, (long long)d->sent,
                     (long long)r->images.incomplete,
                     b->image_trouble[0] != '\0' ? "; first: " : "", b->image_trouble);
    return RC_OK;
}

enum rc account_ledger(const struct trial_order *o, struct board *b, struct trial_outcome *out,
                       struct err *e)
{
    struct trial_record *r = &out->record;
    struct hist lag;
    struct ledger l = {.sent = board_sent(b),
                       .sent_count = (size_t)atomic_load(&b->sent_count),
                       .received = board_received(b),
                       .received_count = (size_t)atomic_load(&b->received_count),
                       .warmup = (size_t)b->spec.warmup,
                       .partitions = b->spec.partitions};
    const struct ledger_verdict measuring = {
        .e2e = &out->e2e, .ack = &out->ack, .service = &out->service, .send_lag = &lag};
    bool images = b->spec.image_max_bytes > 0;
    struct ledger_verdict v = images ? (struct ledger_verdict){.e2e = NULL} : measuring;
    memcpy(l.read_up_to, b->read_up_to, sizeof l.read_up_to);
    enum rc rc = hist_init(&lag, e);
    if (rc == RC_OK)
        rc = ledger_join(&l, &v, e);
    if (rc == RC_OK)
        judge_delivery(&v, b, r);
    if (rc == RC_OK && images) {
        v = measuring;
        rc = join_images(b, &l, &v, r, e);
        if (r->bytes.objects >= 0)
            (void)snprintf(r->object_store, sizeof r->object_store, "%.*s", RECORD_NAME_MAX - 1,
                           b->spec.store_says);
    }
    if (rc == RC_OK) {
        latency_from_hist(&out->e2e, &r->latency_ns.e2e);
        latency_from_hist(&out->ack, &r->latency_ns.ack);
        latency_from_hist(&out->service, &r->latency_ns.service);
        fill_throughput(o, &l, &v, r);
        out->measured_from_ns = v.first_sent_ns;
        out->measured_to_ns = v.last_received_ns;
        r->bytes.payload = b->payload_bytes;
        r->bytes.original = b->original_bytes;
        if (b->encoded > 0)
            r->encode_ns_per_record = (double)b->encode_ns / (double)b->encoded;
        if (b->spec.load.kind == LOAD_OPEN && v.measured > 0)
            judge_saturation(&l, &lag, r);
    }
    hist_release(&lag);
    return rc;
}

/* What was stored must be what was asked for, or none where compression gained nothing. */
static void judge_codec(const struct stored_summary *s, const struct board *b,
                        struct trial_record *r)
{
    struct err ignored;
    struct codec_spec asked;
    size_t row = 0;
    if (codec_spec_parse(b->spec.codec, &asked, &ignored) != RC_OK)
        return;
    for (int id = 0; id < STORED_CODEC_IDS; id++) {
        const struct stored_count *c = &s->codec[id];
        if (c->batches == 0)
            continue;
        (void)snprintf(r->stored[row].codec, sizeof r->stored[row].codec, "%s",
                       stored_codec_name(id));
        r->stored[row].batches = c->batches;
        r->stored[row].bytes = c->stored_bytes;
        row++;
        bool by_topic = b->spec.topics > 0 && b->spec.sabotage != SABOTAGE_CODEC &&
                        strcmp(stored_codec_name(id), IMAGE_TOPIC_TABLE[0].compression) == 0;
        if (id != asked.codec->kafka_id && id != 0 && !by_topic)
            account_void(r, "%lld of %lld batches are stored with %s, not with %s",
                         (long long)c->batches, (long long)s->all.batches, stored_codec_name(id),
                         asked.codec->name);
    }
}

static void add_summary(struct stored_summary *sum, const struct stored_summary *s)
{
    for (int id = 0; id < STORED_CODEC_IDS; id++) {
        sum->codec[id].batches += s->codec[id].batches;
        sum->codec[id].stored_bytes += s->codec[id].stored_bytes;
    }
    sum->all.batches += s->all.batches;
    sum->all.stored_bytes += s->all.stored_bytes;
    sum->straddling.batches += s->straddling.batches;
    sum->complete = sum->complete && s->complete;
    if (s->evidence == STORED_EVIDENCE_NONE || sum->evidence == STORED_EVIDENCE_NONE)
        sum->evidence = STORED_EVIDENCE_NONE;
    else
        sum->evidence = s->evidence;
}

/* The stored batches of all topics of the trial. */
static enum rc read_stored(const struct trial_ground *g, const struct board *b,
                           struct stored_summary *sum, struct err *e)
{
    const struct trial_spec *spec = &b->spec;
    struct stored_range ranges[LEDGER_PARTITIONS];
    char name[TOPIC_NAME_MAX];
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < topic_count(spec); i++) {
        int32_t first = topic_first(spec, i), count = topic_partitions(spec, i);
        for (int32_t p = 0; p < count; p++)
            ranges[p] = (struct stored_range){.partition = p,
                                              .from = spec->start_offset[first + p],
                                              .to = b->end_offset[first + p]};
        struct stored_question q = {.topic = name,
                                    .ranges = ranges,
                                    .range_count = (size_t)count,
                                    .log_dir = g->log_folder,
                                    .cluster = g->cluster};
        struct stored_summary s;
        rc = topic_name(spec->topic, spec->topics > 0, i, name, e);
        if (rc == RC_OK)
            rc = stored_batches(&q, &s, e);
        if (rc == RC_OK && i == 0)
            *sum = s;
        else if (rc == RC_OK)
            add_summary(sum, &s);
    }
    return rc;
}

enum rc account_stored(const struct trial_ground *g, struct board *b, struct trial_record *r,
                       struct err *e)
{
    struct stored_summary s = {.evidence = STORED_EVIDENCE_NONE};
    if (b->spec.mixed) { /* whose a batch is cannot be told */
        (void)snprintf(r->codec_evidence, sizeof r->codec_evidence, "producer");
        return RC_OK;
    }
    enum rc rc = read_stored(g, b, &s, e);
    if (rc != RC_OK)
        return rc;
    bool others_too = r->delivery.alien > 0 || s.straddling.batches > 0;
    if (s.evidence == STORED_EVIDENCE_NONE || !s.complete) {
        (void)snprintf(r->codec_evidence, sizeof r->codec_evidence, "producer");
        return RC_OK;
    }
    (void)snprintf(r->codec_evidence, sizeof r->codec_evidence, "%s",
                   STORED_EVIDENCE_NAMES[s.evidence]);
    judge_codec(&s, b, r);
    if (others_too)
        return RC_OK; /* a topic shared with others: their bytes are not ours to count */
    r->bytes.batches = s.all.batches;
    r->bytes.stored = s.all.stored_bytes;
    int64_t objects = r->bytes.objects > 0 ? r->bytes.objects : 0;
    if (s.all.stored_bytes > 0)
        r->ratio = (double)r->bytes.payload / (double)(s.all.stored_bytes + objects);
    return RC_OK;
}
