/*
 * Does reassembly give up after 5 minutes, free the memory and name the image? An image in
 * chunks of 5 MB that lacks one of them; the time is handed in, so that nobody waits.
 */
#include "bench/probe/probe_imagery.h"
#include "bench/probe/probes.h"
#include "core/image/reassembly.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGE_BYTES = 20000001, CHUNK_LOST = 2, MINUTES = 5, SECONDS = 60 };
static const int64_t JUST_UNDER_NS = ((int64_t)MINUTES * SECONDS * NS_PER_S) - 1;
static const struct instant START = {.ns = NS_PER_S};

struct gap_scene {
    uint8_t *bytes;               /* owned */
    struct probe_records records; /* owned */
    struct reassembly *r;         /* owned */
    size_t losses;
    enum reassembly_end end;
    uint32_t missing;
    char source_id[METADATA_TEXT];
    char why[REASSEMBLY_WHY];
    struct reassembly_counts before, held, just_before, after;
    enum reassembly_outcome late;
};

static void note_loss(void *ctx, const struct reassembly_loss *loss)
{
    struct gap_scene *t = ctx;
    struct image_metadata m;
    struct err ignored = {0};
    t->losses++;
    t->end = loss->end;
    t->missing = loss->missing_count == 1 ? loss->missing[0] : UINT32_MAX;
    (void)snprintf(t->why, sizeof t->why, "%s", loss->why);
    if (metadata_read(loss->metadata, &m, &ignored) == RC_OK)
        memcpy(t->source_id, m.source_id, sizeof t->source_id);
}

static enum rc open_scene(struct gap_scene *t, struct err *e)
{
    struct reassembly_config config;
    reassembly_config_init(&config);
    enum rc rc = probe_random_bytes(IMAGE_BYTES, 8, &t->bytes, e);
    if (rc == RC_OK)
        rc = probe_records_add(&t->records, span_of(t->bytes, IMAGE_BYTES), "image-with-a-gap", e);
    return rc == RC_OK ? reassembly_open(&config, note_loss, t, &t->r, e) : rc;
}

static void close_scene(struct gap_scene *t)
{
    reassembly_close(t->r);
    probe_records_release(&t->records);
    free(t->bytes);
}

static enum rc add(struct gap_scene *t, size_t i, struct instant now,
                   enum reassembly_outcome *outcome, struct err *e)
{
    struct reassembly_step step = {0};
    const struct image_message *m = &t->records.messages[i];
    enum rc rc = reassembly_add(t->r, span_of(m->value, m->value_size), now, &step, e);
    *outcome = step.outcome;
    reassembled_release(&step.image);
    return rc;
}

static enum rc let_time_pass(struct gap_scene *t, struct err *e)
{
    enum reassembly_outcome ignored;
    enum rc rc = RC_OK;
    reassembly_counts(t->r, &t->before);
    for (size_t i = 0; i < t->records.count && rc == RC_OK; i++)
        if (i != CHUNK_LOST)
            rc = add(t, i, START, &ignored, e);
    reassembly_counts(t->r, &t->held);
    reassembly_expire(t->r, instant_after(START, JUST_UNDER_NS));
    reassembly_counts(t->r, &t->just_before);
    reassembly_expire(t->r, instant_after(START, JUST_UNDER_NS + 1));
    reassembly_counts(t->r, &t->after);
    if (rc == RC_OK)
        rc = add(t, CHUNK_LOST, instant_after(START, JUST_UNDER_NS + NS_PER_S), &t->late, e);
    return rc;
}

static bool as_said(const struct gap_scene *t)
{
    return t->held.in_flight == 1 && t->just_before.in_flight == 1 && t->after.in_flight == 0 &&
           t->losses == 1 && t->end == REASSEMBLY_TIMED_OUT && t->missing == CHUNK_LOST &&
           strcmp(t->source_id, "image-with-a-gap") == 0 &&
           t->after.memory_bytes <= t->before.memory_bytes && t->late == CHUNK_LATE;
}

static enum rc ask_gap(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    (void)g;
    struct gap_scene t = {.missing = UINT32_MAX};
    enum rc rc = open_scene(&t, e);
    if (rc == RC_OK)
        rc = let_time_pass(&t, e);
    if (rc == RC_OK)
        rc = probe_answered(
            out, as_said(&t) ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
            "image of 20 000 001 bytes, chunk %d of %zu held back, the time handed in: one "
            "nanosecond before 5 minutes %zu image in flight, at 5 minutes %zu; memory %" PRId64
            " bytes while it waited, %" PRId64 " before and %" PRId64
            " after; %zu report: \"%s\", source_id \"%s\"; the chunk that came a second later %s. "
            "The 5 minutes count from the last new chunk",
            CHUNK_LOST, t.records.count, t.just_before.in_flight, t.after.in_flight,
            t.held.memory_bytes, t.before.memory_bytes, t.after.memory_bytes, t.losses, t.why,
            t.source_id,
            t.late == CHUNK_LATE ? "was known to be late and started nothing" : "was taken");
    close_scene(&t);
    return rc;
}

const struct probe PROBE_REASSEMBLY_GIVES_UP = {
    .name = "reassembly-gives-up",
    .says = "an image that lacks a chunk is given up after 5 minutes, freed and reported",
    .expected_s = 1,
    .run = ask_gap,
};
