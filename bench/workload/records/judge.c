#include "bench/workload/records/judge.h"

#include "base/clock.h"
#include "bench/trial/account.h"
#include "bench/trial/sabotage.h"
#include "bench/workload/records/stored_proof.h"
#include "reports/stats/statistics.h"

#include <stdio.h>
#include <string.h>

/* Of the records still waiting when the window closed, and of send lag to the latency judged: past
 * these an open loop measured its own queue. */
static const double UNSENT_SHARE_MAX = 0.01;
static const double LAG_SHARE_MAX = 0.10;

/* --- who worked --- */

static void note_workers(const struct flow *f)
{
    struct trial_record *r = &f->out->record;
    const struct worker_slot *sender = flow_slot(f, KIND_SENDER);
    const struct worker_slot *receiver = flow_slot(f, KIND_RECEIVER);
    const struct sender_region *out = flow_region(f, KIND_SENDER);
    const struct receiver_region *in = flow_region(f, KIND_RECEIVER);
    account_worker(sender, &r->use.sender);
    account_worker(receiver, &r->use.receiver);
    r->use.sender.ledger_bytes = (int64_t)(out->room * sizeof(struct sent_entry));
    r->use.receiver.ledger_bytes = (int64_t)(in->room * sizeof(struct received_entry));
    r->use.sender.pool_bytes = (int64_t)f->o->pool->mapping_bytes;
    r->use.receiver.pool_bytes = 0;
    (void)snprintf(f->out->sender_settings, sizeof f->out->sender_settings, "%s", sender->settings);
    (void)snprintf(f->out->receiver_settings, sizeof f->out->receiver_settings, "%s",
                   receiver->settings);
    (void)snprintf(r->client_library, sizeof r->client_library, "%s", sender->library);
    (void)snprintf(r->codec_library, sizeof r->codec_library, "%s", sender->codec_library);
    r->bytes.wire_sent = sender->wire.sent;
    r->bytes.wire_received = receiver->wire.received;
}

