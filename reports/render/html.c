#include "base/clock.h"
#include "base/quantity.h"
#include "reports/render/chart.h"
#include "reports/render/html_evidence.h"
#include "reports/render/html_glance.h"
#include "reports/render/html_style.h"
#include "reports/render/ledger.h"
#include "reports/render/page.h"
#include "reports/render/renderer.h"
#include "reports/summary/column.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put_fact(struct page *p, const char *mood, const char *value, const char *says)
{
    page_format(p, "<div class=\"fact %s\"><b>", mood);
    page_text(p, value);
    page_raw(p, "</b><span>");
    page_text(p, says);
    page_raw(p, "</span></div>\n");
}

static const char *say_delivery(const struct summary *s, const struct delivery *all, bool *good)
{
    *good = true;
    for (size_t i = 0; i < s->results->count; i++)
        *good = *good && !s->results->records[i].integrity_hurt;
    if (delivery_perfect(all))
        return "records sent, every one received once, in order, unchanged";
    if (*good && s->trials[TRIAL_VOID] > 0)
        return "records sent, and what became of them is known outside void trials";
    return *good ? "records sent, and what became of every one is known"
                 : "records sent, not all delivered as they should be";
}

static void put_facts(struct page *p, const struct summary *s)
{
    char text[64], count[QUANTITY_TEXT];
    bool good = false;
    struct delivery all = {0};
    int64_t fallbacks = 0, batches = 0;
    for (size_t i = 0; i < s->cell_count; i++) {
        delivery_add(&all, &s->cells[i].delivery);
        fallbacks += s->cells[i].fallbacks;
        for (size_t row = 0; row < RECORD_CODECS; row++)
            batches += s->cells[i].stored[row].batches;
    }
    page_raw(p, "<div class=\"facts\">\n");
    (void)snprintf(text, sizeof text, "%zu of %zu", s->trials[TRIAL_VALID], s->results->count);
    put_fact(p, s->trials[TRIAL_VALID] == s->results->count ? "good" : "bad", text, "trials valid");
    const char *says = say_delivery(s, &all, &good);
    put_fact(p, good ? "good" : "bad", quantity_format_count((double)all.sent, count), says);
    put_fact(p, fallbacks == 0 && batches > 0 ? "good" : "",
             quantity_format_count((double)(batches - fallbacks), count),
             "stored batches read back with the codec asked for");
    if (fallbacks > 0)
        put_fact(p, "bad", quantity_format_count((double)fallbacks, count),
                 "stored batches with another codec than asked");
    (void)snprintf(text, sizeof text, "%zu × %" PRId64, s->cell_count, s->blocks);
    put_fact(p, "", text, "cells × blocks, interleaved");
    page_raw(p, "</div>\n");
}

static void put_excluded(struct page *p, const struct summary *s)
{
    char hists[SUMMARY_HISTS], count[SUMMARY_COUNT];
    if (summary_hists_left_out(s, hists)[0] != '\0') {
        page_raw(p, "<div class=\"note bad\">Latencies of merged histograms are incomplete: ");
        page_text(p, hists);
        page_raw(p, ".</div>\n");
    }
    if (s->results->cut_bytes > 0)
        page_format(p,
                    "<div class=\"note bad\">The run was killed: the last line of " FOLDER_TRIALS
                    " is cut off and dropped (%zu bytes).</div>\n",
                    s->results->cut_bytes);
    if (summary_count(s, count)[0] != '\0')
        page_format(p, "<div class=\"note %s\">%c%s.</div>\n", summary_missing(s) > 0 ? "bad" : "",
                    toupper((unsigned char)count[0]), count + 1);
    if (s->trials[TRIAL_VALID] == s->results->count)
        return;
    page_raw(p, "<div class=\"note bad\">Excluded from the figures they would distort:<ul>\n");
    for (size_t i = 0; i < s->results->count; i++) {
        const struct trial_record *r = &s->results->records[i];
        if (r->validity == TRIAL_VALID)
            continue;
        page_raw(p, "<li>");
        page_text(p, r->trial);
        page_raw(p, " (");
        page_text(p, trial_record_arm(r));
        page_raw(p, "), <b>");
        page_text(p, VALIDITY_NAMES[r->validity]);
        page_raw(p, "</b>: ");
        page_text(p, r->why);
        page_raw(p, "</li>\n");
    }
    page_raw(p, "</ul></div>\n");
}

