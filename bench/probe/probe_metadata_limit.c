/*
 * Do metadata messages of 1 MB fit the topic for them, and are larger ones refused? Records of
 * metadata without an image, up to the most that metadata may be, and around the topic's limit.
 */
#include "base/rng.h"
#include "bench/probe/probe_topic.h"
#include "bench/probe/probes.h"
#include "bench/workload/images/image_rule.h"
#include "core/image/envelope.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1100000, MIB = 1048576, SEED = 16, NUMBER = 32 };

struct metadata_scene {
    struct probe_topic topic;
    struct buf json;    /* metadata with a member more, of random letters */
    struct buf written; /* as metadata_write makes them */
    uint8_t *record;    /* owned; ROOM bytes */
};

/* Metadata of exactly so many bytes of JSON: {"timestamp":…,"note":"xxxx"}. */
static enum rc make_json(struct metadata_scene *t, size_t size, struct err *e)
{
    struct rng r;
    struct image_metadata m = image_rule_metadata("landsat_nrt", "tiff");
    static const char LETTERS[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-";
    rng_init(&r, SEED, 0);
    buf_clear(&t->json);
    buf_clear(&t->written);
    enum rc rc = metadata_write(&m, &t->written, e);
    if (rc == RC_OK)
        rc = buf_append(&t->json, t->written.data, t->written.size - 1, e);
    if (rc == RC_OK)
        rc = buf_appendf(&t->json, e, ",\"note\":\"");
    while (rc == RC_OK && t->json.size + 2 < size)
        rc = buf_append(&t->json, &LETTERS[rng_below(&r, sizeof LETTERS - 1)], 1, e);
    return rc == RC_OK ? buf_append(&t->json, "\"}", 2, e) : rc;
}

/* A record of so many bytes of t->record, uncompressed. */
static enum rc offer_bytes(struct metadata_scene *t, size_t size, struct probe_sent *out,
                           struct err *e)
{
    struct producer_settings s;
    producer_settings_init(&s);
    s.message_max_bytes = ROOM;
    return probe_offer(&t->topic, &s, span_of(t->record, size), out, e);
}

/* An envelope of so much metadata with one byte of data. */
static enum rc offer(struct metadata_scene *t, size_t size, struct probe_sent *out, struct err *e)
{
    static const uint8_t NOTHING = ' ';
    struct envelope env = {.kind = ENVELOPE_REFERENCE, .data = span_of(&NOTHING, 1)};
    enum rc rc = make_json(t, size, e);
    env.metadata = buf_span(&t->json);
    if (rc == RC_OK)
        rc = envelope_write(&env, t->record, e);
    return rc == RC_OK ? offer_bytes(t, envelope_size(env.metadata.size, env.data.size), out, e)
                       : rc;
}

static enum rc try_scene(struct metadata_scene *t, struct probe_result *out, struct err *e)
{
    struct probe_sent usual = {0}, most = {0}, mib = {0};
    struct image_metadata m;
    struct err beyond = {0}, written = {0};
    enum rc rc = offer(t, PROBE_TEXT, &usual, e);
    size_t plain = t->written.size;
    if (rc == RC_OK)
        rc = offer(t, METADATA_MAX, &most, e);
    if (rc == RC_OK)
        rc = offer_bytes(t, MIB, &mib, e);
    if (rc != RC_OK)
        return rc;
    bool reads = metadata_read(buf_span(&t->json), &m, e) == RC_OK;
    rc = make_json(t, (size_t)METADATA_MAX + 1, e);
    if (rc != RC_OK)
        return rc;
    bool refused = metadata_read(buf_span(&t->json), &m, &beyond) != RC_OK;
    struct envelope env = {.kind = ENVELOPE_REFERENCE, .metadata = buf_span(&t->json)};
    bool unwritten = envelope_write(&env, t->record, &written) != RC_OK;
    bool fine = usual.acknowledged == 1 && most.acknowledged == 1 && mib.acknowledged == 0 &&
                reads && refused && unwritten;
    return probe_answered(
        out, fine ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
        "topic with max.message.bytes = %" PRId64 ": the documents' seven members are %zu bytes of "
        "JSON; a record with 1 000 000 bytes of metadata (1 MB): %s, %s; of 1 000 001 bytes: the "
        "writer %s (%s), the reader %s (%s); a record of 1 048 576 bytes (1 MiB): %s%s%s: the "
        "limit "
        "is of the batch with its own bytes",
        IMAGE_TOPIC_TABLE[IMAGE_TOPIC_METADATA].max_message_bytes, plain,
        most.acknowledged == 1 ? "taken" : most.refusal, reads ? "and read again" : "but not read",
        unwritten ? "refuses" : "takes them", written.text, refused ? "refuses" : "takes them",
        beyond.text, mib.acknowledged == 1 ? "taken" : "refused",
        mib.refusal[0] != '\0' ? ", " : "", mib.refusal);
}

static enum rc ask_metadata(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    struct metadata_scene t = {.record = malloc(ROOM)};
    const struct image_topic_row *row = &IMAGE_TOPIC_TABLE[IMAGE_TOPIC_METADATA];
    char limit[NUMBER];
    const char *config[] = {"max.message.bytes", limit, "compression.type", row->compression, NULL};
    (void)snprintf(limit, sizeof limit, "%" PRId64, row->max_message_bytes);
    buf_init(&t.json, ROOM);
    buf_init(&t.written, PROBE_TEXT);
    enum rc rc = t.record != NULL ? RC_OK : err_set(e, RC_INFRA, "out of memory for 1 MB");
    if (rc == RC_OK)
        rc = probe_topic_make(g, "metadata", config, &t.topic, e);
    if (rc == RC_OK)
        rc = try_scene(&t, out, e);
    probe_topic_delete(&t.topic);
    buf_release(&t.json);
    buf_release(&t.written);
    free(t.record);
    return rc;
}

const struct probe PROBE_METADATA_LIMIT = {
    .name = "metadata-limit",
    .says = "metadata messages of 1 MB fit their topic; larger ones are refused",
    .needs_broker = true,
    .expected_s = 1,
    .run = ask_metadata,
};
