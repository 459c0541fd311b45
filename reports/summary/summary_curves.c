#include "reports/summary/summary_curves.h"

#include <stdio.h>
#include <stdlib.h>

enum rc summary_hists_init(struct summary_hists *h, struct err *e)
{
    enum rc rc = RC_OK;
    *h = (struct summary_hists){.merged = {{.counts = NULL}}};
    for (size_t tag = 0; rc == RC_OK && tag < LATENCY_COUNT; tag++) {
        rc = hist_init(&h->merged[tag], e);
        if (rc == RC_OK)
            rc = hist_init(&h->one[tag], e);
    }
    return rc;
}

void summary_hists_release(struct summary_hists *h)
{
    for (size_t tag = 0; tag < LATENCY_COUNT; tag++) {
        hist_release(&h->merged[tag]);
        hist_release(&h->one[tag]);
    }
}

/* Whether a trial measured a latency: a workload may have none. */
static bool has_latency(const struct trial_record *r)
{
    bool any = false;
    for (size_t tag = 0; tag < LATENCY_COUNT; tag++)
        any = any || r->latency_ns[tag].n > 0;
    return any;
}

/* Adds one trial's histograms, all or none. */
static enum rc merge_trial(struct summary *s, size_t record, struct summary_hists *h, struct err *e)
{
    struct err why;
    struct hist *into[LATENCIES_MAX] = {NULL};
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
    s->hists_absent += rc == RC_OK && found == 0 && has_latency(&s->results->records[record]);
    for (size_t tag = 0; rc == RC_OK && found > 0 && tag < LATENCY_COUNT; tag++)
        hist_merge(&h->merged[tag], &h->one[tag]);
    h->filled = h->filled || h->used;
    return RC_OK;
}

enum rc summary_latencies(struct summary *s, struct summary_cell *c, struct summary_records of,
                          struct summary_hists *h, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t tag = 0; h->filled && tag < LATENCY_COUNT; tag++)
        hist_clear(&h->merged[tag]);
    h->filled = false;
    for (size_t i = 0; rc == RC_OK && i < of.count; i++)
        rc = merge_trial(s, of.records[i], h, e);
    for (size_t tag = 0; rc == RC_OK && tag < LATENCY_COUNT; tag++) {
        latency_from_hist(&h->merged[tag], &c->latency[tag]);
        for (int p = 0; p < CURVE_POINTS; p++)
            c->curve[tag][p] = hist_quantile_or_not(&h->merged[tag], CURVE_QUANTILES[p]);
    }
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
