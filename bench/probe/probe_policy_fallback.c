/*
 * Without zstd the codec policy goes on with gzip: is that what is stored, is it said, and does
 * anything that is watched for health show it?
 */
#include "bench/probe/probe_topic.h"
#include "bench/probe/probes.h"
#include "core/encode/policy.h"

#include <string.h>

enum { POOL_BYTES = 2000000 };

static bool has_all_but_zstd(const char *codec)
{
    return strcmp(codec, "zstd") != 0;
}

static enum rc store(const struct probe_topic *t, struct codec_spec codec, struct probe_sent *sent,
                     struct stored_summary *stored, struct err *e)
{
    const struct payload_spec spec = {.kind = "weather", .pool_bytes = POOL_BYTES, .seed = 1};
    struct producer_settings s;
    struct payload_pool pool;
    producer_settings_init(&s);
    s.codec = codec;
    enum rc rc = payload_pool_build(&spec, &pool, e);
    if (rc != RC_OK)
        return rc;
    rc = probe_send_pool(t, &s, &pool, sent, e);
    if (rc == RC_OK)
        rc = probe_stored(t, stored, e);
    payload_pool_release(&pool);
    return rc;
}

static enum rc run_on(const struct probe_topic *t, struct probe_result *out, struct err *e)
{
    const struct policy_row *row = policy_find("weather");
    struct policy_effect effect;
    struct probe_sent sent = {0};
    struct stored_summary stored;
    char codecs[PROBE_REFUSAL];
    enum rc rc = policy_effective(row, has_all_but_zstd, &effect, e);
    if (rc == RC_OK)
        rc = store(t, effect.choice, &sent, &stored, e);
    if (rc != RC_OK)
        return rc;
    (void)probe_codecs(&stored, codecs);
    bool fell = effect.fell_back && strcmp(codecs, "gzip") == 0;
    bool healthy = sent.refuser == REFUSED_BY_NOBODY && stored.all.records == sent.acknowledged;
    return probe_answered(
        out, fell && healthy ? PROBE_CONFIRMED : PROBE_CONTRADICTED,
        "asked for %s with a client that lacks zstd, the policy says \"%s\"; %lld of %lld records "
        "acknowledged, stored as %s in %lld batches; %s: acknowledgements and errors are what "
        "they are with %s, only the policy's own words and the stored batches tell",
        row->choice, effect.reason, (long long)sent.acknowledged, (long long)stored.all.records,
        codecs, (long long)stored.all.batches,
        healthy ? "health saw nothing" : "health saw trouble", row->choice);
}

static enum rc ask_fallback(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    struct probe_topic topic;
    enum rc rc = probe_topic_make(g, "fallback", NULL, &topic, e);
    if (rc == RC_OK)
        rc = run_on(&topic, out, e);
    probe_topic_delete(&topic);
    return rc;
}

const struct probe PROBE_POLICY_FALLBACK = {
    .name = "policy-fallback",
    .says = "without zstd records go on as gzip and the producer stays healthy",
    .needs_broker = true,
    .expected_s = 1,
    .run = ask_fallback,
};
