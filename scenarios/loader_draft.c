/* What stands in a draft before and after its keys are read: defaults, and one of every sweep. */
#include "scenarios/loader.h"

#include "base/clock.h"

#include <stdlib.h>

void draft_defaults(struct draft *d)
{
    d->s.blocks = 3;
    d->s.seed = 1;
    d->s.trial_timeout_ns = 60LL * NS_PER_S;
}

/* A key that files of earlier versions have. */
enum rc old_key_refuse(const struct node *map, struct err *e)
{
    const struct node *n = map->kind == NODE_MAP ? node_find(map, "beside") : NULL;
    if (n == NULL)
        return RC_OK;
    return node_refuse(n, e, "beside is called background; expected background: …");
}

/* A list of one count, which is 1. */
static int64_t *just_one(size_t *count)
{
    int64_t *one = calloc(1, sizeof *one);
    *count = 1;
    if (one != NULL)
        *one = 1;
    return one;
}

enum rc sweeps_fill(struct scenario *s, struct err *e)
{
    if (s->record_bytes_count == 0) {
        s->record_bytes = calloc(1, sizeof *s->record_bytes);
        s->record_bytes_count = 1;
    }
    if (s->encoding_count == 0) {
        s->encodings = calloc(1, sizeof *s->encodings);
        s->encoding_count = 1;
    }
    if (s->load_count == 0) {
        s->loads = calloc(1, sizeof *s->loads);
        s->load_count = 1;
    }
    if (s->link_count == 0) {
        s->links = calloc(1, sizeof *s->links);
        s->link_count = 1;
    }
    if (s->background_count == 0) {
        s->backgrounds = calloc(1, sizeof *s->backgrounds);
        s->background_count = s->backgrounds != NULL;
    }
    if (s->partitions_count == 0)
        s->partitions = just_one(&s->partitions_count);
    if (s->brokers_count == 0)
        s->brokers = just_one(&s->brokers_count);
    if (s->batching_count == 0) {
        s->batchings = calloc(1, sizeof *s->batchings);
        s->batching_count = 1;
        if (s->batchings != NULL)
            s->batchings[0] = (struct batching){.records = SCENARIO_BATCH_RECORDS,
                                                .bytes = SCENARIO_BATCH_BYTES,
                                                .linger_ns = SCENARIO_LINGER_NS};
    }
    if (s->parameters_count == 0) {
        s->parameters = calloc(1, sizeof *s->parameters);
        s->parameters_count = 1;
    }
    bool all = s->parameters != NULL && s->record_bytes != NULL && s->encodings != NULL &&
               s->loads != NULL && s->links != NULL && s->backgrounds != NULL &&
               s->partitions != NULL && s->brokers != NULL && s->batchings != NULL;
    return all ? RC_OK : err_set(e, RC_INFRA, "no memory for a scenario");
}
