#include "reports/render/html_glance.h"

#include "reports/summary/column.h"

#include <string.h>

static bool one_kind(const struct summary *s)
{
    for (size_t i = 1; i < s->group_count; i++) {
        if (strcmp(s->groups[i].compare, s->groups[0].compare) != 0)
            return false;
    }
    return s->group_count > 1;
}

/* The cell of an arm in a group; NULL when the group has no such arm. */
static const struct summary_cell *find_arm(const struct summary *s, const struct summary_group *g,
                                           const char *arm)
{
    for (size_t i = g->first; i < g->first + g->count; i++) {
        if (strcmp(trial_record_arm(s->cells[i].first), arm) == 0)
            return &s->cells[i];
    }
    return NULL;
}

/* Whether no earlier cell bears the same arm, so that each arm gets one row. */
static bool is_first(const struct summary *s, size_t cell)
{
    const char *arm = trial_record_arm(s->cells[cell].first);
    for (size_t i = 0; i < cell; i++) {
        if (strcmp(trial_record_arm(s->cells[i].first), arm) == 0)
            return false;
    }
    return true;
}

/* The metric that tells which arm is best; METRIC_COUNT: none does. */
static int find_best_by(void)
{
    int m = 0;
    while (m < METRIC_COUNT && METRICS[m].glance != GLANCE_VALUE)
        m++;
    return m;
}

static bool is_better(const struct metric_row *m, double a, double b)
{
    return m->more_is_better ? a > b : a < b;
}

/* No arm of the group is better; a ratio of 1 and less gains nothing. */
static bool is_best(const struct summary *s, const struct summary_group *g,
                    const struct summary_cell *c)
{
    int m = find_best_by();
    if (m == METRIC_COUNT || c->fallbacks > 0 || c->value[m].n == 0 ||
        (METRICS[m].unit == UNIT_RATIO && c->value[m].median <= 1))
        return false;
    for (size_t i = g->first; i < g->first + g->count; i++) {
        const struct measure *other = &s->cells[i].value[m];
        if (other->n > 0 && is_better(&METRICS[m], other->median, c->value[m].median))
            return false;
    }
    return true;
}

static void put_metric(struct page *p, const struct summary_cell *c, enum metric m)
{
    char text[COLUMN_TEXT];
    const struct measure *versus = &c->versus[m];
    if (METRICS[m].glance == GLANCE_VALUE) {
        page_raw(p, "<b>");
        page_raw(p, median_sign(m, c));
        page_text(p, metric_text(m, c->value[m].median, text));
        page_raw(p, "</b>");
    } else if (METRICS[m].glance == GLANCE_VERSUS && versus->n > 0) {
        page_raw(p, METRICS[m].by_difference ? " <i>" : " <i>×");
        page_text(p, versus_text(m, versus->median, text));
        page_raw(p, "</i>");
    }
}

static void put_cell(struct page *p, const struct summary *s, const struct summary_group *g,
                     const struct summary_cell *c)
{
    if (c == NULL) {
        page_raw(p, "<td></td>");
        return;
    }
    page_format(p, "<td class=\"%s%s\">", is_best(s, g, c) ? "best" : "",
                c->fallbacks > 0 ? " loud" : "");
    for (int m = 0; m < METRIC_COUNT; m++)
        put_metric(p, c, (enum metric)m);
    page_raw(p, "</td>");
}

/* "compression ratio, × records per second against the reference arm" */
static void put_legend(struct page *p)
{
    const char *lead = "";
    for (int m = 0; m < METRIC_COUNT; m++) {
        if (METRICS[m].glance == GLANCE_NONE)
            continue;
        page_raw(p, lead);
        page_raw(p, METRICS[m].glance == GLANCE_VERSUS && !METRICS[m].by_difference ? "× " : "");
        page_text(p, METRICS[m].title);
        page_raw(p, METRICS[m].glance == GLANCE_VERSUS ? " against the reference arm" : "");
        lead = ", ";
    }
    if (find_best_by() < METRIC_COUNT) {
        page_raw(p, ". Green: the best ");
        page_text(p, METRICS[find_best_by()].title);
    }
    page_raw(p, ". Red: batches were stored with another codec than asked for.");
}

static void put_head(struct page *p, const struct summary *s)
{
    page_raw(p, "<thead><tr><th class=\"left\">");
    page_text(p, s->groups[0].compare);
    page_raw(p, "</th>");
    for (size_t i = 0; i < s->group_count; i++)
        page_element(p, "th", s->groups[i].label);
    page_raw(p, "</tr></thead><tbody>\n");
}

void html_put_glance(struct page *p, const struct summary *s)
{
    if (!one_kind(s))
        return;
    page_raw(p, "<section class=\"glance\"><h2>At a glance</h2><p class=\"soft\">");
    put_legend(p);
    page_raw(p, "</p><div class=\"wide\"><table>");
    put_head(p, s);
    for (size_t row = 0; row < s->cell_count; row++) {
        if (!is_first(s, row))
            continue;
        const char *arm = trial_record_arm(s->cells[row].first);
        page_raw(p, "<tr><td class=\"left\">");
        page_text(p, arm);
        page_raw(p, "</td>");
        for (size_t i = 0; i < s->group_count; i++)
            put_cell(p, s, &s->groups[i], find_arm(s, &s->groups[i], arm));
        page_raw(p, "</tr>\n");
    }
    page_raw(p, "</tbody></table></div></section>\n");
}
