#include "core/image/reassembly_state.h"

#include "base/crc32c.h"

#include <stdio.h>
#include <stdlib.h>

/* Memory and file bytes that an image takes while it is in flight. */
struct cost {
    int64_t memory, file;
};

static struct cost cost_of(const struct chunk_image *image, bool in_file)
{
    int64_t bytes = (int64_t)image->total_size;
    struct cost c = {.memory = (int64_t)flight_bytes(image)};
    *(in_file ? &c.file : &c.memory) += bytes;
    return c;
}

static void account(struct reassembly *r, struct cost c, int sign)
{
    struct reassembly_counts *n = &r->counts;
    n->memory_bytes += sign * c.memory;
    n->file_bytes += sign * c.file;
    n->in_flight = r->flights.count;
    n->memory_peak_bytes =
        n->memory_bytes > n->memory_peak_bytes ? n->memory_bytes : n->memory_peak_bytes;
    n->file_peak_bytes = n->file_bytes > n->file_peak_bytes ? n->file_bytes : n->file_peak_bytes;
    n->in_flight_peak = n->in_flight > n->in_flight_peak ? n->in_flight : n->in_flight_peak;
}

static enum rc check_config(const struct reassembly_config *c, int64_t fixed, struct err *e)
{
    if (c->memory_bytes <= fixed)
        return err_set(e, RC_INPUT,
                       "memory_bytes: %lld; more than the %lld of its tables are right",
                       (long long)c->memory_bytes, (long long)fixed);
    if (c->timeout_ns <= 0)
        return err_set(e, RC_INPUT, "timeout_ns: %lld; expected more than 0",
                       (long long)c->timeout_ns);
    if (c->in_flight_max < 1)
        return err_set(e, RC_INPUT, "in_flight_max: 0; expected 1 or more");
    if (c->image_max_bytes < 1 || c->file_bytes < 0 || c->file_above_bytes < 0)
        return err_set(e, RC_INPUT,
                       "image_max_bytes, file_bytes, file_above_bytes: expected 0 or more");
    return RC_OK;
}

enum rc reassembly_open(const struct reassembly_config *c, reassembly_on_loss *on_loss, void *ctx,
                        struct reassembly **out, struct err *e)
{
    int64_t fixed =
        (int64_t)(sizeof(struct reassembly) + flights_bytes() + finished_ids_bytes(c->remembered));
    enum rc rc = check_config(c, fixed, e);
    if (rc != RC_OK)
        return err_wrap(e, "reassembly");
    struct reassembly *r = calloc(1, sizeof *r);
    if (r == NULL)
        return err_set(e, RC_INFRA, "out of memory for a reassembly");
    r->config = *c;
    r->on_loss = on_loss;
    r->ctx = ctx;
    rc = flights_init(&r->flights, e);
    if (rc == RC_OK)
        rc = finished_ids_init(&r->finished, c->remembered, e);
    if (rc != RC_OK) {
        flights_release(&r->flights);
        free(r);
        return rc;
    }
    account(r, (struct cost){.memory = fixed}, 1);
    *out = r;
    return RC_OK;
}

/* Tells the owner that an image is given up; f is NULL when none of it was kept. */
static void report(struct reassembly *r, const struct chunk_image *image, const struct flight *f,
                   enum reassembly_end end, const char *why)
{
    struct reassembly_loss loss = {.id = image->id,
                                   .end = end,
                                   .total_size = image->total_size,
                                   .count = image->count,
                                   .received = f != NULL ? f->received : 0,
                                   .damaged = f != NULL ? f->damaged : 0,
                                   .metadata = image->metadata};
    for (uint32_t i = 0; i < image->count && loss.missing_count < REASSEMBLY_MISSING; i++)
        if (f == NULL || !flight_has(f, i))
            loss.missing[loss.missing_count++] = i;
    (void)snprintf(loss.why, sizeof loss.why, "%.*s", REASSEMBLY_WHY - 1, why);
    r->counts.ended[end]++;
    finished_ids_add(&r->finished, &image->id, false);
    if (r->on_loss != NULL)
        r->on_loss(r->ctx, &loss);
}

static void remove_flight(struct reassembly *r, struct flight *f)
{
    struct cost c = cost_of(&f->image, f->in_file);
    flights_remove(&r->flights, f);
    account(r, c, -1);
}

static void give_up(struct reassembly *r, struct flight *f, enum reassembly_end end,
                    const char *why)
{
    report(r, &f->image, f, end, why);
    remove_flight(r, f);
}

/* "12 of 20 chunks came, 1 damaged" in front of why. */
static void give_up_incomplete(struct reassembly *r, struct flight *f, enum reassembly_end end,
                               const char *why)
{
    char text[REASSEMBLY_WHY];
    (void)snprintf(text, sizeof text, "%u of %u chunks came whole, %u damaged: %.150s", f->received,
                   f->image.count, f->damaged, why);
    give_up(r, f, end, text);
}

