#include "bench/trial/neighbour.h"

#include "bench/trial/account.h"

#include <stdio.h>
#include <string.h>

static const uint64_t SEED_OF_ITS_OWN = 0x62657369; /* "besi" */

/* --- opening --- */

static void order_it(struct neighbour *n, const struct stream *beside)
{
    const struct trial_order *o = beside->o;
    const struct plan *p = &n->of->plan;
    n->ground = *beside->g;
    n->ground.sabotage = beside->g->sabotage_beside;
    if (!n->of->as->same_topic)
        n->ground.partitions = (int32_t)p->scenario->partitions;
    n->trial = (struct plan_trial){.block = o->trial->block,
                                   .position = o->trial->position,
                                   .seed = o->trial->seed ^ SEED_OF_ITS_OWN};
    (void)snprintf(n->trial.id, sizeof n->trial.id, "%.*s.beside", PLAN_TRIAL_ID - 8, o->trial->id);
    n->order = (struct trial_order){.cell = &p->cells[0],
                                    .group = &p->groups[0],
                                    .trial = &n->trial,
                                    .scenario = p->scenario,
                                    .pool = o->beside_pool,
                                    .rate_per_s = p->cells[0].load.rate_per_s};
}

enum rc neighbour_open(struct neighbour *n, const struct stream *beside, struct err *e)
{
    if (n->of == NULL)
        return RC_OK;
    bool same = n->of->as->same_topic;
    order_it(n, beside);
    enum rc rc = trial_outcome_open(&n->outcome, e);
    if (rc != RC_OK)
        return rc;
    account_open(&n->ground, &n->order, &n->outcome.record);
    if (same)
        (void)snprintf(n->outcome.record.topic, sizeof n->outcome.record.topic, "%s",
                       beside->out->record.topic);
    n->stream = (struct stream){.g = &n->ground,
                                .o = &n->order,
                                .out = &n->outcome,
                                .route = beside->route,
                                .until_told = true,
                                .mixed = same,
                                .guest = same,
                                .board_fd = -1};
    return stream_open(&n->stream, e);
}

/* --- its life --- */

enum rc neighbour_start(struct neighbour *n, struct watch *w, struct err *e)
{
    struct stream *s = &n->stream;
    if (n->of == NULL)
        return RC_OK;
    struct board *b = s->board;
    watch_add(w, s);
    enum rc rc = stream_start(s, ROLE_SENDER, e);
    if (rc == RC_OK)
        rc = stream_start(s, ROLE_RECEIVER, e);
    if (rc == RC_OK)
        rc = watch_phase(w, s, &b->receiver, ROLE_READY, e);
    if (rc == RC_OK)
        rc = watch_phase(w, s, &b->sender, ROLE_READY, e);
    if (rc != RC_OK)
        return rc;
    board_set(&b->control, CONTROL_WARM_UP);
    rc = watch_phase(w, s, &b->sender, ROLE_WARM, e);
    if (rc == RC_OK)
        rc = watch_receipts(w, s, (uint32_t)b->spec.warmup, e);
    if (rc != RC_OK)
        return rc;
    board_set(&b->control, CONTROL_MEASURE);
    return watch_phase(w, s, &b->sender, ROLE_MEASURING, e);
}

enum rc neighbour_finish(struct neighbour *n, struct watch *w, struct err *e)
{
    struct stream *s = &n->stream;
    if (n->of == NULL)
        return RC_OK;
    struct board *b = s->board;
    n->ended_early = atomic_load(&b->sender.phase) == ROLE_DONE;
    atomic_store(&b->enough, 1);
    enum rc rc = watch_phase(w, s, &b->sender, ROLE_DONE, e);
    if (rc == RC_OK)
        rc = stream_find_ends(s, e);
    if (rc != RC_OK)
        return rc;
    board_set(&b->control, CONTROL_DRAIN);
    return watch_phase(w, s, &b->receiver, ROLE_DONE, e);
}

/* --- its account --- */

struct share {
    int64_t images, bytes;
};

/* Images are told by their sequence. What is not an image is counted, and has the mean size of what
 * was sent. */
