#include "base/json_writer.h"
#include "reports/render/renderer.h"
#include "reports/summary/drift.h"

#include <string.h>

#define SUMMARY_SCHEMA "assay-summary/1"

static void write_int(struct json_writer *w, const char *name, int64_t v)
{
    if (v < 0)
        json_write_null(w, name);
    else
        json_write_int(w, name, v);
}

/* Which of the two a cell holds: medians, or what they are against the
 * reference arm. */
static void write_measures(struct json_writer *w, const struct summary_cell *c, bool versus)
{
    const struct measure *all = versus ? c->versus : c->value;
    json_write_object(w, versus ? "versus_reference" : "median");
    for (int m = 0; m < METRIC_COUNT; m++) {
        if (all[m].n == 0)
            continue;
        json_write_object(w, METRICS[m].name);
        json_write_int(w, "n", (int64_t)all[m].n);
        json_write_real(w, "median", all[m].median);
        json_write_real(w, "min", all[m].min);
        json_write_real(w, "max", all[m].max);
        json_write_real(w, "mad", all[m].mad);
        if (metric_is_recorded((enum metric)m) && !versus) {
            json_write_int(w, "censored", (int64_t)c->censored[m]);
            json_write_bool(w, "at_least", c->at_least[m]);
        } else if (metric_is_recorded((enum metric)m)) {
            json_write_int(w, "may_be_larger", (int64_t)c->open[m].larger);
            json_write_int(w, "may_be_smaller", (int64_t)c->open[m].smaller);
        }
        json_write_close(w);
    }
    json_write_close(w);
}

static void write_delivery(struct json_writer *w, const struct delivery *d)
{
    json_write_object(w, "delivery");
    json_write_int(w, "sent", d->sent);
    json_write_int(w, "acknowledged", d->acknowledged);
    json_write_int(w, "received", d->received);
    json_write_close(w);
    outcomes_write(d, w);
}

static void write_stored(struct json_writer *w, const struct summary_cell *c)
{
    json_write_object(w, "codec_stored");
    for (size_t i = 0; i < RECORD_CODECS && c->stored[i].codec[0] != '\0'; i++)
        json_write_int(w, c->stored[i].codec, c->stored[i].batches);
    json_write_close(w);
    json_write_object(w, "codec_stored_bytes");
    for (size_t i = 0; i < RECORD_CODECS && c->stored[i].codec[0] != '\0'; i++)
        json_write_int(w, c->stored[i].codec, c->stored[i].bytes);
    json_write_close(w);
}

static void write_trials(struct json_writer *w, const size_t trials[VALIDITIES])
{
    json_write_object(w, "trials");
    for (int v = 0; v < VALIDITIES; v++)
        json_write_int(w, VALIDITY_NAMES[v], (int64_t)trials[v]);
    json_write_close(w);
}

static void write_cell(struct json_writer *w, const struct summary_cell *c)
{
    const struct trial_record *r = c->first;
    json_write_object(w, NULL);
    json_write_text(w, "arm", trial_record_arm(r));
    json_write_bool(w, "reference", c->reference);
    json_write_text(w, "codec_requested", r->codec_effective);
    json_write_text(w, "codec_library", r->codec_library);
    json_write_text(w, "codec_evidence", r->codec_evidence);
    write_stored(w, c);
    json_write_int(w, "fallback_batches", c->fallbacks);
    for (int d = 0; d < DIMENSION_RECORD_BYTES; d++)
        if (d != DIMENSION_ARM)
            json_write_text(w, DIMENSION_NAMES[d].name,
                            trial_cell_text(&r->cell, (enum dimension)d));
    json_write_text(w, "link_kind", r->link_kind);
    write_int(w, "record_bytes", r->cell.record_bytes);
    if (c->background.sent > 0) {
        json_write_int(w, "background_sent", c->background.sent);
        json_write_int(w, "background_identical", c->background.identical);
        json_write_int(w, "background_images_while_measuring", c->background.images);
        json_write_int(w, "background_bytes_while_measuring", c->background.bytes);
        json_write_int(w, "background_window_ns", c->background.window_ns);
    }
    write_trials(w, c->trials);
    json_write_text(w, "why", c->why);
    write_delivery(w, &c->delivery);
    write_measures(w, c, false);
    write_measures(w, c, true);
    latencies_write(c->latency, true, w);
    json_write_close(w);
}

static void write_drift(struct json_writer *w, const struct summary *s,
                        const struct summary_group *g)
{
    struct drift d;
    if (!drift_of(s, g, &d)) {
        json_write_null(w, "drift");
        return;
    }
    json_write_object(w, "drift");
    json_write_text(w, "metric", METRICS[d.metric].name);
    json_write_int(w, "blocks", d.blocks);
    json_write_real(w, "change", d.change);
    json_write_real(w, "least", d.least);
    json_write_real(w, "most", d.most);
    json_write_close(w);
}

static void write_group(struct json_writer *w, const struct summary *s,
                        const struct summary_group *g)
{
    json_write_object(w, NULL);
    json_write_text(w, "scenario", s->cells[g->first].first->scenario);
    json_write_text(w, "label", g->label);
    json_write_text(w, "compare", g->compare);
    json_write_bool(w, "latency_is_queue", !g->paced);
    if (g->reference == SIZE_MAX)
        json_write_null(w, "reference");
    else
        json_write_text(w, "reference", trial_record_arm(s->cells[g->reference].first));
    write_drift(w, s, g);
    json_write_array(w, "cells");
    for (size_t i = 0; i < g->count; i++)
        write_cell(w, &s->cells[g->first + i]);
    json_write_close(w);
    json_write_close(w);
}

enum rc render_summary_json(const struct summary *s, struct buf *out, struct err *e)
{
    struct json_writer w;
    json_writer_init(&w, out, JSON_INDENTED);
    json_write_object(&w, NULL);
    json_write_text(&w, "schema", SUMMARY_SCHEMA);
    json_write_text(&w, "run", s->results->records[0].run);
    json_write_int(&w, "blocks", s->blocks);
    json_write_int(&w, "missing_trials", (int64_t)summary_missing(s));
    json_write_int(&w, "cut_bytes", (int64_t)s->results->cut_bytes);
    json_write_int(&w, "histograms_absent", (int64_t)s->hists_absent);
    json_write_int(&w, "histograms_damaged", (int64_t)s->hists_damaged);
    write_trials(&w, s->trials);
    json_write_array(&w, "groups");
    for (size_t i = 0; i < s->group_count; i++)
        write_group(&w, s, &s->groups[i]);
    json_write_close(&w);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}
