#include "bench/run/conditions.h"

#include "bench/measure/host.h"
#include "core/kafka/library.h"

#include <stdio.h>
#include <string.h>

static void describe_host(struct environment *v)
{
    struct host h;
    host_describe(&h);
    (void)snprintf(v->system, sizeof v->system, "%s", h.system);
    (void)snprintf(v->kernel, sizeof v->kernel, "%s", h.kernel);
    (void)snprintf(v->cpu_model, sizeof v->cpu_model, "%s", h.cpu_model);
    (void)snprintf(v->clock_source, sizeof v->clock_source, "%s", h.clock_source);
    v->cores = h.cores;
    v->memory_bytes = h.memory_bytes;
}

static void describe_versions(struct environment *v)
{
    char client[64];
    size_t row = 0;
    const char *split = strchr(library_version(client, sizeof client), ' ');
    (void)snprintf(v->versions[row].name, sizeof v->versions[row].name, "librdkafka");
    (void)snprintf(v->versions[row].version, sizeof v->versions[row].version, "%s",
                   split != NULL ? split + 1 : client);
    row++;
    for (size_t i = 0; CODECS[i] != NULL && row < ENVIRONMENT_VERSIONS; i++) {
        if (CODECS[i]->kafka_id == 0)
            continue;
        (void)snprintf(v->versions[row].name, sizeof v->versions[row].name, "%s",
                       CODECS[i]->library);
        (void)snprintf(v->versions[row].version, sizeof v->versions[row].version, "%s",
                       CODECS[i]->version());
        row++;
    }
}

static enum rc describe_settings(const struct ground *g, struct environment *v, struct err *e)
{
    struct settings given;
    struct buf text;
    buf_init(&text, sizeof v->settings - 1);
    enum rc rc = cluster_describe(g->trial.cluster, &given, e);
    if (rc == RC_OK)
        rc = settings_write(&given, &text, e);
    if (rc == RC_OK && text.size > 0)
        memcpy(v->settings, text.data, text.size);
    v->settings[text.size] = '\0';
    buf_release(&text);
    settings_release(&given);
    return rc;
}

enum rc conditions_describe(const struct ground *g, const struct plan *p, const char *run,
                            struct environment *out, struct err *e)
{
    environment_init(out);
    (void)snprintf(out->tool, sizeof out->tool, "assay %s", ASSAY_VERSION);
    (void)snprintf(out->run, sizeof out->run, "%s", run);
    (void)snprintf(out->scenarios, sizeof out->scenarios, "%s", p->scenario->name);
    (void)snprintf(out->broker, sizeof out->broker, "%.120s", g->broker_says);
    (void)snprintf(out->pinning, sizeof out->pinning, "%.120s", g->pinning);
    out->planned_trials = (int64_t)p->trial_count;
    out->started_wall_ns = clock_wall().ns;
    out->seed = p->scenario->seed;
    describe_host(out);
    describe_versions(out);
    return describe_settings(g, out, e);
}
