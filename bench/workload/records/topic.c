#include "bench/workload/records/topic.h"

#include "bench/trial/sabotage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_SLACK = 65536 };

/* --- which they are --- */

void topic_lay_out(const struct trial_options *g, struct records_spec *spec)
{
    bool three = spec->encoding == ENCODING_ROUTED && g->shared_topic == NULL && !spec->mixed;
    spec->topics = three ? IMAGE_TOPICS : 0;
    for (size_t i = 0; three && i < IMAGE_TOPICS; i++)
        spec->partitions = topic_first(spec, i) + IMAGE_TOPIC_TABLE[i].partitions;
}

size_t topic_count(const struct records_spec *spec)
{
    return spec->topics > 0 ? (size_t)spec->topics : 1;
}

enum rc topic_name(const char *trial, bool three, size_t i, char *out, struct err *e)
{
    char prefix[sizeof((struct records_spec *)0)->topic + 1];
    if (!three) {
        (void)snprintf(out, TOPIC_NAME_MAX, "%.*s", TOPIC_NAME_MAX - 1, trial);
        return RC_OK;
    }
    (void)snprintf(prefix, sizeof prefix, "%.*s.", (int)sizeof prefix - 2, trial);
    return topics_name(&IMAGE_TOPIC_TABLE[i], prefix, out, e);
}

int32_t topic_partitions(const struct records_spec *spec, size_t i)
{
    return spec->topics > 0 ? IMAGE_TOPIC_TABLE[i].partitions : spec->partitions;
}

int32_t topic_first(const struct records_spec *spec, size_t i)
{
    int32_t first = 0;
    for (size_t before = 0; before < i; before++)
        first += topic_partitions(spec, before);
    return first;
}

size_t topic_of_number(const struct records_spec *spec, int32_t number)
{
    size_t i = 0;
    while (i + 1 < topic_count(spec) && number >= topic_first(spec, i + 1))
        i++;
    return i;
}

enum rc topic_names(const struct records_spec *spec, struct topic_names *out, struct err *e)
{
    enum rc rc = RC_OK;
    *out = (struct topic_names){.more_count = topic_count(spec) - 1};
    for (size_t i = 0; rc == RC_OK && i < topic_count(spec); i++) {
        rc = topic_name(spec->topic, spec->topics > 0, i, out->name[i], e);
        if (i > 0)
            out->more[i - 1] = out->name[i];
    }
    return rc;
}

/* --- making and deleting --- */

/* What the largest message on the i-th needs, and a batch. */
static int64_t limit_of(const struct plan_cell *c, const struct records_spec *spec, size_t i)
{
    int64_t largest = spec->largest_bytes;
    int64_t bound = i == IMAGE_TOPIC_BINARY   ? c->rule.direct_max_bytes
                    : i == IMAGE_TOPIC_CHUNKS ? c->rule.chunk_bytes
                                              : 0;
    if (spec->topics == 0)
        return c->message_max_bytes;
    int64_t need = (largest < bound ? largest : bound);
    need = (need > c->batching.bytes && i != IMAGE_TOPIC_METADATA ? need : c->batching.bytes);
    need += LIMIT_SLACK / 2;
    int64_t limit = IMAGE_TOPIC_TABLE[i].max_message_bytes;
    if (limit >= need)
        return limit;
    return need < c->message_max_bytes ? need : c->message_max_bytes;
}

/* The documents' topics have a compression of their own; sabotage gives any topic the wrong one. */
static const char *compression_of(const struct trial_options *g, const struct plan_cell *c,
                                  const struct records_spec *spec, size_t i)
{
    if (g->sabotage == SABOTAGE_CODEC)
        return strcmp(c->choice.codec->name, "lz4") == 0 ? "gzip" : "lz4";
    return spec->topics > 0 ? IMAGE_TOPIC_TABLE[i].compression : NULL;
}

static enum rc create(const struct trial_options *g, const struct plan_cell *c,
                      const struct records_spec *spec, size_t i, struct err *e)
{
    char name[TOPIC_NAME_MAX], limit[24];
    const char *compression = compression_of(g, c, spec, i);
    const char *config[] = {"max.message.bytes",
                            limit,
                            "retention.ms",
                            "-1",
                            compression != NULL ? "compression.type" : NULL,
                            compression,
                            NULL};
    const struct topic_settings want = {.partitions = topic_partitions(spec, i),
                                        .replication_factor = g->replication_factor,
                                        .config = config};
    (void)snprintf(limit, sizeof limit, "%lld", (long long)limit_of(c, spec, i));
    enum rc rc = topic_name(spec->topic, spec->topics > 0, i, name, e);
    return rc == RC_OK ? admin_create_topic(g->testbed->admin, name, &want, e) : rc;
}

enum rc topic_latest(struct admin *a, const char *topic, int32_t partitions, int64_t *latest,
                     struct err *e)
{
    struct watermarks *marks = calloc((size_t)partitions, sizeof *marks);
    if (marks == NULL)
        return err_set(e, RC_INFRA, "no memory for %d partitions", (int)partitions);
    enum rc rc = admin_watermarks(a, topic, partitions, marks, e);
    for (int32_t p = 0; rc == RC_OK && p < partitions; p++)
        latest[p] = marks[p].latest;
    free(marks);
    return rc;
}

enum rc topic_prepare(const struct trial_options *g, const struct plan_cell *c,
                      struct records_spec *spec, int32_t *made, struct err *e)
{
    enum rc rc = RC_OK;
    *made = 0;
    if (g->shared_topic == NULL) {
        for (; rc == RC_OK && (size_t)*made < topic_count(spec); *made += rc == RC_OK)
            rc = create(g, c, spec, (size_t)*made, e);
        return rc;
    }
    return topic_latest(g->testbed->admin, spec->topic, spec->partitions,
                        records_start_offsets(spec), e);
}

enum rc topic_find_ends(const struct trial_options *g, const struct records_spec *spec,
                        struct err *e)
{
    char name[TOPIC_NAME_MAX];
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < topic_count(spec); i++) {
        rc = topic_name(spec->topic, spec->topics > 0, i, name, e);
        if (rc == RC_OK)
            rc = topic_latest(g->testbed->admin, name, topic_partitions(spec, i),
                              records_end_offsets(spec) + topic_first(spec, i), e);
    }
    return rc;
}

void topic_delete(const struct trial_options *g, const char *name, bool three, int32_t made,
                  char *left)
{
    struct err ignored;
    char one[TOPIC_NAME_MAX];
    left[0] = '\0';
    for (int32_t i = 0; i < made; i++) {
        enum rc rc = topic_name(name, three, (size_t)i, one, &ignored);
        if (rc == RC_OK)
            rc = admin_delete_topic(g->testbed->admin, one, &ignored);
        if (rc != RC_OK && left[0] == '\0')
            (void)snprintf(left, TOPIC_NAME_MAX, "%s", one);
    }
}
