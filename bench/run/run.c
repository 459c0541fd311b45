#include "bench/run/run.h"

#include "base/fs.h"
#include "bench/measure/ledger.h"
#include "bench/plan/preflight.h"
#include "bench/run/attempt.h"
#include "bench/run/conditions.h"
#include "bench/run/run_testbed.h"
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

/* What cannot be had together. */
static enum rc check_needs(const struct run *s, struct err *e)
{
    unsigned needs = run_needs(s, 0);
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
        rc = run_provide(s, 0, e);
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

void run_close(struct run *s, bool failed)
{
    if (s->testbed_is_open)
        testbed_close(&s->testbed, failed);
    if (s->folder_is_open)
        folder_discard(&s->folder);
    for (size_t i = 0; i < s->part_count; i++) {
        plan_release(&s->parts[i].plan);
        cluster_release(&s->parts[i].cluster);
        free(s->parts[i].rates);
    }
    cluster_release(&s->cluster);
    results_release(&s->earlier);
    *s = (struct run){.folder = {.trials_fd = -1}};
}
