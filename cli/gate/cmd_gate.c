/* assay gate: fails a build when, and only when, a regression is beyond doubt. */
#include "base/fs.h"
#include "base/quantity.h"
#include "bench/gate/gate_folders.h"
#include "cli/commands.h"
#include "cli/gate/gate_print.h"
#include "cli/report_print.h"
#include "cli/run_args.h"
#include "reports/record/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row OPTIONS[] = {
    {"--baseline", NULL, "REF", "what to hold it against: folder, binary, libraries, properties",
     false},
    {"--candidate", NULL, "REF", "what is tried, likewise (default: as installed)", false},
    {"--plan", NULL, NULL, "print what would run at least and at most; run nothing", false},
    {"--limit", NULL, "METRIC=PCT", "smallest harm that counts, e.g. e2e_p50_ns=8%", true},
    {"--any-host", NULL, NULL, "two folders: compare runs of different hosts all the same", false},
    {"--out", NULL, "DIR", "for gate.json and junit.xml (two folders: default B)", false},
    {"--blocks", NULL, "N", "of the main stage, and as many of the confirmation", false},
    {"--set", NULL, "KEY=VALUE", "override a field of the scenario; VALUE is YAML", true},
    {"--data", NULL, "PATH", "replace every payload by this file or folder", false},
    {"--bootstrap", NULL, "HOST:PORT", "use this cluster instead of an embedded broker", false},
    {"--client-config", NULL, "FILE", "properties of the cluster: TLS, SASL, anything", false},
    {"--property", "-X", "KEY=VALUE", "one property of librdkafka, for all arms", true},
    {"--pin", NULL, NULL, "give sender, receiver and broker their own cores", false},
    {"--heap", NULL, "SIZE", "heap of the embedded broker", false},
    {"--quiet", "-q", NULL, "no progress", false},
    {"--json", NULL, NULL, "print gate.json instead of lines", false},
    {NULL, NULL, NULL, NULL, false},
};

/* What the user asked for; texts are borrowed from the arguments. */
struct gate_command {
    const struct args *args;
    const char *baseline, *candidate; /* candidate may be NULL */
    const char *operand;              /* B, or the scenario */
    struct gate_limits limits;
    bool json;
    const struct folder_pair *pair; /* of two folders */
    struct progress *progress;      /* of a job */
};

/* "e2e_p50_ns, e2e_p99_ns". text holds RECORD_WHY_MAX bytes; returned. */
static char *gated_names(char *text)
{
    size_t used = 0;
    for (int m = 0; m < METRIC_COUNT && used < RECORD_WHY_MAX; m++) {
        if (!METRICS[m].gated)
            continue;
        int n = snprintf(text + used, RECORD_WHY_MAX - used, "%s%s", used > 0 ? ", " : "",
                         METRICS[m].name);
        used += n > 0 ? (size_t)n : 0;
    }
    return text;
}

static enum rc read_harm(enum metric m, const char *text, double *out, struct err *e)
{
    int64_t whole = 0;
    enum rc rc;
    if (!METRICS[m].by_difference || METRICS[m].unit == UNIT_SHARE)
        return quantity_percent(text, out, e);
    if (METRICS[m].unit == UNIT_BYTES)
        rc = quantity_size(text, &whole, e);
    else if (METRICS[m].unit == UNIT_NS)
        rc = quantity_duration(text, &whole, e);
    else
        rc = quantity_count(text, &whole, e);
    *out = (double)whole;
    return rc;
}

static enum rc read_limit(const char *text, struct gate_limits *l, struct err *e)
{
    char name[RECORD_NAME_MAX], names[RECORD_WHY_MAX];
    size_t length = strcspn(text, "=");
    (void)snprintf(name, sizeof name, "%.*s", (int)length, text);
    enum metric m = metric_find(name);
    if ((int)m == METRIC_COUNT || !METRICS[m].gated)
        return err_set(e, RC_INPUT, "--limit: \"%.60s\" is not gated; %s are", name,
                       gated_names(names));
    if (text[length] == '\0')
        return err_set(e, RC_INPUT, "--limit: \"%.60s\" has no value; expected %.60s=8%%", name,
                       name);
    return read_harm(m, text + length + 1, &l->limit[m], e) == RC_OK ? RC_OK
                                                                     : err_wrap(e, "--limit");
}

static enum rc read_command(const struct args *a, struct gate_command *r, struct err *e)
{
    *r = (struct gate_command){.args = a,
                               .baseline = args_value(a, "--baseline"),
                               .candidate = args_value(a, "--candidate"),
                               .limits = gate_limits_of_table(),
                               .json = args_has(a, "--json")};
    if (r->baseline == NULL)
        return err_set(e, RC_INPUT,
                       "gate: --baseline is missing: a result folder, an assay "
                       "binary, a folder of shared objects or a file of properties");
    if (a->operand_count != 1)
        return err_set(e, RC_INPUT,
                       "gate: takes one result folder or one scenario, and got %zu operands",
                       a->operand_count);
    r->operand = a->operands[0];
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && args_nth(a, "--limit", i) != NULL; i++)
        rc = read_limit(args_nth(a, "--limit", i), &r->limits, e);
    return rc;
}

