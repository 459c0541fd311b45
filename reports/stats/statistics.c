#include "reports/stats/statistics.h"

#include <math.h>
#include <stdlib.h>

static const double BEYOND_MIN = 10; /* values past a quantile that make it worth quoting */

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void values_sort(double *values, size_t n)
{
    qsort(values, n, sizeof *values, ascending);
}

static double median_of_sorted(const double *values, size_t n)
{
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

struct measure measure_of(double *values, size_t n)
{
    if (n == 0)
        return (struct measure){
            .median = NOT_MEASURED, .min = NOT_MEASURED, .max = NOT_MEASURED, .mad = NOT_MEASURED};
    values_sort(values, n);
    struct measure m = {
        .n = n, .median = median_of_sorted(values, n), .min = values[0], .max = values[n - 1]};
    for (size_t i = 0; i < n; i++)
        values[i] = fabs(values[i] - m.median);
    values_sort(values, n);
    m.mad = median_of_sorted(values, n);
    return m;
}

double measure_spread(const struct measure *m)
{
    if (m->n < 2 || m->median <= 0)
        return NOT_MEASURED;
    return (m->max - m->min) / 2 / m->median;
}

static double standard_deviation(const double *values, size_t n)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        mean += (values[i] - mean) / (double)(i + 1);
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return sqrt(squares / (double)(n - 1));
}

double spread_of(double *values, size_t n)
{
    static const double OF_NORMAL = 1.482602218505602; /* 1 / the normal's third quartile */
    static const double SMALL[] = {1.196, 1.495, 1.363, 1.206, 1.200, 1.140, 1.129, 1.107};
    if (n < 2)
        return NAN;
    double deviation = standard_deviation(values, n);
    struct measure m = measure_of(values, n);
    if (m.mad == 0)
        return deviation;
    double factor = n < 10 ? SMALL[n - 2] : (double)n / ((double)n - 0.8);
    return m.mad * OF_NORMAL * factor;
}

struct measure measure_of_ratios(double *values, const double *references, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] = log(values[i] / references[i]);
    struct measure m = measure_of(values, n);
    if (n == 0)
        return m;
    m.mad = exp(m.median + m.mad) - exp(m.median);
    m.median = exp(m.median);
    m.min = exp(m.min);
    m.max = exp(m.max);
    return m;
}

struct measure measure_of_differences(double *values, const double *references, size_t n)
{
    for (size_t i = 0; i < n; i++)
        values[i] -= references[i];
    return measure_of(values, n);
}

int64_t hist_quantile_or_not(const struct hist *h, double q)
{
    /* 1 - 0.99 is a little more than 0.01, 1 - 0.9 a little less than 0.1: allow for it */
    const double rounding = 1e-9;
    if ((double)h->n * (1 - q) < BEYOND_MIN - rounding * (double)h->n)
        return NOT_MEASURED;
    return hist_quantile(h, q);
}

void latency_from_hist(const struct hist *h, struct latency *out)
{
    *out = (struct latency){.n = hist_count(h),
                            .above = (int64_t)h->above,
                            .negative = (int64_t)h->negative,
                            .min = hist_min(h),
                            .p50 = hist_quantile_or_not(h, 0.5),
                            .p90 = hist_quantile_or_not(h, 0.9),
                            .p99 = hist_quantile_or_not(h, 0.99),
                            .p999 = hist_quantile_or_not(h, 0.999),
                            .max = hist_max(h)};
}
