#include "reports/stats/resample.h"

#include "base/rng.h"
#include "reports/stats/paired.h"
#include "reports/stats/rank_sum.h"
#include "reports/stats/shift.h"
#include "reports/stats/signed_rank.h"
#include "reports/stats/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS_MOST = 400, DRAWS_FEWEST = 40, VALUES_MOST = 2000000 };
static const double FOUND = 0.85; /* of draws */
static const double GAPS = 6;     /* over n, of the robust spread */

static size_t draws_of(size_t values)
{
    size_t draws = VALUES_MOST / values;
    return draws > DRAWS_MOST ? DRAWS_MOST : draws < DRAWS_FEWEST ? DRAWS_FEWEST : draws;
}

static double quantile(double *values, size_t n, double q)
{
    values_sort(values, n);
    return values[(size_t)(q * (double)(n - 1))];
}

/* Observations to draw from: the distance of each from their middle, and how wide the gaps are. */
struct urn {
    double *distance; /* borrowed; n */
    size_t n;
    double gap;
    bool turned; /* each as likely on the other side */
};

/* The middle is that of all averages of two; room holds n (n + 1) / 2. */
static struct urn urn_of(const double *values, size_t n, double *distance, double *room)
{
    size_t count = walsh_averages(values, n, room);
    double middle = measure_of(room, count).median;
    for (size_t i = 0; i < n; i++)
        distance[i] = values[i] - middle;
    memcpy(room, values, n * sizeof *room);
    return (struct urn){.distance = distance, .n = n, .gap = GAPS / (double)n * spread_of(room, n)};
}

static double draw(const struct urn *u, struct rng *r)
{
    double d = u->distance[rng_below(r, u->n)];
    return (u->turned && rng_below(r, 2) == 0 ? -d : d) + u->gap * rng_normal(r);
}

/* How far below 0 the interval of one draw reaches. */
static double reach_of_pairs(const struct urn *u, const struct critical *c, struct rng *r,
                             double *d, double *values)
{
    for (size_t i = 0; i < u->n; i++)
        d[i] = draw(u, r);
    return -shift_low(values, walsh_averages(d, u->n, values), c);
}

double paired_spread(const double *d, size_t n, double alpha)
{
    if (n < 2)
        return NAN;
    size_t count = n * (n + 1) / 2, draws = draws_of(count);
    struct critical c = signed_rank_critical(n, alpha / 2);
    double *room = malloc((count + 2 * n + draws) * sizeof *room);
    if (room == NULL)
        return NAN;
    double *distance = room + count, *drawn = distance + n, *reach = drawn + n;
    double spread = NAN, unit = paired_detectable(1, n, alpha);
    struct urn u = urn_of(d, n, distance, room);
    u.turned = true;
    struct rng r;
    rng_init(&r, n, 1);
    if (isnan(unit)) {
        spread = u.gap * (double)n / GAPS;
    } else {
        for (size_t i = 0; i < draws; i++)
            reach[i] = reach_of_pairs(&u, &c, &r, drawn, room);
        spread = fmax(0, quantile(reach, draws, FOUND)) / unit;
    }
    free(room);
    return spread;
}

static double reach_of_samples(const struct urn *x, const struct urn *y, const struct critical *c,
                               struct rng *r, double *room)
{
    double *drawn = room, *values = room + x->n;
    size_t count = 0;
    for (size_t i = 0; i < x->n; i++)
        drawn[i] = draw(x, r);
    for (size_t j = 0; j < y->n; j++) {
        double of_y = draw(y, r);
        for (size_t i = 0; i < x->n; i++)
            values[count++] = of_y - drawn[i];
    }
    return -shift_low(values, count, c);
}

double unpaired_spread(const struct unpaired_samples *s, double alpha)
{
    struct critical c;
    size_t count = s->n_x * s->n_y;
    if (s->n_x < 2 || s->n_y < 2)
        return NAN;
    double unit = unpaired_detectable(1, s->n_x, s->n_y, alpha);
    if (isnan(unit) || rank_sum_critical(s->n_x, s->n_y, alpha / 2, &c, NULL) != RC_OK)
        return NAN;
    size_t draws = draws_of(count);
    size_t most = s->n_x > s->n_y ? s->n_x : s->n_y, averages = most * (most + 1) / 2;
    size_t space = averages > count + s->n_x ? averages : count + s->n_x;
    double *room = malloc((space + s->n_x + s->n_y + draws) * sizeof *room);
    if (room == NULL)
        return NAN;
    double *of_x = room + space, *of_y = of_x + s->n_x, *reach = of_y + s->n_y;
    struct urn x = urn_of(s->x, s->n_x, of_x, room), y = urn_of(s->y, s->n_y, of_y, room);
    x.gap /= sqrt(2);
    y.gap /= sqrt(2);
    struct rng r;
    rng_init(&r, s->n_x * UNPAIRED_MAX + s->n_y, 2);
    for (size_t i = 0; i < draws; i++)
        reach[i] = reach_of_samples(&x, &y, &c, &r, room);
    double spread = fmax(0, quantile(reach, draws, FOUND)) / unit;
    free(room);
    return spread;
}
