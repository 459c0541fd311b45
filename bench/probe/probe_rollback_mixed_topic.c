/*
 * Does a topic stay readable when senders are rolled back to JSON with gzip, and forth again? Four
 * images as envelopes, four as base64 in JSON sent with gzip, four as envelopes again, one reader.
 */
#include "bench/probe/probe_imagery.h"
#include "bench/probe/probes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGE_BYTES = 1000000, IMAGES = 12, PHASE = 4, ROLLED_BACK = 1, SEED = 17 };

#define IMAGE_NAME "image "

struct rollback_scene {
    struct probe_imagery im;
    uint8_t *bytes; /* owned; image i begins at byte i */
    struct buf decoded;
    int arrived[IMAGES];
    size_t wrong, envelopes, documents;
};

/* "image 7" is 7; IMAGES for anything else. */
static size_t number_of(const char *source_id)
{
    const char *number = source_id + strlen(IMAGE_NAME);
    char *rest = NULL;
    if (strncmp(source_id, IMAGE_NAME, strlen(IMAGE_NAME)) != 0)
        return IMAGES;
    size_t i = (size_t)strtoul(number, &rest, 10);
    return rest != number && *rest == '\0' ? i : IMAGES;
}

static enum rc see_image(void *ctx, const struct consumed *record, struct err *e)
{
    struct rollback_scene *t = ctx;
    struct image_record got;
    struct err why = {0};
    (void)e;
    if (image_record_read(record->value, &t->decoded, &got, &why) != RC_OK) {
        t->wrong++;
        return RC_OK;
    }
    size_t i = number_of(got.metadata.source_id);
    t->envelopes += got.kind == IMAGE_RECORD_ENVELOPE ? 1 : 0;
    t->documents += got.kind == IMAGE_RECORD_DOCUMENT ? 1 : 0;
    if (i < IMAGES && got.image.size == IMAGE_BYTES &&
        memcmp(got.image.data, t->bytes + i, IMAGE_BYTES) == 0)
        t->arrived[i]++;
    else
        t->wrong++;
    return RC_OK;
}

static enum rc send_phase(struct rollback_scene *t, size_t phase, size_t *refused, struct err *e)
{
    static const char *const SENT_WITH[] = {"zstd-1", "gzip", "zstd-1"};
    enum rc rc = codec_spec_parse(SENT_WITH[phase], &t->im.codec[IMAGE_TOPIC_BINARY], e);
    t->im.router.as_document = phase == ROLLED_BACK;
    for (size_t i = phase * PHASE; i < (phase + 1) * PHASE && rc == RC_OK; i++) {
        bool taken = false;
        char name[METADATA_TEXT];
        (void)snprintf(name, sizeof name, IMAGE_NAME "%zu", i);
        rc = probe_imagery_send(&t->im, span_of(t->bytes + i, IMAGE_BYTES), name, &taken, e);
        *refused += taken ? 0 : 1;
    }
    return rc;
}

static enum rc try_scene(struct rollback_scene *t, struct probe_result *out, struct err *e)
{
    size_t once = 0, refused = 0;
    enum rc rc = RC_OK;
    for (size_t phase = 0; phase < IMAGES / PHASE && rc == RC_OK; phase++)
        rc = send_phase(t, phase, &refused, e);
    if (rc == RC_OK)
        rc = probe_imagery_read(&t->im, IMAGE_TOPIC_BINARY, see_image, t, e);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < IMAGES; i++)
        once += t->arrived[i] == 1 ? 1 : 0;
    bool fine = once == IMAGES && t->wrong == 0 && refused == 0 && t->documents == PHASE;
    return probe_answered(
        out, fine ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
        "%d images of 1 MB into one topic, rolled back to base64 JSON with gzip after %d and forth "
        "again after %d: read were %zu envelopes and %zu JSON documents by one reader that tells "
        "them apart by their first bytes; %zu images arrived once and byte for byte, %zu wrong, "
        "%zu refused. A reader that knows only one of the two cannot read the other: readers are "
        "to be rolled out first",
        IMAGES, PHASE, 2 * PHASE, t->envelopes, t->documents, once, t->wrong, refused);
}

static enum rc ask_rollback(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    struct rollback_scene t = {.wrong = 0};
    buf_init(&t.decoded, (size_t)IMAGE_BYTES + PROBE_TEXT);
    enum rc rc = probe_random_bytes((size_t)IMAGE_BYTES + IMAGES, SEED, &t.bytes, e);
    if (rc == RC_OK)
        rc = probe_imagery_open(&t.im, g, "rollback", e);
    if (rc == RC_OK)
        rc = try_scene(&t, out, e);
    probe_imagery_close(&t.im);
    buf_release(&t.decoded);
    free(t.bytes);
    return rc;
}

const struct probe PROBE_ROLLBACK_MIXED_TOPIC = {
    .name = "rollback-mixed-topic",
    .says = "a topic with envelopes and, after a rollback, JSON with gzip stays readable",
    .needs_broker = true,
    .expected_s = 1,
    .run = ask_rollback,
};
