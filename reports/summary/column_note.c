#include "reports/summary/column.h"

#include <stdio.h>

/* Values per cell of a latency that is drawn, those of the cell that has fewest; 0: none has any.
 * trial: of one trial.
 */
static int64_t fewest(const struct summary *s, const struct summary_group *g, bool trial)
{
    int64_t found = 0;
    for (const struct summary_cell *c = s->cells + g->first; c < s->cells + g->first + g->count;
         c++)
        for (size_t l = 0; l < LATENCY_COUNT; l++) {
            int64_t one = c->first->latency_ns[l].n;
            int64_t n = !trial && c->latency[l].n > 0 ? c->latency[l].n : one;
            if (LATENCIES[l].drawn != NULL && n > 0 && (found == 0 || n < found))
                found = n;
        }
    return found;
}

/* A payload that has fewer different records than a batch holds; false: there is none. */
static bool note_repeats(const struct summary *s, const struct summary_group *g, char *text)
{
    for (size_t i = g->first; i < g->first + g->count; i++) {
        const struct summary_cell *c = &s->cells[i];
        int64_t batches = 0, distinct = c->first->pool.distinct;
        for (size_t n = 0; n < RECORD_CODECS; n++)
            batches += c->stored[n].batches;
        if (batches == 0 || distinct < 1 || c->delivery.acknowledged / batches <= distinct)
            continue;
        (void)snprintf(text, COLUMN_TEXT,
                       "only %lld of %lld records differ, and a batch holds %lld: its ratio is "
                       "that of repetition",
                       (long long)distinct, (long long)c->first->pool.records,
                       (long long)(c->delivery.acknowledged / batches));
        return true;
    }
    return false;
}

/* Files that are no whole images; false: all that are known to be images are whole. */
static bool note_damage(const struct summary *s, const struct summary_group *g, char *text)
{
    for (size_t i = g->first; i < g->first + g->count; i++) {
        const struct trial_record *r = s->cells[i].first;
        if (r->pool.damaged < 1)
            continue;
        (void)snprintf(text, COLUMN_TEXT, "%lld of %lld images are damaged or cut short: %.100s",
                       (long long)r->pool.damaged, (long long)r->pool.records, r->pool.damage);
        return true;
    }
    return false;
}

char *columns_note(const struct summary *s, const struct summary_group *g, char *text)
{
    const long long p50_takes = (long long)metric_records_needed(METRIC_E2E_P50);
    const long long p99_takes = (long long)metric_records_needed(METRIC_E2E_P99);
    if (note_damage(s, g, text) || note_repeats(s, g, text))
        return text;
    int64_t all = fewest(s, g, false), trial = fewest(s, g, true);
    text[0] = '\0';
    if (all > 0 && all < p50_takes)
        (void)snprintf(
            text, COLUMN_TEXT,
            "\"-\" for p50 and p99: too few records were measured (%lld); p50 takes %lld, "
            "p99 takes %lld",
            (long long)all, p50_takes, p99_takes);
    else if (g->paced && trial > 0 && trial < p50_takes)
        (void)snprintf(text, COLUMN_TEXT,
                       "\"-\" for × p50: too few records in a trial (%lld); it takes %lld, "
                       "p99 takes %lld in all",
                       (long long)trial, p50_takes, p99_takes);
    else if (all > 0 && all < p99_takes)
        (void)snprintf(text, COLUMN_TEXT,
                       "\"-\" for p99: too few records were measured (%lld); it takes %lld",
                       (long long)all, p99_takes);
    return text;
}
