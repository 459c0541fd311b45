#include "bench/workload/records/topic_rules.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

const char *const TOPIC_RULE_KEYS[TOPIC_RULES] = {
    [TOPIC_COMPRESSION] = "compression.type",      [TOPIC_CLEANUP] = "cleanup.policy",
    [TOPIC_RETENTION_MS] = "retention.ms",         [TOPIC_RETENTION_BYTES] = "retention.bytes",
    [TOPIC_TIMESTAMPS] = "message.timestamp.type",
};

void topic_rules_read(struct admin *a, const char *topic, struct topic_rules *out)
{
    struct err ignored;
    struct buf value;
    buf_init(&value, TOPIC_RULE_TEXT * TOPIC_RULE_TEXT);
    *out = (struct topic_rules){0};
    for (size_t i = 0; i < TOPIC_RULES; i++)
        if (admin_topic_config(a, topic, TOPIC_RULE_KEYS[i], &value, &ignored) == RC_OK)
            (void)snprintf(out->value[i], TOPIC_RULE_TEXT, "%.*s", (int)value.size,
                           value.size > 0 ? (const char *)value.data : "");
    buf_release(&value);
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

enum topic_rule topic_rules_remove(const struct topic_rules *r)
{
    static const enum topic_rule LIMITS[] = {TOPIC_RETENTION_BYTES, TOPIC_RETENTION_MS};
    if (strstr(r->value[TOPIC_CLEANUP], "compact") != NULL)
        return TOPIC_CLEANUP;
    for (size_t i = 0; strstr(r->value[TOPIC_CLEANUP], "delete") != NULL && i < 2; i++)
        if (r->value[LIMITS[i]][0] != '\0' && r->value[LIMITS[i]][0] != '-')
            return LIMITS[i];
    return TOPIC_RULES;
}
