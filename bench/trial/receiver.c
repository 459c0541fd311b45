#include "bench/trial/receiver.h"

#include "base/clock.h"
#include "base/hash.h"
#include "bench/trial/board.h"
#include "bench/trial/image_receiving.h"
#include "bench/trial/role.h"
#include "bench/trial/sabotage.h"
#include "bench/trial/topic.h"
#include "core/image/chunk.h"
#include "core/image/envelope.h"
#include "core/kafka/cluster.h"
#include "core/kafka/consumer.h"

#include <string.h>
#include <unistd.h>

static const int64_t POLL_NS = 20 * NS_PER_MS;
enum { POLL_RECORDS = 1000, POLL_IMAGE_BYTES = 10000000 };

struct receiver {
    struct board *b;
    struct received_entry *entries;
    struct consumer *consumer;
    struct buf decoded;
    struct image_receiving *images; /* NULL: the trial has none */
    uint64_t count;
    size_t others;                       /* in the batch: of another trial */
    int64_t position[LEDGER_PARTITIONS]; /* next offset to read */
};

/* The record as it was before encoding; a hash of 0 says it could not be read. */
static uint64_t content_hash(struct receiver *r, const struct consumed *got)
{
    if (r->images != NULL)
        return image_receiving_take(r->images, got);
    if (got->broken)
        return 0;
    if (r->b->spec.encoding == ENCODING_RAW)
        return hash_bytes(got->value);
    struct err e;
    struct encoding_read read;
    if (buf_reserve(&r->decoded, got->value.size, &e) != RC_OK ||
        encoding_read_document(got->value, r->decoded.data, r->decoded.room, &read, &e) != RC_OK)
        return 0;
    return hash_bytes(span_of(r->decoded.data, read.data_size));
}

static bool drop_this(const struct receiver *r)
{
    const struct trial_spec *spec = &r->b->spec;
    uint64_t middle = (uint64_t)(spec->warmup + spec->records) / 2;
    if (spec->until_told) /* how many there will be is not known */
        middle = (uint64_t)spec->warmup + 1;
    if (spec->messages > spec->records) /* an image's share of them */
        middle *= (uint64_t)(spec->messages / spec->records);
    return spec->sabotage == SABOTAGE_LOSE && r->count == middle;
}

/* In a topic that images and other records share, a receiver leaves alone what is not its own. */
static bool is_of_others(const struct receiver *r, const struct consumed *got)
{
    bool image = chunk_begins(got->value) || envelope_begins(got->value);
    return r->b->spec.mixed && !got->broken && image != (r->images != NULL);
}

/* Raw records are stamped when the client hands them over; encoded ones after decoding, because
 * that is when the service has them. */
static bool note(struct receiver *r, const struct consumed *got, int64_t handed_ns)
{
    bool raw = r->b->spec.encoding == ENCODING_RAW;
    int32_t number = topic_first(&r->b->spec, got->topic) + got->partition;
    if (number >= 0 && number < LEDGER_PARTITIONS)
        r->position[number] = got->offset + 1;
    if (is_of_others(r, got)) {
        r->others++;
        return true;
    }
    if (r->count >= r->b->received_room) {
        atomic_store(&r->b->overflow, 1);
        return false;
    }
    bool drop = drop_this(r);
    uint64_t hash = drop ? 0 : content_hash(r, got);
    r->entries[r->count] = (struct received_entry){.offset = got->offset,
                                                   .received_ns = raw ? handed_ns : clock_now().ns,
                                                   .hash = hash,
                                                   .partition = number};
    if (drop)
        r->b->spec.sabotage = SABOTAGE_NONE; /* dropped: the next receipt takes its place */
    else
        r->count++;
    return true;
}

static enum rc take_some(struct receiver *r, struct err *e)
{
    struct consumer_batch batch = {0};
    enum rc rc = consumer_poll(r->consumer, POLL_NS, &batch, e);
    if (rc != RC_OK || batch.count == 0)
        return rc;
    int64_t handed_ns = clock_now().ns;
    bool room = true;
    for (size_t i = 0; room && i < batch.count; i++)
        room = note(r, &batch.records[i], handed_ns);
    size_t taken = batch.count - r->others;
    r->others = 0;
    consumer_batch_release(&batch);
    atomic_store_explicit(&r->b->received_count, r->count, memory_order_release);
    if (r->images != NULL) {
        taken = image_receiving_finished(r->images);
        image_receiving_show(r->images);
    }
    board_progress(&r->b->receiver, (uint32_t)taken);
    if (!room)
        return err_set(e, RC_INTEGRITY, "more records arrived than were sent (room for %llu)",
                       (unsigned long long)r->b->received_room);
    return RC_OK;
}

static bool drained(const struct receiver *r)
{
    for (int32_t p = 0; p < r->b->spec.partitions; p++)
        if (r->position[p] < r->b->end_offset[p])
            return false;
    return true;
}