/* --- what was delivered --- */

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
    if (v->last_received_ns > 0)
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
static void judge_saturation(const struct ledger *l, const struct hist *lag,
                             struct trial_outcome *out)
{
    struct trial_record *r = &out->record;
    struct latency judged;
    latency_from_hist(&out->latency[LATENCY_E2E], &judged);
    int64_t waiting = 0;
    int64_t closed_ns = l->sent[l->sent_count - 1].intended_ns;
    for (size_t i = l->warmup; i + 1 < l->sent_count; i++)
        waiting += l->sent[i].sent_ns > closed_ns;
    r->unsent_at_end_share = (double)waiting / (double)(l->sent_count - l->warmup);
    r->send_lag_p99_ns = (double)hist_quantile(lag, 0.99);
    double judged_ns = (double)judged.p99;
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
static const char *say_refusal(const struct flow *f, char *text)
{
    const struct records_spec *spec = records_spec_of(f);
    const struct worker_slot *sender = flow_slot(f, KIND_SENDER);
    const char *topic = spec->shared_topic ? spec->topic : "";
    int used = snprintf(text, RECORD_WHY_MAX, "%.200s", sender->error);
    if (sender->too_large_bytes > 0 && used >= 0)
        (void)snprintf(text + used, RECORD_WHY_MAX - (size_t)used,
                       "; \"assay doctor --size %lldB%s%.200s\" tells which limit",
                       (long long)sender->too_large_bytes, topic[0] != '\0' ? " --topic " : "",
                       topic);
    return text;
}

static void judge_delivery(const struct flow *f, const struct ledger_verdict *v)
{
    char said[RECORD_WHY_MAX], why[RECORD_WHY_MAX];
    struct trial_record *r = &f->out->record;
    bool shared = records_spec_of(f)->shared_topic; /* others may write there too */
    struct delivery judged =
        delivery_faults(&v->delivery, f->workload->findings | (shared ? 1U << OUTCOME_FOREIGN : 0));
    r->delivery = v->delivery;
    if (judged.outcome[OUTCOME_REFUSED] > 0)
        account_hurt(r, "%.140s: %.360s", delivery_say(&judged, said), say_refusal(f, why));
    else if (!delivery_perfect(&judged))
        account_hurt(r, "%s (first: %s)", delivery_say(&judged, said), v->example);
}

static void fill_record(const struct flow *f, const struct ledger *l,
                        const struct ledger_verdict *v)
{
    struct trial_outcome *out = f->out;
    struct trial_record *r = &out->record;
    const struct sender_region *sent = flow_region(f, KIND_SENDER);
    fill_throughput(f->o, l, v, r);
    out->measured_from_ns = v->first_sent_ns;
    out->measured_to_ns = v->last_received_ns;
    r->bytes.payload = sent->payload_bytes;
    r->bytes.original = sent->original_bytes;
    if (sent->encoded > 0)
        r->encode_ns_per_record = (double)sent->encode_ns / (double)sent->encoded;
    if (load_by_clock(&records_spec_of(f)->load.as) && v->measured > 0)
        judge_saturation(l, v->send_lag, out);
}

struct ledger records_ledger(const struct flow *f)
{
    const struct records_spec *spec = records_spec_of(f);
    struct sender_region *out = flow_region(f, KIND_SENDER);
    struct receiver_region *in = flow_region(f, KIND_RECEIVER);
    return (struct ledger){.sent = sender_entries(out),
                           .sent_count = (size_t)atomic_load(&out->sent_count),
                           .received = receiver_entries(in),
                           .received_count = (size_t)atomic_load(&in->received_count),
                           .warmup = (size_t)spec->warmup,
                           .partitions = spec->partitions,
                           .read_up_to = receiver_read_up_to(in)};
}

static enum rc join(struct flow *f, struct ledger *l, records_rejoin *rejoin, struct hist *lag,
                    struct err *e)
{
    const struct ledger_verdict measuring = {.e2e = &f->out->latency[LATENCY_E2E],
                                             .ack = &f->out->latency[LATENCY_ACK],
                                             .service = &f->out->latency[LATENCY_SERVICE],
                                             .send_lag = lag};
    struct ledger_verdict v = rejoin != NULL ? (struct ledger_verdict){.e2e = NULL} : measuring;
    enum rc rc = ledger_join(l, &v, e);
    if (rc == RC_OK)
        judge_delivery(f, &v);
    if (rc == RC_OK && rejoin != NULL) {
        v = measuring;
        rc = rejoin(f, l, &v, e);
    }
    if (rc == RC_OK)
        fill_record(f, l, &v);
    if (rc != RC_INTEGRITY)
        return rc;
    account_hurt(&f->out->record, "%s", e->text); /* what cannot be proves nothing */
    return RC_OK;
}

enum rc records_judge(struct flow *f, struct ledger *l, records_rejoin *rejoin, struct err *e)
{
    struct hist lag;
    note_workers(f);
    enum rc rc = hist_init(&lag, e);
    if (rc == RC_OK)
        rc = join(f, l, rejoin, &lag, e);
    hist_release(&lag);
    const struct ledger of_records = records_ledger(f); /* *l may be that of something else now */
    return rc == RC_OK ? stored_proof(f, &of_records, e) : rc;
}

/* --- the timeline --- */

/* Counts an instant in its point; what came before point 0 is returned as 1. */
static int64_t draw_instant(const struct timeline *t, int64_t ns, double *value)
{
    size_t point = timeline_point(t, ns);
    if (point < t->points)
        value[point]++;
    return ns < t->from_ns ? 1 : 0;
}

void records_draw(const struct flow *f, struct timeline *t)
{
    struct sender_region *out = flow_region(f, KIND_SENDER);
    struct receiver_region *in = flow_region(f, KIND_RECEIVER);
    const struct sent_entry *sent_entry = sender_entries(out);
    const struct received_entry *received_entry = receiver_entries(in);
    uint64_t sent_count = atomic_load(&out->sent_count);
    uint64_t received_count = atomic_load(&in->received_count);
    double *sent = timeline_series(t, "sent", "records/s");
    double *received = timeline_series(t, "received", "records/s");
    double *lag = timeline_series(t, "lag", "records");
    if (sent == NULL || received == NULL || lag == NULL)
        return;
    bool others = f->out->record.delivery.outcome[OUTCOME_FOREIGN] > 0; /* are among the received */
    int64_t behind = 0;
    for (uint64_t i = 0; i < sent_count; i++)
        if (sent_entry[i].state == SENT_ACKNOWLEDGED)
            behind += draw_instant(t, sent_entry[i].sent_ns, sent);
    for (uint64_t i = 0; i < received_count; i++)
        behind -= draw_instant(t, received_entry[i].received_ns, received);
    for (size_t i = 0; i < t->points; i++) {
        behind += (int64_t)(sent[i] - received[i]);
        lag[i] = others ? NOT_MEASURED : (double)behind;
    }
    timeline_per_second(t, sent);
    timeline_per_second(t, received);
}
