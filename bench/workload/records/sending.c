#include "bench/workload/records/sending.h"

#include "base/clock.h"
#include "bench/trial/sabotage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 };
static const uint64_t NOT_IN_LEDGER = UINT64_MAX; /* tag of a planted record */
static const int32_t ANY_PARTITION = -1;
static const int64_t SLEEP_OVERSHOOT_NS =
    INT64_C(150) * NS_PER_US; /* a planted wait spins for it */
static const int64_t FOR_EVER_NS = INT64_MAX / 2;

static void complete(struct sending *s, const struct delivery_report *d)
{
    struct sent_entry *entry = &s->entries[d->tag];
    if (d->kind == DELIVERY_ACKNOWLEDGED) {
        entry->partition = d->partition;
        entry->offset = d->offset;
        entry->acked_ns = s->answered_ns;
        entry->state = SENT_ACKNOWLEDGED;
    } else {
        entry->state = d->kind == DELIVERY_NOT_STORED ? SENT_REFUSED : SENT_UNKNOWN;
        worker_note_refusal(s->slot, d->error, d->too_large);
    }
    if (s->encoded != NULL) {
        free(s->encoded[d->tag]);
        s->encoded[d->tag] = NULL;
    }
    s->answered++;
}

/* The reports of one answer of the broker come together: one look at the clock and one word to the
 * sending thread serve them all. */
static void on_delivery(void *ctx, const struct delivery_report *d)
{
    struct sending *s = ctx;
    if (!s->in_answer)
        s->answered_ns = clock_now().ns;
    s->in_answer = d->more > 0;
    if (d->tag != NOT_IN_LEDGER)
        complete(s, d);
    if (s->in_answer)
        return;
    worker_progress(s->slot, s->answered);
    s->answered = 0;
}

/* The document of a record, as a service would build it: once, in memory of its own. */
static enum rc encode(struct sending *s, uint64_t sequence, struct span record, struct span *out,
                      struct err *e)
{
    static const struct encoding_note beside = {
        .timestamp = "2025-10-13T10:00:00Z", .sensor = "OLI", .format = "binary"};
    enum encoding how = (enum encoding)s->spec->encoding;
    size_t size = encoding_size(how, &beside, record.size);
    uint8_t *text = malloc(size);
    if (text == NULL)
        return err_set(e, RC_INFRA, "out of memory encoding a record of %zu bytes", record.size);
    enum rc rc = encoding_write(how, &beside, record, text, e);
    if (rc != RC_OK) {
        free(text);
        return rc;
    }
    s->encoded[sequence] = text;
    *out = span_of(text, size);
    return RC_OK;
}

static struct span key_of(const struct sending *s, uint64_t sequence)
{
    if (s->keys == NULL)
        return span_of(NULL, 0);
    return span_str(s->keys + sequence % (uint64_t)s->spec->key_count * SENDING_KEY_TEXT);
}

static struct producer_record record_of(const struct sending *s, uint64_t sequence,
                                        struct span value)
{
    const struct records_spec *spec = s->spec;
    return (struct producer_record){
        .value = value,
        .key = key_of(s, sequence),
        .partition = ANY_PARTITION,
        .timestamp_ms = spec->timestamp_ms == 0 ? 0 : spec->timestamp_ms + (int64_t)sequence,
        .headers = s->headers,
        .tag = sequence};
}

/* Waits until an eighth of the client's queue has gone: a wake-up for every record would cost more
 * than the record. */
static enum rc make_room(struct sending *s, struct err *e)
{
    struct worker_slot *me = s->slot;
    uint32_t seen = atomic_load(&me->progress);
    int64_t part = producer_pending(s->producer) / 8;
    if (atomic_load(&s->memory->control) == CONTROL_STOP)
        return err_set(e, RC_INTERRUPTED, "stopped");
    (void)worker_wait_progress(s->memory, me, seen + (part > 1 ? (uint32_t)part : 1),
                               100 * NS_PER_MS);
    return producer_failure(s->producer, e);
}

/* A record that is handed over; entry NULL: its time is not that of the last attempt. */
struct handing {
    struct sending *s;
    struct sent_entry *entry;
};

static void stamp(const struct handing *h)
{
    if (h->entry != NULL)
        h->entry->sent_ns = clock_now().ns;
}

static enum rc wait_for_room(void *ctx, struct err *e)
{
    const struct handing *h = ctx;
    enum rc rc = make_room(h->s, e);
    stamp(h);
    return rc;
}

static enum rc hand_over(struct sending *s, struct producer_record *r, struct sent_entry *entry,
                         struct err *e)
{
    struct handing h = {.s = s, .entry = entry};
    const struct producer_patience patience = {.wait = wait_for_room, .ctx = &h};
    stamp(&h);
    return producer_hand_over(s->producer, r, &patience, e) == SEND_DONE ? RC_OK : e->rc;
}

