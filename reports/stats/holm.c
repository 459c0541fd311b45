#include "reports/stats/paired.h"

#include <math.h>

/* Index of the smallest p that is not yet done; done ones carry a minus sign. n: all are done. */
static size_t smallest_open(const double *p, size_t n)
{
    size_t best = n;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(p[i]) && !signbit(p[i]) && (best == n || p[i] < p[best]))
            best = i;
    }
    return best;
}

void holm_adjust(double *p, size_t n)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(p[i]))
            left++;
        if (p[i] <= 0)
            p[i] = 0; /* and not -0 */
    }
    double reached = 0;
    for (; left > 0; left--) {
        size_t i = smallest_open(p, n);
        reached = fmax(reached, fmin(1, (double)left * p[i]));
        p[i] = copysign(reached, -1);
    }
    for (size_t i = 0; i < n; i++)
        p[i] = fabs(p[i]);
}
