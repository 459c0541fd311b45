/*
 * Are images above 20 MB cut into chunks of 5 MB that keep their order on six partitions, and put
 * together again whatever happens to the chunks? Three images over a broker; then, in memory, the
 * chunks of two lost, doubled, reversed, damaged and interleaved.
 */
#include "bench/probe/probe_imagery.h"
#include "bench/probe/probes.h"
#include "core/image/reassembly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SENT = 3, SHORTEST = 20000001, LONGER = 7000000, LARGEST = 34000001, SEED = 7, TWO = 2 };
enum fault { LOST, DOUBLED, REVERSED, DAMAGED, INTERLEAVED, FAULTS };
static const char *const FAULT_NAMES[FAULTS] = {"lost", "doubled", "reversed", "damaged",
                                                "interleaved"};

struct chunk_scene {
    struct probe_imagery im;
    uint8_t *bytes;               /* owned; every image is a start of it */
    struct probe_records records; /* owned; two images, one after the other */
    struct reassembly *r;         /* owned; the one in use */
    struct {
        struct image_id id;
        int32_t partition;
        uint32_t next;
    } seen[SENT];
    size_t images_seen, astray, disordered; /* chunks on another partition; not in their order */
    size_t whole, wrong, losses, damaged;   /* since the last reset */
};

static void note_loss(void *ctx, const struct reassembly_loss *loss)
{
    struct chunk_scene *t = ctx;
    t->losses++;
    t->damaged += loss->damaged;
}

static enum rc open_reassembly(struct chunk_scene *t, struct err *e)
{
    struct reassembly_config config;
    reassembly_config_init(&config);
    t->whole = t->wrong = t->losses = t->damaged = 0;
    return reassembly_open(&config, note_loss, t, &t->r, e);
}

/* Reports what is incomplete. */
static void close_reassembly(struct chunk_scene *t)
{
    reassembly_close(t->r);
    t->r = NULL;
}

static enum rc add(struct chunk_scene *t, struct span record, struct err *e)
{
    struct reassembly_step step = {0};
    enum rc rc = reassembly_add(t->r, record, clock_now(), &step, e);
    if (rc == RC_OK && step.outcome == CHUNK_COMPLETED) {
        struct span got = step.image.image;
        bool same = got.size <= LARGEST && memcmp(got.data, t->bytes, got.size) == 0;
        t->whole += same ? 1 : 0;
        t->wrong += same ? 0 : 1;
    }
    reassembled_release(&step.image);
    return rc;
}

/* --- over the broker --- */

static void note_place(struct chunk_scene *t, const struct chunk *c, int32_t partition)
{
    size_t i = 0;
    while (i < t->images_seen && memcmp(&t->seen[i].id, &c->image.id, sizeof c->image.id) != 0)
        i++;
    if (i == SENT)
        return;
    if (i == t->images_seen) {
        t->images_seen++;
        t->seen[i].id = c->image.id;
        t->seen[i].partition = partition;
    }
    t->astray += t->seen[i].partition == partition ? 0 : 1;
    t->disordered += t->seen[i].next++ == c->index ? 0 : 1;
}

static enum rc see_chunk(void *ctx, const struct consumed *record, struct err *e)
{
    struct chunk_scene *t = ctx;
    struct chunk c;
    enum rc rc = chunk_read_head(record->value, &c, e);
    if (rc != RC_OK)
        return rc;
    note_place(t, &c, record->partition);
    return add(t, record->value, e);
}

static enum rc over_broker(struct chunk_scene *t, size_t *arrived, struct err *e)
{
    enum rc rc = open_reassembly(t, e);
    for (size_t i = 0; i < SENT && rc == RC_OK; i++) {
        bool taken = false;
        size_t size = SHORTEST + (i * LONGER);
        rc = probe_imagery_send(&t->im, span_of(t->bytes, size), "image", &taken, e);
    }
    if (rc == RC_OK)
        rc = probe_imagery_read(&t->im, IMAGE_TOPIC_CHUNKS, see_chunk, t, e);
    *arrived = t->wrong == 0 ? t->whole : 0;
    close_reassembly(t);
    return rc;
}

/* --- faults, in memory --- */

