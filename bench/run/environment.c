#include "bench/run/environment.h"

#include "base/json_writer.h"
#include "bench/measure/host.h"
#include "core/kafka/library.h"

#include <stdio.h>

static void write_host(struct json_writer *w, const struct ground *g)
{
    struct host h;
    host_describe(&h);
    json_write_object(w, "host");
    json_write_text(w, "system", h.system);
    json_write_text(w, "kernel", h.kernel);
    json_write_text(w, "cpu_model", h.cpu_model);
    json_write_int(w, "cores", h.cores);
    json_write_int(w, "memory_bytes", h.memory_bytes);
    json_write_text(w, "clock_source", h.clock_source);
    json_write_text(w, "pinning", g->pinning);
    json_write_close(w);
}

static void write_versions(struct json_writer *w)
{
    char client[64];
    json_write_object(w, "versions");
    json_write_text(w, "assay", ASSAY_VERSION);
    json_write_text(w, "client", library_version(client, sizeof client));
    for (size_t i = 0; CODECS[i] != NULL; i++)
        if (CODECS[i]->kafka_id != 0)
            json_write_text(w, CODECS[i]->library, CODECS[i]->version());
    json_write_close(w);
}

static enum rc write_cluster(struct json_writer *w, const struct ground *g, struct err *e)
{
    struct settings given;
    enum rc rc = cluster_describe(g->trial.cluster, &given, e);
    if (rc != RC_OK)
        return rc;
    json_write_object(w, "broker");
    json_write_text(w, "says", g->broker_says);
    json_write_text(w, "cluster_id", g->identity.id);
    json_write_int(w, "brokers", g->identity.brokers);
    json_write_bool(w, "embedded", g->embedded);
    if (g->heap_bytes > 0)
        json_write_int(w, "heap_bytes", g->heap_bytes);
    if (g->trial.shared_topic != NULL)
        json_write_text(w, "topic", g->trial.shared_topic);
    json_write_int(w, "partitions", g->trial.partitions);
    json_write_object(w, "client_settings");
    for (size_t i = 0; i < given.count; i++)
        json_write_text(w, given.rows[i].key, given.rows[i].value);
    json_write_close(w);
    json_write_close(w);
    settings_release(&given);
    return RC_OK;
}

static void write_plan(struct json_writer *w, const struct plan *p)
{
    const struct scenario *s = p->scenario;
    json_write_object(w, "scenario");
    json_write_text(w, "name", s->name);
    json_write_text(w, "about", s->about);
    json_write_text(w, "file", s->file);
    json_write_text(w, "compares", ARM_NAMES[s->compare]);
    json_write_int(w, "blocks", s->blocks);
    json_write_int(w, "cells", (int64_t)p->cell_count);
    json_write_int(w, "trials", (int64_t)p->trial_count);
    json_write_bool(w, "exact", s->exact);
    json_write_bool(w, "receiver_after", s->receiver_after);
    json_write_int(w, "keys", s->key_count);
    json_write_int(w, "seed", (int64_t)(s->seed & INT64_MAX));
    json_write_close(w);
}

enum rc environment_write(const struct ground *g, const struct plan *p, const char *run,
                          struct buf *out, struct err *e)
{
    struct json_writer w;
    char started[WALLTIME_TEXT];
    walltime_format(clock_wall(), started);
    json_writer_init(&w, out, JSON_INDENTED);
    json_write_object(&w, NULL);
    json_write_text(&w, "schema", ENVIRONMENT_SCHEMA);
    json_write_text(&w, "run", run);
    json_write_text(&w, "started", started);
    write_versions(&w);
    write_host(&w, g);
    enum rc rc = write_cluster(&w, g, e);
    if (rc != RC_OK)
        return rc;
    write_plan(&w, p);
    if (g->trial.sabotage != SABOTAGE_NONE)
        json_write_text(&w, "sabotage", SABOTAGE_NAMES[g->trial.sabotage]);
    json_write_close(&w);
    rc = json_writer_end(&w, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}
