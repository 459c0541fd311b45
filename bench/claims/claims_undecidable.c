#include "bench/claims/claims_undecidable.h"

#include "reports/stats/paired.h"

#include <stdlib.h>

static const double ALPHA = 0.05;
enum { LINES_MOST = 64 * 1024 };

static struct claim_needs *needs_of(struct claims_undecidable *u, const struct claim *c)
{
    for (size_t i = 0; i < u->count; i++)
        if (u->all[i].claim == c)
            return &u->all[i];
    struct claim_needs *grown = realloc(u->all, (u->count + 1) * sizeof *grown);
    if (grown == NULL)
        return NULL;
    u->all = grown;
    grown += u->count++;
    *grown = (struct claim_needs){
        .claim = c, .blocks = INT64_MAX, .short_of = (enum metric)METRIC_COUNT};
    return grown;
}

static int64_t fewest_records(const struct plan *p, const bool *cells)
{
    int64_t fewest = INT64_MAX;
    for (size_t i = 0; i < p->cell_count; i++) {
        int64_t measured = p->cells[i].records_max - p->cells[i].warmup_records;
        if (cells[i] && measured < fewest)
            fewest = measured;
    }
    return fewest;
}

enum rc claims_undecidable_add(struct claims_undecidable *u, const struct test_demand *d,
                               struct err *e)
{
    const struct claim_test *t = &d->claim->tests[d->test];
    enum metric m = t->metric != NULL ? metric_find(t->metric) : (enum metric)METRIC_COUNT;
    if ((int)m == METRIC_COUNT || d->comparisons == 0 || t->remark)
        return RC_OK;
    struct claim_needs *needs = needs_of(u, d->claim);
    if (needs == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu claims", u->count + 1);
    int64_t records = fewest_records(d->plan, d->cells);
    if (records < metric_records_needed(m)) {
        needs->short_of = m;
        needs->records = records;
    }
    if (METRICS[m].sizes)
        return RC_OK;
    needs->comparisons += d->comparisons;
    if (d->plan->scenario->blocks < needs->blocks)
        needs->blocks = d->plan->scenario->blocks;
    return RC_OK;
}

enum rc claims_undecidable_say(struct claims_undecidable *u, struct err *e)
{
    enum rc rc = RC_OK;
    buf_init(&u->lines, LINES_MOST);
    for (size_t i = 0; rc == RC_OK && i < u->count; i++) {
        const struct claim_needs *n = &u->all[i];
        size_t blocks = paired_blocks_needed(n->comparisons, ALPHA);
        if ((int)n->short_of != METRIC_COUNT)
            rc = buf_appendf(&u->lines, e,
                             "%-6s cannot be decided as planned: %s needs %lld measured records a "
                             "trial, and gets %lld\n",
                             n->claim->id, METRICS[n->short_of].name,
                             (long long)metric_records_needed(n->short_of), (long long)n->records);
        else if (n->comparisons > 0 && n->blocks < (int64_t)blocks)
            rc = buf_appendf(&u->lines, e,
                             "%-6s cannot be decided as planned: %zu noisy comparison%s need%s %zu "
                             "blocks, and get%s %lld (--blocks)\n",
                             n->claim->id, n->comparisons, n->comparisons == 1 ? "" : "s",
                             n->comparisons == 1 ? "s" : "", blocks, n->comparisons == 1 ? "s" : "",
                             (long long)n->blocks);
    }
    return rc;
}

void claims_undecidable_release(struct claims_undecidable *u)
{
    free(u->all);
    buf_release(&u->lines);
    *u = (struct claims_undecidable){.count = 0};
}
