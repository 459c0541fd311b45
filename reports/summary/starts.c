#include "reports/summary/starts.h"

#include "reports/stats/statistics.h"

#include <math.h>
#include <stdlib.h>

enum { STARTS_MOST = 64 };
static const double CERTAIN = 0.01;

/* Pairs by start: values of the first start, of the second, ... */
struct by_start {
    int64_t started[STARTS_MOST];
    size_t begin[STARTS_MOST + 1];
    double *values; /* owned */
    size_t count;
};

static double value_of(const struct contrast *c, size_t i, bool alone, bool relative)
{
    if (c->to_censored[i] || (!alone && c->from_censored[i]))
        return NAN;
    if (alone)
        return c->to[i];
    if (!relative)
        return c->to[i] - c->from[i];
    return c->from[i] > 0 && c->to[i] > 0 ? log(c->to[i]) - log(c->from[i]) : NAN;
}

static void name_starts(const struct contrast *c, struct by_start *out)
{
    for (size_t i = 0; i < c->n; i++) {
        int64_t started = c->pairs[i].to->broker_started_wall_ns;
        size_t k = 0;
        while (k < out->count && out->started[k] != started)
            k++;
        if (started > 0 && k == out->count && k < STARTS_MOST)
            out->started[out->count++] = started;
    }
}

static void sort_pairs(const struct contrast *c, bool alone, bool relative, struct by_start *out)
{
    size_t at = 0;
    for (size_t k = 0; k < out->count; k++) {
        out->begin[k] = at;
        for (size_t i = 0; i < c->n; i++) {
            double v = value_of(c, i, alone, relative);
            if (c->pairs[i].to->broker_started_wall_ns == out->started[k] && isfinite(v))
                out->values[at++] = v;
        }
    }
    out->begin[out->count] = at;
}

/* P(a chi-squared variable of so many degrees of freedom > x). */
static double chi_squared_tail(double x, size_t freedom)
{
    double half = x / 2, k = freedom % 2 == 1 ? 1 : 2;
    double tail = freedom % 2 == 1 ? erfc(sqrt(half)) : exp(-half);
    for (; k < (double)freedom; k += 2)
        tail += exp(k / 2 * log(half) - half - lgamma(k / 2 + 1));
    return fmin(1, tail);
}

/* Equal values share the mean of their ranks. */
static double rank_of(const struct by_start *b, double v)
{
    double less = 0, equal = 0;
    for (size_t i = 0; i < b->begin[b->count]; i++) {
        less += b->values[i] < v;
        equal += b->values[i] == v;
    }
    return less + (equal + 1) / 2;
}

static bool differ(const struct by_start *b)
{
    double sum = 0, all = (double)b->begin[b->count];
    for (size_t k = 0; k < b->count; k++) {
        double ranks = 0, in = (double)(b->begin[k + 1] - b->begin[k]);
        for (size_t i = b->begin[k]; i < b->begin[k + 1]; i++)
            ranks += rank_of(b, b->values[i]);
        sum += ranks * ranks / in;
    }
    double h = 12 / (all * (all + 1)) * sum - 3 * (all + 1);
    return h > 0 && chi_squared_tail(h, b->count - 1) < CERTAIN;
}

/* Student's t of two degrees of freedom, two-sided. */
static double t_of_two(double alpha)
{
    return sqrt(2 / (alpha * (2 - alpha)) - 2);
}

static void judge(const struct by_start *b, double alpha, double *room, struct starts *out)
{
    double mean = 0, squares = 0, count = (double)b->count, of[STARTS_MOST];
    for (size_t k = 0; k < b->count; k++) {
        size_t n = b->begin[k + 1] - b->begin[k];
        for (size_t i = 0; i < n; i++)
            room[i] = b->values[b->begin[k] + i];
        of[k] = measure_of(room, n).median;
        mean += of[k] / count;
        out->least = k == 0 ? of[k] : fmin(out->least, of[k]);
        out->most = k == 0 ? of[k] : fmax(out->most, of[k]);
    }
    if (b->count < 3)
        return;
    for (size_t k = 0; k < b->count; k++)
        squares += (of[k] - mean) * (of[k] - mean);
    double reach = t_of_two(alpha) * sqrt(squares / (count - 1) / count);
    out->lo = mean - reach;
    out->hi = mean + reach;
}

static bool some_start_is_empty(const struct by_start *b)
{
    for (size_t k = 0; k < b->count; k++)
        if (b->begin[k] == b->begin[k + 1])
            return true;
    return false;
}

enum rc starts_of(const struct contrast *c, bool alone, bool relative, double alpha,
                  struct starts *out, struct err *e)
{
    struct by_start b = {.values = calloc(2 * c->n + 1, sizeof *b.values)};
    enum rc rc = RC_OK;
    *out = (struct starts){.least = NAN, .most = NAN, .lo = -INFINITY, .hi = INFINITY};
    if (b.values == NULL) {
        rc = err_set(e, RC_INFRA, "out of memory for %zu pairs", c->n);
    } else {
        name_starts(c, &b);
        sort_pairs(c, alone, relative, &b);
        out->count = b.count;
        if (b.count > 1 && !some_start_is_empty(&b)) {
            judge(&b, alpha, b.values + c->n, out);
            out->differ = differ(&b);
        }
    }
    free(b.values);
    return rc;
}
