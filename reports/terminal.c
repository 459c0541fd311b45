#include "reports/terminal.h"

#include "reports/column.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2, DELETE_CHARACTER = 127 };
static const char BOLD[] = "\033[1m", LOUD[] = "\033[1;31m", DIM[] = "\033[2m", PLAIN[] = "\033[0m";

/* The table of one group: every text once, and the columns there is room for. */
struct grid {
    const struct summary_group *group;
    const struct column *columns[COLUMN_MAX];
    size_t column_count;
    bool hidden[COLUMN_MAX];
    size_t width[COLUMN_MAX];
    struct cell_text *texts; /* owned; rows of column_count */
};

struct screen {
    struct terminal_style style;
    struct buf *out;
    enum rc rc; /* the first failure sticks */
    struct err *e;
};

static void put(struct screen *s, const char *text)
{
    if (s->rc == RC_OK)
        s->rc = buf_append(s->out, text, strlen(text), s->e);
}

static void put_style(struct screen *s, const char *escape)
{
    if (s->style.colour)
        put(s, escape);
}

/* UTF-8 as it is, or its nearest ASCII. */
static void put_text(struct screen *s, const char *text)
{
    static const char *const plain[][2] = {{"±", "+-"}, {"×", "x"}, {"–", "-"}, {"·", "-"}};
    while (*text != '\0') {
        const char *as = NULL;
        size_t length = 1;
        for (size_t i = 0; s->style.ascii && i < sizeof plain / sizeof *plain; i++) {
            if (strncmp(text, plain[i][0], strlen(plain[i][0])) == 0) {
                as = plain[i][1];
                length = strlen(plain[i][0]);
            }
        }
        const char one[2] = {*text, '\0'};
        bool foreign = s->style.ascii && (unsigned char)*text > 0x7F;
        /* C0, DEL, and C1 in UTF-8: they would steer the terminal */
        bool control = (unsigned char)*text < ' ' || *text == DELETE_CHARACTER;
        if ((unsigned char)text[0] == 0xC2 && ((unsigned char)text[1] & 0xE0) == 0x80) {
            control = true;
            length = 2;
        }
        bool inside = foreign && ((unsigned char)*text & 0xC0) == 0x80; /* of a character */
        put(s, as != NULL ? as : control ? "?" : inside ? "" : foreign ? "?" : one);
        text += length;
    }
}

static size_t width_of(const struct screen *s, const char *text)
{
    size_t width = 0;
    for (const char *at = text; *at != '\0'; at++)
        width += ((unsigned char)*at & 0xC0) != 0x80;
    /* in ASCII this one takes two places */
    for (const char *at = strstr(text, "±"); s->style.ascii && at != NULL; at = strstr(at + 1, "±"))
        width++;
    return width;
}

static void put_padded(struct screen *s, const char *text, size_t width, bool left)
{
    size_t have = width_of(s, text);
    for (size_t i = have; !left && i < width; i++)
        put(s, " ");
    put_text(s, text);
    for (size_t i = have; left && i < width; i++)
        put(s, " ");
}

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
            if (g->hidden[i] || g->columns[i]->priority == 0)
                continue;
            if (worst == g->column_count || g->columns[i]->priority > g->columns[worst]->priority)
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
        g->width[i] = width_of(s, column_title(g->columns[i], g->group));
        for (size_t row = 0; row < g->group->count; row++) {
            struct cell_text *t = &g->texts[row * g->column_count + i];
            g->columns[i]->fill(&sum->cells[g->group->first + row], t);
            size_t width = width_of(s, t->text);
            g->width[i] = width > g->width[i] ? width : g->width[i];
        }
    }
    fit(g, s->style.width);
    return RC_OK;
}

static void put_head(struct screen *s, const struct grid *g)
{
    put_style(s, DIM);
    for (size_t i = 0; i < g->column_count; i++) {
        if (g->hidden[i])
            continue;
        put(s, "  ");
        put_padded(s, column_title(g->columns[i], g->group), g->width[i], g->columns[i]->left);
    }
    put_style(s, PLAIN);
    put(s, "\n");
}

static void put_row(struct screen *s, const struct grid *g, size_t row)
{
    for (size_t i = 0; i < g->column_count; i++) {
        const struct cell_text *t = &g->texts[row * g->column_count + i];
        if (g->hidden[i])
            continue;
        put(s, "  ");
        put_style(s, t->loud ? LOUD : "");
        put_padded(s, t->text, g->width[i], g->columns[i]->left);
        put_style(s, t->loud ? PLAIN : "");
    }
    put(s, "\n");
}

static void put_hidden(struct screen *s, const struct grid *g)
{
    bool any = false;
    for (size_t i = 0; i < g->column_count; i++) {
        if (!g->hidden[i])
            continue;
        put_style(s, any ? "" : DIM);
        put(s, any ? ", " : "  no room for: ");
        put_text(s, column_title(g->columns[i], g->group));
        any = true;
    }
    if (any) {
        put_style(s, PLAIN);
        put(s, "\n");
    }
}

static void put_group(struct screen *s, const struct summary *sum,
                      const struct summary_group *group)
{
    struct grid g = {.group = group};
    char conditions[SUMMARY_CONDITIONS];
    put_style(s, BOLD);
    put_text(s, sum->cells[group->first].first->scenario);
    put_text(s, group->label[0] != '\0' ? " · " : "");
    put_text(s, group->label);
    put_style(s, PLAIN);
    put(s, "\n  ");
    put_text(s, summary_conditions(sum, group, conditions));
    put(s, "\n");
    if (s->rc == RC_OK)
        s->rc = open_grid(&g, sum, s, s->e);
    if (s->rc == RC_OK) {
        put_head(s, &g);
        for (size_t row = 0; row < group->count; row++)
            put_row(s, &g, row);
        put_hidden(s, &g);
    }
    put(s, "\n");
    free(g.texts);
}

static void put_line(struct screen *s, const char *style, const char *line)
{
    put_style(s, style);
    put_text(s, line);
    put_style(s, style[0] != '\0' ? PLAIN : "");
    put(s, "\n");
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
        put_line(s, LOUD, line);
    }
}

static void put_foot(struct screen *s, const struct summary *sum)
{
    struct delivery all = {0};
    char line[RECORD_WHY_MAX + 64], said[RECORD_WHY_MAX], hists[SUMMARY_HISTS];
    for (size_t i = 0; i < sum->cell_count; i++)
        delivery_add(&all, &sum->cells[i].delivery);
    put_excluded(s, sum);
    (void)snprintf(line, sizeof line, "%zu trials, %zu valid; %s", sum->results->count,
                   sum->trials[TRIAL_VALID], delivery_say(&all, said));
    put_line(s, "", line);
    if (summary_missing(sum) > 0) {
        (void)snprintf(line, sizeof line,
                       "the run ended early: %zu of the planned trials are missing",
                       summary_missing(sum));
        put_line(s, LOUD, line);
    }
    if (sum->results->cut_bytes > 0) {
        (void)snprintf(line, sizeof line,
                       "the last line of " FOLDER_TRIALS " is cut off (%zu bytes, dropped): the "
                       "run was killed while it wrote",
                       sum->results->cut_bytes);
        put_line(s, LOUD, line);
    }
    if (summary_hists_left_out(sum, hists)[0] != '\0')
        put_line(s, LOUD, hists);
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
