#include "core/encode/policy.h"

#include <stdio.h>
#include <string.h>

/* Fallback order: the documents go from zstd to gzip; without gzip a record still has to travel. */
const struct policy_row POLICY[] = {
    {.data_type = "alert",
     .says = "critical alerts",
     .choice = "none",
     .why = "lowest latency",
     .fallback = {NULL}},
    {.data_type = "iot",
     .says = "IoT sensors",
     .choice = "zstd-1",
     .why = "fast compression",
     .fallback = {"gzip", "none", NULL}},
    {.data_type = "weather",
     .says = "weather bulk",
     .choice = "zstd-6",
     .why = "high compression ratio",
     .fallback = {"gzip", "none", NULL}},
    {.data_type = "firms",
     .says = "NASA FIRMS",
     .choice = "zstd-3",
     .why = "balanced performance",
     .fallback = {"gzip", "none", NULL}},
    {.data_type = "raster",
     .says = "satellite imagery",
     .choice = "zstd-1",
     .why = "fast for binary data",
     .otherwise = "snappy: better for binary data",
     .fallback = {"gzip", "none", NULL}},
    {.data_type = NULL},
};

const struct policy_row *policy_find(const char *data_type)
{
    for (const struct policy_row *row = POLICY; row->data_type != NULL; row++)
        if (strcmp(row->data_type, data_type) == 0)
            return row;
    return NULL;
}

/* The n-th thing to try: the choice, then the fallbacks; NULL past the last. */
static const char *candidate(const struct policy_row *row, size_t n)
{
    return n == 0 ? row->choice : row->fallback[n - 1];
}

static void explain(const struct policy_row *row, struct policy_effect *effect)
{
    char used[CODEC_SPEC_TEXT];
    (void)codec_spec_format(effect->choice, used);
    if (effect->fell_back)
        (void)snprintf(effect->reason, sizeof effect->reason,
                       "%s: %s instead of %s, which this Kafka client cannot compress with",
                       row->data_type, used, row->choice);
    else
        (void)snprintf(effect->reason, sizeof effect->reason, "%s: %s by policy (%s)",
                       row->data_type, used, row->why);
}

enum rc policy_effective(const struct policy_row *row, bool (*supported)(const char *codec),
                         struct policy_effect *out, struct err *e)
{
    for (size_t n = 0; candidate(row, n) != NULL; n++) {
        struct policy_effect effect = {.fell_back = n > 0};
        enum rc rc = codec_spec_parse(candidate(row, n), &effect.choice, e);
        if (rc != RC_OK)
            return err_wrap(e, "policy for %s", row->data_type);
        if (!supported(effect.choice.codec->name))
            continue;
        explain(row, &effect);
        *out = effect;
        return RC_OK;
    }
    return err_set(e, RC_INPUT,
                   "policy for %s: this Kafka client compresses with neither %s nor a fallback",
                   row->data_type, row->choice);
}
