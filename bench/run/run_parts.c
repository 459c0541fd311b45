/* The parts of a run: each scenario with its plan and what its clients are given. */
#include "bench/run/run.h"

#include "bench/trial/arm_cluster.h"

#include <stdio.h>
#include <string.h>

/* Properties of the scenario go to the clients like those of the command line, which win. */
static enum rc add_properties(const struct scenario *s, struct cluster *c, struct err *e)
{
    for (char **property = s->properties; property != NULL && *property != NULL; property++) {
        char key[128];
        (void)snprintf(key, sizeof key, "%.*s", (int)strcspn(*property, "="), *property);
        if (cluster_value(c, key) != NULL)
            continue;
        if (cluster_add(c, *property, e) != RC_OK)
            return err_wrap(e, "%s: properties", s->file);
    }
    return RC_OK;
}

/* Before anything is started: what an arm sets must be properties that exist. */
static enum rc check_arms(const struct scenario *s, const struct cluster *c, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < s->arm_count; i++) {
        struct cluster with;
        rc = arm_cluster(c, &s->arms[i], &with, e);
        if (rc != RC_OK)
            return err_wrap(e, "%s", s->file);
        cluster_release(&with);
    }
    return rc;
}

static enum rc plan_part(struct run *s, struct scenario *scenario, struct err *e)
{
    struct run_part *part = &s->parts[s->part_count++];
    part->scenario = scenario;
    for (size_t i = 0; i + 1 < s->part_count; i++)
        if (strcmp(s->parts[i].scenario->name, scenario->name) == 0)
            return err_set(e, RC_INPUT,
                           "%s and %s are both named %s; records of one folder tell scenarios "
                           "apart by name",
                           s->parts[i].scenario->file, scenario->file, scenario->name);
    enum rc rc = arm_cluster(s->options->testbed.cluster, NULL, &part->cluster, e);
    if (rc == RC_OK)
        rc = add_properties(scenario, &part->cluster, e);
    if (rc == RC_OK)
        rc = check_arms(scenario, &part->cluster, e);
    if (rc == RC_OK)
        rc = plan_build(scenario, plan_sample_payload, &part->plan, e);
    s->total_ns += part->plan.total_duration_ns;
    s->planned += part->plan.trial_count;
    return rc;
}

enum rc run_plan(const struct run_options *o, struct scenario *const *scenarios, size_t count,
                 struct run *out, struct err *e)
{
    *out = (struct run){.options = o, .folder = {.trials_fd = -1}};
    if (count == 0 || count > RUN_PARTS)
        return err_set(e, RC_INPUT, "%zu scenarios; one run takes 1 to %d", count, RUN_PARTS);
    enum rc rc = arm_cluster(o->testbed.cluster, NULL, &out->cluster, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        rc = plan_part(out, scenarios[i], e);
    if (rc != RC_OK)
        run_close(out, false);
    return rc;
}
