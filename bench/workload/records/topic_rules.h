/*
 * The settings of a topic that decide what its log holds: compression, cleanup, retention and
 * timestamps, as the broker has them in force.
 *
 * A broker may keep something else than it was sent (compression.type), and take away what it kept
 * (retention, compaction). A trial reads them before and after, to name the one that interferes.
 * Threads: main only, as the admin client is.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_TOPIC_RULES_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_TOPIC_RULES_H

#include "core/kafka/admin.h"

enum topic_rule {
    TOPIC_COMPRESSION,
    TOPIC_CLEANUP,
    TOPIC_RETENTION_MS,
    TOPIC_RETENTION_BYTES,
    TOPIC_TIMESTAMPS,
    TOPIC_RULES
};
extern const char *const TOPIC_RULE_KEYS[TOPIC_RULES]; /* "compression.type" */

enum { TOPIC_RULE_TEXT = 64 };
struct topic_rules {
    char value[TOPIC_RULES][TOPIC_RULE_TEXT]; /* "": the broker does not tell */
};

/* A broker that does not let us ask leaves all of them "". */
void topic_rules_read(struct admin *a, const char *topic, struct topic_rules *out);
/* The first that is not the same in both, as far as both are known; TOPIC_RULES: none. */
enum topic_rule topic_rules_changed(const struct topic_rules *before,
                                    const struct topic_rules *after);
/* Whether the broker compresses anew what it is sent with that codec. */
bool topic_rules_recompress(const struct topic_rules *r, const char *codec);
/* The first by which records of at most that age may have gone from the log; TOPIC_RULES: none. */
enum topic_rule topic_rules_remove(const struct topic_rules *r, int64_t age_ns);

#endif
