#include "reports/summary/summary_curves.h"

#include <stdio.h>
#include <stdlib.h>

/* The histograms of the valid trials of a cell, merged, and those of the trial being read. */
struct hists {
    struct hist merged[LATENCIES_MAX], one[LATENCIES_MAX];
    bool used; /* something may stand in one */
};

static enum rc hists_init(struct hists *h, struct err *e)
{
    enum rc rc = RC_OK;
    *h = (struct hists){.merged = {{.counts = NULL}}};
    for (size_t tag = 0; rc == RC_OK && tag < LATENCY_COUNT; tag++) {
        rc = hist_init(&h->merged[tag], e);
        if (rc == RC_OK)
            rc = hist_init(&h->one[tag], e);
    }
    return rc;
}

static void hists_release(struct hists *h)
{
    for (size_t tag = 0; tag < LATENCY_COUNT; tag++) {
        hist_release(&h->merged[tag]);
        hist_release(&h->one[tag]);
    }
}

/* Adds one trial's histograms, all or none. */
static enum rc merge_trial(struct summary *s, size_t record, struct hists *h, struct err *e)
{
    struct err why;
    struct hist *into[LATENCIES_MAX];
    size_t found = 0;
    for (size_t tag = 0; tag < LATENCY_COUNT; tag++)
        into[tag] = &h->one[tag];
    for (size_t tag = 0; h->used && tag < LATENCY_COUNT; tag++)
        hist_clear(&h->one[tag]);
    enum rc rc = results_hists(s->results, record, into, &found, &why);
    h->used = rc != RC_OK || found > 0;
    if (rc != RC_OK && rc != RC_INPUT)
        return err_set(e, rc, "%s", why.text);
    if (rc == RC_INPUT && s->hists_damaged++ == 0)
        (void)snprintf(s->hist_trouble, sizeof s->hist_trouble, "%.500s", why.text);
    s->hists_absent += rc == RC_OK && found == 0;
    for (size_t tag = 0; rc == RC_OK && found > 0 && tag < LATENCY_COUNT; tag++)
        hist_merge(&h->merged[tag], &h->one[tag]);
    return RC_OK;
}

enum rc summary_latencies(struct summary *s, struct summary_cell *c, const size_t *records,
                          size_t count, struct err *e)
{
    struct hists h;
    enum rc rc = hists_init(&h, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        rc = merge_trial(s, records[i], &h, e);
    for (size_t tag = 0; rc == RC_OK && tag < LATENCY_COUNT; tag++) {
        latency_from_hist(&h.merged[tag], &c->latency[tag]);
        for (int p = 0; p < CURVE_POINTS; p++)
            c->curve[tag][p] = hist_quantile_or_not(&h.merged[tag], CURVE_QUANTILES[p]);
    }
    hists_release(&h);
    return rc;
}

enum rc summary_timeline(const struct summary *s, struct summary_cell *c, size_t record,
                         struct err *e)
{
    struct err ignored;
    bool found = false;
    struct timeline *t = malloc(sizeof *t);
    if (t == NULL)
        return err_set(e, RC_INFRA, "out of memory for a timeline");
    if (results_timeline(s->results, record, t, &found, &ignored) == RC_OK && found)
        c->timeline = t;
    else
        free(t);
    return RC_OK;
}