/* The i-th chunk to come, of n, the halves of which are one image each. */
static size_t place_of(enum fault fault, size_t i, size_t n)
{
    if (fault == REVERSED)
        return n - 1 - i;
    return fault == INTERLEAVED ? (i % TWO) * (n / TWO) + i / TWO : i;
}

static enum rc plant(struct chunk_scene *t, enum fault fault, struct err *e)
{
    enum rc rc = open_reassembly(t, e);
    for (size_t i = 0; i < t->records.count && rc == RC_OK; i++) {
        struct image_message *m = &t->records.messages[place_of(fault, i, t->records.count)];
        uint8_t *byte = &m->value[m->value_size / TWO];
        bool hit = i == 1;
        if (hit && fault == LOST)
            continue;
        *byte ^= (uint8_t)(hit && fault == DAMAGED ? 1 : 0);
        rc = add(t, span_of(m->value, m->value_size), e);
        if (hit && fault == DOUBLED && rc == RC_OK)
            rc = add(t, span_of(m->value, m->value_size), e);
        *byte ^= (uint8_t)(hit && fault == DAMAGED ? 1 : 0);
    }
    close_reassembly(t);
    return rc;
}

/* One image of two is lost and reported where a chunk is missing, none where it is not. */
static bool harmless(const struct chunk_scene *t, enum fault fault)
{
    bool missing = fault == LOST || fault == DAMAGED;
    size_t losses = missing ? 1 : 0;
    return t->wrong == 0 && t->losses == losses && t->whole == TWO - losses &&
           t->damaged == (fault == DAMAGED ? 1 : 0);
}

static enum rc try_faults(struct chunk_scene *t, struct buf *says, size_t *fine, struct err *e)
{
    enum rc rc = RC_OK;
    for (enum fault f = LOST; f < FAULTS && rc == RC_OK; f++) {
        rc = plant(t, f, e);
        *fine += rc == RC_OK && harmless(t, f) ? 1 : 0;
        if (rc == RC_OK)
            rc = buf_appendf(says, e, "%s%s: %zu whole, %zu reported, %zu wrong", f > 0 ? "; " : "",
                             FAULT_NAMES[f], t->whole, t->losses, t->wrong);
    }
    return rc;
}

/* --- all of it --- */

static enum rc open_scene(const struct probe_context *g, struct chunk_scene *t, struct err *e)
{
    enum rc rc = probe_random_bytes(LARGEST, SEED, &t->bytes, e);
    for (size_t i = 0; i < TWO && rc == RC_OK; i++)
        rc = probe_records_add(&t->records, span_of(t->bytes, SHORTEST), "image", e);
    return rc == RC_OK ? probe_imagery_open(&t->im, g, "chunks", e) : rc;
}

static enum rc try_scene(struct chunk_scene *t, struct buf *says, struct probe_result *out,
                         struct err *e)
{
    size_t arrived = 0, fine = 0;
    enum rc rc = over_broker(t, &arrived, e);
    if (rc == RC_OK)
        rc = try_faults(t, says, &fine, e);
    if (rc != RC_OK)
        return rc;
    bool all = arrived == SENT && t->astray == 0 && t->disordered == 0 && fine == FAULTS;
    return probe_answered(
        out, all ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
        "%d images of 20 000 001 to 34 000 001 bytes in chunks of 5 MB, key = image id, over %d "
        "partitions: %zu arrived byte for byte; %zu chunks on another partition than their "
        "image's first, %zu out of order. A chunk of one of two images, in memory: %s",
        SENT, (int)IMAGE_TOPIC_TABLE[IMAGE_TOPIC_CHUNKS].partitions, arrived, t->astray,
        t->disordered, (const char *)says->data);
}

static enum rc ask_chunks(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    struct chunk_scene t = {.wrong = 0};
    struct buf says;
    buf_init(&says, PROBE_TEXT);
    enum rc rc = open_scene(g, &t, e);
    if (rc == RC_OK)
        rc = try_scene(&t, &says, out, e);
    probe_imagery_close(&t.im);
    probe_records_release(&t.records);
    buf_release(&says);
    free(t.bytes);
    return rc;
}

const struct probe PROBE_CHUNKS_PUT_TOGETHER = {
    .name = "chunks-put-together",
    .says = "chunks of 5 MB keep their order, are checked, and give the image or a report",
    .needs_broker = true,
    .expected_s = 1,
    .run = ask_chunks,
};
