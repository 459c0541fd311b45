#include "reports/render/terminal.h"

#include "reports/render/screen.h"
#include "reports/summary/column.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2 };

/* The table of one group: every text once, and the columns there is room for. */
struct grid {
    const struct summary_group *group;
    struct column columns[COLUMN_MAX];
    size_t column_count;
    bool hidden[COLUMN_MAX];
    size_t width[COLUMN_MAX];
    struct cell_text *texts; /* owned; rows of column_count */
};

static size_t total_width(const struct grid *g)
{
    size_t sum = 0;
    for (size_t i = 0; i < g->column_count; i++)
        sum += g->hidden[i] ? 0 : g->width[i] + GAP;
    return sum;
}

/* Hides columns, the highest priority first, until the rest fits. */
static void fit(struct grid *g, int width)
{
    while (width > 0 && total_width(g) > (size_t)width) {
        size_t worst = g->column_count;
        for (size_t i = 0; i < g->column_count; i++) {
            if (g->hidden[i] || g->columns[i].priority == 0)
                continue;
            if (worst == g->column_count || g->columns[i].priority > g->columns[worst].priority)
                worst = i;
        }
        if (worst == g->column_count)
            return;
        g->hidden[worst] = true;
    }
}

static enum rc open_grid(struct grid *g, const struct summary *sum, const struct screen *s,
                         struct err *e)
{
    g->column_count = columns_of(g->group, g->columns);
    g->texts = calloc(g->group->count * g->column_count, sizeof *g->texts);
    if (g->texts == NULL)
        return err_set(e, RC_INFRA, "out of memory for a table");
    for (size_t i = 0; i < g->column_count; i++) {
        g->width[i] = screen_width(s, column_title(&g->columns[i], g->group));
        for (size_t row = 0; row < g->group->count; row++) {
            struct cell_text *t = &g->texts[row * g->column_count + i];
            column_fill(&g->columns[i], &sum->cells[g->group->first + row], t);
            size_t width = screen_width(s, t->text);
            g->width[i] = width > g->width[i] ? width : g->width[i];
        }
    }
    fit(g, s->style.width);
    return RC_OK;
}

static void put_head(struct screen *s, const struct grid *g)
{
    screen_put_style(s, SCREEN_DIM);
    for (size_t i = 0; i < g->column_count; i++) {
        if (g->hidden[i])
            continue;
        screen_put(s, "  ");
        screen_put_padded(s, column_title(&g->columns[i], g->group), g->width[i],
                          g->columns[i].left);
    }
    screen_put_style(s, SCREEN_PLAIN);
    screen_put(s, "\n");
}

static void put_row(struct screen *s, const struct grid *g, size_t row)
{
    for (size_t i = 0; i < g->column_count; i++) {
        const struct cell_text *t = &g->texts[row * g->column_count + i];
        if (g->hidden[i])
            continue;
        screen_put(s, "  ");
        screen_put_style(s, t->loud ? SCREEN_LOUD : "");
        screen_put_padded(s, t->text, g->width[i], g->columns[i].left);
        screen_put_style(s, t->loud ? SCREEN_PLAIN : "");
    }
    screen_put(s, "\n");
}

static void put_hidden(struct screen *s, const struct grid *g)
{
    bool any = false;
    for (size_t i = 0; i < g->column_count; i++) {
        if (!g->hidden[i])
            continue;
        screen_put_style(s, any ? "" : SCREEN_DIM);
        screen_put(s, any ? ", " : "  no room for: ");
        screen_put_text(s, column_title(&g->columns[i], g->group));
        any = true;
    }
    if (any) {
        screen_put_style(s, SCREEN_PLAIN);
        screen_put(s, "\n");
    }
}

static void put_note(struct screen *s, const char *note)
{
    if (note[0] == '\0')
        return;
    screen_put_style(s, SCREEN_DIM);
    screen_put(s, "  ");
    screen_put_text(s, note);
    screen_put_style(s, SCREEN_PLAIN);
    screen_put(s, "\n");
}