static void note(struct sending *s, uint64_t sequence, int64_t intended_ns, int64_t sent_ns)
{
    const struct payload_slot *slot = &s->pool.slots[sequence % s->pool.records];
    s->entries[sequence] = (struct sent_entry){.offset = -1,
                                               .intended_ns = intended_ns,
                                               .sent_ns = sent_ns,
                                               .hash = slot->hash,
                                               .partition = -1,
                                               .state = SENT_PENDING};
}

static enum rc copy_for_planting(struct sending *s, struct span bytes, struct err *e)
{
    buf_clear(&s->planted);
    return buf_append(&s->planted, bytes.data, bytes.size, e);
}

/* A record of nobody's ledger: a copy of the next one (twice in the topic), or a stranger. */
static enum rc plant(struct sending *s, struct span bytes, struct err *e)
{
    enum rc rc = copy_for_planting(s, bytes, e);
    if (rc != RC_OK)
        return rc;
    struct producer_record r = {
        .value = buf_span(&s->planted), .partition = ANY_PARTITION, .tag = NOT_IN_LEDGER};
    return hand_over(s, &r, NULL, e);
}

/* The ledger has the hash of the true bytes; what goes out differs in one bit. */
static enum rc send_corrupted(struct sending *s, uint64_t sequence, int64_t intended_ns,
                              struct err *e)
{
    struct span original = payload_pool_record(&s->pool, sequence % s->pool.records);
    note(s, sequence, intended_ns, clock_now().ns);
    enum rc rc = copy_for_planting(s, original, e);
    if (rc != RC_OK)
        return rc;
    s->planted.data[original.size / 2] ^= 1;
    struct producer_record r = record_of(s, sequence, buf_span(&s->planted));
    return hand_over(s, &r, &s->entries[sequence], e);
}

/* A planted slowdown: time that really passes on the way of the record, to the microsecond. */
static void wait_planted(int64_t delay_ns)
{
    struct instant until = instant_after(clock_now(), delay_ns);
    if (delay_ns > 2 * SLEEP_OVERSHOOT_NS)
        clock_sleep_until(instant_after(until, -SLEEP_OVERSHOOT_NS));
    while (clock_now().ns < until.ns)
        ;
}

/* As encode, with the time it took noted for measured records. */
static enum rc encode_timed(struct sending *s, uint64_t sequence, struct span record,
                            struct span *out, struct err *e)
{
    int64_t start_ns = clock_now().ns;
    enum rc rc = encode(s, sequence, record, out, e);
    if (sequence >= (uint64_t)s->spec->warmup) {
        s->region->encode_ns += clock_now().ns - start_ns;
        s->region->encoded++;
    }
    return rc;
}

static enum rc send_one(struct sending *s, uint64_t sequence, int64_t intended_ns, struct err *e)
{
    struct span original = payload_pool_record(&s->pool, sequence % s->pool.records);
    struct span value = original;
    note(s, sequence, intended_ns, clock_now().ns);
    enum rc rc = RC_OK;
    if (s->spec->encoding != ENCODING_RAW)
        rc = encode_timed(s, sequence, original, &value, e);
    if (rc != RC_OK)
        return rc;
    struct producer_record r = record_of(s, sequence, value);
    s->region->original_bytes += (int64_t)original.size;
    s->region->payload_bytes += (int64_t)value.size;
    rc = hand_over(s, &r, s->spec->encoding == ENCODING_RAW ? &s->entries[sequence] : NULL, e);
    if (rc == RC_OK)
        atomic_store_explicit(&s->region->sent_count, sequence + 1, memory_order_release);
    return rc;
}

static enum rc send_next(struct sending *s, int64_t intended_ns, struct err *e)
{
    return send_one(s, s->next, intended_ns, e);
}

static enum rc plant_fault(struct sending *s, int64_t intended_ns, struct err *e)
{
    struct span next = payload_pool_record(&s->pool, s->next % s->pool.records);
    enum rc rc = RC_OK;
    switch ((enum sabotage)s->spec->sabotage) {
    case SABOTAGE_DUPLICATE:
        return plant(s, next, e);
    case SABOTAGE_ALIEN:
        return plant(s, span_str("a record of somebody else's"), e);
    case SABOTAGE_CORRUPT:
        rc = send_corrupted(s, s->next, intended_ns, e);
        s->next++;
        return rc;
    case SABOTAGE_REORDER:
        note(s, s->next, intended_ns, clock_now().ns);
        rc = send_one(s, s->next + 1, intended_ns, e);
        if (rc == RC_OK)
            rc = send_one(s, s->next, intended_ns, e);
        s->next += 2;
        atomic_store(&s->region->sent_count, s->next);
        return rc;
    default:
        return RC_OK;
    }
}

const struct sending_ops RECORD_SENDING = {
    .on_delivery = on_delivery, .send = send_next, .plant = plant_fault, .by_chunk = true};

/* --- as the load asks --- */

