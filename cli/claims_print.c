#include "cli/claims_print.h"

#include "cli/claims_known.h"
#include "cli/standard_output.h"
#include "reports/render/ledger.h"
#include "reports/render/ledger_terminal.h"
#include "reports/render/report.h"
#include "reports/summary/summary.h"

#include <stdio.h>
#include <string.h>

static const size_t TEXT_BYTES_MAX = (size_t)1 << 28;

static enum rc print(const struct verdicts *v, const char *folder, bool json, struct err *e)
{
    struct buf text;
    char path[FOLDER_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s", folder);
    err_one_line(path);
    buf_init(&text, TEXT_BYTES_MAX);
    enum rc rc = json ? verdicts_write_json(v, &text, e)
                      : ledger_terminal(v, standard_output_style(), &text, e);
    if (rc == RC_OK && !json)
        rc = buf_appendf(&text, e, "report: %s/report.html\n", path);
    if (rc == RC_OK)
        rc = standard_output_print(&text, e);
    buf_release(&text);
    return rc;
}

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

static enum rc judge_and_print(const struct claims_folder *c, const struct claims *claims,
                               const struct results *results, struct claims_count *count,
                               struct err *e)
{
    struct verdicts v = {.all = NULL};
    enum rc rc = verdicts_build(claims, c->claims_run, results, &v, e);
    if (rc == RC_OK && results != NULL)
        rc = make_reports(results, &v, e);
    if (rc == RC_OK)
        rc = ledger_write(&v, c->folder, e);
    if (rc == RC_OK)
        rc = print(&v, c->folder, c->json, e);
    if (rc == RC_OK && count != NULL) {
        memcpy(count->of, v.of, sizeof v.of);
        count->supported_in_part = v.supported_in_part;
    }
    verdicts_release(&v);
    return rc;
}

enum rc claims_report_and_print(const struct claims_folder *c, struct claims_count *count,
                                struct err *e)
{
    struct home home;
    struct claims known = {.all = NULL};
    struct results results = {.records = NULL};
    bool measured = c->claims_run->trials_planned > 0;
    enum rc rc = measured ? results_read(c->folder, &results, e) : RC_OK;
    if (rc == RC_OK && c->claims == NULL)
        rc = home_find(&home, e);
    if (rc == RC_OK && c->claims == NULL)
        rc = claims_known_load(&home, &known, e);
    if (rc == RC_OK)
        rc = judge_and_print(c, c->claims != NULL ? c->claims : &known, measured ? &results : NULL,
                             count, e);
    claims_free(&known);
    results_release(&results);
    return rc;
}
