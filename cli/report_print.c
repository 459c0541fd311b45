#define _GNU_SOURCE
#include "cli/report_print.h"

#include "base/quantity.h"
#include "cli/claims_print.h"
#include "reports/renderer.h"
#include "reports/report.h"
#include "reports/results.h"
#include "reports/summary.h"
#include "reports/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_MIN = 40, WIDTH_MAX = 10000 };
static const size_t TEXT_BYTES_MAX = (size_t)1 << 28;

static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value != NULL ? value : "";
}

/* Whether the locale says UTF-8, as setlocale(3) would look it up. */
static bool shows_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = setting(names[i]);
        if (value[0] != '\0')
            return strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL;
    }
    return false;
}

static int width_of_terminal(void)
{
    int64_t columns = 0;
    struct winsize size;
    struct err ignored;
    if (quantity_int(setting("COLUMNS"), WIDTH_MIN, WIDTH_MAX, &columns, &ignored) == RC_OK)
        return (int)columns;
    if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        return size.ws_col;
    return 0;
}

struct terminal_style report_style(void)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;
    return (struct terminal_style){.width = width_of_terminal(),
                                   .colour = terminal && setting("NO_COLOR")[0] == '\0' &&
                                             strcmp(setting("TERM"), "dumb") != 0,
                                   .ascii = !shows_utf8()};
}

enum rc report_print_text(const struct buf *text, struct err *e)
{
    if (fwrite(text->data, 1, text->size, stdout) != text->size || fflush(stdout) != 0)
        return err_set(e, RC_INFRA, "cannot write to standard output");
    return RC_OK;
}

static enum rc print_json(const struct summary *s, struct err *e)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES_MAX);
    enum rc rc = render_summary_json(s, &text, e);
    if (rc == RC_OK)
        rc = report_print_text(&text, e);
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
    enum rc rc = terminal_render(s, report_style(), &text, e);
    if (rc == RC_OK && plots[0] != '\0')
        rc = buf_appendf(&text, e, "no plots: %s\n", plots);
    if (rc == RC_OK)
        rc = buf_appendf(&text, e, "report: %s/report.html\n", path);
    if (rc == RC_OK)
        rc = report_print_text(&text, e);
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

enum rc report_make_and_print(const char *folder, bool json, struct err *e)
{
    struct inquiry q;
    bool missing;
    enum rc rc = inquiry_read(folder, &q, &missing, e);
    if (rc != RC_OK)
        return rc;
    const struct claims_folder claims = {.folder = folder, .inquiry = &q, .json = json};
    rc = missing ? make_and_print(folder, json, e) : claims_report_and_print(&claims, NULL, e);
    inquiry_release(&q);
    return rc;
}
