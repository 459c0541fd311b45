#include "bench/run/run.h"

#include "base/fs.h"
#include "bench/measure/ledger.h"
#include "bench/plan/preflight.h"
#include "bench/run/attempt.h"
#include "bench/run/conditions.h"
#include "bench/trial/arm_cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENVIRONMENT_MAX = 1 << 22 };

/* Topics of an embedded broker lie where brokers put their folders. */
static enum rc check_space(const struct run *s, struct err *e)
{
    const char *folder = getenv("ASSAY_TMPDIR");
    bool embedded = cluster_bootstrap(&s->cluster) == NULL;
    if (folder == NULL || folder[0] == '\0')
        folder = s->options->testbed.home->var;
    enum rc rc = fs_make_folder(folder, e);
    for (size_t i = 0; rc == RC_OK && i < s->part_count; i++)
        rc = preflight_check(&s->parts[i].plan, folder, embedded, e);
    return rc;
}

static enum rc open_folder(struct run *s, struct err *e)
{
    const struct run_options *o = s->options;
    bool empty = true;
    enum rc rc = RC_OK;
    if (o->resume && o->out != NULL)
        rc = folder_reopen(o->out, &s->folder, &empty, e);
    if (rc == RC_OK && empty)
        rc = folder_create(o->out, o->name, &s->folder, e);
    s->folder_is_open = rc == RC_OK;
    if (rc != RC_OK || empty || folder_is_bare(&s->folder))
        return rc;
    return results_read(s->folder.path, &s->earlier, e);
}

/* A topic of others is taken as it is; background load would need another one. */
static enum rc check_topic(const struct run *s, struct err *e)
{
    for (size_t i = 0; i < s->part_count; i++)
        if (s->options->trial.shared_topic != NULL && s->parts[i].plan.background_count > 0)
            return err_set(e, RC_INPUT,
                           "--topic %s: %s has background load, which needs fresh topics; "
                           "expected to leave --topic out, or background: none",
                           s->options->trial.shared_topic, s->parts[i].scenario->name);
    return RC_OK;
}

/* What part `from` and all after it need. */
static unsigned needs_from(const struct run *s, size_t from)
{
    unsigned needs = 0;
    for (size_t i = from; i < s->part_count; i++)
        needs |= testbed_needs(&s->parts[i].plan);
    return needs;
}

/* What cannot be had together. */
static enum rc check_needs(const struct run *s, struct err *e)
{
    unsigned needs = needs_from(s, 0);
    if ((needs & TESTBED_NEED(TESTBED_LINKS)) == 0)
        return RC_OK;
    if ((needs & TESTBED_NEED(TESTBED_STORE)) != 0)
        return err_set(
            e, RC_INPUT,
            "images go to an object store, which is not behind the limited link; expected"
            " link: unlimited, or encodings without object");
    for (size_t i = 0; i < s->part_count; i++) {
        needs = testbed_needs(&s->parts[i].plan);
        if ((needs & TESTBED_NEED(TESTBED_LINKS)) != 0 &&
            (needs & TESTBED_NEED(TESTBED_CLUSTER_OF_THREE)) != 0)
            return err_set(e, RC_INPUT,
                           "%s: found a limited link with brokers: 3, and a limited link leads to "
                           "one broker; expected brokers: 1, or link: unlimited",
                           s->parts[i].scenario->name);
    }
    return RC_OK;
}

/* A cluster of others has as many brokers as it has. */
static enum rc check_brokers(const struct run *s, struct err *e)
{
    const char *bootstrap = cluster_bootstrap(&s->cluster);
    for (size_t i = 0; bootstrap != NULL && i < s->part_count; i++)
        if (s->parts[i].scenario->brokers_count > 1)
            return err_set(e, RC_INPUT,
                           "--bootstrap %s: %s has a list of brokers; expected one number, or "
                           "brokers left out, as that cluster has the brokers it has",
                           bootstrap, s->parts[i].scenario->name);
    return RC_OK;
}

