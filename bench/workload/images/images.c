#include "bench/workload/images/images.h"

#include "bench/testbed/store/image_store.h"
#include "bench/trial/account.h"
#include "bench/workload/images/image_rule.h"
#include "bench/workload/records/judge.h"
#include "bench/workload/workload_table.h"
#include "core/image/reassembly_status.h"

#include <stdio.h>
#include <string.h>

static const int64_t SAMPLE_NS = 10 * NS_PER_MS; /* memory comes and goes by the image */

struct sent_entry *images_sent_entries(struct image_sender_region *r)
{
    return (struct sent_entry *)(void *)((char *)r + r->images_at);
}

struct received_entry *images_received_entries(struct image_receiver_region *r)
{
    return (struct received_entry *)(void *)((char *)r + r->images_at);
}

/* --- setting up --- */

/* Room for the messages of as many images as may be sent. */
static enum rc fill_spec(struct flow *f, struct records_spec *records, struct err *e)
{
    struct images_spec *spec = (struct images_spec *)(void *)records;
    const struct payload_pool *pool = f->o->pool;
    const struct trial_options *g = f->g;
    int64_t most = 1;
    (void)e;
    spec->rule = f->o->cell->rule;
    spec->reassembly_files = f->o->scenario->reassembly_files;
    for (size_t i = 0; i < pool->records; i++) {
        int64_t messages = image_rule_messages(&spec->rule, (int64_t)pool->slots[i].size);
        if (messages > most)
            most = messages;
    }
    records->messages = records->records * most;
    if (g->testbed->store != NULL && image_rule_needs_store(&spec->rule, records->largest_bytes)) {
        spec->store = *g->testbed->store;
        (void)snprintf(spec->store_says, sizeof spec->store_says, "%.*s", RECORD_NAME_MAX - 1,
                       g->testbed->store_says);
    }
    spec->store.codec = (struct codec_spec){.codec = NULL};
    return RC_OK;
}

static size_t sender_bytes(const struct flow *f)
{
    const struct records_spec *s = records_spec_of(f);
    return sender_region_bytes(s, sizeof(struct image_sender_region)) +
           (size_t)s->records * sizeof(struct sent_entry);
}

static size_t receiver_bytes(const struct flow *f)
{
    const struct records_spec *s = records_spec_of(f);
    return receiver_region_bytes(s, sizeof(struct image_receiver_region)) +
           ledger_received_room(s->records, false) * sizeof(struct received_entry);
}

static enum rc set_up_images(struct flow *f, struct err *e)
{
    static const struct records_setup how = {.spec_bytes = sizeof(struct images_spec),
                                             .sender_bytes = sizeof(struct image_sender_region),
                                             .receiver_bytes = sizeof(struct image_receiver_region),
                                             .fill = fill_spec};
    enum rc rc = records_set_up(f, &how, e);
    if (rc != RC_OK)
        return rc;
    const struct records_spec *s = records_spec_of(f);
    struct image_sender_region *out = flow_region(f, KIND_SENDER);
    struct image_receiver_region *in = flow_region(f, KIND_RECEIVER);
    out->images_at = sender_region_bytes(s, sizeof *out);
    in->images_at = receiver_region_bytes(s, sizeof *in);
    in->images_room = ledger_received_room(s->records, false);
    image_metrics_init(&out->metrics);
    image_metrics_init(&in->metrics);
    return RC_OK;
}

static const struct images_spec *spec_of(const struct flow *f)
{
    return (const struct images_spec *)(const void *)records_spec_of(f);
}

/* After the workers, whether they ended in order or were killed. */
static void tear_down_images(struct flow *f, bool lost)
{
    struct err why;
    bool used = f->memory != NULL && spec_of(f)->store.bucket[0] != '\0';
    if (used && image_store_empty(f->g->testbed->store, &why) != RC_OK)
        (void)snprintf(f->out->objects_left, sizeof f->out->objects_left, "%.*s",
                       RECORD_WHY_MAX - 1, why.text);
    records_tear_down(f, lost);
}

static unsigned need_store(const struct plan_cell *c)
{
    return NEED_CLUSTER |
           (image_rule_needs_store(&c->rule, c->sample.max_bytes) ? (unsigned)NEED_STORE : 0);
}

/* --- its part of the plan --- */

static enum rc plan_images(const struct scenario *s, struct plan_cell *c, struct err *e)
{
    c->rule = image_rule_of(s, c->encoding);
    if (encoding_is_image(c->encoding))
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "%s: found workload images with encoding %s; expected envelope, chunks, object "
                   "or routed",
                   s->name, ENCODING_NAMES[c->encoding]);
}

