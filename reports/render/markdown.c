#include "base/clock.h"
#include "reports/render/ledger.h"
#include "reports/render/markdown_text.h"
#include "reports/render/renderer.h"
#include "reports/summary/column.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static enum rc put_cell(struct buf *out, const char *text, struct err *e)
{
    struct markdown m = {.out = out, .e = e, .rc = RC_OK};
    markdown_text(&m, text);
    return m.rc;
}

static enum rc put_row(struct buf *out, const struct summary_cell *c, const struct column *columns,
                       size_t count, struct err *e)
{
    enum rc rc = buf_append(out, "|", 1, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        struct cell_text t = {.loud = false};
        column_fill(&columns[i], c, &t);
        rc = buf_appendf(out, e, " %s", t.loud ? "**" : "");
        if (rc == RC_OK)
            rc = put_cell(out, t.text, e);
        if (rc == RC_OK)
            rc = buf_appendf(out, e, "%s |", t.loud ? "**" : "");
    }
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}

static enum rc put_head(struct buf *out, const struct summary_group *g,
                        const struct column *columns, size_t count, struct err *e)
{
    enum rc rc = buf_append(out, "|", 1, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        rc = buf_appendf(out, e, " %s |", column_title(&columns[i], g));
    if (rc == RC_OK)
        rc = buf_append(out, "\n|", 2, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        rc = buf_appendf(out, e, "%s|", columns[i].left ? ":--" : "--:");
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}

static enum rc put_group(struct buf *out, const struct summary *s, const struct summary_group *g,
                         struct err *e)
{
    struct column columns[COLUMN_MAX];
    char conditions[SUMMARY_CONDITIONS], note[COLUMN_TEXT];
    size_t count = columns_of(g, columns);
    enum rc rc = buf_append(out, "\n## ", 4, e);
    if (rc == RC_OK)
        rc = put_cell(out, s->cells[g->first].first->scenario, e);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, ": ");
    if (rc == RC_OK)
        rc = put_cell(out, g->label[0] != '\0' ? g->label : g->compare, e);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "\n\n");
    if (rc == RC_OK)
        rc = put_cell(out, summary_conditions(s, g, conditions), e);
    if (rc == RC_OK && !g->paced)
        rc = buf_appendf(out, e,
                         ".\nRecords are sent as fast as they are taken: latencies are the length "
                         "of the queue");
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "\n\n");
    if (rc == RC_OK)
        rc = put_head(out, g, columns, count, e);
    for (size_t i = 0; rc == RC_OK && i < g->count; i++)
        rc = put_row(out, &s->cells[g->first + i], columns, count, e);
    if (rc == RC_OK && columns_note(s, g, note)[0] != '\0')
        rc = buf_appendf(out, e, "\n%s\n", note);
    return rc;
}

static enum rc put_excluded(struct buf *out, const struct summary *s, struct err *e)
{
    enum rc rc = buf_appendf(out, e, "\n## Delivery\n\n");
    struct delivery all = {0};
    char said[RECORD_WHY_MAX];
    for (size_t i = 0; i < s->cell_count; i++)
        delivery_add(&all, &s->cells[i].delivery);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "%zu trials, %zu valid: %s.\n", s->results->count,
                         s->trials[TRIAL_VALID], delivery_say(&all, said));
    if (rc == RC_OK && s->trials[TRIAL_VALID] < s->results->count)
        rc = buf_appendf(out, e, "\nExcluded from every figure that they would distort:\n\n");
    for (size_t i = 0; rc == RC_OK && i < s->results->count; i++) {
        const struct trial_record *r = &s->results->records[i];
        if (r->validity == TRIAL_VALID)
            continue;
        rc = buf_append(out, "- ", 2, e);
        if (rc == RC_OK)
            rc = put_cell(out, r->trial, e);
        if (rc == RC_OK)
            rc = buf_appendf(out, e, ", %s: ", VALIDITY_NAMES[r->validity]);
        if (rc == RC_OK)
            rc = put_cell(out, r->why, e);
        if (rc == RC_OK)
            rc = buf_appendf(out, e, "\n");
    }
    return rc;
}