/* What the scenarios ask of broker and links beyond being there. */
static void shape_testbed(const struct run *s, struct testbed_options *want)
{
    for (size_t i = 0; i < s->part_count; i++) {
        const struct run_part *part = &s->parts[i];
        if (s->options->testbed.heap_bytes == 0 && part->plan.heap_bytes > want->heap_bytes)
            want->heap_bytes = part->plan.heap_bytes;
        for (size_t j = 0; j < part->scenario->link_count; j++)
            want->link_delays = want->link_delays || part->scenario->links[j].delay_ns > 0;
    }
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

/* The parts of the testbed that part i of the run needs, its clients' way to the cluster, and what
 * the topic of others there is like. */
static enum rc provide_testbed(struct run *s, size_t i, struct err *e)
{
    struct run_part *part = &s->parts[i];
    unsigned needs = testbed_needs(&part->plan);
    enum rc rc = testbed_provide(&s->testbed, needs, needs_from(s, i + 1), e);
    if (rc != RC_OK || (needs & TESTBED_CLUSTERS) == 0)
        return rc;
    rc = cluster_set_bootstrap(&part->cluster, cluster_bootstrap(&s->cluster), e);
    return rc == RC_OK ? find_topic(s, e) : rc;
}

static enum rc measure_links(struct run *s, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < s->part_count; i++) {
        const struct scenario *scenario = s->parts[i].scenario;
        for (size_t j = 0; rc == RC_OK && j < scenario->link_count; j++)
            rc = link_paths_measure(&s->testbed.link_paths, &scenario->links[j], e);
    }
    return rc;
}

static enum rc open_testbed(struct run *s, struct err *e)
{
    struct testbed_options want = s->options->testbed;
    want.cluster = &s->cluster;
    s->trial = s->options->trial;
    s->trial.testbed = &s->testbed;
    if (s->trial.topic_prefix == NULL)
        s->trial.topic_prefix = TOPIC_PREFIX;
    s->trial.run = s->id;
    enum rc rc = sabotage_ask(&s->trial.sabotage, &s->trial.sabotage_background, e);
    shape_testbed(s, &want);
    testbed_open(&want, &s->testbed);
    s->testbed_is_open = true;
    if (rc == RC_OK)
        rc = provide_testbed(s, 0, e);
    return rc == RC_OK ? measure_links(s, e) : rc;
}

static enum rc write_environment(struct run *s, const struct environment *v, struct err *e)
{
    struct buf text;
    buf_init(&text, ENVIRONMENT_MAX);
    enum rc rc = environment_write(v, &text, e);
    if (rc == RC_OK)
        rc = folder_write(&s->folder, FOLDER_ENVIRONMENT, buf_span(&text), e);
    buf_release(&text);
    return rc;
}

/* What an earlier attempt measured is held against this one before anything is started. */
static enum rc start(struct run *s, struct err *e)
{
    struct environment *v = calloc(1, sizeof *v);
    if (v == NULL)
        return err_set(e, RC_INFRA, "out of memory for the conditions of the run");
    bool continued = s->earlier.count > 0;
    enum rc rc = conditions_describe(s, v, e);
    if (rc == RC_OK && continued)
        rc = attempt_add(s, v, e);
    (void)snprintf(s->id, sizeof s->id, "%s", v->run);
    if (rc == RC_OK)
        rc = open_testbed(s, e);
    if (rc == RC_OK && !continued)
        rc = conditions_add_testbed(s, v, e);
    if (rc == RC_OK)
        rc = write_environment(s, v, e);
    free(v);
    return rc;
}

char *run_link(const struct run *s, size_t i, char *text)
{
    char label[SCENARIO_LABEL];
    if (i >= s->testbed.link_paths.count)
        return NULL;
    const double million = 1e6;
    const struct link_path *way = &s->testbed.link_paths.row[i];
    const struct link_measured *m = &way->measured;
    (void)snprintf(text, RUN_LINK_TEXT,
                   "%slink %s (%s): %.4g Mbit/s of payload up, %.4g down, round trip %.3g ms%s%s",
                   way->trouble[0] != '\0' ? "WARNING: " : "", link_label(&way->link, label),
                   links_kind(s->testbed.link_paths.links), m->up_bit_per_s / million,
                   m->down_bit_per_s / million, (double)m->round_trip_ns / million,
                   way->trouble[0] != '\0' ? "; its trials are void: " : "", way->trouble);
    return text;
}

