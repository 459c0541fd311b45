#include "bench/workload/records/records_spec.h"

#include "bench/trial/arm_cluster.h"
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

static enum rc fill_cluster(const struct trial_options *g, const struct arm_choice *arm,
                            const char *bootstrap, struct records_spec *spec, struct err *e)
{
    struct cluster c;
    struct buf text;
    enum rc rc = arm_cluster(g->cluster, arm, &c, e);
    if (rc != RC_OK)
        return rc;
    buf_init(&text, sizeof spec->cluster - 1);
    rc = cluster_set_bootstrap(&c, bootstrap, e);
    if (rc == RC_OK)
        rc = cluster_write(&c, &text, e);
    if (rc == RC_OK && text.size > 0)
        memcpy(spec->cluster, text.data, text.size);
    buf_release(&text);
    cluster_release(&c);
    return rc;
}

static int64_t largest_of(const struct payload_pool *pool)
{
    int64_t largest = 0;
    for (size_t i = 0; i < pool->records; i++)
        if ((int64_t)pool->slots[i].size > largest)
            largest = (int64_t)pool->slots[i].size;
    return largest;
}

enum rc records_spec_fill(const struct flow *f, struct records_spec *spec, struct err *e)
{
    const struct trial_options *g = f->g;
    const struct plan_cell *c = f->o->cell;
    const struct scenario *s = f->o->scenario;
    *spec = (struct records_spec){.partitions = g->partitions,
                                  .encoding = (int32_t)c->encoding,
                                  .batching = c->batching,
                                  .message_max_bytes = c->message_max_bytes,
                                  .largest_bytes = largest_of(f->o->pool),
                                  .records = c->records_max,
                                  .messages = c->records_max,
                                  .until_told = f->until_told,
                                  .mixed = f->mixed,
                                  .warmup = c->warmup_records,
                                  .window_ns = c->window_ns,
                                  .key_count = s->key_count,
                                  .timestamp_ms = s->exact ? EXACT_FIRST_MS : 0,
                                  .receiver_after = s->receiver_after,
                                  .shared_topic = g->shared_topic != NULL,
                                  .sabotage = (int32_t)g->sabotage,
                                  .delay_ns = c->listed != NULL ? c->listed->delay_ns : 0};
    shared_load_fill(f, &spec->load);
    (void)snprintf(spec->topic, sizeof spec->topic, "%s", f->out->record.topic);
    (void)codec_spec_format(c->choice, spec->codec);
    (void)snprintf(spec->sender_cpus, sizeof spec->sender_cpus, "%s", g->testbed->sender_cpus);
    (void)snprintf(spec->receiver_cpus, sizeof spec->receiver_cpus, "%s",
                   g->testbed->receiver_cpus);
    fill_headers(s, spec->headers, sizeof spec->headers);
    return fill_cluster(g, c->listed,
                        f->route != NULL ? g->testbed->links->advertised : g->testbed->bootstrap,
                        spec, e);
}
