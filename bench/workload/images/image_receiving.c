#include "bench/workload/images/images.h"

#include "base/clock.h"
#include "base/hash.h"
#include "bench/workload/images/image_rule.h"
#include "bench/workload/records/receiver.h"
#include "core/image/envelope.h"
#include "core/image/reassembly.h"
#include "core/s3/object_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct image_receiving {
    const struct images_spec *spec;
    struct image_receiver_region *region;
    struct received_entry *images;
    uint64_t count;
    uint32_t finished;
    struct reassembly *reassembly; /* owned */
    struct s3_store *store;        /* owned; NULL: none */
    struct hash_stream *fetched;   /* owned; over the image that a reference points to */
};

static void note_trouble(struct image_receiving *r, const char *what)
{
    if (r->region->trouble[0] == '\0')
        (void)snprintf(r->region->trouble, sizeof r->region->trouble, "%s", what);
}

/* An image that will not come. */
static void give_up(struct image_receiving *r, const char *why)
{
    note_trouble(r, why);
    r->finished++;
}

/* hash: of all its bytes. */
static void arrived(struct image_receiving *r, const struct image_id *id, uint64_t hash)
{
    uint64_t sequence = 0;
    if (!image_rule_sequence(r->spec->records.load.seed, id, &sequence))
        return;
    r->finished++;
    if (r->count >= r->region->images_room) {
        note_trouble(r, "more images arrived than were sent");
        return;
    }
    r->images[r->count++] = (struct received_entry){
        .offset = (int64_t)sequence, .received_ns = clock_now().ns, .hash = hash};
    atomic_store_explicit(&r->region->images_received, r->count, memory_order_release);
}

/* --- chunks --- */