void reassembly_close(struct reassembly *r)
{
    if (r == NULL)
        return;
    while (r->flights.count > 0)
        give_up_incomplete(r, r->flights.oldest, REASSEMBLY_CLOSED, "reassembly ended");
    flights_release(&r->flights);
    finished_ids_release(&r->finished);
    free(r);
}

void reassembly_expire(struct reassembly *r, struct instant now)
{
    char why[REASSEMBLY_WHY];
    if (now.ns > r->now.ns)
        r->now = now;
    (void)snprintf(why, sizeof why, "no new chunk for %lld s",
                   (long long)(r->config.timeout_ns / NS_PER_S));
    while (r->flights.count > 0 &&
           instant_since(r->now, r->flights.oldest->last) >= r->config.timeout_ns)
        give_up_incomplete(r, r->flights.oldest, REASSEMBLY_TIMED_OUT, why);
}

static bool fits(const struct reassembly *r, struct cost c)
{
    return c.memory <= r->config.memory_bytes - r->counts.memory_bytes &&
           c.file <= r->config.file_bytes - r->counts.file_bytes;
}

/* True when an image fits with nothing else in flight. */
static bool could_fit(const struct reassembly *r, struct cost c)
{
    int64_t fixed =
        (int64_t)(sizeof *r + flights_bytes() + finished_ids_bytes(r->config.remembered));
    return c.memory <= r->config.memory_bytes - fixed && c.file <= r->config.file_bytes;
}

/* The one untouched for longest of those that hold what is lacking; else the one untouched for
 * longest. */
static struct flight *victim(const struct reassembly *r, struct cost c)
{
    bool file_lacks = c.file > r->config.file_bytes - r->counts.file_bytes;
    for (struct flight *f = r->flights.oldest; f != NULL; f = f->newer)
        if (f->in_file == file_lacks)
            return f;
    return r->flights.oldest;
}

/* Decides where a new image goes, and makes room. False: it cannot fit. */
static bool make_room(struct reassembly *r, const struct chunk_image *image, bool *in_file)
{
    if (image->total_size > (uint64_t)r->config.image_max_bytes)
        return false;
    struct cost in_memory = cost_of(image, false);
    bool folder = r->config.folder != NULL;
    *in_file =
        folder && ((int64_t)image->total_size > r->config.file_above_bytes || !fits(r, in_memory));
    struct cost c = *in_file ? cost_of(image, true) : in_memory;
    if (!could_fit(r, c))
        return false;
    while (!fits(r, c) || r->flights.count >= r->config.in_flight_max)
        give_up_incomplete(r, victim(r, c), REASSEMBLY_EVICTED, "it gave way to a newer image");
    return true;
}

static enum rc let_in(struct reassembly *r, const struct chunk_image *image, struct flight **out,
                      struct reassembly_step *step, struct err *e)
{
    bool in_file = false;
    *out = NULL;
    if (!make_room(r, image, &in_file)) {
        (void)snprintf(step->why, sizeof step->why,
                       "%llu bytes in %u chunks cannot fit in the budget",
                       (unsigned long long)image->total_size, image->count);
        step->outcome = CHUNK_ENDED;
        report(r, image, NULL, REASSEMBLY_TOO_LARGE, step->why);
        return RC_OK;
    }
    enum rc rc = flights_add(&r->flights, image, in_file ? r->config.folder : NULL, out, e);
    if (rc != RC_OK) {
        step->outcome = CHUNK_ENDED;
        report(r, image, NULL, REASSEMBLY_FAILED, e->text);
        return rc;
    }
    (*out)->first = (*out)->last = r->now;
    account(r, cost_of(image, in_file), 1);
    return RC_OK;
}

/* Compares a chunk's image with that of the first chunk: the difference, "" when they agree. */
static void find_conflict(const struct flight *f, const struct chunk *c, char *why, size_t room)
{
    const struct chunk_image *a = &f->image, *b = &c->image;
    why[0] = '\0';
    if (a->total_size != b->total_size || a->count != b->count || a->chunk_size != b->chunk_size)
        (void)snprintf(why, room,
                       "chunk %u says %llu bytes in chunks of %u, the first one said %llu in %u",
                       c->index, (unsigned long long)b->total_size, b->chunk_size,
                       (unsigned long long)a->total_size, a->chunk_size);
    else if (a->image_crc != b->image_crc)
        (void)snprintf(why, room, "chunk %u says image CRC %08x, the first one said %08x", c->index,
                       b->image_crc, a->image_crc);
    else if (a->metadata.size != b->metadata.size ||
             memcmp(a->metadata.data, b->metadata.data, a->metadata.size) != 0)
        (void)snprintf(why, room, "chunk %u has other metadata than the first one", c->index);
    else if (flight_has(f, c->index) && f->crcs[c->index] != c->data_crc)
        (void)snprintf(why, room, "chunk %u came twice with different data", c->index);
}

