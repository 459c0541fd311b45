#include "bench/workload/records/receiver.h"

#include "base/clock.h"
#include "base/hash.h"
#include "bench/trial/sabotage.h"
#include "bench/workload/records/topic.h"
#include "core/image/chunk.h"
#include "core/image/envelope.h"
#include "core/kafka/cluster.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t POLL_NS = 20 * NS_PER_MS;
enum { POLL_RECORDS = 1000 };

/* The record as it was before encoding; a hash of 0 says it could not be read. */
static uint64_t take_record(struct receiver *r, const struct consumed *got)
{
    if (got->broken)
        return 0;
    if (r->spec->encoding == ENCODING_RAW)
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
    const struct records_spec *spec = r->spec;
    uint64_t middle = (uint64_t)(spec->warmup + spec->records) / 2;
    if (spec->until_told) /* how many there will be is not known */
        middle = (uint64_t)spec->warmup + 1;
    if (spec->messages > spec->records) /* an image's share of them */
        middle *= (uint64_t)(spec->messages / spec->records);
    return spec->sabotage == SABOTAGE_LOSE && !r->dropped && r->count == middle;
}

/* In a topic that images and other records share, a receiver leaves alone what is not its own. */
static bool is_of_others(const struct receiver *r, const struct consumed *got)
{
    bool image = chunk_begins(got->value) || envelope_begins(got->value);
    return r->spec->mixed && !got->broken && image != r->ops->images;
}

/* Raw records are stamped when the client hands them over; encoded ones after decoding, because
 * that is when the service has them. */
static bool note(struct receiver *r, const struct consumed *got, int64_t handed_ns)
{
    bool raw = r->spec->encoding == ENCODING_RAW;
    int32_t number = topic_first(r->spec, got->topic) + got->partition;
    if (is_of_others(r, got)) {
        r->others++;
        return true;
    }
    if (r->count >= r->region->room) {
        atomic_store(&r->region->overflow, 1);
        return false;
    }
    bool drop = drop_this(r);
    uint64_t hash = drop ? 0 : r->ops->take(r, got);
    r->entries[r->count] = (struct received_entry){.offset = got->offset,
                                                   .received_ns = raw ? handed_ns : clock_now().ns,
                                                   .hash = hash,
                                                   .partition = number};
    if (drop)
        r->dropped = true; /* dropped: the next receipt takes its place */
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
    atomic_store_explicit(&r->region->received_count, r->count, memory_order_release);
    if (r->ops->finished != NULL)
        taken = r->ops->finished(r);
    worker_progress(r->slot, (uint32_t)taken);
    if (!room)
        return err_set(e, RC_INTEGRITY, "more records arrived than were sent (room for %llu)",
                       (unsigned long long)r->region->room);
    return RC_OK;
}

/* As if it had stopped one record before the end. */
static void stop_early(struct receiver *r, int64_t *read_up_to)
{
    if (r->count == 0)
        return;
    r->count--;
    read_up_to[r->entries[r->count].partition] = r->entries[r->count].offset;
    atomic_store(&r->region->received_count, r->count);
}

static void note_how_far(struct receiver *r)
{
    int64_t *read_up_to = receiver_read_up_to(r->region);
    for (size_t p = 0; p < (size_t)r->spec->partitions; p++)
        read_up_to[p] = consumer_position(r->consumer, p);
    if (r->spec->sabotage == SABOTAGE_LATE)
        stop_early(r, read_up_to);
}

static enum rc receive_all(struct receiver *r, struct err *e)
{
    struct worker_slot *me = r->slot;
    shared_set(&me->phase, WORKER_READY);
    bool measuring = false;
    for (;;) {
        uint32_t control = atomic_load(&r->memory->control);
        if (control == CONTROL_STOP)
            return err_set(e, RC_INTERRUPTED, "stopped");
        if (!measuring && control >= CONTROL_MEASURE) {
            measuring = true;
            me->cpu_start = process_cpu_self();
            shared_set(&me->phase, WORKER_MEASURING);
        }
        if (control == CONTROL_DRAIN && consumer_reached(r->consumer, records_end_offsets(r->spec)))
            break;
        enum rc rc = take_some(r, e);
        if (rc != RC_OK)
            return rc;
    }
    me->cpu_end = process_cpu_self();
    me->anon_bytes = process_anon_bytes(getpid());
    if (r->ops->end != NULL)
        r->ops->end(r);
    note_how_far(r);
    return RC_OK;
}