static void count_up(_Atomic uint64_t *counter)
{
    (void)atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static void on_loss(void *ctx, const struct reassembly_loss *loss)
{
    struct image_receiving *r = ctx;
    uint64_t sequence = 0;
    count_up(&r->region->reassembly.ended[loss->end]);
    image_metrics_assembled(&r->region->metrics, false);
    if (image_rule_sequence(r->spec->records.load.seed, &loss->id, &sequence))
        give_up(r, loss->why);
}

static uint64_t take_chunk(struct image_receiving *r, struct span record)
{
    struct reassembly_step step;
    struct err e = {0};
    struct chunk head;
    if (reassembly_add(r->reassembly, record, clock_now(), &step, &e) != RC_OK) {
        note_trouble(r, e.text);
        return 0;
    }
    if (step.outcome == CHUNK_COMPLETED) {
        count_up(&r->region->reassembly.ended[REASSEMBLY_COMPLETE]);
        image_metrics_assembled(&r->region->metrics, true);
        arrived(r, &step.image.id, hash_bytes(step.image.image));
    }
    reassembled_release(&step.image);
    if (step.outcome == CHUNK_DAMAGED) {
        note_trouble(r, step.why);
        return 0;
    }
    if (chunk_read_head(record, &head, &e) != RC_OK)
        return 0;
    return image_rule_hash(record, (size_t)(head.data.data - record.data));
}

/* --- references --- */

static enum rc take_piece(void *to, struct span piece, struct err *e)
{
    (void)e;
    hash_stream_add(to, piece);
    return RC_OK;
}

static void follow(struct image_receiving *r, const struct image_id *id, struct span reference)
{
    struct err e = {0};
    if (r->store == NULL) {
        give_up(r, "a reference arrived, and this trial has no object store");
        return;
    }
    struct object_store store = s3_store_ops(r->store);
    hash_stream_restart(r->fetched);
    if (store.ops->get(store.ctx, reference, take_piece, r->fetched, &e) != RC_OK)
        give_up(r, e.text);
    else
        arrived(r, id, hash_stream_value(r->fetched));
}

/* --- records --- */

static bool read_key(const struct consumed *got, struct image_id *out)
{
    char text[IMAGE_ID_TEXT];
    struct err ignored;
    if (got->key.size != IMAGE_ID_TEXT - 1)
        return false;
    memcpy(text, got->key.data, got->key.size);
    text[got->key.size] = '\0';
    return image_id_parse(text, out, &ignored) == RC_OK;
}

static uint64_t take_envelope(struct image_receiving *r, const struct consumed *got)
{
    struct envelope env;
    struct image_id id;
    struct err e = {0};
    bool named = read_key(got, &id);
    if (envelope_read(got->value, &env, &e) != RC_OK) {
        give_up(r, e.text);
        return 0;
    }
    if (env.kind == ENVELOPE_REFERENCE) {
        if (named)
            follow(r, &id, env.data);
        return image_rule_hash(got->value, got->value.size);
    }
    if (named)
        arrived(r, &id, hash_bytes(env.data));
    return image_rule_hash(got->value, (size_t)(env.data.data - got->value.data));
}

static uint64_t take_message(struct receiver *by, const struct consumed *got)
{
    struct image_receiving *r = by->ctx;
    if (got->broken)
        return 0;
    if (chunk_begins(got->value))
        return take_chunk(r, got->value);
    if (envelope_begins(got->value))
        return take_envelope(r, got);
    return hash_bytes(got->value);
}

static void set_word(_Atomic uint64_t *word, uint64_t value)
{
    atomic_store_explicit(word, value, memory_order_relaxed);
}

/* What reassembly has in hand, for whoever looks on. */
static void tell_reassembly(struct image_receiving *r)
{
    struct image_reassembly *to = &r->region->reassembly;
    struct reassembly_counts n;
    reassembly_counts(r->reassembly, &n);
    set_word(&to->in_flight, n.in_flight);
    set_word(&to->memory_bytes, (uint64_t)n.memory_bytes);
    set_word(&to->file_bytes, (uint64_t)n.file_bytes);
    set_word(&to->taken, n.chunks_taken);
    set_word(&to->duplicate, n.chunks_duplicate);
    set_word(&to->late, n.chunks_late);
    set_word(&to->damaged, n.chunks_damaged);
}

static uint32_t take_finished(struct receiver *by)
{
    struct image_receiving *r = by->ctx;
    uint32_t finished = r->finished;
    r->finished = 0;
    tell_reassembly(r);
    return finished;
}

/* Gives up what is incomplete, and says so. */
static void end_images(struct receiver *by)
{
    struct image_receiving *r = by->ctx;
    tell_reassembly(r);
    reassembly_close(r->reassembly);
    r->reassembly = NULL;
    set_word(&r->region->reassembly.in_flight, 0);
    set_word(&r->region->reassembly.memory_bytes, 0);
    set_word(&r->region->reassembly.file_bytes, 0);
}

/* --- opening and closing --- */

static const char *folder_of_files(void)
{
    const char *folder = getenv("TMPDIR");
    return folder != NULL && folder[0] != '\0' ? folder : "/tmp";
}

static enum rc open_reassembly(struct image_receiving *r, struct err *e)
{
    enum { IMAGES = 3, BOOKKEEPING = 16000000 };
    struct reassembly_config c;
    int64_t most = r->spec->records.largest_bytes;
    reassembly_config_init(&c);
    if (r->spec->reassembly_files)
        c.folder = folder_of_files();
    if (c.memory_bytes < IMAGES * most + BOOKKEEPING)
        c.memory_bytes = IMAGES * most + BOOKKEEPING;
    if (c.image_max_bytes < most)
        c.image_max_bytes = most;
    return reassembly_open(&c, on_loss, r, &r->reassembly, e);
}

static enum rc open_store(struct image_receiving *r, struct err *e)
{
    struct object_store_config c = r->spec->store;
    if (c.bucket[0] == '\0')
        return RC_OK;
    enum rc rc = codec_spec_parse(r->spec->records.codec, &c.codec, e);
    if (rc == RC_OK)
        rc = s3_store_open(&c, &r->store, e);
    object_store_config_wipe(&c);
    return rc;
}

static enum rc open_images(struct receiver *by, struct err *e)
{
    struct image_receiving *r = calloc(1, sizeof *r);
    if (r == NULL)
        return err_set(e, RC_INFRA, "out of memory for receiving images");
    by->ctx = r;
    r->spec = shared_memory_spec(by->memory);
    r->region = (struct image_receiver_region *)(void *)by->region;
    r->images = images_received_entries(r->region);
    enum rc rc = hash_stream_open(&r->fetched, e);
    if (rc == RC_OK)
        rc = open_reassembly(r, e);
    return rc == RC_OK ? open_store(r, e) : rc;
}

/* What was fetched stays in the object store: the flow empties that. */
static void close_images(struct receiver *by)
{
    struct err ignored;
    struct image_receiving *r = by->ctx;
    if (r == NULL)
        return;
    reassembly_close(r->reassembly);
    if (r->store != NULL)
        r->region->http_received = s3_store_sent(r->store).http_received;
    (void)s3_store_close(r->store, &ignored);
    hash_stream_close(r->fetched);
    free(r);
}

static const struct receiving_ops IMAGE_RECEIVING = {.open = open_images,
                                                     .close = close_images,
                                                     .take = take_message,
                                                     .finished = take_finished,
                                                     .end = end_images,
                                                     .images = true,
                                                     .poll_bytes = 10000000};

enum rc receiver_of_images(struct worker *w, struct err *e)
{
    return receiver_live(w, &IMAGE_RECEIVING, e);
}
