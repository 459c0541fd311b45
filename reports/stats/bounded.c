#include "reports/stats/bounded.h"

#include <math.h>

/* How far beyond the largest finite value an infinite one is put, and what no finite one reaches.
 * Were it much farther, unlike finite values would count as ties (ranks.h). */
static const double FAR = 1000, REACH = 4;

static void close_ends(double *values, size_t n, double largest)
{
    for (size_t i = 0; i < n; i++)
        if (isinf(values[i]))
            values[i] = copysign(FAR * largest * (1 + (double)i / (double)n), values[i]);
}

double bounded_close(double *low, double *high, size_t n, double edge)
{
    double largest = fabs(edge);
    for (size_t i = 0; i < n; i++) {
        largest = isinf(low[i]) ? largest : fmax(largest, fabs(low[i]));
        largest = isinf(high[i]) ? largest : fmax(largest, fabs(high[i]));
    }
    largest = largest > 0 ? largest : 1;
    close_ends(low, n, largest);
    close_ends(high, n, largest);
    return REACH * largest;
}

double bounded_end(double v, double limit)
{
    return fabs(v) > limit ? copysign(INFINITY, v) : v;
}

/* What one end says. */
struct end {
    double estimate, lo, hi, p;
    bool reached; /* n suffices for the level */
};

static bool finds(const struct end *x, double alpha)
{
    return x->p <= alpha && x->estimate != 0;
}

static void join(const struct end *low, const struct end *high, double limit, double alpha,
                 struct bounded *out)
{
    *out = (struct bounded){
        .lo = bounded_end(low->lo, limit), .hi = bounded_end(high->hi, limit), .p = 1};
    if (low->estimate > 0)
        out->estimate = low->estimate;
    else if (high->estimate < 0)
        out->estimate = high->estimate;
    if (out->estimate != 0)
        out->p = fmax(low->p, high->p);
    bool found = out->estimate != 0 && out->p <= alpha;
    bool may_find = finds(low, alpha) || finds(high, alpha);
    bool open = isinf(out->lo) || isinf(out->hi);
    out->hinges = low->reached && high->reached && !found && (may_find || open);
}

enum rc bounded_paired(const struct bounds *b, double alpha, struct bounded *out, struct err *e)
{
    struct paired x, y;
    double limit = bounded_close(b->low, b->high, b->n_x, 0);
    enum rc rc = paired_judge(b->low, b->n_x, alpha, &x, e);
    if (rc == RC_OK)
        rc = paired_judge(b->high, b->n_x, alpha, &y, e);
    if (rc != RC_OK)
        return rc;
    struct end low = {x.estimate, x.lo, x.hi, x.p, x.confidence > 0};
    struct end high = {y.estimate, y.lo, y.hi, y.p, y.confidence > 0};
    join(&low, &high, limit, alpha, out);
    return RC_OK;
}

enum rc bounded_unpaired(const struct bounds *b, double alpha, struct bounded *out, struct err *e)
{
    struct unpaired x, y;
    size_t n = b->n_x;
    double limit = bounded_close(b->low, b->high, n + b->n_y, 0);
    struct unpaired_samples least = {.x = b->low, .y = b->low + n, .n_x = n, .n_y = b->n_y};
    struct unpaired_samples most = {.x = b->high, .y = b->high + n, .n_x = n, .n_y = b->n_y};
    enum rc rc = unpaired_judge(&least, alpha, &x, e);
    if (rc == RC_OK)
        rc = unpaired_judge(&most, alpha, &y, e);
    if (rc != RC_OK)
        return rc;
    struct end low = {x.estimate, x.lo, x.hi, x.p, x.confidence > 0};
    struct end high = {y.estimate, y.lo, y.hi, y.p, y.confidence > 0};
    join(&low, &high, limit, alpha, out);
    return RC_OK;
}