/* "- name: value" and a line end; nothing for an empty value. */
static enum rc put_item(struct buf *out, const char *name, const char *value, struct err *e)
{
    if (value[0] == '\0')
        return RC_OK;
    enum rc rc = buf_append(out, "- ", 2, e);
    if (rc == RC_OK)
        rc = put_cell(out, name, e);
    if (rc == RC_OK)
        rc = buf_append(out, ": ", 2, e);
    if (rc == RC_OK)
        rc = put_cell(out, value, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}

static enum rc put_conditions(struct buf *out, const struct summary *s, struct err *e)
{
    const struct environment *v = s->environment;
    enum rc rc = buf_appendf(out, e, "\n## Conditions\n\n");
    if (rc == RC_OK && v == NULL)
        return put_item(out, "Not known", s->environment_trouble, e);
    const struct {
        const char *name, *value;
    } items[] = {
        {"tool", v->tool},           {"command", v->command},
        {"system", v->system},       {"kernel", v->kernel},
        {"processor", v->cpu_model}, {"pinning", v->pinning[0] != '\0' ? v->pinning : "none"},
        {"broker", v->broker}};
    for (size_t i = 0; rc == RC_OK && i < sizeof items / sizeof *items; i++)
        rc = put_item(out, items[i].name, items[i].value, e);
    if (rc == RC_OK)
        rc = buf_appendf(out, e,
                         "- cores: %" PRId64 ", shared by sender, receiver and broker\n"
                         "- seed: %" PRIu64 "\n",
                         v->cores, v->seed);
    for (size_t i = 0; rc == RC_OK && i < ENVIRONMENT_VERSIONS && v->versions[i].name[0]; i++)
        rc = put_item(out, v->versions[i].name, v->versions[i].version, e);
    return rc;
}

static enum rc put_legend(struct buf *out, struct err *e)
{
    struct column all[COLUMN_MAX];
    size_t count = columns_all(all);
    enum rc rc = buf_appendf(out, e, "\n## What the columns say\n\n");
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        if (all[i].title != NULL)
            rc = buf_appendf(out, e, "- %s: %s\n", all[i].title, all[i].says);
    }
    return rc;
}

static enum rc put_title(struct buf *out, const struct summary *s, struct err *e)
{
    const struct trial_record *first = &s->results->records[0];
    char date[WALLTIME_TEXT];
    walltime_format((struct walltime){first->started_wall_ns}, date);
    enum rc rc = buf_append(out, "# ", 2, e);
    if (rc == RC_OK)
        rc = put_cell(out, first->run[0] != '\0' ? first->run : "assay", e);
    return rc == RC_OK ? buf_appendf(out, e, "\n\n%s, %zu trials in %" PRId64 " blocks\n", date,
                                     s->results->count, s->blocks)
                       : rc;
}

/* What is not as it should be, in bold. */
static enum rc put_notes(struct buf *out, const struct summary *s, struct err *e)
{
    char hists[SUMMARY_HISTS], count[SUMMARY_COUNT];
    enum rc rc = RC_OK;
    if (s->results->cut_bytes > 0)
        rc = buf_appendf(out, e,
                         "\n**The run was killed: the last line of " FOLDER_TRIALS
                         " is cut off and dropped (%zu bytes).**\n",
                         s->results->cut_bytes);
    if (rc == RC_OK && summary_count(s, count)[0] != '\0')
        rc = buf_appendf(out, e, "\n**%c%s.**\n", toupper((unsigned char)count[0]), count + 1);
    if (rc != RC_OK || summary_hists_left_out(s, hists)[0] == '\0')
        return rc;
    rc = buf_appendf(out, e, "\n**Latencies of merged histograms are incomplete: ");
    if (rc == RC_OK)
        rc = put_cell(out, hists, e);
    return rc == RC_OK ? buf_appendf(out, e, ".**\n") : rc;
}

enum rc render_markdown(const struct summary *s, struct buf *out, struct err *e)
{
    enum rc rc = put_title(out, s, e);
    if (rc == RC_OK)
        rc = put_notes(out, s, e);
    if (rc == RC_OK && s->verdicts != NULL)
        rc = ledger_markdown(s->verdicts, out, e);
    for (size_t i = 0; rc == RC_OK && i < s->group_count; i++)
        rc = put_group(out, s, &s->groups[i], e);
    if (rc == RC_OK)
        rc = put_excluded(out, s, e);
    if (rc == RC_OK)
        rc = put_legend(out, e);
    return rc == RC_OK ? put_conditions(out, s, e) : rc;
}
