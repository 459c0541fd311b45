#include "reports/stats/paired.h"

#include "reports/stats/ranks.h"
#include "reports/stats/shift.h"
#include "reports/stats/signed_rank.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static enum rc check(const double *d, size_t n, struct err *e)
{
    if (n > PAIRED_MAX)
        return err_set(e, RC_INPUT, "%zu differences to judge: at most %d can be", n, PAIRED_MAX);
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(d[i]))
            return err_set(e, RC_INPUT, "difference %zu of %zu is %g: not a number to judge", i + 1,
                           n, d[i]);
    }
    return RC_OK;
}

/* What two subtractions of such numbers may differ by and still mean the same. */
static double rounding(const double *d, size_t n, double edge)
{
    double largest = fabs(edge);
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(d[i]));
    return 16 * DBL_EPSILON * largest;
}

/* The ranks of |d - edge| that keep a sign. Zeros are ranked, being the smallest, then left out
 * (Pratt): they lie before *signs in ranked[0..n), the count of the others is returned. */
static size_t rank_signs(const double *d, size_t n, double edge, struct ranked *ranked,
                         const struct ranked **signs)
{
    double tie = rounding(d, n, edge);
    size_t zeros = 0;
    for (size_t i = 0; i < n; i++) {
        double from_edge = d[i] - edge;
        bool zero = fabs(from_edge) <= tie;
        ranked[i] = (struct ranked){.value = zero ? 0 : fabs(from_edge), .marked = from_edge > 0};
        zeros += zero;
    }
    ranks_assign(ranked, n, tie);
    *signs = ranked + zeros;
    return n - zeros;
}

/* Twice the sums of the ranks of the positive and of the negative differences. */
static void sum_signs(const struct ranked *signs, size_t n, size_t *positive, size_t *negative)
{
    *positive = *negative = 0;
    for (size_t i = 0; i < n; i++) {
        if (signs[i].marked)
            *positive += signs[i].rank2;
        else
            *negative += signs[i].rank2;
    }
}

enum rc paired_p_beyond(const double *d, size_t n, double edge, bool greater, double *p,
                        struct err *e)
{
    enum rc rc = check(d, n, e);
    if (rc != RC_OK)
        return rc;
    if (!isfinite(edge))
        return err_set(e, RC_INPUT, "an edge of %g is nothing to compare with", edge);
    struct ranked ranked[PAIRED_MAX];
    const struct ranked *signs;
    size_t count = rank_signs(d, n, edge, ranked, &signs), positive, negative;
    sum_signs(signs, count, &positive, &negative);
    *p = signed_rank_lower(signs, count, greater ? positive : negative);
    return RC_OK;
}

static void two_sided(const double *d, size_t n, struct paired *out)
{
    struct ranked ranked[PAIRED_MAX];
    const struct ranked *signs;
    size_t count = rank_signs(d, n, 0, ranked, &signs), positive, negative;
    sum_signs(signs, count, &positive, &negative);
    double lower = signed_rank_lower(signs, count, positive < negative ? positive : negative);
    out->zeros = n - count;
    out->p = fmin(1, 2 * lower);
}

enum rc paired_judge(const double *d, size_t n, double alpha, struct paired *out, struct err *e)
{
    enum rc rc = check(d, n, e);
    if (rc != RC_OK)
        return rc;
    if (!(alpha > 0 && alpha < 1))
        return err_set(e, RC_INPUT, "a level of %g: alpha lies between 0 and 1", alpha);
    *out = (struct paired){.estimate = NAN, .lo = -INFINITY, .hi = INFINITY, .p = 1, .n = n};
    if (n == 0)
        return RC_OK;
    double *values = malloc(n * (n + 1) / 2 * sizeof *values);
    if (values == NULL)
        return err_set(e, RC_INFRA, "no memory for the averages of %zu differences", n);
    size_t count = walsh_averages(d, n, values);
    struct critical critical = signed_rank_critical(n, alpha / 2);
    struct shift s = shift_read(values, count, &critical);
    out->estimate = s.estimate;
    out->lo = s.lo;
    out->hi = s.hi;
    out->confidence = s.confidence;
    two_sided(d, n, out);
    free(values);
    return RC_OK;
}

enum rc paired_stretch(const double *d, double by, struct paired *p, struct err *e)
{
    double edge = paired_stretched_edge(p, 0, by), above, below;
    enum rc rc = paired_p_beyond(d, p->n, edge, false, &above, e);
    if (rc == RC_OK)
        rc = paired_p_beyond(d, p->n, edge, true, &below, e);
    if (rc != RC_OK)
        return rc;
    p->p = fmin(1, 2 * fmin(above, below));
    p->lo = p->estimate + by * (p->lo - p->estimate);
    p->hi = p->estimate + by * (p->hi - p->estimate);
    return RC_OK;
}

double paired_stretched_edge(const struct paired *p, double edge, double by)
{
    return p->estimate + (edge - p->estimate) / by;
}
