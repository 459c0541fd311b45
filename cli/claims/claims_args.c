#include "cli/claims/claims_args.h"

#include "base/fs.h"
#include "base/quantity.h"
#include "bench/claims/claims_known.h"
#include "bench/claims/claims_stored.h"
#include "reports/record/folder.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { CLAIMS_LOOKS_MOST = 24 };

const struct option_row CLAIMS_OPTIONS[] = {
    {"--plan", NULL, NULL, "print what would be run and how long it takes; run nothing", false},
    {"--full", NULL, NULL, "every stratum, load and link instead of the main ones", false},
    {"--only", NULL, "KEY=VALUE",
     "the part of the map with this payload, record_bytes, batch, "
     "load or link",
     true},
    {"--blocks", NULL, "N",
     "how often (default: the scenario's, 12 in the built-in ones; not of exact ones)", false},
    {"--until-decided", NULL, NULL,
     "judge at 8, 12, 16 and 24 blocks (--blocks at most) and stop what is decided", false},
    {"--enforce", NULL, NULL, "exit 1 when a claim is refuted, 3 when one is inconclusive", false},
    {"--out", NULL, "DIR", "result folder; must not hold results yet", false},
    {"--resume", NULL, NULL, "go on in --out, where an earlier run was stopped", false},
    {"--no-clients", NULL, NULL, "do not run other people's clients", false},
    {"--no-probes", NULL, NULL, "do not try boundaries and behaviours", false},
    {"--bootstrap", NULL, "HOST:PORT", "use this cluster instead of an embedded broker", false},
    {"--client-config", NULL, "FILE", "properties of the cluster: TLS, SASL, anything", false},
    {"--property", "-X", "KEY=VALUE", "one property of librdkafka", true},
    {"--topic-prefix", NULL, "TEXT", "of the topics created (default assay-)", false},
    {"--replication-factor", NULL, "N", "of the topics created (default: the broker's)", false},
    {"--pin", NULL, NULL, "give sender, receiver and broker their own cores", false},
    {"--heap", NULL, "SIZE", "heap of the embedded broker", false},
    {"--broker-property", NULL, "KEY=VALUE", "one property of the embedded broker", true},
    {"--metrics", NULL, "[HOST]:PORT", "serve Prometheus metrics there; :0 takes any free port",
     false},
    {"--pushgateway", NULL, "URL", "push the same to a Pushgateway every 10 s and at the end",
     false},
    {"--quiet", "-q", NULL, "no progress", false},
    {"--json", NULL, NULL, "print verdicts.json instead of the ledger", false},
    {NULL, NULL, NULL, NULL, false},
};

static enum rc add_claim(struct claims_request *r, const char *id, struct err *e)
{
    const struct claim *c = claim_find(&r->claims, id);
    if (c == NULL) {
        const char *near = claim_nearest(&r->claims, id);
        return err_set(e, RC_INPUT, "there is no claim \"%s\"%s%s; assay list claims shows all %zu",
                       id, near != NULL ? "; did you mean " : "", near != NULL ? near : "",
                       r->claims.count);
    }
    for (size_t i = 0; i < r->claims_run.count; i++) {
        if (strcmp(r->claims_run.ids[i], c->id) == 0)
            return RC_OK;
    }
    return claims_run_add_id(&r->claims_run, c->id, e);
}

static enum rc select_claims(struct claims_request *r, const struct args *a, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < a->operand_count; i++)
        rc = add_claim(r, a->operands[i], e);
    for (size_t i = 0; rc == RC_OK && a->operand_count == 0 && i < r->claims.count; i++)
        rc = claims_run_add_id(&r->claims_run, r->claims.all[i].id, e);
    if (rc == RC_OK && r->claims_run.count == 0)
        return err_set(e, RC_INPUT, "there are no claims to judge");
    return rc;
}

static enum rc read_blocks(struct claims_request *r, const struct args *a, struct err *e)
{
    const char *value = args_value(a, "--blocks");
    int64_t n = r->claims_run.looks ? CLAIMS_LOOKS_MOST : 0;
    if (value != NULL && quantity_int(value, 1, SCENARIO_BLOCKS_MAX, &n, e) != RC_OK)
        return err_wrap(e, "--blocks");
    r->claims_run.blocks = n;
    r->run->override_count = 0; /* --blocks is for the noisy ones only, see claims_job */
    if (n > 0)
        (void)snprintf(r->blocks, sizeof r->blocks, "blocks=%lld", (long long)n);
    return RC_OK;
}

static enum rc read_choice(struct claims_request *r, const struct args *a, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && args_nth(a, "--only", i) != NULL; i++)
        rc = strata_choice_add(&r->claims_run.only, args_nth(a, "--only", i), e);
    return rc;
}

static bool same_choice(const struct claims_run *a, const struct claims_run *b)
{
    char one[CHOICE_TEXT], two[CHOICE_TEXT];
    return strcmp(strata_choice_text(&a->only, one), strata_choice_text(&b->only, two)) == 0;
}

static bool same_ids(const struct claims_run *a, const struct claims_run *b)
{
    for (size_t i = 0; i < a->count && a->count == b->count; i++) {
        if (strcmp(a->ids[i], b->ids[i]) != 0)
            return false;
    }
    return a->count == b->count;
}

