/* assay run SCENARIO...: plan, measure, report. */
#include "base/quantity.h"
#include "bench/run/run.h"
#include "cli/commands.h"
#include "cli/plan_text.h"
#include "cli/report_print.h"
#include "cli/run_args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One scenario of a run. */
struct scenario_run {
    struct run_args *args;
    struct scenario *scenario; /* owned */
    struct run_options options;
    struct run run;
};

static enum rc check_bytes(const struct run_args *r, const struct plan *p, struct err *e)
{
    char sends[QUANTITY_TEXT];
    char cap[QUANTITY_TEXT];
    if (r->max_bytes == 0 || p->total_payload_bytes <= r->max_bytes)
        return RC_OK;
    return err_set(e, RC_INPUT, "%s would send %s of payload, more than --max-bytes %s",
                   p->scenario->name, quantity_format_size(p->total_payload_bytes, sends),
                   quantity_format_size(r->max_bytes, cap));
}

static const struct plan_run_result *result_of(const struct scenario_run *s)
{
    return &s->run.parts[0].result;
}

/* What the codec policy came to, once per data type: said aloud, a fallback above all. */
static void say_policy(struct scenario_run *s)
{
    const struct plan *p = &s->run.parts[0].plan;
    for (size_t i = 0; i < p->cell_count; i++) {
        bool said = p->cells[i].policy_says[0] == '\0';
        for (size_t before = 0; before < i && !said; before++)
            said = strcmp(p->cells[before].policy_says, p->cells[i].policy_says) == 0;
        if (!said)
            progress_say(&s->args->progress, "codec policy: %s", p->cells[i].policy_says);
    }
}

static enum rc measure_scenario(struct scenario_run *s, struct err *e)
{
    const struct plan_run_result *result = result_of(s);
    progress_say(&s->args->progress, "%s: %zu trials on %s; %s", s->scenario->name, s->run.planned,
                 s->run.testbed.broker_says, s->run.testbed.pinning);
    say_policy(s);
    if (s->run.testbed.store_says[0] != '\0')
        progress_say(&s->args->progress, "large images go to %s", s->run.testbed.store_says);
    char link[RUN_LINK_TEXT];
    for (size_t i = 0; run_link(&s->run, i, link) != NULL; i++)
        progress_say(&s->args->progress, "%s", link);
    enum rc rc = run_measure(&s->run, e);
    progress_end(&s->args->progress);
    if (result->topics_left > 0)
        progress_say(&s->args->progress, "%zu topics could not be deleted and are left, first %s",
                     result->topics_left, result->first_topic_left);
    if (result->objects_left[0] != '\0') /* also where progress is not wanted: it may cost money */
        (void)fprintf(stderr, "%s\n", result->objects_left);
    return rc;
}

/* The worst that happened to a trial decides; where several hold: infrastructure before integrity
 * before saturation. */
