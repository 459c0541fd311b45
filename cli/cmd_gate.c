/* assay gate: fails a build when, and only when, a regression is beyond doubt. */
#include "base/fs.h"
#include "base/quantity.h"
#include "cli/commands.h"
#include "cli/gate_request.h"
#include "reports/record/folder.h"

#include <stdio.h>
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

static double *limit_of(struct gate_limits *l, enum metric m)
{
    switch ((int)m) {
    case METRIC_E2E_P50:
        return &l->latency_p50;
    case METRIC_E2E_P99:
        return &l->latency_p99;
    case METRIC_RECORDS_PER_S:
        return &l->throughput;
    case METRIC_STORED_BYTES:
        return &l->bytes;
    default:
        return NULL;
    }
}

static enum rc read_limit(const char *text, struct gate_limits *l, struct err *e)
{
    char name[RECORD_NAME_MAX];
    size_t length = strcspn(text, "=");
    (void)snprintf(name, sizeof name, "%.*s", (int)length, text);
    double *limit = limit_of(l, metric_find(name));
    if (limit == NULL)
        return err_set(e, RC_INPUT, "--limit: \"%.60s\" is not gated; %s, %s, %s and %s are", name,
                       METRICS[METRIC_E2E_P50].name, METRICS[METRIC_E2E_P99].name,
                       METRICS[METRIC_RECORDS_PER_S].name, METRICS[METRIC_STORED_BYTES].name);
    if (text[length] == '\0')
        return err_set(e, RC_INPUT, "--limit: \"%.60s\" has no value; expected %.60s=8%%", name,
                       name);
    return quantity_percent(text + length + 1, limit, e) == RC_OK ? RC_OK : err_wrap(e, "--limit");
}

static enum rc read_request(const struct args *a, struct gate_request *r, struct err *e)
{
    *r = (struct gate_request){.args = a,
                               .baseline = args_value(a, "--baseline"),
                               .candidate = args_value(a, "--candidate"),
                               .out = args_value(a, "--out"),
                               .limits = GATE_LIMITS,
                               .any_host = args_has(a, "--any-host"),
                               .json = args_has(a, "--json"),
                               .quiet = args_has(a, "--quiet")};
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

static enum rc run(const struct args *a, struct err *e)
{
    struct gate_request r;
    enum rc rc = read_request(a, &r, e);
    if (rc != RC_OK)
        return rc;
    if (!holds_trials(r.baseline) && !holds_trials(r.operand))
        return gate_job(&r, e);
    if (args_has(a, "--plan"))
        return err_set(e, RC_INPUT,
                       "gate: --plan goes with a scenario; two folders are judged as they are");
    if (r.candidate != NULL)
        return err_set(e, RC_INPUT,
                       "gate: --candidate goes with a scenario; of two folders the "
                       "candidate is the operand");
    return gate_folders(&r, e);
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
    .run = run,
};
