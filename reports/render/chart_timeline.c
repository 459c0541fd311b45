/* How each series went while the arms measured: a panel a series, a line an arm. */
#include "reports/render/chart.h"

#include "base/quantity.h"
#include "reports/summary/column.h"

#include <math.h>
#include <string.h>

enum { LEFT = 70, TOP = 6, WIDTH = 632, HEIGHT = 110, BOTTOM = 22, TIME_TICKS = 4 };

/* What a panel shows: one series of all arms of a comparison. */
struct panel {
    const struct summary *s;
    const struct summary_group *g;
    const struct timeline_series *series; /* of the first arm that has it: its name and unit */
    double top;                           /* the greatest value */
    double ns;                            /* the longest stretch */
};

static const struct timeline_series *series_of(const struct timeline *t, const char *name)
{
    for (size_t i = 0; t != NULL && i < t->series_count; i++)
        if (strcmp(t->series[i].name, name) == 0)
            return &t->series[i];
    return NULL;
}

static void measure_panel(struct panel *panel)
{
    for (size_t i = 0; i < panel->g->count; i++) {
        const struct timeline *t = panel->s->cells[panel->g->first + i].timeline;
        const struct timeline_series *series = series_of(t, panel->series->name);
        if (t == NULL || series == NULL)
            continue;
        panel->ns = fmax(panel->ns, (double)t->points * (double)t->step_ns);
        for (size_t point = 0; point < t->points; point++)
            if (series->value[point] != NOT_MEASURED)
                panel->top = fmax(panel->top, series->value[point]);
    }
}

static double x_at(const struct panel *panel, double ns)
{
    return LEFT + ns / panel->ns * WIDTH;
}

static double y_at(const struct panel *panel, double value)
{
    return TOP + HEIGHT - fmax(value, 0) / panel->top * HEIGHT;
}

static void put_axes(struct page *p, const struct panel *panel)
{
    char text[COLUMN_TEXT], time[QUANTITY_TEXT];
    for (int i = 0; i <= 2; i++) {
        double value = panel->top * i / 2;
        page_format(p, "<path class=\"grid\" d=\"M%d %.1fh%d\"/>", LEFT, y_at(panel, value), WIDTH);
        page_format(p, "<text class=\"name\" x=\"%d\" y=\"%.1f\">", LEFT - 6,
                    y_at(panel, value) + 4);
        page_text(p, value > 0 ? number_text(value, text) : "0");
        page_raw(p, "</text>");
    }
    for (int i = 0; i <= TIME_TICKS; i++) {
        double ns = panel->ns * i / TIME_TICKS;
        page_format(p, "<text class=\"tick\" x=\"%.1f\" y=\"%d\">", x_at(panel, ns),
                    TOP + HEIGHT + 16);
        page_text(p, ns > 0 ? quantity_format_duration(llround(ns), time) : "0");
        page_raw(p, "</text>");
    }
}

/* A phase of the load is in every arm, a fault in some. */
static void put_events(struct page *p, const struct panel *panel, const struct summary_cell *c,
                       size_t arm)
{
    const struct timeline *t = c->timeline;
    for (size_t i = 0; t != NULL && i < t->event_count; i++) {
        page_format(p, "<path class=\"grid c%zu dashed\" d=\"M%.1f %dv%d\"><title>",
                    arm % CHART_COLOURS, x_at(panel, (double)t->events[i].at_ns), TOP, HEIGHT);
        page_text(p, trial_record_arm(c->first));
        page_raw(p, ": ");
        page_text(p, t->events[i].name);
        page_raw(p, ": ");
        page_text(p, t->events[i].says);
        page_raw(p, "</title></path>");
    }
}

static void put_dropped(struct page *p, const struct summary_cell *c)
{
    if (c->timeline == NULL || c->timeline->events_dropped == 0)
        return;
    page_raw(p, "<div class=\"soft\">");
    page_text(p, trial_record_arm(c->first));
    page_format(p, ": %zu events after the first %d are not shown</div>",
                c->timeline->events_dropped, TIMELINE_EVENTS);
}

static void put_line(struct page *p, const struct panel *panel, const struct summary_cell *c,
                     size_t arm)
{
    const struct timeline *t = c->timeline;
    const struct timeline_series *series = series_of(t, panel->series->name);
    bool pen = false;
    if (t == NULL || series == NULL)
        return;
    page_format(p, "<path class=\"line c%zu%s\" d=\"", arm % CHART_COLOURS,
                arm >= CHART_COLOURS ? " dashed" : "");
    for (size_t i = 0; i < t->points; i++) {
        bool known = series->value[i] != NOT_MEASURED;
        if (known)
            page_format(p, "%s%.1f %.1f", pen ? "L" : "M",
                        x_at(panel, ((double)i + 0.5) * (double)t->step_ns),
                        y_at(panel, series->value[i]));
        pen = known;
    }
    page_raw(p, "\"><title>");
    page_text(p, trial_record_arm(c->first));
    page_raw(p, "</title></path>");
}

static void put_panel(struct page *p, struct panel *panel)
{
    measure_panel(panel);
    if (panel->top <= 0 || panel->ns <= 0)
        return;
    page_raw(p, "<div class=\"soft\">");
    page_text(p, panel->series->name);
    page_raw(p, ", ");
    page_text(p, panel->series->unit);
    page_format(p, "</div><svg role=\"img\" viewBox=\"0 0 %d %d\" width=\"%d\">", LEFT + WIDTH + 40,
                TOP + HEIGHT + BOTTOM, LEFT + WIDTH + 40);
    put_axes(p, panel);
    for (size_t i = 0; i < panel->g->count; i++)
        put_events(p, panel, &panel->s->cells[panel->g->first + i], i);
    for (size_t i = 0; i < panel->g->count; i++)
        put_line(p, panel, &panel->s->cells[panel->g->first + i], i);
    page_raw(p, "</svg>");
}

static bool has_timeline(const struct summary_cell *c, size_t which)
{
    (void)which;
    return c->timeline != NULL;
}

void chart_timeline(struct page *p, const struct summary *s, const struct summary_group *g)
{
    const struct timeline *first = NULL;
    for (size_t i = 0; first == NULL && i < g->count; i++)
        first = s->cells[g->first + i].timeline;
    if (first == NULL)
        return;
    page_raw(p,
             "<details class=\"timeline\"><summary>how it went: one valid trial of each arm, from "
             "the middle of the run</summary><figure class=\"lines\">");
    for (size_t i = 0; i < first->series_count; i++) {
        struct panel panel = {.s = s, .g = g, .series = &first->series[i]};
        put_panel(p, &panel);
    }
    for (size_t i = 0; i < g->count; i++)
        put_dropped(p, &s->cells[g->first + i]);
    chart_legend(p, s, g, has_timeline, 0);
    page_raw(p, "</figure></details>\n");
}
