#include "reports/stats/unpaired.h"

#include "reports/stats/power.h"
#include "reports/stats/rank_sum.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

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

static enum rc two_sided(const struct unpaired_samples *s, struct unpaired *out, struct err *e)
{
    struct ranked ranked[2 * UNPAIRED_MAX];
    size_t n = s->n_x + s->n_y;
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        bool of_y = i >= s->n_x;
        ranked[i] = (struct ranked){.value = of_y ? s->y[i - s->n_x] : s->x[i], .marked = of_y};
        largest = fmax(largest, fabs(ranked[i].value));
    }
    ranks_assign(ranked, n, 16 * DBL_EPSILON * largest);
    struct rank_sum_tails tails;
    enum rc rc = rank_sum_tails_of(ranked, n, &tails, e);
    if (rc == RC_OK)
        out->p = fmin(1, 2 * fmin(tails.lower, tails.upper));
    return rc;
}

static enum rc interval(const struct unpaired_samples *s, double alpha, struct unpaired *out,
                        struct err *e)
{
    struct critical critical;
    enum rc rc = rank_sum_critical(s->n_x, s->n_y, alpha / 2, &critical, e);
    if (rc != RC_OK)
        return rc;
    double *values = malloc(s->n_x * s->n_y * sizeof *values);
    if (values == NULL)
        return err_set(e, RC_INFRA, "no memory for %zu x %zu differences", s->n_x, s->n_y);
    for (size_t i = 0; i < s->n_x; i++) {
        for (size_t j = 0; j < s->n_y; j++)
            values[i * s->n_y + j] = s->y[j] - s->x[i];
    }
    struct shift shift = shift_read(values, s->n_x * s->n_y, &critical);
    free(values);
    out->estimate = shift.estimate;
    out->lo = shift.lo;
    out->hi = shift.hi;
    out->confidence = shift.confidence;
    return RC_OK;
}

enum rc unpaired_judge(const struct unpaired_samples *s, double alpha, struct unpaired *out,
                       struct err *e)
{
    enum rc rc = check("first", s->x, s->n_x, e);
    if (rc == RC_OK)
        rc = check("second", s->y, s->n_y, e);
    if (rc != RC_OK)
        return rc;
    if (!(alpha > 0 && alpha < 1))
        return err_set(e, RC_INPUT, "a level of %g: alpha lies between 0 and 1", alpha);
    *out = (struct unpaired){.n_x = s->n_x, .n_y = s->n_y};
    rc = two_sided(s, out, e);
    return rc == RC_OK ? interval(s, alpha, out, e) : rc;
}

double unpaired_detectable(double sigma, size_t n_x, size_t n_y, double alpha)
{
    double low = 0, high = 64; /* standard deviations; more is found always or never */
    struct critical c;
    if (!(sigma >= 0) || rank_sum_critical(n_x, n_y, alpha / 2, &c, NULL) != RC_OK ||
        power_unpaired(high, n_x, n_y, &c) < POWER_WANTED)
        return NAN;
    while (high - low > 1e-6) {
        double middle = low + (high - low) / 2;
        if (power_unpaired(middle, n_x, n_y, &c) < POWER_WANTED)
            low = middle;
        else
            high = middle;
    }
    return high * sigma;
}
