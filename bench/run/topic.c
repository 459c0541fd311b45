#include "bench/run/topic.h"

#include <stdio.h>
#include <string.h>

static enum rc create(const struct trial_ground *g, const struct plan_cell *c, const char *name,
                      struct err *e)
{
    char limit[24];
    struct settings config;
    settings_init(&config);
    (void)snprintf(limit, sizeof limit, "%lld", (long long)c->message_max_bytes);
    enum rc rc = settings_set(&config, "max.message.bytes", limit, e);
    if (rc == RC_OK)
        rc = settings_set(&config, "retention.ms", "-1", e);
    if (rc == RC_OK && g->sabotage == SABOTAGE_CODEC)
        rc = settings_set(&config, "compression.type",
                          strcmp(c->choice.codec->name, "lz4") == 0 ? "gzip" : "lz4", e);
    struct topic_settings want = {.partitions = g->partitions,
                                  .replication_factor = g->replication_factor,
                                  .config = &config};
    if (rc == RC_OK)
        rc = admin_create_topic(g->admin, name, &want, e);
    settings_release(&config);
    return rc;
}

enum rc topic_prepare(const struct trial_ground *g, const struct plan_cell *c,
                      struct trial_spec *spec, bool *ours, struct err *e)
{
    *ours = false;
    if (g->shared_topic == NULL) {
        enum rc rc = create(g, c, spec->topic, e);
        *ours = rc == RC_OK;
        return rc;
    }
    struct watermarks marks[LEDGER_PARTITIONS];
    enum rc rc = admin_watermarks(g->admin, spec->topic, spec->partitions, marks, e);
    for (int32_t p = 0; rc == RC_OK && p < spec->partitions; p++)
        spec->start_offset[p] = marks[p].latest;
    return rc;
}
