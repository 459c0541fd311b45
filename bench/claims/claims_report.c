#include "bench/claims/claims_report.h"

#include "bench/claims/claims_known.h"
#include "reports/render/ledger.h"
#include "reports/render/report.h"
#include "reports/summary/summary.h"

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
                            const struct results *results, struct claims_count *count,
                            struct err *e)
{
    struct verdicts v = {.all = NULL};
    enum rc rc = verdicts_build(c->claims, c->claims_run, results, &v, e);
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

enum rc claims_report(const struct claims_folder *c, const struct claims_show *show,
                      struct claims_count *count, struct err *e)
{
    struct home home;
    struct claims known = {.all = NULL};
    struct claims_folder mine = *c;
    struct results results = {.records = NULL};
    bool measured = c->claims_run->trials_planned > 0;
    enum rc rc = measured ? results_read(c->folder, &results, e) : RC_OK;
    if (rc == RC_OK && c->claims == NULL)
        rc = home_find(&home, e);
    if (rc == RC_OK && c->claims == NULL) {
        rc = claims_known_load(&home, &known, e);
        mine.claims = &known;
    }
    if (rc == RC_OK)
        rc = judge_folder(&mine, show, measured ? &results : NULL, count, e);
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
