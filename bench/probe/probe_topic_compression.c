/*
 * A topic with compression.type = zstd: what is stored when producers send something else, and what
 * does the broker pay for it? The same records go to a topic that keeps what producers send.
 */
#include "base/clock.h"
#include "bench/probe/probe_topic.h"
#include "bench/probe/probes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POOL_BYTES = 16000000, PASSES = 3, CPU_TEXT = 160, CODEC_TEXT = 16 };
static const int64_t SETTLE_NS = 200 * (int64_t)NS_PER_MS;
static const char *const SENT[] = {"none", "gzip", "lz4", "zstd"};
enum { SENT_COUNT = sizeof SENT / sizeof SENT[0] };

struct row {
    char zstd_stores[PROBE_REFUSAL]; /* codec stored on the topic with compression.type=zstd */
    char plain_stores[PROBE_REFUSAL];
    int64_t zstd_cpu_ns, plain_cpu_ns; /* the broker's; the least of the passes; -1: not known */
};

struct pass {
    char stores[PROBE_REFUSAL];
    int64_t cpu_ns;
};

/* All records of the pool to a fresh topic; the broker's CPU meanwhile. */
static enum rc send_pass(const struct probe_context *g, const char *type, const char *codec,
                         const struct payload_pool *pool, struct pass *out, struct err *e)
{
    const char *config[] = {"compression.type", type, NULL};
    struct producer_settings s;
    struct probe_topic topic;
    struct probe_sent sent;
    struct stored_summary stored;
    producer_settings_init(&s);
    s.codec.codec = codec_find(codec);
    enum rc rc = probe_topic_make(g, "compression", config, &topic, e);
    int64_t before = testbed_cpu_ns(g->testbed, g->testbed->cluster_part);
    if (rc == RC_OK)
        rc = probe_send_pool(&topic, &s, pool, &sent, e);
    clock_sleep(SETTLE_NS);
    int64_t after = testbed_cpu_ns(g->testbed, g->testbed->cluster_part);
    out->cpu_ns = before >= 0 && after >= 0 ? after - before : -1;
    if (rc == RC_OK)
        rc = probe_stored(&topic, &stored, e);
    if (rc == RC_OK && stored.all.records != (int64_t)pool->records)
        rc = err_set(e, RC_INTEGRITY, "%zu records were sent as %s and %lld are stored",
                     pool->records, codec, (long long)stored.all.records);
    if (rc == RC_OK)
        (void)probe_codecs(&stored, out->stores);
    probe_topic_delete(&topic);
    return rc;
}

static int64_t less(int64_t a, int64_t b)
{
    return a < 0 || (b >= 0 && b < a) ? b : a;
}

static enum rc fill_row(const struct probe_context *g, const char *codec,
                        const struct payload_pool *pool, struct row *row, struct err *e)
{
    struct pass zstd = {0}, plain = {0};
    row->zstd_cpu_ns = row->plain_cpu_ns = -1;
    for (int i = 0; i < PASSES; i++) {
        enum rc rc = send_pass(g, "producer", codec, pool, &plain, e);
        if (rc == RC_OK)
            rc = send_pass(g, "zstd", codec, pool, &zstd, e);
        if (rc != RC_OK)
            return rc;
        row->plain_cpu_ns = less(row->plain_cpu_ns, plain.cpu_ns);
        row->zstd_cpu_ns = less(row->zstd_cpu_ns, zstd.cpu_ns);
    }
    memcpy(row->zstd_stores, zstd.stores, sizeof row->zstd_stores);
    memcpy(row->plain_stores, plain.stores, sizeof row->plain_stores);
    return RC_OK;
}

static void say_row(const char *codec, const struct row *row, char *text, size_t size)
{
    (void)snprintf(text, size, "%s is stored as %.*s", codec, CODEC_TEXT, row->zstd_stores);
    size_t used = strlen(text);
    if (row->zstd_cpu_ns >= 0 && row->plain_cpu_ns >= 0)
        (void)snprintf(text + used, size - used,
                       " (broker CPU %lld ms against %lld ms where the topic keeps %.*s)",
                       (long long)(row->zstd_cpu_ns / NS_PER_MS),
                       (long long)(row->plain_cpu_ns / NS_PER_MS), CODEC_TEXT, row->plain_stores);
}

static enum rc judge_rows(const struct row *rows, size_t records, struct probe_result *out)
{
    char says[SENT_COUNT][CPU_TEXT];
    bool all = true;
    for (size_t i = 0; i < SENT_COUNT; i++) {
        say_row(SENT[i], &rows[i], says[i], sizeof says[i]);
        all = all && strcmp(rows[i].zstd_stores, "zstd") == 0;
    }
    return probe_answered(out, all ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
                          "on a topic with compression.type = zstd, %zu weather records of 16 MB "
                          "sent as %s; %s; %s; %s",
                          records, says[0], says[1], says[2], says[3]);
}

static enum rc ask_compression(const struct probe_context *g, struct probe_result *out,
                               struct err *e)
{
    const struct payload_spec spec = {.kind = "weather", .pool_bytes = POOL_BYTES, .seed = 1};
    struct row rows[SENT_COUNT];
    struct payload_pool pool;
    struct pass warm_up;
    memset(rows, 0, sizeof rows);
    enum rc rc = payload_pool_build(&spec, &pool, e);
    if (rc != RC_OK)
        return rc;
    rc = send_pass(g, "zstd", "gzip", &pool, &warm_up, e);
    for (size_t i = 0; i < SENT_COUNT && rc == RC_OK; i++)
        rc = fill_row(g, SENT[i], &pool, &rows[i], e);
    size_t records = pool.records;
    payload_pool_release(&pool);
    return rc == RC_OK ? judge_rows(rows, records, out) : rc;
}

const struct probe PROBE_TOPIC_COMPRESSION = {
    .name = "topic-compression",
    .says = "a topic with compression.type = zstd stores zstd, whatever producers send",
    .needs_broker = true,
    .expected_s = 2,
    .run = ask_compression,
};