static void put_group(struct screen *s, const struct summary *sum,
                      const struct summary_group *group)
{
    struct grid g = {.group = group};
    char conditions[SUMMARY_CONDITIONS], note[COLUMN_TEXT];
    screen_put_style(s, SCREEN_BOLD);
    screen_put_text(s, sum->cells[group->first].first->scenario);
    screen_put_text(s, group->label[0] != '\0' ? " · " : "");
    screen_put_text(s, group->label);
    screen_put_style(s, SCREEN_PLAIN);
    screen_put(s, "\n  ");
    screen_put_text(s, summary_conditions(sum, group, conditions));
    screen_put(s, "\n");
    if (s->rc == RC_OK)
        s->rc = open_grid(&g, sum, s, s->e);
    if (s->rc == RC_OK) {
        put_head(s, &g);
        for (size_t row = 0; row < group->count; row++)
            put_row(s, &g, row);
        put_hidden(s, &g);
        put_note(s, columns_note(sum, group, note));
    }
    screen_put(s, "\n");
    free(g.texts);
}

static void put_excluded(struct screen *s, const struct summary *sum)
{
    char line[RECORD_WHY_MAX + 3 * RECORD_NAME_MAX];
    for (size_t i = 0; i < sum->results->count; i++) {
        const struct trial_record *r = &sum->results->records[i];
        if (r->validity == TRIAL_VALID)
            continue;
        (void)snprintf(line, sizeof line, "%s %s %s: %s", r->scenario, r->trial,
                       VALIDITY_NAMES[r->validity], r->why);
        screen_put_line(s, SCREEN_LOUD, line);
    }
}

static void put_background(struct screen *s, const struct summary *sum)
{
    char line[RECORD_WHY_MAX];
    int64_t sent = 0, identical = 0;
    for (size_t i = 0; i < sum->cell_count; i++) {
        sent += sum->cells[i].background.sent;
        identical += sum->cells[i].background.identical;
    }
    (void)snprintf(line, sizeof line, "background: %lld sent, %lld arrived as they were",
                   (long long)sent, (long long)identical);
    if (sent > 0)
        screen_put_line(s, identical == sent ? "" : SCREEN_LOUD, line);
}

static void put_foot(struct screen *s, const struct summary *sum)
{
    struct delivery all = {0};
    char line[RECORD_WHY_MAX + 64], said[RECORD_WHY_MAX], hists[SUMMARY_HISTS];
    char count[SUMMARY_COUNT];
    for (size_t i = 0; i < sum->cell_count; i++)
        delivery_add(&all, &sum->cells[i].delivery);
    put_excluded(s, sum);
    put_background(s, sum);
    (void)snprintf(line, sizeof line, "%zu trials, %zu valid; %s", sum->results->count,
                   sum->trials[TRIAL_VALID], delivery_say(&all, said));
    screen_put_line(s, "", line);
    if (summary_count(sum, count)[0] != '\0')
        screen_put_line(s, summary_missing(sum) > 0 ? SCREEN_LOUD : "", count);
    if (sum->results->cut_bytes > 0) {
        (void)snprintf(line, sizeof line,
                       "the last line of " FOLDER_TRIALS " is cut off (%zu bytes, dropped): the "
                       "run was killed while it wrote",
                       sum->results->cut_bytes);
        screen_put_line(s, SCREEN_LOUD, line);
    }
    if (summary_hists_left_out(sum, hists)[0] != '\0')
        screen_put_line(s, SCREEN_LOUD, hists);
}

enum rc terminal_render(const struct summary *s, struct terminal_style style, struct buf *out,
                        struct err *e)
{
    struct screen screen = {.style = style, .out = out, .rc = RC_OK, .e = e};
    for (size_t i = 0; i < s->group_count; i++)
        put_group(&screen, s, &s->groups[i]);
    put_foot(&screen, s);
    return screen.rc;
}