/* What was found is kept; what could not be run may be now. */
static enum rc keep_findings(struct claims_request *r, const struct claims_run *old, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < old->finding_count; i++) {
        const struct claims_run_finding *f = &old->findings[i];
        if (f->found.verdict != VERDICT_NOT_MEASURED)
            rc = claims_run_add_finding(&r->claims_run, f->claim, &f->found, e);
    }
    return rc;
}

/* Somebody else's trials are not ours to report on. */
static enum rc refuse_foreign(const char *folder, struct err *e)
{
    char path[FS_PATH_MAX];
    struct stat trials;
    enum rc rc = fs_join(path, e, folder, FOLDER_TRIALS);
    if (rc != RC_OK || stat(path, &trials) != 0 || trials.st_size == 0)
        return rc;
    return err_set(e, RC_INPUT,
                   "--resume: %s holds trials but no " CLAIMS_RUN_FILE
                   ": it was begun by another command",
                   folder);
}

static enum rc refuse_options(const char *folder, const struct claims_run *old, struct err *e)
{
    char only[CHOICE_TEXT];
    (void)strata_choice_text(&old->only, only);
    return err_set(
        e, RC_INPUT,
        "--resume: %s was begun with other options (%s%s%s%.300s%s%lld blocks); give the "
        "same",
        folder, old->full ? "--full, " : "", old->looks ? "--until-decided, " : "",
        only[0] != '\0' ? "--only " : "", only, only[0] != '\0' ? ", " : "",
        (long long)old->blocks);
}

/* Tests and bands that changed would judge old trials by new rules. */
static enum rc refuse_changed(const struct claims_request *r, struct err *e)
{
    char stored[FS_PATH_MAX], known[HOME_PATH_MAX], name[CLAIMS_STORED_NAME] = "";
    enum rc rc = claims_stored_find(r->run->out, stored, e);
    if (rc == RC_OK && stored[0] != '\0')
        rc = claims_stored_lacks(stored, r, name, e);
    if (rc == RC_OK && name[0] != '\0')
        return err_set(e, RC_INPUT,
                       "--resume: %s/" CLAIMS_STORED " has no %s, by which the run began to be "
                       "judged: begin a new folder",
                       r->run->out, name);
    if (rc == RC_OK && stored[0] != '\0')
        rc = claims_known_folder(&r->run->home, known, e);
    if (rc == RC_OK && stored[0] != '\0')
        rc = claims_stored_changed(stored, known, name, e);
    if (rc != RC_OK || name[0] == '\0')
        return rc;
    return err_set(e, RC_INPUT,
                   "--resume: %s has changed since %s was begun (" CLAIMS_STORED
                   "/ in it has the old one): begin a new folder",
                   name, r->run->out);
}

/* A folder that is not there yet is begun: --resume may stand in a script that is run again. */
static enum rc read_earlier(struct claims_request *r, const struct args *a, struct err *e)
{
    struct claims_run old;
    bool missing;
    enum rc rc = claims_run_read(r->run->out, &old, &missing, e);
    if (rc == RC_OK && missing)
        return refuse_foreign(r->run->out, e);
    if (rc != RC_OK)
        return rc;
    bool given = a->operand_count > 0;
    if (given ? !same_ids(&old, &r->claims_run) : false)
        rc = err_set(e, RC_INPUT,
                     "--resume: %s was begun for other claims (%s ..., %zu in all); leave the ids "
                     "out to go on with those",
                     r->run->out, old.ids[0], old.count);
    else if (old.full != r->claims_run.full || old.looks != r->claims_run.looks ||
             old.blocks != r->claims_run.blocks || !same_choice(&old, &r->claims_run))
        rc = refuse_options(r->run->out, &old, e);
    else
        rc = refuse_changed(r, e);
    if (rc == RC_OK && !given) {
        r->claims_run.count = 0;
        for (size_t i = 0; rc == RC_OK && i < old.count; i++)
            rc = add_claim(r, old.ids[i], e);
    }
    if (rc == RC_OK)
        rc = keep_findings(r, &old, e);
    claims_run_release(&old);
    return rc;
}

/* "assay run ..." as the other command says it. */
static void rename_command(struct run_request *r)
{
    char text[sizeof r->command];
    (void)snprintf(text, sizeof text, "assay claims%.1000s", r->command + strlen("assay run"));
    memcpy(r->command, text, sizeof text);
}

enum rc claims_args_read(const struct args *a, struct claims_args *out, struct err *e)
{
    struct claims_request *r = &out->request;
    *out = (struct claims_args){.enforce = args_has(a, "--enforce")};
    enum rc rc = run_args_read(a, &out->run, e);
    if (rc != RC_OK)
        return rc;
    rename_command(&out->run.request);
    *r = (struct claims_request){.run = &out->run.request,
                                 .clients = !args_has(a, "--no-clients"),
                                 .probes = !args_has(a, "--no-probes")};
    r->claims_run.full = args_has(a, "--full");
    r->claims_run.looks = args_has(a, "--until-decided");
    rc = claims_known_load(&r->run->home, &r->claims, e);
    if (rc == RC_OK)
        rc = select_claims(r, a, e);
    if (rc == RC_OK)
        rc = read_blocks(r, a, e);
    if (rc == RC_OK)
        rc = read_choice(r, a, e);
    if (rc == RC_OK && r->run->resume)
        rc = read_earlier(r, a, e);
    if (rc != RC_OK)
        claims_args_release(out);
    return rc;
}

void claims_args_release(struct claims_args *c)
{
    claims_free(&c->request.claims);
    claims_run_release(&c->request.claims_run);
    run_args_release(&c->run);
}
