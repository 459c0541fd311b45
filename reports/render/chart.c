#include "reports/render/chart.h"

#include "base/quantity.h"
#include "reports/summary/column.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    BAR_LEFT = 110, /* room for the arms' names */
    BAR_WIDTH = 190,
    BAR_RIGHT = 84, /* room for the values */
    BAR_STEP = 24,
    BAR_HEIGHT = 14,
    LINES_LEFT = 62,
    LINES_TOP = 12,
    LINES_WIDTH = 640,
    LINES_HEIGHT = 220,
    LINES_BOTTOM = 34,
    LABEL_CHARS = 16,
};

static void put_label(struct page *p, const char *text)
{
    char cut[LABEL_CHARS * 4 + 4];
    size_t chars = 0, used = 0;
    while (text[used] != '\0' && used + 4 < sizeof cut) {
        bool starts = ((unsigned char)text[used] & 0xC0) != 0x80;
        if (starts && chars == LABEL_CHARS)
            break;
        chars += starts;
        cut[used] = text[used];
        used++;
    }
    cut[used] = '\0';
    page_text(p, cut);
    page_raw(p, text[used] != '\0' ? "…" : "");
}

static double greatest(const struct summary *s, const struct summary_group *g, enum metric m)
{
    double top = 0;
    for (size_t i = g->first; i < g->first + g->count; i++)
        top = fmax(top, s->cells[i].value[m].max);
    return top;
}

static void put_bar(struct page *p, const struct summary_cell *c, enum metric m, int y, double top)
{
    char text[COLUMN_TEXT];
    const struct measure *v = &c->value[m];
    double middle = y + BAR_HEIGHT / 2.0;
    page_format(p, "<text class=\"name\" x=\"%d\" y=\"%.1f\">", BAR_LEFT - 8, middle + 4);
    put_label(p, trial_record_arm(c->first));
    page_raw(p, "</text>");
    if (v->n == 0) {
        page_format(p, "<text class=\"value\" x=\"%d\" y=\"%.1f\">no valid trial</text>",
                    BAR_LEFT + 4, middle + 4);
        return;
    }
    double width = v->median / top * BAR_WIDTH;
    page_format(p, "<rect class=\"bar%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                c->reference ? " reference" : "", BAR_LEFT, y, width, BAR_HEIGHT);
    double low = BAR_LEFT + v->min / top * BAR_WIDTH, high = BAR_LEFT + v->max / top * BAR_WIDTH;
    if (v->n > 1 && high - low >= 1)
        page_format(p, "<path class=\"whisker\" d=\"M%.1f %.1fH%.1fM%.1f %.1fv6M%.1f %.1fv6\"/>",
                    low, middle, high, low, middle - 3, high, middle - 3);
    page_format(p, "<text class=\"value\" x=\"%.1f\" y=\"%.1f\">", fmax(high, BAR_LEFT) + 6,
                middle + 4);
    page_raw(p, median_sign(m, c));
    page_text(p, metric_text(m, v->median, text));
    page_raw(p, "</text>");
}

void chart_bars(struct page *p, const struct summary *s, const struct summary_group *g,
                enum metric m)
{
    double top = greatest(s, g, m);
    if (top <= 0)
        return;
    int height = (int)g->count * BAR_STEP + 4;
    page_raw(p, "<figure class=\"bars\"><figcaption>");
    page_text(p, METRICS[m].title);
    page_raw(p, METRICS[m].sizes ? "" : "; middle and range of the trials");
    page_format(p, "</figcaption><svg role=\"img\" viewBox=\"0 0 %d %d\" width=\"%d\">",
                BAR_LEFT + BAR_WIDTH + BAR_RIGHT, height, BAR_LEFT + BAR_WIDTH + BAR_RIGHT);
    for (size_t i = 0; i < g->count; i++)
        put_bar(p, &s->cells[g->first + i], m, (int)i * BAR_STEP + 4, top);
    page_raw(p, "</svg></figure>\n");
}

/* The scale of a latency chart: percentiles by their number of nines, time from 0 up. */
struct axes {
    double nines_max; /* log10 of 1 / (1 - q) */
    double ns_max;
};

static double nines(double q)
{
    return -log10(1 - q);
}

static struct axes axes_of(const struct summary *s, const struct summary_group *g, size_t latency)
{
    struct axes a = {.nines_max = 0, .ns_max = 0};
    for (size_t i = g->first; i < g->first + g->count; i++) {
        for (int point = 0; point < CURVE_POINTS; point++) {
            int64_t ns = s->cells[i].curve[latency][point];
            if (ns == NOT_MEASURED)
                continue;
            a.ns_max = fmax(a.ns_max, (double)ns);
            a.nines_max = fmax(a.nines_max, nines(CURVE_QUANTILES[point]));
        }
    }
    return a;
}

static double x_of(const struct axes *a, double q)
{
    return LINES_LEFT + nines(q) / a->nines_max * LINES_WIDTH;
}

static double y_of(const struct axes *a, double ns)
{
    return LINES_TOP + LINES_HEIGHT - ns / a->ns_max * LINES_HEIGHT;
}

/* 1, 2 or 5 times a power of ten, so that three to six fit. */
static double tick_step(double top)
{
    double step = pow(10, floor(log10(top)));
    const double shares[] = {0.2, 0.5, 1};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        if (top / (step * shares[i]) <= 6)
            return step * shares[i];
    }
    return step * 2;
}

