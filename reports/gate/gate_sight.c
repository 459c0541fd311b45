#include "reports/gate/gate_sight.h"

#include "reports/stats/paired.h"
#include "reports/stats/unpaired.h"

#include <math.h>

/* Smallest difference that is found, in the scale that is judged. */
static double detectable(const struct gate *g, double sigma, size_t n_from, size_t n_to)
{
    if (g->one_job)
        return paired_detectable(sigma, n_from, g->alpha_each);
    return unpaired_detectable(sigma, n_from, n_to, g->alpha_each);
}

/* A harm in the scale that is judged: 3 % less throughput is ln 0.97, 3 % more latency ln 1.03. */
static double scaled_harm(enum metric m, double harm)
{
    if (METRICS[m].by_difference)
        return harm;
    return METRICS[m].more_is_better ? -log1p(-harm) : log1p(harm);
}

/* Fewest blocks above n that find `wanted`, by bisection; more blocks find less. */
static size_t blocks_to_find(const struct gate *g, double wanted, double sigma, size_t n)
{
    size_t low = n, high = PAIRED_MAX;
    if (!(detectable(g, sigma, high, high) <= wanted))
        return PAIRED_MAX + 1;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (detectable(g, sigma, middle, middle) <= wanted)
            high = middle;
        else
            low = middle;
    }
    return high;
}

struct gate_sight gate_sight_of(const struct gate *g, const struct gate_case *c)
{
    const struct effect *f = &c->effect[GATE_MAIN];
    struct gate_sight s = {.harm = NAN};
    size_t fewer = f->n_from < f->n_to ? f->n_from : f->n_to;
    if (f->exact || f->word == EFFECT_NOT_MEASURED || !isfinite(f->detectable))
        return s;
    bool by_difference = METRICS[f->metric].by_difference;
    double found = by_difference ? f->detectable : log1p(f->detectable);
    s.harm = f->detectable;
    if (METRICS[f->metric].more_is_better && !by_difference)
        s.harm = -expm1(-found);
    s.blind = c->limit > 0 && s.harm > c->limit;
    if (s.blind && fewer < PAIRED_MAX)
        s.blocks = blocks_to_find(g, scaled_harm(f->metric, c->limit),
                                  found / detectable(g, 1, f->n_from, f->n_to), fewer);
    else if (s.blind)
        s.blocks = PAIRED_MAX + 1;
    return s;
}

bool gate_passed_unseen(const struct gate *g, const struct gate_case *c)
{
    bool passed = c->outcome == GATE_CASE_FINE || c->outcome == GATE_CASE_NOT_REPEATED;
    return passed && gate_sight_of(g, c).blind;
}

size_t gate_count_unseen(const struct gate *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->count; i++)
        n += gate_passed_unseen(g, &g->cases[i]);
    return n;
}