/* As if it had stopped one record before the end. */
static void stop_early(struct receiver *r)
{
    if (r->count == 0)
        return;
    r->count--;
    r->position[r->entries[r->count].partition] = r->entries[r->count].offset;
    atomic_store(&r->b->received_count, r->count);
}

static enum rc work(struct receiver *r, struct err *e)
{
    struct board *b = r->b;
    struct role_state *me = &b->receiver;
    board_set(&me->phase, ROLE_READY);
    bool measuring = false;
    for (;;) {
        uint32_t control = atomic_load(&b->control);
        if (control == CONTROL_STOP)
            return err_set(e, RC_INTERRUPTED, "stopped");
        if (!measuring && control >= CONTROL_MEASURE) {
            measuring = true;
            me->cpu_start = process_cpu_self();
            board_set(&me->phase, ROLE_MEASURING);
        }
        if (control == CONTROL_DRAIN && drained(r))
            break;
        enum rc rc = take_some(r, e);
        if (rc != RC_OK)
            return rc;
    }
    me->cpu_end = process_cpu_self();
    me->anon_bytes = process_anon_bytes(getpid());
    if (r->images != NULL)
        image_receiving_end(r->images);
    if (b->spec.sabotage == SABOTAGE_LATE)
        stop_early(r);
    for (int32_t p = 0; p < b->spec.partitions; p++)
        b->read_up_to[p] = r->position[p];
    return RC_OK;
}

static enum rc say_settings(const struct receiver *r, struct err *e)
{
    struct settings in_force;
    enum rc rc = consumer_in_force(r->consumer, &in_force, e);
    if (rc == RC_OK)
        rc = role_note_settings(&r->b->receiver, &in_force, e);
    settings_release(&in_force);
    return rc;
}

/* Records are freed when all of a poll have been taken: large ones come few at a time. */
static size_t records_of_a_poll(const struct trial_spec *spec)
{
    if (spec->image_max_bytes == 0 || spec->message_max_bytes <= POLL_IMAGE_BYTES / POLL_RECORDS)
        return POLL_RECORDS;
    int64_t fit = POLL_IMAGE_BYTES / spec->message_max_bytes;
    return fit > 0 ? (size_t)fit : 1;
}

static enum rc open_client(struct receiver *r, struct err *e)
{
    const struct trial_spec *spec = &r->b->spec;
    struct cluster cluster;
    struct consumer_start starts[LEDGER_PARTITIONS];
    struct topic_names names;
    enum rc rc = topic_names(spec, &names, e);
    if (rc != RC_OK)
        return rc;
    for (int32_t p = 0; p < spec->partitions; p++) {
        size_t topic = topic_of_number(spec, p);
        starts[p] = (struct consumer_start){.partition = p - topic_first(spec, topic),
                                            .offset = spec->start_offset[p],
                                            .topic = topic};
    }
    struct consumer_settings want = {.cluster = &cluster,
                                     .topic = names.name[0],
                                     .more_topics = names.more,
                                     .more_count = names.more_count,
                                     .starts = starts,
                                     .start_count = (size_t)spec->partitions,
                                     .message_max_bytes = spec->message_max_bytes,
                                     .batch_records = records_of_a_poll(spec)};
    cluster_init(&cluster);
    rc = cluster_read(&cluster, span_str(spec->cluster), e);
    if (rc == RC_OK)
        rc = consumer_open(&want, &r->consumer, e);
    if (rc == RC_OK)
        rc = say_settings(r, e);
    cluster_release(&cluster);
    return rc;
}

static enum rc set_up(struct receiver *r, struct err *e)
{
    struct board *b = r->b;
    const struct trial_spec *spec = &b->spec;
    enum rc rc = RC_OK;
    if (spec->receiver_cpus[0] != '\0')
        rc = process_pin(spec->receiver_cpus, e);
    process_allowed_cpus(b->receiver.cpus, sizeof b->receiver.cpus);
    memcpy(r->position, spec->start_offset, sizeof r->position);
    buf_init(&r->decoded, SIZE_MAX / 2);
    if (rc == RC_OK && encoding_is_image((enum encoding)spec->encoding))
        rc = image_receiving_open(b, &r->images, e);
    return rc == RC_OK ? open_client(r, e) : rc;
}

enum rc receiver_live(struct err *e)
{
    struct receiver r = {0};
    enum rc rc = board_map(ROLE_BOARD_FD, &r.b, e);
    if (rc != RC_OK)
        return rc;
    r.entries = board_received(r.b);
    rc = set_up(&r, e);
    if (rc == RC_OK)
        rc = work(&r, e);
    if (r.consumer != NULL)
        r.b->receiver.wire = consumer_wire(r.consumer);
    consumer_close(r.consumer);
    buf_release(&r.decoded);
    image_receiving_close(r.images);
    if (rc == RC_OK)
        board_set(&r.b->receiver.phase, ROLE_DONE);
    else
        rc = role_fail(&r.b->receiver, e);
    board_unmap(r.b);
    return rc;
}
