#include "bench/workload/records/topic_rules.h"

#include "base/buf.h"
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const TOPIC_RULE_KEYS[TOPIC_RULES] = {
    [TOPIC_COMPRESSION] = "compression.type",      [TOPIC_CLEANUP] = "cleanup.policy",
    [TOPIC_RETENTION_MS] = "retention.ms",         [TOPIC_RETENTION_BYTES] = "retention.bytes",
    [TOPIC_TIMESTAMPS] = "message.timestamp.type",
};

void topic_rules_read(struct admin *a, const char *topic, struct topic_rules *out)
{
    struct err ignored;
    struct buf values[TOPIC_RULES];
    const struct topic_keys all = {.keys = TOPIC_RULE_KEYS, .count = TOPIC_RULES};
    *out = (struct topic_rules){0};
    for (size_t i = 0; i < TOPIC_RULES; i++)
        buf_init(&values[i], TOPIC_RULE_TEXT * TOPIC_RULE_TEXT);
    bool told = admin_topic_configs(a, topic, &all, values, &ignored) == RC_OK;
    for (size_t i = 0; i < TOPIC_RULES; i++) {
        if (told && values[i].size > 0)
            (void)snprintf(out->value[i], TOPIC_RULE_TEXT, "%.*s", (int)values[i].size,
                           (const char *)values[i].data);
        buf_release(&values[i]);
    }
}

enum topic_rule topic_rules_changed(const struct topic_rules *before,
                                    const struct topic_rules *after)
{
    for (size_t i = 0; i < TOPIC_RULES; i++)
        if (before->value[i][0] != '\0' && after->value[i][0] != '\0' &&
            strcmp(before->value[i], after->value[i]) != 0)
            return (enum topic_rule)i;
    return TOPIC_RULES;
}

bool topic_rules_recompress(const struct topic_rules *r, const char *codec)
{
    const char *kept = r->value[TOPIC_COMPRESSION];
    if (strcmp(kept, "uncompressed") == 0)
        kept = "none";
    return kept[0] != '\0' && strcmp(kept, "producer") != 0 && strcmp(kept, codec) != 0;
}

/* A limit that is below most; -1 is none, and so is "", which the broker does not tell. */
static bool is_below(const char *value, int64_t most)
{
    return value[0] != '\0' && value[0] != '-' && strtoll(value, NULL, 10) < most;
}

enum topic_rule topic_rules_remove(const struct topic_rules *r, int64_t age_ns)
{
    if (strstr(r->value[TOPIC_CLEANUP], "compact") != NULL)
        return TOPIC_CLEANUP;
    if (strstr(r->value[TOPIC_CLEANUP], "delete") == NULL)
        return TOPIC_RULES;
    if (is_below(r->value[TOPIC_RETENTION_BYTES], INT64_MAX))
        return TOPIC_RETENTION_BYTES;
    return is_below(r->value[TOPIC_RETENTION_MS], age_ns / NS_PER_MS) ? TOPIC_RETENTION_MS
                                                                      : TOPIC_RULES;
}