static struct workload_message message_of_image(const struct plan_cell *c, int64_t image_bytes)
{
    enum { BESIDE_BYTES = 512 }; /* of heads and metadata beside an image */
    return (struct workload_message){.bytes = image_bytes + BESIDE_BYTES,
                                     .largest = image_rule_message_bytes(&c->rule, image_bytes),
                                     .messages = image_rule_messages(&c->rule, image_bytes)};
}

/* What both clients and the broker hold of images on their way, and of the messages they become:
 * the sender what waits and one more, compressed as well; the receiver what it fetched, what is in
 * it, and the image it becomes. */
static void hold_images(const struct plan_cell *c, struct plan_estimate *out)
{
    enum { COPIES = 6, IMAGES = 2, HEAP_COPIES = 3, THREADS = 8, LARGE = 64000000 };
    const int64_t heap_least = INT64_C(512) << 20;
    struct workload_message largest = message_of_image(c, c->sample.max_bytes);
    out->ledger_bytes = ledger_bytes(c->records_max * largest.messages, false) +
                        ledger_bytes(c->records_max, false);
    out->image_bytes = COPIES * largest.largest + 2 * IMAGE_WAITING_BYTES;
    if (route_of(&c->rule, c->sample.max_bytes) != ROUTE_DIRECT)
        out->image_bytes += IMAGES * c->sample.max_bytes;
    if (largest.largest > LARGE)
        out->broker_heap = heap_least + HEAP_COPIES * largest.largest;
    if (largest.largest > LARGE) /* and as much beside it as each thread has written at a time */
        out->image_bytes += out->broker_heap + THREADS * largest.largest;
}

/* --- judging --- */

/* Images are joined like records, their sequence in the place of the offset. In which order they
 * were complete does not matter. */
static enum rc join_images(struct flow *f, struct ledger *l, struct ledger_verdict *v,
                           struct err *e)
{
    static const int64_t all_of_them = INT64_MAX;
    struct trial_record *r = &f->out->record;
    struct image_sender_region *out = flow_region(f, KIND_SENDER);
    struct image_receiver_region *in = flow_region(f, KIND_RECEIVER);
    *l = (struct ledger){.sent = images_sent_entries(out),
                         .sent_count = (size_t)atomic_load(&out->images_sent),
                         .received = images_received_entries(in),
                         .received_count = (size_t)atomic_load(&in->images_received),
                         .warmup = l->warmup,
                         .partitions = 1,
                         .read_up_to = &all_of_them};
    enum rc rc = ledger_join(l, v, e);
    if (rc != RC_OK)
        return rc;
    const struct delivery *d = &v->delivery;
    r->images.sent = d->sent;
    r->images.incomplete = d->outcome[OUTCOME_LOST] + d->outcome[OUTCOME_REFUSED];
    r->images.arrived = d->sent - r->images.incomplete;
    r->images.identical = r->images.arrived - d->outcome[OUTCOME_CORRUPTED];
    if (spec_of(f)->store.bucket[0] != '\0') {
        r->bytes.objects = out->object_bytes;
        r->bytes.http_sent = out->http_sent;
        r->bytes.http_received = in->http_received;
        (void)snprintf(r->object_store, sizeof r->object_store, "%.*s", RECORD_NAME_MAX - 1,
                       spec_of(f)->store_says);
    }
    if (r->images.identical != r->images.sent || d->outcome[OUTCOME_DUPLICATED] > 0 ||
        d->outcome[OUTCOME_FOREIGN] > 0)
        account_hurt(r, "%lld of %lld images arrived as they were sent, %lld incomplete%s%s",
                     (long long)r->images.identical, (long long)d->sent,
                     (long long)r->images.incomplete, in->trouble[0] != '\0' ? "; first: " : "",
                     in->trouble);
    return RC_OK;
}

/* The compression ratio is known when the stored batches were read: the bytes handed to the client
 * and the store, by those that stand in the log and in the store (the record's `ratio`). Batches do
 * not tell whose bytes they hold: images of several formats count as type "other". */
void images_note_stored(struct live_metrics *live, enum live_phase phase, const char *format,
                        const struct trial_record *r)
{
    struct image_metrics m;
    struct prometheus_samples more = {.count = 0};
    if (r->ratio <= 0 || phase != LIVE_MEASUREMENT || r->validity == TRIAL_VOID)
        return;
    int64_t objects = r->bytes.objects > 0 ? r->bytes.objects : 0;
    image_metrics_init(&m);
    image_metrics_compressed(&m, format, (uint64_t)r->bytes.payload,
                             (uint64_t)(r->bytes.stored + objects));
    image_metrics_collect(&m, &more);
    live_metrics_add(live, &more);
}

