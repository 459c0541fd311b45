#include "bench/run/run_testbed.h"

unsigned run_needs(const struct run *s, size_t from)
{
    unsigned needs = 0;
    for (size_t i = from; i < s->part_count; i++)
        needs |= testbed_needs(&s->parts[i].plan);
    return needs;
}

/* The topic of others, which a trial takes as it is. */
static enum rc find_topic(struct run *s, struct err *e)
{
    const char *topic = s->trial.shared_topic;
    if (topic == NULL)
        return RC_OK;
    struct topic_shape shape;
    enum rc rc = admin_topic(s->testbed.admin, topic, &shape, e);
    if (rc != RC_OK)
        return rc;
    if (!shape.exists)
        return err_set(e, RC_INPUT,
                       "--topic %s: there is no such topic; create it first, or leave --topic out "
                       "where topics may be created",
                       topic);
    s->trial.partitions = shape.partitions;
    if (shape.partitions >= 1 && shape.partitions <= SCENARIO_PARTITIONS_MAX)
        return RC_OK;
    return err_set(e, RC_INPUT, "%d partitions; a trial takes 1 to %d", (int)shape.partitions,
                   SCENARIO_PARTITIONS_MAX);
}

enum rc run_provide(struct run *s, size_t i, struct err *e)
{
    struct run_part *part = &s->parts[i];
    unsigned needs = testbed_needs(&part->plan);
    bool again = s->options->starts > 1; /* a later start comes back to the parts before */
    enum rc rc = testbed_provide(&s->testbed, needs, run_needs(s, again ? 0 : i + 1), e);
    if (rc != RC_OK || (needs & TESTBED_CLUSTERS) == 0)
        return rc;
    rc = cluster_set_bootstrap(&part->cluster, cluster_bootstrap(&s->cluster), e);
    return rc == RC_OK ? find_topic(s, e) : rc;
}
