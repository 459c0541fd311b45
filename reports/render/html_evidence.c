#include "reports/render/html_evidence.h"

#include "base/quantity.h"
#include "reports/record/key_values.h"
#include "reports/summary/column.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put_heads(struct page *p, const char *const *titles, size_t left)
{
    page_raw(p, "<div class=\"wide\"><table><thead><tr>");
    for (size_t i = 0; titles[i] != NULL; i++) {
        page_raw(p, i < left ? "<th class=\"left\">" : "<th>");
        page_text(p, titles[i]);
        page_raw(p, "</th>");
    }
    page_raw(p, "</tr></thead><tbody>\n");
}

static void put_count(struct page *p, int64_t v, bool loud)
{
    page_format(p, "<td%s>", loud ? " class=\"loud\"" : "");
    if (v == NOT_MEASURED)
        page_raw(p, "-");
    else
        page_format(p, "%" PRId64, v);
    page_raw(p, "</td>");
}

static void put_batches(struct page *p, const struct summary_cell *c)
{
    char size[QUANTITY_TEXT];
    page_format(p, "<td class=\"left%s\">", c->fallbacks > 0 ? " loud" : "");
    for (size_t i = 0; i < RECORD_CODECS && c->stored[i].codec[0] != '\0'; i++) {
        page_raw(p, i > 0 ? "; " : "");
        page_text(p, c->stored[i].codec);
        page_format(p, ": %" PRId64 " batches, ", c->stored[i].batches);
        page_text(p, quantity_format_size(c->stored[i].bytes, size));
    }
    page_raw(p, "</td>");
}

static void put_deliveries(struct page *p, const struct summary *s, const struct summary_group *g)
{
    enum { LEFT = 5, FIXED = 7 };
    const char *titles[FIXED + OUTCOME_COUNT + 1] = {"arm",     "asked for", "stored",  "evidence",
                                                     "library", "sent",      "received"};
    for (size_t o = 0; o < OUTCOME_COUNT; o++)
        titles[FIXED + o] = OUTCOMES[o].name;
    put_heads(p, titles, LEFT);
    for (size_t i = g->first; i < g->first + g->count; i++) {
        const struct summary_cell *c = &s->cells[i];
        const struct delivery *d = &c->delivery;
        page_raw(p, "<tr><td class=\"left\">");
        page_text(p, trial_record_arm(c->first));
        page_raw(p, "</td><td class=\"left\">");
        page_text(p, c->first->codec_effective);
        page_raw(p, "</td>");
        put_batches(p, c);
        page_raw(p, "<td class=\"left\">");
        page_text(p, c->first->codec_evidence);
        page_raw(p, "</td><td class=\"left\">");
        page_text(p, c->first->codec_library);
        page_raw(p, "</td>");
        put_count(p, d->sent, false);
        put_count(p, d->received, false);
        for (size_t o = 0; o < OUTCOME_COUNT; o++)
            put_count(p, d->outcome[o], d->outcome[o] != 0);
        page_raw(p, "</tr>\n");
    }
    page_raw(p, "</tbody></table></div>\n");
}

static void put_latencies(struct page *p, const struct summary *s, const struct summary_group *g)
{
    static const char *const titles[] = {"arm", "latency", "n",   "min",   "p50",      "p90",
                                         "p99", "p99.9",   "max", "above", "negative", NULL};
    enum { LEFT = 2 };
    char text[COLUMN_TEXT];
    put_heads(p, titles, LEFT);
    for (size_t i = g->first; i < g->first + g->count; i++) {
        for (size_t tag = 0; tag < LATENCY_COUNT; tag++) {
            const struct latency *l = &s->cells[i].latency[tag];
            const int64_t values[] = {l->min, l->p50, l->p90, l->p99, l->p999, l->max};
            if (l->n == 0)
                continue;
            page_raw(p, "<tr><td class=\"left\">");
            page_text(p, trial_record_arm(s->cells[i].first));
            page_format(p, "</td><td class=\"left\">%s</td>", LATENCIES[tag].name);
            put_count(p, l->n, false);
            for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
                page_raw(p, "<td>");
                page_text(p, metric_text(METRIC_E2E_P50, (double)values[v], text));
                page_raw(p, "</td>");
            }
            put_count(p, l->above, l->above > 0);
            put_count(p, l->negative, l->negative > 0);
            page_raw(p, "</tr>\n");
        }
    }
    page_raw(p, "</tbody></table></div>\n");
}

static void put_trial(struct page *p, const struct trial_record *r)
{
    char text[COLUMN_TEXT];
    page_raw(p, "<tr><td class=\"left\">");
    page_text(p, r->trial);
    page_raw(p, "</td><td class=\"left\">");
    page_text(p, trial_record_arm(r));
    page_raw(p, "</td>");
    put_count(p, r->block, false);
    put_count(p, r->position, false);
    page_format(p, "<td class=\"%s\">%s</td>", r->validity == TRIAL_VALID ? "" : "loud",
                VALIDITY_NAMES[r->validity]);
    for (int m = 0; m < METRIC_COUNT; m++) {
        if (!METRICS[m].evidence)
            continue;
        struct metric_value v = metric_value_of((enum metric)m, r);
        page_raw(p, v.censored ? "<td>≥ " : "<td>");
        page_text(p, metric_text((enum metric)m, v.v, text));
        page_raw(p, "</td>");
    }
    page_raw(p, "<td>");
    page_text(p, metric_text(METRIC_E2E_P50, (double)r->steal_ns, text));
    page_raw(p, "</td><td>");
    page_text(p, metric_text(METRIC_E2E_P50, (double)r->cpu_pressure_ns, text));
    page_raw(p, "</td></tr>\n");
}

