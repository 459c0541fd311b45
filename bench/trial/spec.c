#include "bench/trial/spec.h"

#include "bench/plan/image_rule.h"
#include "core/kafka/cluster.h"

#include <stdio.h>
#include <string.h>

static const int64_t EXACT_FIRST_MS = 1760349600000; /* 2025-10-13T10:00:00Z */

static void fill_headers(const struct scenario *s, char *text, size_t room)
{
    size_t at = 0;
    for (char **h = s->headers; h != NULL && *h != NULL && at < room; h++) {
        int n = snprintf(text + at, room - at, "%s\n", *h);
        at += n > 0 ? (size_t)n : 0;
    }
}

enum rc spec_cluster(const struct cluster *from, const struct arm_choice *arm, struct cluster *out,
                     struct err *e)
{
    struct buf text;
    cluster_init(out);
    buf_init(&text, BOARD_CLUSTER_TEXT);
    enum rc rc = cluster_write(from, &text, e);
    if (rc == RC_OK)
        rc = cluster_read(out, buf_span(&text), e);
    buf_release(&text);
    for (char **p = arm != NULL ? arm->properties : NULL; rc == RC_OK && p != NULL && *p != NULL;
         p++)
        if (cluster_add(out, *p, e) != RC_OK)
            rc = err_wrap(e, "arm %s: properties", arm->name);
    if (rc != RC_OK)
        cluster_release(out);
    return rc;
}

static enum rc fill_cluster(const struct trial_ground *g, const struct arm_choice *arm,
                            const char *bootstrap, struct trial_spec *spec, struct err *e)
{
    struct cluster c;
    struct buf text;
    enum rc rc = spec_cluster(g->cluster, arm, &c, e);
    if (rc != RC_OK)
        return rc;
    buf_init(&text, sizeof spec->cluster - 1);
    if (bootstrap != NULL)
        rc = cluster_set_bootstrap(&c, bootstrap, e);
    if (rc == RC_OK)
        rc = cluster_write(&c, &text, e);
    if (rc == RC_OK && text.size > 0)
        memcpy(spec->cluster, text.data, text.size);
    buf_release(&text);
    cluster_release(&c);
    return rc;
}

static void take_store(const struct trial_ground *g, struct trial_spec *spec)
{
    spec->store = *g->store;
    (void)snprintf(spec->store_says, sizeof spec->store_says, "%.*s", RECORD_NAME_MAX - 1,
                   g->store_says);
}

/* Room for the messages of as many images as may be sent. */
static void fill_images(const struct trial_ground *g, const struct trial_order *o,
                        struct trial_spec *spec)
{
    const struct route_rule *rule = &o->cell->rule;
    int64_t most = 1;
    spec->rule = *rule;
    spec->reassembly_files = o->scenario->reassembly_files;
    for (size_t i = 0; i < o->pool->records; i++) {
        int64_t size = (int64_t)o->pool->slots[i].size;
        if (size > spec->image_max_bytes)
            spec->image_max_bytes = size;
        if (image_rule_messages(rule, size) > most)
            most = image_rule_messages(rule, size);
    }
    spec->messages = spec->records * most;
    if (g->store != NULL && image_rule_needs_store(rule, spec->image_max_bytes))
        take_store(g, spec);
    spec->store.codec = (struct codec_spec){.codec = NULL};
}

enum rc spec_fill(const struct trial_ground *g, const struct trial_order *o, const char *topic,
                  const char *bootstrap, struct trial_spec *spec, struct err *e)
{
    const struct plan_cell *c = o->cell;
    const struct scenario *s = o->scenario;
    *spec = (struct trial_spec){.partitions = g->partitions,
                                .encoding = (int32_t)c->encoding,
                                .load = c->load,
                                .batching = c->batching,
                                .message_max_bytes = c->message_max_bytes,
                                .records = c->records_max,
                                .warmup = c->warmup_records,
                                .window_ns = c->window_ns,
                                .key_count = s->key_count,
                                .timestamp_ms = s->exact ? EXACT_FIRST_MS : 0,
                                .max_rate_per_s = g->max_rate_per_s,
                                .seed = o->trial->seed,
                                .receiver_after = s->receiver_after,
                                .shared_topic = g->shared_topic != NULL,
                                .sabotage = (int32_t)g->sabotage,
                                .delay_ns = c->listed != NULL ? c->listed->delay_ns : 0};
    if (encoding_is_image(c->encoding))
        fill_images(g, o, spec);
    if (c->load.kind == LOAD_OPEN)
        spec->load.rate_per_s = o->rate_per_s;
    (void)snprintf(spec->topic, sizeof spec->topic, "%s", topic);
    (void)codec_spec_format(c->choice, spec->codec);
    if (g->sender_cpus != NULL)
        (void)snprintf(spec->sender_cpus, sizeof spec->sender_cpus, "%s", g->sender_cpus);
    if (g->receiver_cpus != NULL)
        (void)snprintf(spec->receiver_cpus, sizeof spec->receiver_cpus, "%s", g->receiver_cpus);
    fill_headers(s, spec->headers, sizeof spec->headers);
    return fill_cluster(g, c->listed, bootstrap, spec, e);
}