static enum rc say_settings(const struct receiver *r, struct err *e)
{
    struct settings in_force;
    enum rc rc = consumer_in_force(r->consumer, &in_force, e);
    if (rc == RC_OK)
        rc = worker_note_settings(r->slot, &in_force, e);
    settings_release(&in_force);
    return rc;
}

/* Records are freed when all of a poll have been taken: large ones come few at a time. */
static size_t records_of_a_poll(const struct receiver *r)
{
    int64_t most = r->ops->poll_bytes, each = r->spec->message_max_bytes;
    if (most == 0 || each <= most / POLL_RECORDS)
        return POLL_RECORDS;
    int64_t fit = most / each;
    return fit > 0 ? (size_t)fit : 1;
}

/* Where to begin in every partition of every topic. NULL: no memory. */
static struct consumer_start *make_starts(const struct records_spec *spec)
{
    struct consumer_start *starts = calloc((size_t)spec->partitions, sizeof *starts);
    for (int32_t p = 0; starts != NULL && p < spec->partitions; p++) {
        size_t topic = topic_of_number(spec, p);
        starts[p] = (struct consumer_start){.partition = p - topic_first(spec, topic),
                                            .offset = records_start_offsets(spec)[p],
                                            .topic = topic};
    }
    return starts;
}

static enum rc open_client(struct receiver *r, struct err *e)
{
    const struct records_spec *spec = r->spec;
    struct cluster cluster;
    struct topic_names names;
    enum rc rc = topic_names(spec, &names, e);
    if (rc != RC_OK)
        return rc;
    struct consumer_start *starts = make_starts(spec);
    if (starts == NULL)
        return err_set(e, RC_INFRA, "no memory for %d partitions", (int)spec->partitions);
    struct consumer_settings want = {.cluster = &cluster,
                                     .topic = names.name[0],
                                     .more_topics = names.more,
                                     .more_count = names.more_count,
                                     .starts = starts,
                                     .start_count = (size_t)spec->partitions,
                                     .message_max_bytes = spec->message_max_bytes,
                                     .batch_records = records_of_a_poll(r)};
    cluster_init(&cluster);
    rc = cluster_read(&cluster, span_str(spec->cluster), e);
    if (rc == RC_OK)
        rc = consumer_open(&want, &r->consumer, e);
    if (rc == RC_OK)
        rc = say_settings(r, e);
    cluster_release(&cluster);
    free(starts);
    return rc;
}

static enum rc set_up(struct receiver *r, struct err *e)
{
    const struct records_spec *spec = r->spec;
    enum rc rc = RC_OK;
    if (spec->receiver_cpus[0] != '\0')
        rc = process_pin(spec->receiver_cpus, e);
    process_allowed_cpus(r->slot->cpus, sizeof r->slot->cpus);
    buf_init(&r->decoded, SIZE_MAX / 2);
    if (rc == RC_OK && r->ops->open != NULL)
        rc = r->ops->open(r, e);
    return rc == RC_OK ? open_client(r, e) : rc;
}

const struct receiving_ops RECORD_RECEIVING = {.take = take_record};

enum rc receiver_live(struct worker *w, const struct receiving_ops *ops, struct err *e)
{
    struct receiver r = {.ops = ops,
                         .memory = w->memory,
                         .spec = shared_memory_spec(w->memory),
                         .slot = w->slot,
                         .region = w->region,
                         .entries = receiver_entries(w->region)};
    enum rc rc = set_up(&r, e);
    if (rc == RC_OK)
        rc = receive_all(&r, e);
    if (r.consumer != NULL)
        r.slot->wire = consumer_wire(r.consumer);
    consumer_close(r.consumer);
    buf_release(&r.decoded);
    if (r.ops->close != NULL)
        r.ops->close(&r);
    return rc;
}

enum rc receiver_of_records(struct worker *w, struct err *e)
{
    return receiver_live(w, &RECORD_RECEIVING, e);
}
