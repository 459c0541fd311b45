#include "reports/claims/verdict_typical.h"

#include "reports/stats/statistics.h"

#include <math.h>
#include <stdlib.h>

/* What the strata say, one for each end. */
struct ends {
    double *estimate, *lo, *hi; /* in one piece */
    size_t estimates, n;
};

/* What could not be told, for want of blocks, records or a rate that was kept, may be anything. */
static void take(const struct stratum *s, struct ends *out)
{
    bool bounded = !isnan(s->lo) && !isnan(s->hi);
    if (!isnan(s->estimate))
        out->estimate[out->estimates++] = s->estimate;
    out->lo[out->n] = bounded ? s->lo : -INFINITY;
    out->hi[out->n++] = bounded ? s->hi : INFINITY;
}

/* Of ends that may be infinite, of which the mean of two may be none. */
static double middle(double *values, size_t n)
{
    values_sort(values, n);
    double below = values[(n - 1) / 2], above = values[n / 2];
    if (isinf(below) || isinf(above))
        return isinf(below) ? below : above;
    return (below + above) / 2;
}

static enum verdict held_against(const struct claim_band *b, double lo, double hi)
{
    double least = b->falling ? b->strong : b->weak, most = b->falling ? b->weak : b->strong;
    if (isnan(b->strong)) {
        least = b->falling ? -INFINITY : b->weak;
        most = b->falling ? b->weak : INFINITY;
    }
    if (lo >= least && hi <= most)
        return VERDICT_SUPPORTED;
    return hi < least || lo > most ? VERDICT_REFUTED : VERDICT_INCONCLUSIVE;
}

struct typical typical_of(const struct claim_verdict *v, size_t test)
{
    struct typical t = {.estimate = NAN, .lo = NAN, .hi = NAN, .verdict = VERDICT_NOT_MEASURED};
    double *room = calloc(3 * v->stratum_count + 1, sizeof *room);
    struct ends ends = {
        .estimate = room, .lo = room + v->stratum_count, .hi = room + 2 * v->stratum_count};
    bool spoilt = room == NULL;
    for (size_t i = 0; !spoilt && i < v->stratum_count; i++) {
        const struct stratum *s = &v->strata[i];
        if (s->test != test || s->verdict == VERDICT_NOT_APPLICABLE)
            continue;
        spoilt = s->verdict == VERDICT_VOID || s->verdict == VERDICT_NOT_MEASURED;
        if (spoilt)
            t.verdict = s->verdict;
        take(s, &ends);
    }
    t.strata = ends.n;
    if (!spoilt && ends.n > 0) {
        if (ends.estimates > 0)
            t.estimate = measure_of(ends.estimate, ends.estimates).median;
        t.lo = middle(ends.lo, ends.n);
        t.hi = middle(ends.hi, ends.n);
        t.verdict = held_against(&v->claim->tests[test].band, t.lo, t.hi);
    }
    free(room);
    return t;
}