static struct share arrived_between(const struct neighbour *n, int64_t from_ns, int64_t to_ns)
{
    struct board *b = n->stream.board;
    const struct payload_pool *pool = n->order.pool;
    bool images = b->spec.image_max_bytes > 0;
    const struct received_entry *got = images ? board_images_received(b) : board_received(b);
    uint64_t count =
        images ? atomic_load(&b->images_received_count) : atomic_load(&b->received_count);
    struct share in = {0};
    for (uint64_t i = 0; i < count; i++) {
        if (got[i].received_ns < from_ns || got[i].received_ns > to_ns)
            continue;
        in.images++;
        if (images)
            in.bytes += (int64_t)pool->slots[(uint64_t)got[i].offset % pool->records].size;
    }
    int64_t sent = n->outcome.record.delivery.sent;
    if (!images && sent > 0)
        in.bytes = (int64_t)((double)b->original_bytes / (double)sent * (double)in.images);
    return in;
}

static double per_second(int64_t count, int64_t ns)
{
    return ns > 0 ? (double)count * NS_PER_S / (double)ns : NOT_MEASURED;
}

static void fill(const struct neighbour *n, struct trial_outcome *measured)
{
    const struct trial_record *own = &n->outcome.record;
    struct trial_beside *to = &measured->record.beside;
    int64_t ns = measured->measured_to_ns - measured->measured_from_ns;
    struct share in = arrived_between(n, measured->measured_from_ns, measured->measured_to_ns);
    bool images = own->images.sent >= 0;
    const struct delivery *d = &own->delivery;
    to->sent = images ? own->images.sent : d->sent;
    to->identical = images ? own->images.identical : d->sent - d->refused - d->lost - d->corrupted;
    to->wrong = to->sent - to->identical + d->duplicated + d->alien;
    to->arrived = in.images;
    to->bytes = in.bytes;
    to->images_per_s = per_second(in.images, ns);
    to->bytes_per_s = per_second(in.bytes, ns);
    to->stored_bytes = own->bytes.stored;
    to->e2e_p50_ns = own->latency_ns.e2e.p50;
    to->e2e_max_ns = own->latency_ns.e2e.max;
    to->sender_ns = own->use.sender.user_ns + own->use.sender.system_ns;
    to->receiver_ns = own->use.receiver.user_ns + own->use.receiver.system_ns;
    (void)snprintf(to->topic, sizeof to->topic, "%s", own->topic);
    (void)snprintf(to->codec_evidence, sizeof to->codec_evidence, "%s", own->codec_evidence);
    memcpy(to->stored, own->stored, sizeof to->stored);
}

enum rc neighbour_settle(struct neighbour *n, struct trial_outcome *measured, struct err *e)
{
    if (n->of == NULL)
        return RC_OK;
    struct trial_record *own = &n->outcome.record;
    enum rc rc = stream_settle(&n->stream, e);
    if (rc != RC_OK)
        return rc;
    fill(n, measured);
    bool counts = n->trial.block > 0; /* not where a broker is warmed */
    if (counts && n->ended_early)
        account_void(own,
                     "there was room for %lld images, and they had all been sent before the "
                     "measurement ended; expected a larger records:",
                     (long long)n->stream.board->spec.records);
    if (counts && measured->record.beside.arrived < n->of->as->at_least)
        account_void(own,
                     "%lld arrived while measuring, and %lld are asked for; a longer measurement "
                     "or smaller images would do",
                     (long long)measured->record.beside.arrived, (long long)n->of->as->at_least);
    return RC_OK;
}

void neighbour_blame(const struct neighbour *n, struct trial_record *measured)
{
    if (n->of != NULL && n->outcome.record.validity == TRIAL_VOID)
        account_void(measured, "beside: %.*s", RECORD_WHY_MAX - 10, n->outcome.record.why);
}

void neighbour_close(struct neighbour *n, bool lost, struct trial_outcome *measured)
{
    if (n->of == NULL)
        return;
    if (n->stream.g != NULL)
        stream_close(&n->stream, lost);
    if (n->outcome.topic_left[0] != '\0' && measured->topic_left[0] == '\0')
        memcpy(measured->topic_left, n->outcome.topic_left, sizeof measured->topic_left);
    if (n->outcome.objects_left[0] != '\0' && measured->objects_left[0] == '\0')
        memcpy(measured->objects_left, n->outcome.objects_left, sizeof measured->objects_left);
    trial_outcome_release(&n->outcome);
}
