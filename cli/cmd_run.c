/* assay run SCENARIO...: plan, measure, report. */
#include "base/fs.h"
#include "base/quantity.h"
#include "bench/run/conditions.h"
#include "bench/run/runner.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/plan_text.h"
#include "cli/progress.h"
#include "cli/report_print.h"
#include "cli/run_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One scenario of a run. */
struct session {
    const struct run_request *request;
    const volatile sig_atomic_t *stop;
    struct scenario *scenario; /* owned */
    struct plan plan;
    struct ground ground;
    struct folder folder;
    struct run_result result;
    struct progress progress;
};

static enum rc check_bytes(const struct run_request *r, const struct plan *p, struct err *e)
{
    char sends[QUANTITY_TEXT];
    char cap[QUANTITY_TEXT];
    if (r->max_bytes == 0 || p->total_payload_bytes <= r->max_bytes)
        return RC_OK;
    return err_set(e, RC_INPUT, "%s would send %s of payload, more than --max-bytes %s",
                   p->scenario->name, quantity_format_size(p->total_payload_bytes, sends),
                   quantity_format_size(r->max_bytes, cap));
}

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

static enum rc open_ground(struct session *s, struct cluster *cluster, struct err *e)
{
    const struct run_request *r = s->request;
    struct ground_options want = {.home = &r->home,
                                  .cluster = cluster,
                                  .broker_properties = r->broker_properties,
                                  .heap_bytes = r->heap_bytes,
                                  .topic = r->topic,
                                  .topic_prefix = r->topic_prefix,
                                  .partitions = (int32_t)s->scenario->partitions,
                                  .replication_factor = r->replication_factor,
                                  .max_rate_per_s = r->max_rate_per_s,
                                  .pin = r->pin,
                                  .stop = s->stop};
    return ground_open(&want, &s->ground, e);
}

static enum rc write_conditions(struct session *s, struct err *e)
{
    struct environment conditions;
    struct buf text;
    s->ground.trial.run = folder_name(&s->folder);
    buf_init(&text, 1 << 20);
    enum rc rc = conditions_describe(&s->ground, &s->plan, folder_name(&s->folder), &conditions, e);
    (void)snprintf(conditions.command, sizeof conditions.command, "%s", s->request->command);
    if (rc == RC_OK)
        rc = environment_write(&conditions, &text, e);
    if (rc == RC_OK)
        rc = folder_write(&s->folder, FOLDER_ENVIRONMENT, buf_span(&text), e);
    buf_release(&text);
    return rc;
}

static enum rc measure(struct session *s, struct err *e)
{
    struct run_options want = {.scenario = s->scenario,
                               .plan = &s->plan,
                               .ground = &s->ground,
                               .folder = &s->folder,
                               .on_progress = progress_show,
                               .ctx = &s->progress};
    progress_say(&s->progress, "%s: %zu trials on %s; %s", s->scenario->name, s->plan.trial_count,
                 s->ground.broker_says, s->ground.pinning);
    enum rc rc = run_plan(&want, &s->result, e);
    progress_end(&s->progress);
    if (s->result.topics_left > 0)
        progress_say(&s->progress, "%zu topics could not be deleted and are left, first %s",
                     s->result.topics_left, s->result.first_topic_left);
    return rc;
}

/* The worst that happened to a trial decides; where several hold: infrastructure before integrity
 * before saturation. */
static enum rc judge(const struct session *s, struct err *e)
{
    const struct run_result *r = &s->result;
    size_t voided = r->void_other + r->void_integrity;
    if (voided > 0)
        return err_set(e, r->void_other > 0 ? RC_INFRA : RC_INTEGRITY, "%zu of %zu trials void; %s",
                       voided, voided + r->valid + r->saturated, r->first_why);
    if (r->saturated > 0)
        return err_set(e, RC_UNDECIDED,
                       "%zu of %zu trials saturated: the sender could not keep the rate asked for",
                       r->saturated, r->saturated + r->valid);
    return RC_OK;
}

static size_t finished(const struct session *s)
{
    return s->result.valid + s->result.saturated + s->result.void_integrity + s->result.void_other;
}

/* Reports are made of what there is, also after Ctrl-C and a lost broker. */
static enum rc report(struct session *s, struct err *e)
{
    if (finished(s) == 0)
        return RC_OK;
    return report_make_and_print(s->folder.path, s->request->json, e);
}

static enum rc run_on_ground(struct session *s, struct err *e)
{
    struct err second = {0};
    enum rc rc = write_conditions(s, e);
    if (rc == RC_OK)
        rc = measure(s, e);
    enum rc reported = report(s, &second);
    if (rc == RC_OK && reported != RC_OK) {
        *e = second;
        return reported;
    }
    if (rc != RC_OK && finished(s) > 0)
        progress_say(&s->progress, "%zu of %zu trials were finished; they are kept in %s",
                     finished(s), s->plan.trial_count, s->folder.path);
    return rc == RC_OK ? judge(s, e) : rc;
}

