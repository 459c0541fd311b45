#include "reports/summary/drift.h"

#include "reports/summary/effect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCKS_FEWEST = 2 };

/* The first metric of the table that is gated and says something of the group: a latency where the
 * load is paced, else a throughput. */
static enum metric metric_for(const struct summary *s, const struct summary_group *g)
{
    const struct summary_cell *c = &s->cells[g->first];
    for (int m = 0; m < METRIC_COUNT; m++)
        if (METRICS[m].gated && !METRICS[m].sizes && !METRICS[m].by_difference &&
            c->value[m].n > 0 && effect_is_telling((enum metric)m, c->first))
            return (enum metric)m;
    return (enum metric)METRIC_COUNT;
}

static int64_t last_block(const struct summary *s, const struct summary_group *g)
{
    int64_t last = 0;
    for (size_t i = 0; i < g->trials; i++) {
        int64_t block = s->by_group[g->first_trial + i]->block;
        last = block > last ? block : last;
    }
    return last;
}

/* One trial of the first or of the last blocks. */
struct early_or_late {
    int64_t cell;
    bool late;
    double value;
};

static int by_cell(const void *a, const void *b)
{
    const struct early_or_late *x = a, *y = b;
    if (x->cell != y->cell)
        return x->cell < y->cell ? -1 : 1;
    return (int)x->late - (int)y->late;
}

/* Sorted by cell, early ones first. */
static size_t collect(const struct summary *s, const struct summary_group *g, const struct drift *d,
                      int64_t last, struct early_or_late *out)
{
    size_t n = 0;
    for (size_t i = 0; i < g->trials; i++) {
        const struct trial_record *r = s->by_group[g->first_trial + i];
        bool early = r->block <= d->blocks, late = r->block > last - d->blocks;
        if ((!early && !late) || !metric_counts(d->metric, r))
            continue;
        struct metric_value v = metric_value_of(d->metric, r);
        if (v.v > 0 && !v.censored)
            out[n++] = (struct early_or_late){r->cell_index, late, v.v};
    }
    qsort(out, n, sizeof *out, by_cell);
    return n;
}

static double median_between(const struct early_or_late *all, size_t from, size_t to, double *room)
{
    for (size_t i = from; i < to; i++)
        room[i - from] = all[i].value;
    return to > from ? measure_of(room, to - from).median : NAN;
}

/* The changes of all cells that have early and late trials; room holds as many as there are. */
static size_t changes_of(const struct early_or_late *all, size_t n, double *room, double *changes)
{
    size_t arms = 0, end = 0;
    for (size_t from = 0; from < n; from = end) {
        size_t late = from;
        for (end = from; end < n && all[end].cell == all[from].cell; end++)
            late += all[end].late ? 0 : 1;
        double first = median_between(all, from, late, room);
        double then = median_between(all, late, end, room);
        if (isfinite(then / first))
            changes[arms++] = then / first - 1;
    }
    return arms;
}

bool drift_of(const struct summary *s, const struct summary_group *g, struct drift *out)
{
    int64_t last = last_block(s, g);
    *out = (struct drift){.metric = metric_for(s, g), .blocks = last / 3};
    if ((int)out->metric == METRIC_COUNT || out->blocks < BLOCKS_FEWEST)
        return false;
    struct early_or_late *all = calloc(g->trials, sizeof *all);
    double *room = calloc(2 * g->trials, sizeof *room);
    size_t arms = 0;
    if (all != NULL && room != NULL) {
        size_t n = collect(s, g, out, last, all);
        arms = changes_of(all, n, room, room + g->trials);
        struct measure m = measure_of(room + g->trials, arms);
        out->change = m.median;
        out->least = m.min;
        out->most = m.max;
    }
    free(all);
    free(room);
    return arms > 0 && arms == g->count;
}

char *drift_text(const struct summary *s, const struct summary_group *g, char *text)
{
    const double percent = 100;
    struct drift d;
    text[0] = '\0';
    if (!drift_of(s, g, &d))
        return text;
    int n = snprintf(text, DRIFT_TEXT, "last %lld blocks against the first %lld: %s %+.1f %%",
                     (long long)d.blocks, (long long)d.blocks, METRICS[d.metric].title,
                     d.change * percent);
    if (g->count > 1 && n > 0 && n < DRIFT_TEXT)
        (void)snprintf(text + n, DRIFT_TEXT - (size_t)n, " (arms %+.1f to %+.1f %%)",
                       d.least * percent, d.most * percent);
    return text;
}
