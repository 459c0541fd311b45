/* assay claims [ID...]: put the documented claims to the test and print the ledger of verdicts. */
#include "base/quantity.h"
#include "cli/claims_ask.h"
#include "cli/claims_job.h"
#include "cli/claims_plan.h"
#include "cli/claims_print.h"
#include "cli/commands.h"
#include "cli/interrupt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One run of the command. */
struct claims_command {
    struct claims_request request;
    struct claims_job job;
    struct progress progress;
    struct folder folder; /* where it all goes; the run's own when there is one */
    bool folder_is_open;  /* ours to close */
    const volatile sig_atomic_t *stop;
    struct claims_count count;
};

static enum rc open_folder(struct claims_command *c, struct err *e)
{
    bool empty = true;
    const char *out = c->request.run.out;
    enum rc rc = RC_OK;
    if (c->request.resume)
        rc = folder_reopen(out, &c->folder, &empty, e);
    if (rc == RC_OK && empty)
        rc = folder_create(out, "claims", &c->folder, e);
    c->folder_is_open = rc == RC_OK;
    return rc;
}

static enum rc ask(struct claims_command *c, struct folder *folder, const struct ground *ground,
                   struct err *e)
{
    struct claims_ask a = {.request = &c->request,
                           .progress = &c->progress,
                           .folder = folder,
                           .ground = ground,
                           .stop = c->stop};
    enum rc rc = claims_ask_probes(&a, e);
    return rc == RC_OK ? claims_ask_clients(&a, e) : rc;
}