enum rc run_open(struct run *s, struct err *e)
{
    enum rc rc = check_topic(s, e);
    if (rc == RC_OK)
        rc = check_brokers(s, e);
    if (rc == RC_OK)
        rc = check_needs(s, e);
    if (rc == RC_OK)
        rc = check_space(s, e);
    if (rc == RC_OK)
        rc = open_folder(s, e);
    return rc == RC_OK ? start(s, e) : rc;
}

/* --- running --- */

static bool part_wants(const void *ctx, const struct plan *p, const struct plan_trial *t)
{
    const struct run_options *o = ((const struct run *)ctx)->options;
    return o->wanted == NULL || o->wanted(o->ctx, p, t);
}

static enum rc part_block_done(void *ctx, const struct plan *p, int64_t block, struct err *e)
{
    const struct run_options *o = ((const struct run *)ctx)->options;
    return o->block_done != NULL ? o->block_done(o->ctx, p, block, e) : RC_OK;
}

static size_t count_wanted(const struct run *s, const struct run_part *part)
{
    size_t count = 0;
    for (size_t i = 0; i < part->plan.trial_count; i++)
        count += part_wants(s, &part->plan, &part->plan.trials[i]);
    return count;
}

/* What is still wanted of all parts, for whoever watches. */
static void tell_what_is_ahead(struct run *s, size_t ahead_here)
{
    size_t ahead = ahead_here;
    if (s->trial.live == NULL)
        return;
    for (size_t i = s->running + 1; i < s->part_count; i++)
        ahead += count_wanted(s, &s->parts[i]);
    live_metrics_ahead(s->trial.live, ahead);
}

/* What the other parts still need comes on top. */
static void part_progress(void *ctx, const struct run_progress *p)
{
    struct run *s = ctx;
    struct run_progress all = *p;
    if (p->record != NULL) {
        s->trials++;
        live_metrics_finished(s->trial.live, p->record->validity);
    }
    tell_what_is_ahead(s, p->ahead);
    for (size_t i = s->running + 1; i < s->part_count; i++)
        all.left_ns += s->parts[i].plan.total_duration_ns;
    if (s->options->on_progress != NULL)
        s->options->on_progress(s->options->ctx, &all);
}

static enum rc end_part(const struct run *s, size_t part, struct err *e)
{
    const struct run_options *o = s->options;
    return o->part_done != NULL ? o->part_done(o->ctx, part, e) : RC_OK;
}

static enum rc run_part(struct run *s, struct run_part *part, struct err *e)
{
    struct plan_run_options want = {.scenario = part->scenario,
                                    .plan = &part->plan,
                                    .trial = &s->trial,
                                    .testbed = &s->testbed,
                                    .folder = &s->folder,
                                    .wanted = part_wants,
                                    .block_done = part_block_done,
                                    .on_progress = part_progress,
                                    .ctx = s};
    double *rates = calloc(part->plan.comparison_count, sizeof *rates);
    if (rates == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu groups", part->plan.comparison_count);
    s->trial.cluster = &part->cluster;
    want.rate_per_s = rates;
    enum rc rc = provide_testbed(s, s->running, e);
    if (rc == RC_OK && s->earlier.count > 0)
        rc = attempt_continue(s, part, rates, e);
    if (rc == RC_OK)
        rc = plan_run(&want, &part->result, e);
    for (size_t i = 0; i < s->earlier.count; i++)
        if (strcmp(s->earlier.records[i].scenario, part->scenario->name) == 0)
            plan_run_count(&part->result, &s->earlier.records[i]);
    free(rates);
    return rc;
}

enum rc run_measure(struct run *s, struct err *e)
{
    enum rc rc = RC_OK;
    for (s->running = 0; rc == RC_OK && s->running < s->part_count; s->running++) {
        rc = run_part(s, &s->parts[s->running], e);
        if (rc == RC_OK)
            rc = end_part(s, s->running, e);
    }
    return rc;
}

void run_close(struct run *s, bool failed)
{
    if (s->testbed_is_open)
        testbed_close(&s->testbed, failed);
    if (s->folder_is_open)
        folder_discard(&s->folder);
    for (size_t i = 0; i < s->part_count; i++) {
        plan_release(&s->parts[i].plan);
        cluster_release(&s->parts[i].cluster);
    }
    cluster_release(&s->cluster);
    results_release(&s->earlier);
    *s = (struct run){.folder = {.trials_fd = -1}};
}
