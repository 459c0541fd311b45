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

static double best_ratio(const struct summary *s, const struct summary_group *g)
{
    double best = NOT_MEASURED;
    for (size_t i = g->first; i < g->first + g->count; i++) {
        double ratio = s->cells[i].value[METRIC_RATIO].median;
        best = ratio > best ? ratio : best;
    }
    return best;
}

static void put_cell(struct page *p, const struct summary *s, const struct summary_group *g,
                     const struct summary_cell *c)
{
    char text[COLUMN_TEXT];
    if (c == NULL) {
        page_raw(p, "<td></td>");
        return;
    }
    double ratio = c->value[METRIC_RATIO].median;
    const struct measure *speed = &c->versus[METRIC_RECORDS_PER_S];
    bool best = ratio > 1 && c->fallbacks == 0 && ratio >= best_ratio(s, g);
    page_format(p, "<td class=\"%s%s\"><b>", best ? "best" : "", c->fallbacks > 0 ? " loud" : "");
    page_text(p, metric_text(METRIC_RATIO, ratio, text));
    page_raw(p, "</b>");
    if (speed->n > 0) {
        page_raw(p, " <i>×");
        page_text(p, number_text(speed->median, text));
        page_raw(p, "</i>");
    }
    page_raw(p, "</td>");
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
    page_raw(p,
             "<section class=\"glance\"><h2>At a glance</h2><p class=\"soft\">Compression ratio, "
             "and × records per second against the reference arm. Green: the best ratio. Red: "
             "batches were stored with "
             "another codec than asked for.</p><div class=\"wide\"><table>");
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