static enum rc judge_images(struct flow *f, struct err *e)
{
    const struct image_sender_region *out = flow_region(f, KIND_SENDER);
    struct ledger messages = records_ledger(f);
    enum rc rc = records_judge(f, &messages, join_images, e);
    if (rc == RC_OK)
        images_note_stored(f->g->live, f->o->phase, out->format, &f->out->record);
    return rc;
}

/* --- looking on --- */

static const struct prometheus_metric IMAGES_SENT = {
    .name = "assay_images_sent_total",
    .help = "Images sent, by what for and by which route; every one, as in the counters by type.",
    .label = {"phase", "route"}};
static const struct prometheus_metric IMAGES_RECEIVED = {
    .name = "assay_images_received_total",
    .help = "Images that arrived whole, by whatever route.",
    .label = {"phase"}};

static uint64_t read_word(const _Atomic uint64_t *word)
{
    return atomic_load_explicit(word, memory_order_relaxed);
}

static void count_reassembly(const struct image_reassembly *a, struct prometheus_samples *to)
{
    struct reassembly_counts n = {.in_flight = (size_t)read_word(&a->in_flight),
                                  .memory_bytes = (int64_t)read_word(&a->memory_bytes),
                                  .file_bytes = (int64_t)read_word(&a->file_bytes),
                                  .chunks_taken = read_word(&a->taken),
                                  .chunks_duplicate = read_word(&a->duplicate),
                                  .chunks_late = read_word(&a->late),
                                  .chunks_damaged = read_word(&a->damaged)};
    for (size_t end = 0; end < REASSEMBLY_ENDS; end++)
        n.ended[end] = read_word(&a->ended[end]);
    reassembly_counts_collect(&n, to);
}

static void count_images(const struct shared_memory *m, const char *phase,
                         struct prometheus_samples *to)
{
    static const struct image_sender_region none_sent;
    static const struct image_receiver_region none_received;
    const struct image_sender_region *out = &none_sent;
    const struct image_receiver_region *in = &none_received;
    if (m != NULL) {
        out = shared_memory_region(m, KIND_SENDER);
        in = shared_memory_region(m, KIND_RECEIVER);
    }
    records_count(m, phase, to);
    prometheus_samples_add(to,
                           (struct prometheus_sample){.metric = &IMAGES_RECEIVED,
                                                      .label = {phase},
                                                      .value = read_word(&in->images_received)});
    for (size_t route = 0; route < METRIC_ROUTES; route++)
        prometheus_samples_add(
            to, (struct prometheus_sample){
                    .metric = &IMAGES_SENT,
                    .label = {phase, ROUTE_NAMES[route]},
                    .value = image_metrics_by_route(&out->metrics, (enum route)route)});
    image_metrics_collect(&out->metrics, to);
    image_metrics_collect(&in->metrics, to);
    count_reassembly(&in->reassembly, to);
}

/* Images are told by their sequence. */
static bool arrival(const struct flow *f, uint64_t i, struct workload_arrival *out)
{
    struct image_receiver_region *in = flow_region(f, KIND_RECEIVER);
    const struct payload_pool *pool = f->o->pool;
    if (i >= atomic_load(&in->images_received))
        return false;
    const struct received_entry *got = &images_received_entries(in)[i];
    *out = (struct workload_arrival){
        .ns = got->received_ns,
        .bytes = (double)pool->slots[(uint64_t)got->offset % pool->records].size};
    return true;
}

/* --- the row --- */

static const struct worker_kind KINDS[] = {
    [KIND_SENDER] = {.name = "sender",
                     .spread = SPREAD_DIVIDED,
                     .part = PART_SENDS,
                     .region_bytes = sender_bytes,
                     .live = sender_of_images},
    [KIND_RECEIVER] = {.name = "receiver",
                       .spread = SPREAD_DIVIDED,
                       .part = PART_DRAINS,
                       .late = records_receiver_is_late,
                       .region_bytes = receiver_bytes,
                       .live = receiver_of_images},
    {.name = NULL},
};

const struct workload WORKLOAD_IMAGES = {
    .form = {.name = "images",
             .says = "images by way of the image path, each compared byte for byte when whole",
             .takes = WORKLOAD_SENDING_KEYS},
    .kinds = KINDS,
    .sample_ns = SAMPLE_NS,
    .needs = need_store,
    .plan = plan_images,
    .message = message_of_image,
    .hold = hold_images,
    .may_be_too_large = true,
    .setup = set_up_images,
    .sent = records_sent,
    .judge = judge_images,
    .teardown = tear_down_images,
    .count = count_images,
    .handed_over = records_handed_over,
    .draw = records_draw,
    .arrival = arrival,
};
