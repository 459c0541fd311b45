/* The messages that images become: to the producer, and from there to their reports. */
#include "base/clock.h"
#include "bench/workload/images/image_rule.h"
#include "bench/workload/images/image_sending.h"
#include "bench/workload/records/topic.h"

#include <stdio.h>
#include <stdlib.h>

static const int64_t LOOK_NS = 100 * NS_PER_MS;

/* --- reports --- */

void image_sending_end_part(struct image_sending *s, uint64_t image)
{
    if (atomic_fetch_sub(&s->open[image], 1) != 1)
        return;
    if (s->images[image].state == SENT_PENDING && s->images[image].acked_ns != 0)
        s->images[image].state = SENT_ACKNOWLEDGED;
    worker_progress(s->by->slot, 1);
}

static void note_refusal(struct image_sending *s, const struct delivery_report *d)
{
    struct outgoing *m = &s->outgoing[d->tag];
    s->messages[d->tag].state = d->kind == DELIVERY_NOT_STORED ? SENT_REFUSED : SENT_UNKNOWN;
    s->images[m->image].state = s->messages[d->tag].state;
    worker_note_refusal(s->by->slot, d->error, d->too_large);
}

void image_sending_on_delivery(void *ctx, const struct delivery_report *d)
{
    struct image_sending *s = ctx;
    if (d->tag == IMAGE_NOT_IN_LEDGER)
        return;
    struct outgoing *m = &s->outgoing[d->tag];
    struct sent_entry *entry = &s->messages[d->tag];
    if (d->kind == DELIVERY_ACKNOWLEDGED) {
        entry->partition = topic_first(&s->spec->records, d->topic) + d->partition;
        entry->offset = d->offset;
        entry->acked_ns = clock_now().ns;
        entry->state = SENT_ACKNOWLEDGED;
        s->images[m->image].acked_ns = entry->acked_ns;
    } else {
        note_refusal(s, d);
    }
    free(m->value);
    m->value = NULL;
    (void)atomic_fetch_sub(&s->waiting, (int64_t)m->size);
    shared_set(&s->reports, atomic_load(&s->reports) + 1);
    image_sending_end_part(s, m->image);
}

/* --- messages --- */

/* Waits for a report beyond those seen, or a while. */
static enum rc wait_for_report(void *ctx, struct err *e)
{
    struct image_sending *s = ctx;
    if (atomic_load(&s->by->memory->control) == CONTROL_STOP)
        return err_set(e, RC_INTERRUPTED, "stopped");
    shared_wait(&s->reports, s->seen, LOOK_NS);
    s->seen = atomic_load(&s->reports);
    return producer_failure(s->by->producer, e);
}

static enum rc make_room(struct image_sending *s, const struct outgoing *m, struct err *e)
{
    int64_t most = m->is_chunk ? IMAGE_WAITING_CHUNK_BYTES : IMAGE_WAITING_BYTES;
    enum rc rc = RC_OK;
    s->seen = atomic_load(&s->reports);
    while (rc == RC_OK) {
        int64_t waiting = atomic_load(&s->waiting);
        if (waiting == 0 || waiting + (int64_t)m->size <= most)
            return RC_OK;
        rc = wait_for_report(s, e);
    }
    return rc;
}

enum rc image_sending_produce(struct image_sending *s, const struct outgoing *m, uint64_t tag,
                              struct err *e)
{
    const struct producer_patience patience = {.wait = wait_for_report, .ctx = s};
    const struct producer_record r = {.value = span_of(m->value, m->size),
                                      .key = span_str(m->key),
                                      .partition = -1,
                                      .topic = m->topic,
                                      .tag = tag};
    s->seen = atomic_load(&s->reports);
    return producer_hand_over(s->by->producer, &r, &patience, e) == SEND_DONE ? RC_OK : e->rc;
}

enum rc image_sending_hand_over(struct image_sending *s, const struct outgoing *m, struct err *e)
{
    enum rc rc = make_room(s, m, e);
    if (rc == RC_OK && s->next >= (uint64_t)s->spec->records.messages)
        rc = err_set(e, RC_INFRA, "the ledger has room for %lld messages only",
                     (long long)s->spec->records.messages);
    if (rc != RC_OK) {
        free(m->value);
        return rc;
    }
    uint64_t tag = s->next++;
    s->outgoing[tag] = *m;
    s->messages[tag] = (struct sent_entry){.offset = -1,
                                           .intended_ns = s->images[m->image].intended_ns,
                                           .sent_ns = clock_now().ns,
                                           .hash = m->hash,
                                           .partition = -1,
                                           .state = SENT_PENDING};
    (void)atomic_fetch_add(&s->waiting, (int64_t)m->size);
    s->region->records.payload_bytes += (int64_t)m->size;
    rc = image_sending_produce(s, &s->outgoing[tag], tag, e);
    if (rc == RC_OK)
        atomic_store_explicit(&s->region->records.sent_count, s->next, memory_order_release);
    return rc;
}