/* All chunks are there: hands the image out, if it is the one they named. */
static enum rc complete(struct reassembly *r, struct flight *f, struct reassembly_step *step,
                        struct err *e)
{
    struct reassembled *image = &step->image;
    enum rc rc = image_space_take(&f->space, &image->image, &image->mapped, e);
    if (rc != RC_OK)
        return rc;
    uint32_t crc = crc32c(image->image);
    if (crc != f->image.image_crc) {
        image_space_free(image->image, image->mapped);
        *image = (struct reassembled){.took_ns = 0};
        step->outcome = CHUNK_ENDED;
        (void)snprintf(step->why, sizeof step->why,
                       "every chunk came whole, and the image is not: CRC-32C %08x, not %08x", crc,
                       f->image.image_crc);
        give_up(r, f, REASSEMBLY_CORRUPT, step->why);
        return RC_OK;
    }
    step->outcome = CHUNK_COMPLETED;
    image->id = f->image.id;
    image->took_ns = instant_since(f->last, f->first);
    image->metadata = f->image.metadata;
    struct cost c = cost_of(&f->image, f->in_file);
    f->image.metadata = span_of(NULL, 0); /* the caller's now */
    r->counts.ended[REASSEMBLY_COMPLETE]++;
    finished_ids_add(&r->finished, &image->id, true);
    flights_remove(&r->flights, f);
    account(r, c, -1);
    return RC_OK;
}

/* A whole chunk of an image in flight. */
static enum rc take(struct reassembly *r, struct flight *f, const struct chunk *c,
                    struct reassembly_step *step, struct err *e)
{
    if (flight_has(f, c->index)) {
        r->counts.chunks_duplicate++;
        step->outcome = CHUNK_DUPLICATE;
        return RC_OK;
    }
    enum rc rc = image_space_put(&f->space, (size_t)c->offset, c->data, e);
    if (rc == RC_OK) {
        flight_note(f, c->index, c->data_crc);
        flights_touch(&r->flights, f);
        f->last = r->now;
        r->counts.chunks_taken++;
        step->outcome = CHUNK_TAKEN;
        if (f->received == f->image.count)
            rc = complete(r, f, step, e);
    }
    if (rc != RC_OK) {
        step->outcome = CHUNK_ENDED;
        give_up(r, f, REASSEMBLY_FAILED, e->text);
    }
    return rc;
}

static void note_damage(struct reassembly *r, struct flight *f, const struct err *why,
                        struct reassembly_step *step)
{
    r->counts.chunks_damaged++;
    if (f != NULL)
        f->damaged++;
    step->outcome = CHUNK_DAMAGED;
    (void)snprintf(step->why, sizeof step->why, "%.*s", REASSEMBLY_WHY - 1, why->text);
}

/* True when its image is finished already. */
static bool comes_late(struct reassembly *r, const struct image_id *id,
                       struct reassembly_step *step)
{
    const struct finished_id *known = finished_ids_find(&r->finished, id);
    if (known == NULL)
        return false;
    (*(known->complete ? &r->counts.chunks_duplicate : &r->counts.chunks_late))++;
    step->outcome = known->complete ? CHUNK_DUPLICATE : CHUNK_LATE;
    return true;
}

enum rc reassembly_add(struct reassembly *r, struct span record, struct instant now,
                       struct reassembly_step *out, struct err *e)
{
    struct chunk c;
    struct err why = {0};
    *out = (struct reassembly_step){.outcome = CHUNK_DAMAGED};
    reassembly_expire(r, now);
    if (chunk_read_head(record, &c, &why) != RC_OK) {
        note_damage(r, NULL, &why, out);
        return RC_OK;
    }
    if (comes_late(r, &c.image.id, out))
        return RC_OK;
    struct flight *f = flights_find(&r->flights, &c.image.id);
    if (f == NULL) {
        enum rc rc = let_in(r, &c.image, &f, out, e);
        if (rc != RC_OK || f == NULL)
            return rc;
    }
    find_conflict(f, &c, out->why, sizeof out->why);
    if (out->why[0] != '\0') {
        out->outcome = CHUNK_ENDED;
        give_up(r, f, REASSEMBLY_CONFLICT, out->why);
        return RC_OK;
    }
    if (chunk_check_data(&c, &why) != RC_OK) {
        note_damage(r, f, &why, out);
        return RC_OK;
    }
    return take(r, f, &c, out, e);
}
