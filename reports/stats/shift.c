#include "reports/stats/shift.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct shift shift_read(double *values, size_t count, const struct critical *c)
{
    qsort(values, count, sizeof *values, ascending);
    double upper = values[count / 2];
    struct shift s = {
        .estimate = count % 2 == 1 ? upper : values[count / 2 - 1] / 2 + upper / 2,
        .lo = -INFINITY,
        .hi = INFINITY,
    };
    if (!c->bounded)
        return s;
    s.lo = values[c->below];
    s.hi = values[count - 1 - c->below];
    s.confidence = 1 - 2 * c->tail;
    return s;
}
