#include "reports/unpaired.h"

#include "reports/power.h"
#include "reports/rank_sum.h"
#include "reports/statistics.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum rc check(const char *name, const double *values, size_t n, struct err *e)
{
    if (n == 0)
        return err_set(e, RC_INPUT, "the %s sample is empty: nothing to compare", name);
    if (n > UNPAIRED_MAX)
        return err_set(e, RC_INPUT, "the %s sample has %zu values: at most %d can be judged", name,
                       n, UNPAIRED_MAX);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i]))
            return err_set(e, RC_INPUT, "value %zu of the %s sample is %g: not a number to judge",
                           i + 1, name, values[i]);
    }
    return RC_OK;
}

static enum rc two_sided(const double *x, const double *y, struct unpaired *out, struct err *e)
{
    struct ranked ranked[2 * UNPAIRED_MAX];
    double largest = 0;
    for (size_t i = 0; i < out->n_x + out->n_y; i++) {
        bool of_y = i >= out->n_x;
        ranked[i] = (struct ranked){.value = of_y ? y[i - out->n_x] : x[i], .marked = of_y};
        largest = fmax(largest, fabs(ranked[i].value));
    }
    ranks_assign(ranked, out->n_x + out->n_y, 16 * DBL_EPSILON * largest);
    struct rank_sum_tails tails;
    enum rc rc = rank_sum_tails_of(ranked, out->n_x + out->n_y, &tails, e);
    if (rc == RC_OK)
        out->p = fmin(1, 2 * fmin(tails.lower, tails.upper));
    return rc;
}

static enum rc interval(const double *x, const double *y, double alpha, struct unpaired *out,
                        struct err *e)
{
    struct critical critical;
    enum rc rc = rank_sum_critical(out->n_x, out->n_y, alpha / 2, &critical, e);
    if (rc != RC_OK)
        return rc;
    double *values = malloc(out->n_x * out->n_y * sizeof *values);
    if (values == NULL)
        return err_set(e, RC_INFRA, "no memory for %zu x %zu differences", out->n_x, out->n_y);
    for (size_t i = 0; i < out->n_x; i++) {
        for (size_t j = 0; j < out->n_y; j++)
            values[i * out->n_y + j] = y[j] - x[i];
    }
    struct shift s = shift_read(values, out->n_x * out->n_y, &critical);
    free(values);
    out->estimate = s.estimate;
    out->lo = s.lo;
    out->hi = s.hi;
    out->confidence = s.confidence;
    return RC_OK;
}

/* Variances are pooled by their degrees of freedom; a sample of one has none. */
static double pooled_spread(const double *x, size_t n_x, const double *y, size_t n_y)
{
    double copy[UNPAIRED_MAX], squares = 0;
    if (n_x > 1) {
        memcpy(copy, x, n_x * sizeof *x);
        double s = spread_of(copy, n_x);
        squares += (double)(n_x - 1) * s * s;
    }
    if (n_y > 1) {
        memcpy(copy, y, n_y * sizeof *y);
        double s = spread_of(copy, n_y);
        squares += (double)(n_y - 1) * s * s;
    }
    return n_x + n_y > 2 ? sqrt(squares / (double)(n_x + n_y - 2)) : NAN;
}

enum rc unpaired_judge(const double *x, size_t n_x, const double *y, size_t n_y,
                       struct unpaired *out, double alpha, struct err *e)
{
    enum rc rc = check("first", x, n_x, e);
    if (rc == RC_OK)
        rc = check("second", y, n_y, e);
    if (rc != RC_OK)
        return rc;
    if (!(alpha > 0 && alpha < 1))
        return err_set(e, RC_INPUT, "a level of %g: alpha lies between 0 and 1", alpha);
    *out = (struct unpaired){.n_x = n_x, .n_y = n_y, .sigma = pooled_spread(x, n_x, y, n_y)};
    rc = two_sided(x, y, out, e);
    return rc == RC_OK ? interval(x, y, alpha, out, e) : rc;
}

double unpaired_detectable(const struct unpaired *r, double alpha)
{
    double low = 0, high = 64; /* standard deviations; more is found always or never */
    struct critical c;
    if (!(r->sigma >= 0) || rank_sum_critical(r->n_x, r->n_y, alpha / 2, &c, NULL) != RC_OK ||
        power_unpaired(high, r->n_x, r->n_y, &c) < POWER_WANTED)
        return NAN;
    while (high - low > 1e-6) {
        double middle = low + (high - low) / 2;
        if (power_unpaired(middle, r->n_x, r->n_y, &c) < POWER_WANTED)
            low = middle;
        else
            high = middle;
    }
    return high * r->sigma;
}
