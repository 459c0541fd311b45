#include "cli/report_print.h"

#include "base/fs.h"
#include "bench/claims/claims_report.h"
#include "cli/standard_output.h"
#include "reports/record/results.h"
#include "reports/render/ledger_terminal.h"
#include "reports/render/renderer.h"
#include "reports/render/report.h"
#include "reports/summary/summary.h"

#include <stdio.h>
#include <string.h>

static const size_t TEXT_BYTES_MAX = (size_t)1 << 28;

static enum rc print_json(const struct summary *s, struct err *e)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    enum rc rc = render_summary_json(s, &text, e);
    if (rc == RC_OK)
        rc = standard_output_print(&text, e);
    buf_release(&text);
    return rc;
}

static enum rc print_table(const struct summary *s, const struct report_notes *notes, struct err *e)
{
    struct buf text;
    char path[FOLDER_PATH_MAX], plots[RECORD_WHY_MAX];
    (void)snprintf(path, sizeof path, "%s", s->results->path);
    (void)snprintf(plots, sizeof plots, "%s", notes->plots);
    err_one_line(path);
    err_one_line(plots);
    buf_init(&text, TEXT_BYTES_MAX);
    enum rc rc = terminal_render(s, standard_output_style(), &text, e);
    if (rc == RC_OK && plots[0] != '\0')
        rc = buf_appendf(&text, e, "no plots: %s\n", plots);
    if (rc == RC_OK)
        rc = buf_appendf(&text, e, "report: %s/report.html\n", path);
    if (rc == RC_OK)
        rc = standard_output_print(&text, e);
    buf_release(&text);
    return rc;
}

static enum rc make_and_print(const char *folder, bool json, struct err *e)
{
    struct results results;
    struct summary summary = {.cells = NULL};
    struct report_notes notes = {.plots = ""};
    enum rc rc = results_read(folder, &results, e);
    if (rc == RC_OK)
        rc = summary_build(&results, &summary, e);
    if (rc == RC_OK)
        rc = report_make(&summary, &notes, e);
    if (rc == RC_OK)
        rc = json ? print_json(&summary, e) : print_table(&summary, &notes, e);
    summary_release(&summary);
    results_release(&results);
    return rc;
}

enum rc verdicts_print(const struct verdicts *v, const char *folder, bool json, struct err *e)
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

static enum rc show_verdicts(void *ctx, const struct verdicts *v, const char *folder, struct err *e)
{
    const bool *json = ctx;
    return verdicts_print(v, folder, *json, e);
}

enum rc report_make_and_print(const char *folder, bool json, struct err *e)
{
    struct claims_run q;
    bool missing;
    enum rc rc = claims_run_read(folder, &q, &missing, e);
    if (rc != RC_OK)
        return rc;
    const struct claims_folder claims = {.folder = folder, .claims_run = &q};
    const struct claims_show show = {show_verdicts, &json};
    rc = missing ? make_and_print(folder, json, e) : claims_report(&claims, &show, NULL, e);
    claims_run_release(&q);
    return rc;
}

static void print_folder(const char *what, const struct results *r)
{
    char path[FS_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s", r->path);
    err_one_line(path);
    (void)printf("%-13s %s, %zu trials\n", what, path, r->count);
}

void folder_pair_print(const struct folder_pair *p)
{
    print_folder("A (baseline):", &p->a);
    print_folder("B:", &p->b);
    for (size_t i = 0; i < p->change_count; i++)
        (void)printf("%s differs: %s -> %s\n", p->changes[i].what, p->changes[i].from,
                     p->changes[i].to);
    if (p->unknown[0] != '\0')
        (void)printf("WARNING: %s\n", p->unknown);
    if (p->other_host)
        (void)printf("WARNING: these runs are from DIFFERENT HOSTS; what differs below may be the "
                     "hosts alone\n");
}
