/* assay claims [ID...]: put the documented claims to the test and print the ledger of verdicts. */
#include "cli/claims/claims_args.h"
#include "cli/claims/claims_plan_print.h"
#include "cli/commands.h"
#include "cli/report_print.h"

#include <stdlib.h>

/* One run of the command. */
struct claims_command {
    struct claims_args args;
    struct claims_job job;
};

static enum rc show_verdicts(void *ctx, const struct verdicts *v, const char *folder, struct err *e)
{
    struct claims_command *c = ctx;
    progress_end(&c->args.run.progress);
    return verdicts_print(v, folder, c->args.run.json, e);
}

static enum rc plan_and_run(struct claims_command *c, struct err *e)
{
    struct claims_count count = {.supported_in_part = 0};
    const struct claims_show show = {show_verdicts, c};
    bool plan_only = c->args.run.plan_only;
    enum rc rc = plan_only ? RC_OK : run_args_export(&c->args.run, e);
    if (rc == RC_OK)
        rc = claims_job_plan(&c->job, e);
    if (rc == RC_OK && plan_only) {
        claims_plan_print(&c->job);
        return RC_OK;
    }
    if (rc == RC_OK)
        rc = claims_job_run(&c->job, &show, &count, e);
    progress_end(&c->args.run.progress);
    return rc == RC_OK ? claims_weigh(&count, c->args.enforce, e) : rc;
}

static enum rc run_claims(const struct args *a, struct err *e)
{
    struct claims_command *c = calloc(1, sizeof *c);
    if (c == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    enum rc rc = claims_args_read(a, &c->args, e);
    if (rc == RC_OK) {
        c->job.request = &c->args.request;
        rc = plan_and_run(c, e);
        claims_job_release(&c->job, rc == RC_INFRA);
        claims_args_release(&c->args);
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
    .run = run_claims,
};