static enum rc weigh_trials(const struct scenario_run *s, struct err *e)
{
    const struct plan_run_result *r = result_of(s);
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

/* Reports are made of what there is, also after Ctrl-C and a lost broker. */
static enum rc report(struct scenario_run *s, struct err *e)
{
    if (s->run.trials + s->run.earlier.count == 0)
        return RC_OK;
    return report_make_and_print(s->run.folder.path, s->args->json, e);
}

static enum rc measure_and_report(struct scenario_run *s, struct err *e)
{
    struct err second = {0};
    enum rc rc = measure_scenario(s, e);
    enum rc reported = report(s, &second);
    if (rc == RC_OK && reported != RC_OK) {
        *e = second;
        return reported;
    }
    if (rc != RC_OK && s->run.trials > 0)
        progress_say(&s->args->progress,
                     "%zu trials of %zu planned are finished; they are kept in %s",
                     s->run.trials + s->run.earlier.count, s->run.planned, s->run.folder.path);
    return rc == RC_OK ? weigh_trials(s, e) : rc;
}

static enum rc measure_run(struct scenario_run *s, struct err *e)
{
    struct scenario *one[] = {s->scenario};
    enum rc rc = run_plan(&s->options, one, 1, &s->run, e);
    if (rc != RC_OK)
        return rc;
    rc = check_bytes(s->args, &s->run.parts[0].plan, e);
    if (rc == RC_OK && s->args->plan_only) {
        plan_print(&s->run.parts[0].plan);
    } else if (rc == RC_OK) {
        rc = run_open(&s->run, e);
        if (rc == RC_OK)
            rc = measure_and_report(s, e);
    }
    run_close(&s->run, rc == RC_INFRA);
    return rc;
}

static struct run_options options_of(struct scenario_run *s)
{
    struct run_request *r = &s->args->request;
    return (struct run_options){
        .testbed = run_request_testbed(r),
        .trial = run_request_trial(r),
        .out = r->out,
        .name = s->scenario->name,
        .command = r->command,
        .resume = r->resume,
        .on_progress = r->listener.on_progress,
        .ctx = r->listener.ctx,
    };
}

static enum rc run_scenario(struct run_args *r, struct scenario *scenario, struct err *e)
{
    struct scenario_run s = {.args = r, .scenario = scenario};
    s.options = options_of(&s);
    progress_start(&r->progress, r->quiet);
    return measure_run(&s, e);
}

/* Every scenario is read before the first is run: a mistake in the last is told at once. */
static enum rc run_all(struct run_args *r, const struct args *a, struct err *e)
{
    enum rc rc = RC_OK;
    struct scenario **all = calloc(a->operand_count, sizeof(struct scenario *));
    if (all == NULL)
        return err_set(e, RC_INFRA, "no memory for %zu scenarios", a->operand_count);
    for (size_t i = 0; rc == RC_OK && i < a->operand_count; i++)
        rc = run_request_load(&r->request, a->operands[i], &all[i], e);
    if (rc == RC_OK && !r->plan_only)
        rc = run_args_export(r, e);
    for (size_t i = 0; rc == RC_OK && i < a->operand_count; i++)
        rc = run_scenario(r, all[i], e);
    for (size_t i = 0; i < a->operand_count; i++)
        scenario_free(all[i]);
    free(all);
    return rc;
}

static enum rc run_scenarios(const struct args *a, struct err *e)
{
    struct run_args r;
    if (a->operand_count == 0)
        return err_set(e, RC_INPUT,
                       "which scenario? assay list scenarios shows the built-in ones; "
                       "assay run quick is a good first");
    if (a->operand_count > 1 && args_value(a, "--out") != NULL)
        return err_set(e, RC_INPUT, "--out names one folder; run %zu scenarios one by one",
                       a->operand_count);
    enum rc rc = run_args_read(a, &r, e);
    if (rc != RC_OK)
        return rc;
    rc = run_all(&r, a, e);
    run_args_release(&r);
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
        "--metrics and --pushgateway: what the run has done so far, for Prometheus\n"
        "(docs/image-path.md). :9464 is loopback only; 0.0.0.0:9464 is open to the network. A\n"
        "gateway that does not answer is told about and changes no trial.\n"
        "\n"
        "Exit codes: 0 fine, 2 usage or scenario, 3 saturated, 4 records lost, duplicated,\n"
        "reordered, corrupted or stored with a wrong codec, 5 broker or disk, 130 Ctrl-C.",
    .examples = "  assay run quick                            # a first result in a minute\n"
                "  assay run gzip-vs-zstd --data logs.ndjson  # on your own records, one a line\n"
                "  assay run codec-matrix --plan              # what would run, and how long\n"
                "  assay run quick --set 'codecs=[none, zstd-9]' --blocks 5\n"
                "  assay run image-sweep --metrics :9464      # and watch localhost:9464/metrics\n"
                "  assay run quick --bootstrap broker:9092 --client-config client.properties",
    .options = RUN_OPTIONS,
    .run = run_scenarios,
};
