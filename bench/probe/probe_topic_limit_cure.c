/*
 * Does message.max.bytes = 52428800 at the broker cure images that a topic refuses? Two topics, one
 * with the documents' own limit and one without any, are offered 30 MB before and after. The
 * broker's setting is changed as an operator would, while it runs, and put back.
 */
#include "bench/probe/probe_topic.h"
#include "bench/probe/probes.h"
#include "core/kafka/config_change.h"

#include <stdio.h>
#include <stdlib.h>

enum { IMAGE_BYTES = 30000000, TRIES = 40, BROKER_TEXT = 16 };
static const int64_t BETWEEN_TRIES_NS = 250 * (int64_t)NS_PER_MS;

struct cure_scene {
    struct probe_topic limited; /* max.message.bytes = 20971520 */
    struct probe_topic plain;   /* whatever the broker says */
    uint8_t *image;             /* owned; nobody can compress it */
    char broker[BROKER_TEXT];
    bool changed; /* the broker's config is to be put back */
};

static enum rc offer(const struct cure_scene *s, const struct probe_topic *t, bool *taken,
                     struct err *e)
{
    struct producer_settings settings;
    struct probe_sent sent;
    producer_settings_init(&settings);
    settings.message_max_bytes = IMAGE_BYTES;
    enum rc rc = probe_offer(t, &settings, span_of(s->image, IMAGE_BYTES), &sent, e);
    *taken = rc == RC_OK && sent.acknowledged == 1;
    return rc;
}

/* A change is in force a moment after it was accepted: offers until it shows, or never does. */
static enum rc await(const struct cure_scene *s, const struct probe_topic *t, bool wanted,
                     bool *taken, struct err *e)
{
    for (int i = 0; i < TRIES; i++) {
        enum rc rc = offer(s, t, taken, e);
        if (rc != RC_OK || *taken == wanted)
            return rc;
        clock_sleep(BETWEEN_TRIES_NS);
    }
    return RC_OK;
}

static enum rc set_broker(struct cure_scene *s, const char *limit, struct err *e)
{
    const char *config[] = {"message.max.bytes", limit, NULL};
    s->changed = true;
    return config_replace(s->limited.context->testbed->cluster, CONFIG_OF_BROKER, s->broker, config,
                          e);
}

static enum rc set_topic(struct cure_scene *s, const char *limit, struct err *e)
{
    const char *config[] = {"max.message.bytes", limit, NULL};
    return config_replace(s->limited.context->testbed->cluster, CONFIG_OF_TOPIC, s->limited.name,
                          config, e);
}

struct seen {
    bool plain_before, limited_before, plain_cured, limited_cured, limited_own;
};

static enum rc look(struct cure_scene *s, struct seen *seen, struct err *e)
{
    enum rc rc = set_broker(s, "1048588", e); /* Kafka's default */
    if (rc == RC_OK)
        rc = await(s, &s->plain, false, &seen->plain_before, e);
    if (rc == RC_OK)
        rc = offer(s, &s->limited, &seen->limited_before, e);
    if (rc == RC_OK)
        rc = set_broker(s, "52428800", e);
    if (rc == RC_OK)
        rc = await(s, &s->plain, true, &seen->plain_cured, e);
    if (rc == RC_OK)
        rc = offer(s, &s->limited, &seen->limited_cured, e);
    if (rc == RC_OK)
        rc = set_topic(s, "52428800", e);
    if (rc == RC_OK)
        rc = await(s, &s->limited, true, &seen->limited_own, e);
    return rc;
}

static const char *word(bool taken)
{
    return taken ? "taken" : "refused";
}

static enum rc judge_cure(const struct seen *seen, struct probe_result *out)
{
    if (seen->plain_before || !seen->plain_cured)
        return probe_answered(out, PROBE_NO_ANSWER,
                              "the broker's own setting did not come into force: 30 MB on a topic "
                              "without a limit were %s at 1048588 and %s at 52428800",
                              word(seen->plain_before), word(seen->plain_cured));
    return probe_answered(
        out, seen->limited_cured ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
        "30 MB on a topic with max.message.bytes = 20971520: %s at the broker's default, %s with "
        "message.max.bytes = 52428800 at the broker, %s once the topic's own max.message.bytes is "
        "52428800; on a topic without a limit of its own the broker's setting works (%s before, %s "
        "after): a topic's limit overrides the broker's",
        word(seen->limited_before), word(seen->limited_cured), word(seen->limited_own),
        word(seen->plain_before), word(seen->plain_cured));
}

static enum rc open_scene(const struct probe_context *g, struct cure_scene *s, struct err *e)
{
    static const char *const LIMIT[] = {"max.message.bytes", "20971520", NULL};
    struct cluster_identity who;
    admin_identity(g->testbed->admin, &who);
    (void)snprintf(s->broker, sizeof s->broker, "%d", (int)who.controller);
    enum rc rc = probe_random_bytes(IMAGE_BYTES, 1, &s->image, e);
    if (rc == RC_OK)
        rc = probe_topic_make(g, "limited", LIMIT, &s->limited, e);
    return rc == RC_OK ? probe_topic_make(g, "plain", NULL, &s->plain, e) : rc;
}

static enum rc ask_cure(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    static const char *const NOTHING[] = {NULL};
    struct cure_scene s = {0};
    struct seen seen = {0};
    struct err second = {0};
    if (!g->testbed->embedded)
        return probe_answered(out, PROBE_NO_ANSWER,
                              "it changes the broker's settings, so only on a broker of our own");
    enum rc rc = open_scene(g, &s, e);
    if (rc == RC_OK)
        rc = look(&s, &seen, e);
    if (s.changed &&
        config_replace(g->testbed->cluster, CONFIG_OF_BROKER, s.broker, NOTHING, &second) !=
            RC_OK &&
        rc == RC_OK)
        rc = err_set(e, RC_INFRA, "the broker's settings could not be put back: %s", second.text);
    probe_topic_delete(&s.limited);
    probe_topic_delete(&s.plain);
    free(s.image);
    return rc == RC_OK ? judge_cure(&seen, out) : rc;
}

const struct probe PROBE_TOPIC_LIMIT_CURE = {
    .name = "topic-limit-cure",
    .says = "message.max.bytes = 52428800 at the broker cures images that the topic refuses",
    .needs_broker = true,
    .expected_s = 3,
    .run = ask_cure,
};
