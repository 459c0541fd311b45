#include "bench/run/conditions.h"

#include "base/hash.h"
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

/* A hash of hashes with one more in it; 0 adds nothing. */
static uint64_t add_hash(uint64_t all, uint64_t more)
{
    uint64_t both[] = {all, more};
    return more != 0 ? hash_bytes(span_of((const uint8_t *)both, sizeof both)) : all;
}

/* A hash of the records that a plan cuts from files, those of its background loads included; 0: it
 * reads none. */
static uint64_t files_of(const struct plan *p)
{
    uint64_t all = 0;
    for (size_t i = 0; i < p->cell_count; i++)
        all = add_hash(all, p->cells[i].sample.hash);
    for (size_t i = 0; i < p->background_count; i++)
        all = add_hash(all, files_of(&p->backgrounds[i].plan));
    return all;
}

static void note_data(const struct run *s, struct environment *v)
{
    size_t used = 0;
    for (size_t i = 0; i < s->part_count && used < sizeof v->data; i++) {
        uint64_t hash = files_of(&s->parts[i].plan);
        if (hash == 0)
            continue;
        int n = snprintf(v->data + used, sizeof v->data - used, "%s=%016" PRIx64 "\n",
                         s->parts[i].scenario->name, hash);
        used += n > 0 ? (size_t)n : 0;
    }
}

static enum rc put_number(struct settings *to, const char *key, double value, struct err *e)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%.15g", value);
    return settings_set(to, key, text, e);
}

static enum rc put_broker_property(struct settings *to, const char *given, struct err *e)
{
    char key[ENVIRONMENT_TEXT];
    size_t split = strcspn(given, "=");
    (void)snprintf(key, sizeof key, "%.*s", (int)split, given);
    const char *value = given[split] == '=' ? given + split + 1 : "";
    if (settings_key_is_secret(key))
        value = SETTING_HIDDEN;
    (void)snprintf(key, sizeof key, "broker's %.*s", (int)split, given);
    return settings_set(to, key, value, e);
}

/* What the command was given that changes figures and stands in no scenario. */
static enum rc put_options(const struct run_options *o, struct settings *to, struct err *e)
{
    const struct trial_options *t = &o->trial;
    const char *const *property = o->testbed.broker_properties;
    bool ours = cluster_bootstrap(o->testbed.cluster) == NULL;
    enum rc rc = settings_set(to, "cluster", ours ? "of assay" : "of others", e);
    if (rc == RC_OK && t->max_rate_per_s > 0)
        rc = put_number(to, "max-rate", t->max_rate_per_s, e);
    if (rc == RC_OK && t->replication_factor > 0)
        rc = put_number(to, "replication-factor", t->replication_factor, e);
    if (rc == RC_OK && o->testbed.heap_bytes > 0)
        rc = put_number(to, "heap", (double)o->testbed.heap_bytes, e);
    if (rc == RC_OK && t->shared_topic != NULL)
        rc = settings_set(to, "topic", t->shared_topic, e);
    if (rc == RC_OK && o->testbed.s3_bucket != NULL)
        rc = settings_set(to, "s3-bucket", o->testbed.s3_bucket, e);
    const char *endpoint = o->testbed.s3_endpoint;
    if (rc == RC_OK && endpoint != NULL) /* a password may stand before the @ */
        rc = settings_set(to, "s3-endpoint", strchr(endpoint, '@') ? SETTING_HIDDEN : endpoint, e);
    if (rc == RC_OK && o->testbed.pin)
        rc = settings_set(to, "pin", "yes", e);
    for (; rc == RC_OK && property != NULL && *property != NULL; property++)
        rc = put_broker_property(to, *property, e);
    return rc;
}

static enum rc note_options(const struct run *s, struct environment *v, struct err *e)
{
    struct settings all;
    struct buf text;
    buf_init(&text, sizeof v->options - 1);
    enum rc rc = cluster_describe(s->options->testbed.cluster, &all, e);
    if (rc == RC_OK)
        rc = put_options(s->options, &all, e);
    if (rc == RC_OK)
        rc = settings_write(&all, &text, e);
    if (rc == RC_OK)
        memcpy(v->options, text.data, text.size);
    v->options[text.size] = '\0';
    buf_release(&text);
    settings_release(&all);
    return rc;
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
    note_data(s, out);
    return note_options(s, out, e);
}

enum rc conditions_add_testbed(const struct run *s, struct environment *v, struct err *e)
{
    name_brokers(&s->testbed, v);
    (void)snprintf(v->pinning, sizeof v->pinning, "%.120s", s->testbed.pinning);
    /* With one scenario its properties are settings of the whole run. */
    return describe_settings(s->part_count == 1 ? &s->parts[0].cluster : &s->cluster, v, e);
}