static void put_axes(struct page *p, const struct axes *a)
{
    static const struct {
        double q;
        const char *name;
    } ticks[] = {{0, "min"},        {0.5, "50 %"},       {0.9, "90 %"},        {0.99, "99 %"},
                 {0.999, "99.9 %"}, {0.9999, "99.99 %"}, {0.99999, "99.999 %"}};
    char text[QUANTITY_TEXT];
    double step = tick_step(a->ns_max);
    for (double ns = 0; ns <= a->ns_max; ns += step) {
        double y = y_of(a, ns);
        page_format(p, "<path class=\"grid\" d=\"M%d %.1fh%d\"/>", LINES_LEFT, y, LINES_WIDTH);
        page_format(p, "<text class=\"name\" x=\"%d\" y=\"%.1f\">", LINES_LEFT - 6, y + 4);
        page_text(p, ns > 0 ? quantity_format_duration(llround(ns), text) : "0");
        page_raw(p, "</text>");
    }
    for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) {
        if (nines(ticks[i].q) > a->nines_max + 1e-9)
            continue;
        double x = x_of(a, ticks[i].q);
        page_format(p, "<path class=\"grid\" d=\"M%.1f %dv%d\"/>", x, LINES_TOP, LINES_HEIGHT);
        page_format(p, "<text class=\"tick\" x=\"%.1f\" y=\"%d\">%s</text>", x,
                    LINES_TOP + LINES_HEIGHT + 18, ticks[i].name);
    }
}

/* curve: of one latency. */
static void put_line(struct page *p, const int64_t curve[CURVE_POINTS], const struct axes *a)
{
    bool first = true;
    for (int point = 0; point < CURVE_POINTS; point++) {
        if (curve[point] == NOT_MEASURED)
            continue;
        page_format(p, "%s%.1f %.1f", first ? "M" : "L", x_of(a, CURVE_QUANTILES[point]),
                    y_of(a, (double)curve[point]));
        first = false;
    }
}

static void put_legend(struct page *p, const struct summary_cell *c, size_t arm)
{
    page_format(p,
                "<span><svg width=\"22\" height=\"10\"><path class=\"line c%zu%s\" d=\"M1 "
                "5h20\"/></svg>",
                arm % CHART_COLOURS, arm >= CHART_COLOURS ? " dashed" : "");
    page_text(p, trial_record_arm(c->first));
    page_raw(p, "</span>");
}

void chart_legend(struct page *p, const struct summary *s, const struct summary_group *g,
                  bool (*drawn)(const struct summary_cell *c, size_t which), size_t which)
{
    page_raw(p, "<div class=\"legend\">");
    for (size_t i = 0; i < g->count; i++)
        if (drawn(&s->cells[g->first + i], which))
            put_legend(p, &s->cells[g->first + i], i);
    page_raw(p, "</div>");
}

static bool has_latency(const struct summary_cell *c, size_t latency)
{
    return c->latency[latency].n > 0;
}

static void put_title(struct page *p, const struct summary_group *g, const struct latency_row *row)
{
    bool queue = !g->paced && row->flat_out != NULL;
    page_raw(p, "<figure class=\"lines\"><figcaption>");
    page_text(p, queue ? row->flat_out : row->drawn);
    page_raw(p, queue ? " by percentile (flat out: not a latency)"
                      : " by percentile, all valid trials merged");
}

static void chart_one_latency(struct page *p, const struct summary *s,
                              const struct summary_group *g, size_t latency)
{
    struct axes a = axes_of(s, g, latency);
    int width = LINES_LEFT + LINES_WIDTH + 40;
    if (a.ns_max <= 0 || a.nines_max <= 0)
        return;
    put_title(p, g, &LATENCIES[latency]);
    page_format(p, "</figcaption><svg role=\"img\" viewBox=\"0 0 %d %d\" width=\"%d\">", width,
                LINES_TOP + LINES_HEIGHT + LINES_BOTTOM, width);
    put_axes(p, &a);
    for (size_t i = 0; i < g->count; i++) {
        const struct summary_cell *c = &s->cells[g->first + i];
        if (!has_latency(c, latency))
            continue;
        page_format(p, "<path class=\"line c%zu%s\" d=\"", i % CHART_COLOURS,
                    i >= CHART_COLOURS ? " dashed" : "");
        put_line(p, c->curve[latency], &a);
        page_raw(p, "\"><title>");
        page_text(p, trial_record_arm(c->first));
        page_raw(p, "</title></path>");
    }
    page_raw(p, "</svg>");
    chart_legend(p, s, g, has_latency, latency);
    page_raw(p, "</figure>\n");
}

void chart_latency(struct page *p, const struct summary *s, const struct summary_group *g)
{
    for (size_t i = 0; i < LATENCY_COUNT; i++)
        if (LATENCIES[i].drawn != NULL)
            chart_one_latency(p, s, g, i);
}