/* Topics of an embedded broker lie where brokers put their folders. */
static enum rc check_space(const struct session *s, bool embedded, struct err *e)
{
    const char *folder = getenv("ASSAY_TMPDIR");
    if (folder == NULL || folder[0] == '\0')
        folder = s->request->home.var;
    enum rc rc = fs_make_folder(folder, e);
    return rc == RC_OK ? run_check_space(&s->plan, folder, embedded, e) : rc;
}

/* The cluster of the command line, with the scenario's properties. */
static enum rc read_cluster(const struct session *s, struct cluster *out, struct err *e)
{
    struct buf given;
    cluster_init(out);
    buf_init(&given, 1 << 20);
    enum rc rc = cluster_write(&s->request->cluster, &given, e);
    if (rc == RC_OK)
        rc = cluster_read(out, buf_span(&given), e);
    if (rc == RC_OK)
        rc = add_properties(s->scenario, out, e);
    buf_release(&given);
    return rc;
}

static enum rc run_planned(struct session *s, struct cluster *cluster, struct err *e)
{
    enum rc rc = check_space(s, cluster_bootstrap(cluster) == NULL, e);
    if (rc == RC_OK)
        rc = folder_create(s->request->out, s->scenario->name, &s->folder, e);
    if (rc != RC_OK)
        return rc;
    rc = open_ground(s, cluster, e);
    if (rc == RC_OK) {
        rc = run_on_ground(s, e);
        ground_close(&s->ground, rc == RC_INFRA);
    }
    if (finished(s) == 0)
        folder_discard(&s->folder); /* a run without a trial leaves no folder */
    else
        folder_close(&s->folder);
    return rc;
}

static enum rc plan_and_run(struct session *s, struct cluster *cluster, struct err *e)
{
    enum rc rc = plan_build(s->scenario, plan_sample_payload, &s->plan, e);
    if (rc != RC_OK)
        return rc;
    rc = check_bytes(s->request, &s->plan, e);
    if (rc == RC_OK && s->request->plan_only)
        plan_print(&s->plan);
    else if (rc == RC_OK)
        rc = run_planned(s, cluster, e);
    plan_release(&s->plan);
    return rc;
}

static enum rc run_scenario(const struct run_request *r, const char *name,
                            const volatile sig_atomic_t *stop, struct err *e)
{
    struct session s = {.request = r, .stop = stop};
    enum rc rc = run_request_load(r, name, &s.scenario, e);
    if (rc != RC_OK)
        return rc;
    progress_start(&s.progress, r->quiet);
    struct cluster cluster;
    rc = read_cluster(&s, &cluster, e);
    if (rc == RC_OK)
        rc = plan_and_run(&s, &cluster, e);
    cluster_release(&cluster);
    scenario_free(s.scenario);
    return rc;
}

static enum rc run(const struct args *a, struct err *e)
{
    struct run_request r;
    if (a->operand_count == 0)
        return err_set(e, RC_INPUT,
                       "which scenario? assay list scenarios shows the built-in ones; "
                       "assay run quick is a good first");
    if (a->operand_count > 1 && args_value(a, "--out") != NULL)
        return err_set(e, RC_INPUT, "--out names one folder; run %zu scenarios one by one",
                       a->operand_count);
    enum rc rc = run_request_read(a, &r, e);
    if (rc != RC_OK)
        return rc;
    const volatile sig_atomic_t *stop = interrupt_watch();
    for (size_t i = 0; rc == RC_OK && i < a->operand_count; i++)
        rc = run_scenario(&r, a->operands[i], stop, e);
    run_request_release(&r);
    return rc;
}

const struct command CMD_RUN = {
    .name = "run",
    .operands = "SCENARIO...",
    .says = "run scenarios on real Kafka and report what was measured",
    .about =
        "SCENARIO is a built-in name (assay list scenarios) or a YAML file (docs/scenarios.md).\n"
        "Without --bootstrap a real Kafka broker is started for the run and removed after it.\n"
        "Every trial uses a fresh topic and fresh clients; every record sent is accounted for;\n"
        "the codec that was really stored is read from the broker's batches.\n"
        "\n"
        "--data: files .csv .jsonl .log .ndjson .text .tsv .txt are one record a line, any other\n"
        "file is one record (.json too). A folder is cut into lines when all its files are such.\n"
        "\n"
        "Exit codes: 0 fine, 2 usage or scenario, 3 saturated, 4 records lost, duplicated,\n"
        "reordered, corrupted or stored with a wrong codec, 5 broker or disk, 130 Ctrl-C.",
    .examples = "  assay run quick                            # a first result in a minute\n"
                "  assay run gzip-vs-zstd --data logs.ndjson  # on your own records, one a line\n"
                "  assay run codec-matrix --plan              # what would run, and how long\n"
                "  assay run quick --set 'codecs=[none, zstd-9]' --blocks 5\n"
                "  assay run quick --bootstrap broker:9092 --client-config client.properties",
    .options = RUN_OPTIONS,
    .run = run,
};
