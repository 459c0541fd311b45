/*
 * Do records of up to 20 MB go straight to a topic whose max.message.bytes is 20971520? Tried at
 * 20 MB, 20 MiB and around the largest that fits, random and compressible, and with a client whose
 * own limit was left alone.
 */
#include "bench/probe/probe_topic.h"
#include "bench/probe/probes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOPIC_LIMIT = 20971520, MB20 = 20000000, MIB20 = 20971520, OVERHEAD_MAX = 256 };

struct limit_scene {
    struct probe_topic topic;
    uint8_t *random; /* owned; MIB20 bytes nobody can compress */
    uint8_t *text;   /* owned; as many that shrink at once */
};

static enum rc open_scene(const struct probe_context *g, struct limit_scene *t, struct err *e)
{
    static const char *const CONFIG[] = {"max.message.bytes", "20971520", NULL};
    enum rc rc = probe_random_bytes(MIB20, 1, &t->random, e);
    if (rc != RC_OK)
        return rc;
    t->text = calloc(1, MIB20);
    if (t->text == NULL)
        return err_set(e, RC_INFRA, "out of memory for 20 MiB of payload");
    for (size_t i = 0; i < MIB20; i += 64) /* readings of few values, one after another */
        t->text[i] = (uint8_t)('0' + t->random[i] % 10);
    return probe_topic_make(g, "limit", CONFIG, &t->topic, e);
}

static void close_scene(struct limit_scene *t)
{
    probe_topic_delete(&t->topic);
    free(t->random);
    free(t->text);
}

/* One record, sent with a codec and with a client that lets it pass. */
static enum rc offer(const struct limit_scene *t, struct span record, const char *codec,
                     struct probe_sent *out, struct err *e)
{
    struct producer_settings s;
    producer_settings_init(&s);
    s.message_max_bytes = MIB20 + OVERHEAD_MAX;
    s.codec.codec = codec_find(codec);
    return probe_offer(&t->topic, &s, record, out, e);
}

static bool taken(const struct probe_sent *s)
{
    return s->acknowledged == 1;
}

/* The largest random record that is taken, between one that is and one that is not. */
static enum rc find_edge(struct limit_scene *t, size_t low, size_t high, size_t *out, struct err *e)
{
    while (high - low > 1) {
        struct probe_sent sent;
        size_t size = low + (high - low) / 2;
        enum rc rc = offer(t, span_of(t->random, size), "none", &sent, e);
        if (rc != RC_OK)
            return rc;
        if (taken(&sent))
            low = size;
        else
            high = size;
    }
    *out = low;
    return RC_OK;
}

static const char *word(const struct probe_sent *s)
{
    return taken(s)                          ? "taken"
           : s->refuser == REFUSED_BY_CLIENT ? "refused by the client"
                                             : "refused by the broker";
}

static enum rc try_scene(struct limit_scene *t, struct probe_result *out, struct err *e)
{
    const struct span random = span_of(t->random, MIB20), readings = span_of(t->text, MIB20);
    struct producer_settings as_it_comes; /* its message.max.bytes is 1 000 000 */
    struct probe_sent mb = {0}, mib = {0}, text = {0}, squeezed = {0}, small = {0};
    size_t edge = 0;
    producer_settings_init(&as_it_comes);
    enum rc rc = offer(t, span_of(t->random, MB20), "none", &mb, e);
    if (rc == RC_OK)
        rc = offer(t, random, "none", &mib, e);
    if (rc == RC_OK)
        rc = offer(t, readings, "none", &text, e);
    if (rc == RC_OK)
        rc = offer(t, readings, "zstd", &squeezed, e);
    if (rc == RC_OK)
        rc = probe_offer(&t->topic, &as_it_comes, span_of(t->random, MB20), &small, e);
    if (rc == RC_OK && taken(&mb) && !taken(&mib))
        rc = find_edge(t, MIB20 - OVERHEAD_MAX, MIB20, &edge, e);
    if (rc != RC_OK)
        return rc;
    char edge_says[PROBE_REFUSAL] = "";
    if (edge > 0)
        (void)snprintf(
            edge_says, sizeof edge_says,
            "; the largest that is taken has %zu bytes, %zu less than the limit, one more "
            "is refused",
            edge, TOPIC_LIMIT - edge);
    return probe_answered(
        out, taken(&mb) ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
        "random record of 20 000 000 bytes: %s; of 20 971 520 bytes (20 MiB): %s (%s)%s; 20 MiB "
        "that "
        "compress: uncompressed %s, with zstd %s: the topic judges the compressed batch; a client "
        "with its own limit of 1 MB: %s (%s)",
        word(&mb), word(&mib), mib.refusal, edge_says, word(&text), word(&squeezed), word(&small),
        small.refusal);
}

static enum rc ask_limit(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    struct limit_scene t = {0};
    enum rc rc = open_scene(g, &t, e);
    if (rc == RC_OK)
        rc = try_scene(&t, out, e);
    close_scene(&t);
    return rc;
}

const struct probe PROBE_TOPIC_LIMIT_DIRECT = {
    .name = "topic-limit-direct",
    .says = "records of up to 20 MB go straight to a topic with max.message.bytes = 20971520",
    .needs_broker = true,
    .expected_s = 4,
    .run = ask_limit,
};
