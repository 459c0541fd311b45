#include "bench/run/conditions.h"

#include "bench/measure/host.h"
#include "core/kafka/library.h"

#include <inttypes.h>
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

static enum rc describe_settings(const struct cluster *c, struct environment *v, struct err *e)
{
    struct settings given;
    struct buf text;
    buf_init(&text, sizeof v->settings - 1);
    enum rc rc = cluster_describe(c, &given, e);
    if (rc == RC_OK)
        rc = settings_write(&given, &text, e);
    if (rc == RC_OK && text.size > 0)
        memcpy(v->settings, text.data, text.size);
    v->settings[text.size] = '\0';
    buf_release(&text);
    settings_release(&given);
    return rc;
}

static void name_scenarios(const struct run *s, struct environment *v)
{
    size_t used = 0;
    for (size_t i = 0; i < s->part_count && used < sizeof v->scenarios; i++) {
        int n = snprintf(v->scenarios + used, sizeof v->scenarios - used, "%s%s", i > 0 ? ", " : "",
                         s->parts[i].scenario->name);
        used += n > 0 ? (size_t)n : 0;
    }
}

static void note_fingerprints(const struct run *s, struct environment *v)
{
    size_t used = 0;
    for (size_t i = 0; i < s->part_count && used < sizeof v->asked; i++) {
        const struct scenario *scenario = s->parts[i].scenario;
        int n = snprintf(v->asked + used, sizeof v->asked - used, "%s=%016" PRIx64 "\n",
                         scenario->name, scenario->fingerprint);
        used += n > 0 ? (size_t)n : 0;
    }
}

/* The clusters that run; every record names the one it ran on. */
static void name_brokers(const struct testbed *tb, struct environment *v)
{
    size_t used = 0;
    (void)snprintf(v->broker, sizeof v->broker, "%s", tb->broker_says);
    for (int part = 0; part < TESTBED_PARTS && used < sizeof v->broker; part++) {
        if ((tb->running & TESTBED_CLUSTERS & TESTBED_NEED(part)) == 0)
            continue;
        int n =
            snprintf(v->broker + used, sizeof v->broker - used, "%s%.120s", used > 0 ? "; " : "",
                     TESTBED_ROWS[part]->describe(tb, (enum testbed_part)part));
        used += n > 0 ? (size_t)n : 0;
    }
}

enum rc conditions_describe(const struct run *s, struct environment *out, struct err *e)
{
    const char *command = s->options->command != NULL ? s->options->command : "";
    environment_init(out);
    (void)snprintf(out->tool, sizeof out->tool, "assay %s", ASSAY_VERSION);
    (void)snprintf(out->run, sizeof out->run, "%s", folder_name(&s->folder));
    name_brokers(&s->testbed, out);
    (void)snprintf(out->pinning, sizeof out->pinning, "%.120s", s->testbed.pinning);
    (void)snprintf(out->command, sizeof out->command, "%s", command);
    name_scenarios(s, out);
    note_fingerprints(s, out);
    out->planned_trials = (int64_t)s->planned;
    out->started_wall_ns = clock_wall().ns;
    out->seed = s->parts[0].scenario->seed;
    out->attempts[0].started_wall_ns = out->started_wall_ns;
    (void)snprintf(out->attempts[0].command, sizeof out->attempts[0].command, "%s", command);
    out->attempt_count = 1;
    describe_host(out);
    describe_versions(out);
    /* With one scenario its properties are settings of the whole run. */
    return describe_settings(s->part_count == 1 ? &s->parts[0].cluster : &s->cluster, out, e);
}