static bool holds_trials(const char *folder)
{
    char path[FS_PATH_MAX];
    struct err ignored;
    return fs_join(path, &ignored, folder, FOLDER_TRIALS) == RC_OK && fs_exists(path);
}

static enum rc show_report(void *ctx, const struct gate_report *report, const char *folder,
                           struct err *e)
{
    const struct gate_command *c = ctx;
    if (c->progress != NULL)
        progress_end(c->progress);
    if (c->pair != NULL && !c->json)
        folder_pair_print(c->pair);
    return gate_print_report(report, folder, c->json, e);
}

/* --- two folders --- */

static enum rc gate_two_folders(struct gate_command *c, struct err *e)
{
    const char *out = args_value(c->args, "--out");
    const struct gate_show show = {show_report, c};
    struct folder_pair *p = calloc(1, sizeof *p);
    if (p == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    enum rc rc = folder_pair_read(c->baseline, c->operand, args_has(c->args, "--any-host"), p, e);
    if (rc == RC_OK) {
        c->pair = p;
        rc = gate_folders(p, &c->limits, out != NULL ? out : p->b.path, &show, e);
        folder_pair_release(p);
    }
    free(p);
    return rc;
}

/* --- one job --- */

/* By --blocks or --set blocks=N. */
static bool gives_blocks(const struct args *a)
{
    static const char FIELD[] = "blocks=";
    bool given = args_value(a, "--blocks") != NULL;
    for (size_t i = 0; args_nth(a, "--set", i) != NULL; i++)
        given = given || strncmp(args_nth(a, "--set", i), FIELD, sizeof FIELD - 1) == 0;
    return given;
}

static enum rc plan_and_run(struct gate_command *c, struct run_args *run, struct gate_job *j,
                            struct err *e)
{
    const struct gate_show show = {show_report, c};
    enum rc rc = gate_job_plan(j, e);
    if (rc == RC_OK && run->plan_only)
        gate_print_plan(j);
    else if (rc == RC_OK)
        rc = gate_job_run(j, &show, e);
    progress_end(&run->progress);
    return rc;
}

static enum rc gate_one_job(struct gate_command *c, struct err *e)
{
    struct run_args run;
    enum rc rc = run_args_read(c->args, &run, e);
    if (rc != RC_OK)
        return rc;
    c->progress = &run.progress;
    const struct gate_request request = {.run = &run.request,
                                         .scenario = c->operand,
                                         .baseline = c->baseline,
                                         .candidate = c->candidate,
                                         .limits = &c->limits,
                                         .blocks_given = gives_blocks(c->args)};
    struct gate_job *j = calloc(1, sizeof *j);
    if (j != NULL) {
        j->request = &request;
        rc = plan_and_run(c, &run, j, e);
        gate_job_close(j, rc == RC_INFRA);
    } else {
        rc = err_set(e, RC_INFRA, "out of memory");
    }
    free(j);
    c->progress = NULL;
    run_args_release(&run);
    return rc;
}

static enum rc run_gate(const struct args *a, struct err *e)
{
    struct gate_command c;
    enum rc rc = read_command(a, &c, e);
    if (rc != RC_OK)
        return rc;
    if (!holds_trials(c.baseline) && !holds_trials(c.operand))
        return gate_one_job(&c, e);
    if (args_has(a, "--plan"))
        return err_set(e, RC_INPUT,
                       "gate: --plan goes with a scenario; two folders are judged as they are");
    if (c.candidate != NULL)
        return err_set(e, RC_INPUT,
                       "gate: --candidate goes with a scenario; of two folders the "
                       "candidate is the operand");
    return gate_two_folders(&c, e);
}

const struct command CMD_GATE = {
    .name = "gate",
    .operands = "--baseline DIR DIR | --baseline REF -- SCENARIO",
    .says = "fail a build on a regression that is beyond doubt",
    .about =
        "With a scenario, baseline, baseline again and candidate run interleaved in one job. REF\n"
        "is another assay binary, a folder of shared objects (say, another librdkafka.so.1) that\n"
        "the roles load first, or a file of client properties (key=value). The gate fails only\n"
        "if, over all gated cases, Holm-adjusted p < 0.05, and the harm is at least the limit\n"
        "(median latency 5 %, p99 10 %, throughput 3 %), and the baseline does not differ from\n"
        "itself, and all that repeats in a fresh stage with the order reversed. Sizes that repeat\n"
        "to the byte need no statistics: any growth counts.\n"
        "With two result folders there is no null control and no confirmation; the reference arms\n"
        "of both must not differ.\n"
        "\n"
        "Exit codes: 0 pass, 1 regression, 2 usage, 3 inconclusive or unreliable, 4 records lost\n"
        "or a wrong codec, 5 broker or disk, 6 no baseline (missing, empty, truncated, of another\n"
        "schema or host). Of several the first of 2, 5, 4, 6, 1, 3. docs/ci.md shows a workflow.",
    .examples =
        "  assay gate --baseline results/main results/branch\n"
        "  assay gate --baseline old/assay -- quick          # two binaries\n"
        "  assay gate --plan --baseline old/assay -- quick   # what that would run, and how long\n"
        "  assay gate --baseline librdkafka-2.3/ -- quick    # two versions of a library\n"
        "  assay gate --baseline now.properties --candidate tried.properties --blocks 16 -- quick",
    .options = OPTIONS,
    .run = run_gate,
};