/* Closed loop: waits until fewer than the window are in flight. False when it is time to stop. */
static bool window_open(struct sending *s)
{
    const struct records_spec *spec = s->spec;
    if (spec->load.as.in_flight == 0 || s->next < (uint64_t)spec->load.as.in_flight)
        return true;
    bool on_ack = spec->load.as.until_acknowledged || spec->receiver_after;
    struct worker_slot *freed = on_ack ? s->slot : s->receiver;
    uint32_t needed = (uint32_t)(s->next - (uint64_t)spec->load.as.in_flight + 1);
    return worker_wait_progress(s->memory, freed, needed, FOR_EVER_NS);
}

static bool told_enough(const struct sending *s)
{
    return s->spec->until_told && atomic_load(&s->memory->enough) != 0;
}

/* One record at a time: at its time, or as the window opens. */
static enum rc send_paced(struct sending *s, uint64_t until, struct err *e)
{
    uint64_t middle = s->next + (s->spec->until_told ? 1 : (until - s->next) / 2);
    bool measured = s->next >= (uint64_t)s->spec->warmup;
    while (s->next < until && !told_enough(s)) {
        bool open = window_open(s);
        if (!open && told_enough(s))
            return RC_OK;
        if (!open || atomic_load(&s->memory->control) == CONTROL_STOP)
            return err_set(e, RC_INTERRUPTED, "stopped");
        int64_t intended_ns = pacer_next(&s->pacer);
        if (intended_ns == PACER_OVER)
            return RC_OK;
        enum rc rc = RC_OK;
        if (measured && s->spec->sabotage != SABOTAGE_NONE && s->next == middle)
            rc = s->ops->plant(s, intended_ns, e);
        if (rc == RC_OK && s->next < until) {
            if (s->spec->delay_ns > 0)
                wait_planted(s->spec->delay_ns);
            rc = s->ops->send(s, intended_ns, e);
            s->next++;
        }
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

/* Flat out without encoding: the client's fastest call, a chunk at a time. The records of a chunk
 * share one time, taken before the call. */
static enum rc send_chunk(struct sending *s, size_t count, struct err *e)
{
    struct producer_record chunk[CHUNK];
    int64_t now_ns = clock_now().ns;
    int64_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t sequence = s->next + i;
        struct span value = payload_pool_record(&s->pool, sequence % s->pool.records);
        note(s, sequence, now_ns, now_ns);
        chunk[i] = record_of(s, sequence, value);
        bytes += (int64_t)value.size;
    }
    size_t taken = 0;
    enum rc rc = RC_OK;
    while (rc == RC_OK && taken < count) {
        enum send_outcome stop = SEND_DONE;
        taken +=
            producer_send_many(s->producer, ANY_PARTITION, chunk + taken, count - taken, &stop, e);
        if (stop == SEND_FAILED)
            rc = e->rc;
        else if (stop == SEND_QUEUE_FULL)
            rc = make_room(s, e);
    }
    s->next += count;
    s->region->original_bytes += bytes;
    s->region->payload_bytes += bytes;
    atomic_store_explicit(&s->region->sent_count, s->next, memory_order_release);
    return rc;
}

static enum rc send_flat_out(struct sending *s, uint64_t until, struct err *e)
{
    while (s->next < until && pacer_next(&s->pacer) != PACER_OVER) {
        if (atomic_load(&s->memory->control) == CONTROL_STOP)
            return err_set(e, RC_INTERRUPTED, "stopped");
        uint64_t left = until - s->next;
        enum rc rc = send_chunk(s, left < CHUNK ? (size_t)left : CHUNK, e);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

/* While reports are awaited, who looks on learns what the client struggles with. */
static enum rc wait_for_reports(void *ctx, struct err *e)
{
    struct sending *s = ctx;
    if (atomic_load(&s->memory->control) == CONTROL_STOP)
        return err_set(e, RC_INTERRUPTED, "stopped");
    (void)producer_trouble(s->producer, s->slot->trouble, sizeof s->slot->trouble);
    return RC_OK;
}

enum rc sending_until(struct sending *s, uint64_t until, int64_t window_ns, struct err *e)
{
    const struct records_spec *spec = s->spec;
    struct instant start = clock_now();
    struct load load =
        shared_load_start(&spec->load, s->next < (uint64_t)spec->warmup, s->next, start, &s->pacer);
    pacer_end_after(&s->pacer, window_ns);
    const struct producer_patience patience = {.wait = wait_for_reports, .ctx = s};
    bool simple = !load_is_paced(&load) && spec->encoding == ENCODING_RAW &&
                  spec->sabotage == SABOTAGE_NONE && spec->load.max_rate_per_s == 0 &&
                  spec->delay_ns == 0 && !spec->until_told && s->ops->by_chunk;
    enum rc rc = simple ? send_flat_out(s, until, e) : send_paced(s, until, e);
    if (rc == RC_OK && s->ops->release_held != NULL)
        rc = s->ops->release_held(s, e);
    return rc == RC_OK ? producer_settle(s->producer, &patience, e) : rc;
}