static void put_trials(struct page *p, const struct summary *s, const struct summary_group *g)
{
    enum { LEFT = 2 };
    const char *titles[METRICS_MAX + 8] = {"trial", "arm", "block", "position", "validity"};
    size_t count = 5;
    for (int m = 0; m < METRIC_COUNT; m++)
        if (METRICS[m].evidence)
            titles[count++] = METRICS[m].title;
    titles[count++] = "steal";
    titles[count] = "CPU pressure";
    put_heads(p, titles, LEFT);
    for (size_t i = g->first_trial; i < g->first_trial + g->trials; i++)
        put_trial(p, s->by_group[i]);
    page_raw(p, "</tbody></table></div>\n");
}

static void put_lines(struct page *p, const char *title, const char *lines)
{
    struct key_value pair;
    if (lines[0] == '\0')
        return;
    page_element(p, "h3", title);
    page_raw(p, "<div class=\"settings\">");
    while (key_value_next(&lines, &pair)) {
        page_raw(p, "<div>");
        page_text(p, pair.key);
        page_raw(p, " = ");
        page_text(p, pair.value);
        page_raw(p, "</div>\n");
    }
    page_raw(p, "</div>\n");
}

static void put_settings(struct page *p, const char *title, const struct settings_table *all,
                         const char *id)
{
    const char *lines = settings_table_find(all, id);
    if (lines != NULL)
        put_lines(p, title, lines);
    else if (id[0] != '\0')
        put_lines(p, title, "not known=" FOLDER_SETTINGS " does not hold them\n");
}

void html_put_evidence(struct page *p, const struct summary *s, const struct summary_group *g)
{
    const struct trial_record *first = s->cells[g->first].first;
    char title[2 * RECORD_NAME_MAX];
    page_raw(p, "<details><summary>Evidence: delivery, stored batches, latencies, every trial, "
                "settings</summary>\n<h3>Delivered and stored, all trials of an arm together</h3>");
    put_deliveries(p, s, g);
    page_raw(p, "<h3>Latencies, histograms of the valid trials merged</h3>");
    put_latencies(p, s, g);
    page_raw(p, "<h3>Trials in the order they ran</h3>");
    put_trials(p, s, g);
    (void)snprintf(title, sizeof title, "Sender's settings in force (arm %.90s)",
                   trial_record_arm(first));
    put_settings(p, title, &s->results->settings, first->sender_settings);
    (void)snprintf(title, sizeof title, "Receiver's settings in force (arm %.90s)",
                   trial_record_arm(first));
    put_settings(p, title, &s->results->settings, first->receiver_settings);
    page_raw(p, "</details>\n");
}

static void put_pair(struct page *p, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    page_element(p, "dt", name);
    page_element(p, "dd", value);
}

void html_put_conditions(struct page *p, const struct summary *s)
{
    const struct environment *v = s->environment;
    char text[64], size[QUANTITY_TEXT];
    page_raw(p, "<section><h2>Conditions</h2>\n");
    if (v == NULL) {
        page_raw(p, "<p>Not known: ");
        page_text(p, s->environment_trouble);
        page_raw(p, "</p></section>\n");
        return;
    }
    page_raw(p, "<dl>\n");
    put_pair(p, "tool", v->tool);
    put_pair(p, "command", v->command);
    for (size_t i = 1; i < v->attempt_count; i++)
        put_pair(p, "continued by", v->attempts[i].command);
    put_pair(p, "system", v->system);
    put_pair(p, "kernel", v->kernel);
    put_pair(p, "processor", v->cpu_model);
    (void)snprintf(text, sizeof text, "%" PRId64 ", shared by sender, receiver and broker",
                   v->cores);
    put_pair(p, "cores", v->cores > 0 ? text : "");
    put_pair(p, "pinning", v->pinning);
    put_pair(p, "memory", v->memory_bytes > 0 ? quantity_format_size(v->memory_bytes, size) : "");
    put_pair(p, "clock", v->clock_source);
    put_pair(p, "broker", v->broker);
    (void)snprintf(text, sizeof text, "%" PRIu64, v->seed);
    put_pair(p, "seed", text);
    for (size_t i = 0; i < ENVIRONMENT_VERSIONS && v->versions[i].name[0] != '\0'; i++)
        put_pair(p, v->versions[i].name, v->versions[i].version);
    page_raw(p, "</dl>\n");
    put_lines(p, "Broker's settings", v->settings);
    page_raw(p, "</section>\n");
}
