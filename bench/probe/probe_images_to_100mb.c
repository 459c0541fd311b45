/*
 * Do images of up to 100 MB arrive byte for byte by the documents' ways and topics: one record up
 * to 20 MB, chunks of 5 MB above? And does one of 10 MB, and of 20, as it was done before chunks:
 * base64 in JSON, in one record? The images are random: nobody can compress them.
 */
#include "bench/probe/probe_imagery.h"
#include "bench/probe/probes.h"
#include "core/image/reassembly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MB = 1000000, SIZES = 5, LARGEST = 100 * MB, SEED = 4 };
static const size_t SIZE[SIZES] = {10 * MB, 20 * MB, (20 * MB) + 1, 50 * MB, LARGEST};

struct image_scene {
    struct probe_imagery im;
    uint8_t *bytes; /* owned; every image is a start of it */
    struct buf decoded;
    struct reassembly *r; /* owned */
    bool arrived[SIZES];
    size_t wrong; /* images that arrived and are not what was sent */
};

static void note_image(struct image_scene *t, struct span image)
{
    for (size_t i = 0; i < SIZES; i++)
        if (image.size == SIZE[i] && memcmp(image.data, t->bytes, image.size) == 0) {
            t->arrived[i] = true;
            return;
        }
    t->wrong++;
}

static enum rc see_whole(void *ctx, const struct consumed *record, struct err *e)
{
    struct image_scene *t = ctx;
    struct image_record got;
    enum rc rc = image_record_read(record->value, &t->decoded, &got, e);
    if (rc == RC_OK)
        note_image(t, got.image);
    return rc;
}

static enum rc see_chunk(void *ctx, const struct consumed *record, struct err *e)
{
    struct image_scene *t = ctx;
    struct reassembly_step step = {0};
    enum rc rc = reassembly_add(t->r, record->value, clock_now(), &step, e);
    if (rc == RC_OK && step.outcome == CHUNK_COMPLETED)
        note_image(t, step.image.image);
    reassembled_release(&step.image);
    return rc;
}

static enum rc open_scene(const struct probe_context *g, struct image_scene *t, struct err *e)
{
    struct reassembly_config config;
    reassembly_config_init(&config);
    buf_init(&t->decoded, LARGEST);
    enum rc rc = probe_random_bytes(LARGEST, SEED, &t->bytes, e);
    if (rc == RC_OK)
        rc = reassembly_open(&config, NULL, NULL, &t->r, e);
    return rc == RC_OK ? probe_imagery_open(&t->im, g, "images", e) : rc;
}

static void close_scene(struct image_scene *t)
{
    probe_imagery_close(&t->im);
    reassembly_close(t->r);
    buf_release(&t->decoded);
    free(t->bytes);
}

/* Sends them all and reads them back; the first refusal is kept. */
static enum rc send_and_read(struct image_scene *t, char *refusal, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < SIZES && rc == RC_OK; i++) {
        bool taken = false;
        rc = probe_imagery_send(&t->im, span_of(t->bytes, SIZE[i]), "image", &taken, e);
        if (rc == RC_OK && !taken && refusal[0] == '\0')
            (void)snprintf(refusal, PROBE_REFUSAL, "%s", t->im.refusal);
    }
    if (rc == RC_OK)
        rc = probe_imagery_read(&t->im, IMAGE_TOPIC_BINARY, see_whole, t, e);
    return rc == RC_OK ? probe_imagery_read(&t->im, IMAGE_TOPIC_CHUNKS, see_chunk, t, e) : rc;
}

/* As base64 in one record, through the topic that the documents set up. */
static enum rc send_as_document(struct image_scene *t, size_t size, bool *taken, char *refusal,
                                struct err *e)
{
    t->im.router.as_document = true;
    enum rc rc = probe_imagery_send(&t->im, span_of(t->bytes, size), "document", taken, e);
    t->im.router.as_document = false;
    (void)snprintf(refusal, PROBE_REFUSAL, "%s", *taken ? "" : t->im.refusal);
    return rc;
}

static const char *word(bool arrived)
{
    return arrived ? "byte for byte" : "did not arrive";
}

static enum rc try_scene(struct image_scene *t, struct probe_result *out, struct err *e)
{
    char refusal[PROBE_REFUSAL] = "", before[2][PROBE_REFUSAL];
    bool taken[2] = {false, false};
    enum rc rc = send_and_read(t, refusal, e);
    if (rc == RC_OK)
        rc = send_as_document(t, (size_t)10 * MB, &taken[0], before[0], e);
    if (rc == RC_OK)
        rc = send_as_document(t, (size_t)20 * MB, &taken[1], before[1], e);
    if (rc != RC_OK)
        return rc;
    size_t whole = 0;
    for (size_t i = 0; i < SIZES; i++)
        whole += t->arrived[i] ? 1 : 0;
    return probe_answered(
        out, whole == SIZES && t->wrong == 0 ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
        "random images on the documents' topics: 10 MB %s, 20 MB %s in one record; 20 000 001 "
        "bytes "
        "%s, 50 MB %s, 100 MB %s in chunks of 5 MB; %zu wrong images%s%s. As base64 in one record, "
        "base64 in JSON in one record with zstd-1, the same topic: 10 MB %s%s%s, 20 MB %s%s%s. "
        "Nothing in the format limits images to 10 MB: max.message.bytes does, whatever it is",
        word(t->arrived[0]), word(t->arrived[1]), word(t->arrived[2]), word(t->arrived[3]),
        word(t->arrived[4]), t->wrong, refusal[0] != '\0' ? "; " : "", refusal,
        taken[0] ? "taken" : "refused", taken[0] ? "" : ": ", before[0],
        taken[1] ? "taken" : "refused", taken[1] ? "" : ": ", before[1]);
}

static enum rc ask_images(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    struct image_scene t = {.wrong = 0};
    enum rc rc = open_scene(g, &t, e);
    if (rc == RC_OK)
        rc = try_scene(&t, out, e);
    close_scene(&t);
    return rc;
}

const struct probe PROBE_IMAGES_TO_100MB = {
    .name = "images-to-100mb",
    .says = "images of up to 100 MB arrive byte for byte, in one record or in chunks",
    .needs_broker = true,
    .expected_s = 5,
    .run = ask_images,
};