/* Nothing to measure: probes and clients on a broker of their own, if they need one. */
static enum rc ask_alone(struct claims_command *c, struct err *e)
{
    struct ground ground;
    struct ground_options want = run_request_ground(&c->request.run, c->stop);
    want.partitions = 1;
    if (!claims_ask_needs_broker(&c->request))
        return ask(c, &c->folder, NULL, e);
    progress_say(&c->progress, "starting a broker");
    enum rc rc = ground_open(&want, &ground, e);
    if (rc != RC_OK)
        return rc;
    rc = ask(c, &c->folder, &ground, e);
    ground_close(&ground, rc == RC_INFRA);
    return rc;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static enum rc measure(struct claims_command *c, struct err *e)
{
    struct run *s = &c->job.run;
    char time[QUANTITY_TEXT];
    progress_say(&c->progress, "%zu claim%s, %zu trial%s in %zu scenario%s, about %s; %s; %s",
                 c->request.claims_run.count, plural(c->request.claims_run.count), c->job.trials,
                 plural(c->job.trials), c->job.part_count, plural(c->job.part_count),
                 quantity_format_wait(c->job.duration_ns + c->job.asking_ns, time),
                 s->ground.broker_says, s->ground.pinning);
    enum rc rc = run_measure(s, e);
    progress_end(&c->progress);
    if (rc != RC_OK)
        return rc;
    s->ground.trial.cluster = &s->cluster;
    return ask(c, &s->folder, &s->ground, e);
}

/* What a folder without a trial would keep for nothing. */
static void forget(const struct claims_command *c)
{
    char path[FOLDER_PATH_MAX + 32];
    const struct folder *f = &c->job.run.folder;
    if (!folder_is_bare(f) || c->request.claims_run.finding_count > 0)
        return;
    (void)snprintf(path, sizeof path, "%s/" CLAIMS_RUN_FILE, f->path);
    (void)unlink(path);
}

/* Reports of what there is, also after Ctrl-C and a lost broker: the first failure is told. */
static enum rc report(struct claims_command *c, const char *folder, enum rc rc, struct err *e)
{
    struct err second;
    const struct claims_folder what = {.folder = folder,
                                       .claims_run = &c->request.claims_run,
                                       .claims = &c->request.claims,
                                       .json = c->request.run.json};
    enum rc reported = claims_report_and_print(&what, &c->count, rc == RC_OK ? e : &second);
    return rc == RC_OK ? reported : rc;
}

static enum rc measure_run(struct claims_command *c, struct err *e)
{
    struct run *s = &c->job.run;
    enum rc rc = run_open(s, e);
    if (rc != RC_OK)
        return rc;
    rc = claims_run_write(&c->request.claims_run, &s->folder, e);
    if (rc == RC_OK)
        rc = measure(c, e);
    if (folder_is_bare(&s->folder)) {
        forget(c);
        return rc;
    }
    if (rc == RC_INTERRUPTED || rc == RC_INFRA)
        progress_say(&c->progress,
                     "%zu trials were finished; they are kept in %s, and --out %s "
                     "--resume goes on",
                     s->trials, s->folder.path, s->folder.path);
    return report(c, s->folder.path, rc, e);
}

static enum rc run_without_trials(struct claims_command *c, struct err *e)
{
    enum rc rc = open_folder(c, e);
    if (rc == RC_OK)
        rc = claims_run_write(&c->request.claims_run, &c->folder, e);
    if (rc == RC_OK)
        rc = ask_alone(c, e);
    if (c->folder_is_open)
        rc = report(c, c->folder.path, rc, e);
    folder_close(&c->folder);
    return rc;
}

/* VOID is about integrity, whatever else holds; the rest only where it is to be enforced. With
 * --only it is the part asked for that must hold. */
static enum rc weigh(const struct claims_command *c, struct err *e)
{
    const size_t *of = c->count.of;
    size_t open = of[VERDICT_INCONCLUSIVE] - c->count.supported_in_part;
    if (of[VERDICT_VOID] > 0)
        return err_set(e, RC_INTEGRITY, "%zu claim%s void: what arrived or was stored was wrong",
                       of[VERDICT_VOID], of[VERDICT_VOID] == 1 ? " is" : "s are");
    if (c->request.enforce && of[VERDICT_REFUTED] > 0)
        return err_set(e, RC_REGRESSION, "%zu claim%s refuted", of[VERDICT_REFUTED],
                       of[VERDICT_REFUTED] == 1 ? " is" : "s are");
    if (c->request.enforce && open > 0)
        return err_set(e, RC_UNDECIDED, "%zu claim%s inconclusive", open,
                       open == 1 ? " is" : "s are");
    return RC_OK;
}

static enum rc plan_and_run(struct claims_command *c, struct err *e)
{
    enum rc rc = RC_OK;
    if (!c->request.run.plan_only)
        rc = run_export_open(&c->request.run.export, &c->progress, e);
    if (rc == RC_OK)
        rc = claims_job_plan(&c->job, e);
    if (rc == RC_OK && c->request.run.plan_only) {
        claims_plan_print(&c->job);
        return RC_OK;
    }
    if (rc == RC_OK)
        rc = c->job.trials > 0 ? measure_run(c, e) : run_without_trials(c, e);
    return rc == RC_OK ? weigh(c, e) : rc;
}

static enum rc run(const struct args *a, struct err *e)
{
    struct claims_command *c = calloc(1, sizeof *c);
    if (c == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    enum rc rc = claims_request_read(a, &c->request, e);
    if (rc == RC_OK) {
        c->stop = interrupt_watch();
        progress_start(&c->progress, c->request.run.quiet);
        c->job.request = &c->request;
        c->job.progress = &c->progress;
        c->job.stop = c->stop;
        rc = plan_and_run(c, e);
        claims_job_release(&c->job, rc == RC_INFRA);
        run_export_close(&c->request.run.export, &c->progress);
        claims_request_release(&c->request);
    }
    free(c);
    return rc;
}

const struct command CMD_CLAIMS = {
    .name = "claims",
    .operands = "[ID...]",
    .says = "put the documented claims to the test and print the ledger of verdicts",
    .about =
        "Every claim gets a verdict: SUPPORTED, REFUTED, INCONCLUSIVE, NOT APPLICABLE (its own\n"
        "precondition failed), NOT MEASURED (with the reason) or VOID (something was lost, or\n"
        "stored with a wrong codec). Without ID all are judged; only what they need is run.\n"
        "Sizes are measured once, everything else in 12 interleaved blocks. A stratum is one\n"
        "payload, size, batching, load and link in which the words must hold. docs/claims.md says\n"
        "what a claim is and how to write one of your own (ASSAY_CLAIMS names their folder),\n"
        "docs/statistics.md how it is judged.\n"
        "--only judges a part of the map, e.g. --only payload=iot,link=unlimited; several values\n"
        "of one key are joined by commas, an unknown one is answered with all there are. A claim\n"
        "about all strata is then at best \"SUPPORTED in the part asked for\", and stays\n"
        "INCONCLUSIVE as a whole; --enforce minds the part. The folder holds the records, "
        "verdicts.json and the\n"
        "reports; assay report DIR makes them again.\n"
        "\n"
        "Exit codes: 0 fine, refuted claims included; 1 a claim is refuted, 3 one is\n"
        "inconclusive (both with --enforce only); 2 usage; 4 a claim is void; 5 broker or disk;\n"
        "130 Ctrl-C.",
    .examples =
        "  assay claims                        # all of them, on their main strata\n"
        "  assay claims Z01 Z14                # just these\n"
        "  assay claims H11 A06                # arithmetic on the documents' figures\n"
        "  assay claims Z01 --full --only payload=iot,link=unlimited   # a part of the map\n"
        "  assay claims --full --out DIR       # every stratum; takes hours\n"
        "  assay claims --full --out DIR --resume   # goes on after Ctrl-C",
    .options = CLAIMS_OPTIONS,
    .run = run,
};