static void put_table(struct page *p, const struct summary *s, const struct summary_group *g)
{
    struct column columns[COLUMN_MAX];
    size_t count = columns_of(g, columns);
    page_raw(p, "<div class=\"wide\"><table><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        page_format(p, "<th%s title=\"", columns[i].left ? " class=\"left\"" : "");
        page_text(p, columns[i].says);
        page_raw(p, "\">");
        page_text(p, column_title(&columns[i], g));
        page_raw(p, "</th>");
    }
    page_raw(p, "</tr></thead><tbody>\n");
    for (size_t row = g->first; row < g->first + g->count; row++) {
        page_raw(p, s->cells[row].reference ? "<tr class=\"reference\">" : "<tr>");
        for (size_t i = 0; i < count; i++) {
            struct cell_text t = {.loud = false};
            column_fill(&columns[i], &s->cells[row], &t);
            page_format(p, "<td class=\"%s%s\">", columns[i].left ? "left" : "",
                        t.loud ? " loud" : "");
            page_text(p, t.text);
            page_raw(p, "</td>");
        }
        page_raw(p, "</tr>\n");
    }
    page_raw(p, "</tbody></table></div>\n");
}

static void put_group(struct page *p, const struct summary *s, const struct summary_group *g)
{
    char conditions[SUMMARY_CONDITIONS], note[COLUMN_TEXT];
    page_raw(p, "<section><h2>");
    page_text(p, g->label[0] != '\0' ? g->label : g->compare);
    page_raw(p, "</h2><p class=\"soft\">");
    page_text(p, s->cells[g->first].first->scenario);
    page_raw(p, ": ");
    page_text(p, summary_conditions(s, g, conditions));
    page_raw(p, ". The arms differ in ");
    page_text(p, g->compare);
    page_raw(p, g->paced ? " and in nothing else.</p>\n"
                         : " and in nothing else. Records are sent as fast as they are taken, so "
                           "that latencies are the length of the queue.</p>\n");
    put_table(p, s, g);
    if (columns_note(s, g, note)[0] != '\0') {
        page_raw(p, "<p class=\"soft\">");
        page_text(p, note);
        page_raw(p, "</p>\n");
    }
    for (int m = 0; m < METRIC_COUNT; m++)
        if (METRICS[m].chart == CHART_ALWAYS ||
            METRICS[m].chart == (g->paced ? CHART_PACED : CHART_FLAT_OUT))
            chart_bars(p, s, g, (enum metric)m);
    chart_latency(p, s, g);
    chart_timeline(p, s, g);
    html_put_evidence(p, s, g);
    page_raw(p, "</section>\n");
}

static void put_legend(struct page *p)
{
    struct column all[COLUMN_MAX];
    size_t count = columns_all(all);
    page_raw(p, "<section><h2>What the columns say</h2><dl>\n");
    for (size_t i = 0; i < count; i++) {
        if (all[i].title == NULL)
            continue;
        page_element(p, "dt", all[i].title);
        page_element(p, "dd", all[i].says);
    }
    page_raw(p, "</dl><p class=\"soft\">Medians are over trials, one trial being one observation. "
                "Ratios (×) pair an arm with the reference arm of the same block, so that drift of "
                "the machine cancels. A percentile is quoted when at least ten values lie beyond "
                "it. Medians and ratios are descriptions, not verdicts.</p></section>\n");
}

static void put_title(struct page *p, const struct summary *s)
{
    char date[WALLTIME_TEXT];
    const struct trial_record *first = &s->results->records[0];
    walltime_format((struct walltime){first->started_wall_ns}, date);
    page_raw(p, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>");
    page_text(p, first->run[0] != '\0' ? first->run : "assay");
    page_raw(p, "</title><style>\n");
    page_raw(p, HTML_STYLE);
    page_raw(p, "</style></head><body><main>\n<h1>");
    page_text(p, first->run[0] != '\0' ? first->run : "assay");
    page_raw(p, "</h1><p class=\"soft\">");
    page_text(p, date);
    page_raw(p, first->broker[0] != '\0' ? ", " : "");
    page_text(p, first->broker);
    page_raw(p, first->client_library[0] != '\0' ? ", " : "");
    page_text(p, first->client_library);
    page_raw(p, "</p>\n");
}

enum rc render_html(const struct summary *s, struct buf *out, struct err *e)
{
    struct page p = {.out = out, .e = e, .rc = RC_OK};
    put_title(&p, s);
    put_facts(&p, s);
    put_excluded(&p, s);
    if (s->verdicts != NULL)
        ledger_html(s->verdicts, &p);
    html_put_glance(&p, s);
    for (size_t i = 0; i < s->group_count; i++)
        put_group(&p, s, &s->groups[i]);
    put_legend(&p);
    html_put_conditions(&p, s);
    page_raw(&p, "</main></body></html>\n");
    return p.rc;
}
