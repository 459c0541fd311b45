#include "bench/claims/claims_report.h"

#include "base/fs.h"
#include "bench/claims/claims_known.h"
#include "bench/claims/claims_stored.h"
#include "reports/render/ledger.h"
#include "reports/render/report.h"
#include "reports/summary/summary.h"

#include <stdio.h>
#include <string.h>

static enum rc make_reports(const struct results *results, const struct verdicts *v, struct err *e)
{
    struct summary summary = {.cells = NULL};
    struct report_notes notes = {.plots = ""};
    enum rc rc = summary_build(results, &summary, e);
    summary.verdicts = v;
    if (rc == RC_OK)
        rc = report_make(&summary, &notes, e);
    summary_release(&summary);
    return rc;
}

/* Verdicts are built of known claims, written, and shown. */
static enum rc judge_folder(const struct claims_folder *c, const struct claims_show *show,
                            const struct results *results, const char *note,
                            struct claims_count *count, struct err *e)
{
    struct verdicts v = {.all = NULL};
    enum rc rc = verdicts_build(c->claims, c->claims_run, results, &v, e);
    if (note[0] != '\0')
        (void)snprintf(v.note, sizeof v.note, "%s", note);
    if (rc == RC_OK && results != NULL)
        rc = make_reports(results, &v, e);
    if (rc == RC_OK)
        rc = ledger_write(&v, c->folder, e);
    if (rc == RC_OK)
        rc = show->verdicts(show->ctx, &v, c->folder, e);
    if (rc == RC_OK && count != NULL) {
        memcpy(count->of, v.of, sizeof v.of);
        count->supported_in_part = v.supported_in_part;
    }
    verdicts_release(&v);
    return rc;
}

/* The claims that a folder keeps, else those known now; and in note what differs. */
static enum rc load_claims(const char *folder, struct claims *out, char *note, struct err *e)
{
    struct home home;
    char stored[FS_PATH_MAX] = "", known[HOME_PATH_MAX], changed[CLAIMS_STORED_NAME];
    enum rc rc = home_find(&home, e);
    if (rc == RC_OK)
        rc = claims_known_folder(&home, known, e);
    if (rc == RC_OK)
        rc = claims_stored_find(folder, stored, e);
    if (rc != RC_OK || stored[0] == '\0')
        return rc == RC_OK ? claims_known_load(&home, out, e) : rc;
    rc = claims_known_load_kept(stored, out, e);
    if (rc == RC_OK)
        rc = claims_stored_changed(stored, known, changed, e);
    if (rc == RC_OK && changed[0] != '\0')
        (void)snprintf(note, VERDICT_TEXT,
                       "Judged by the claims as they were when this run began (" CLAIMS_STORED
                       "/ in its folder); %.255s has changed since.",
                       changed);
    return rc;
}

enum rc claims_report(const struct claims_folder *c, const struct claims_show *show,
                      struct claims_count *count, struct err *e)
{
    char note[VERDICT_TEXT] = "";
    struct claims known = {.all = NULL};
    struct claims_folder mine = *c;
    struct results results = {.records = NULL};
    bool measured = c->claims_run->trials_planned > 0;
    enum rc rc = measured ? results_read(c->folder, &results, e) : RC_OK;
    if (rc == RC_OK && c->claims == NULL) {
        rc = load_claims(c->folder, &known, note, e);
        mine.claims = &known;
    }
    if (rc == RC_OK)
        rc = judge_folder(&mine, show, measured ? &results : NULL, note, count, e);
    claims_free(&known);
    results_release(&results);
    return rc;
}

enum rc claims_weigh(const struct claims_count *c, bool enforce, struct err *e)
{
    const size_t *of = c->of;
    size_t open = of[VERDICT_INCONCLUSIVE] - c->supported_in_part;
    if (of[VERDICT_VOID] > 0)
        return err_set(e, RC_INTEGRITY, "%zu claim%s void: what arrived or was stored was wrong",
                       of[VERDICT_VOID], of[VERDICT_VOID] == 1 ? " is" : "s are");
    if (enforce && of[VERDICT_REFUTED] > 0)
        return err_set(e, RC_REGRESSION, "%zu claim%s refuted", of[VERDICT_REFUTED],
                       of[VERDICT_REFUTED] == 1 ? " is" : "s are");
    if (enforce && open > 0)
        return err_set(e, RC_UNDECIDED, "%zu claim%s inconclusive", open,
                       open == 1 ? " is" : "s are");
    return RC_OK;
}
