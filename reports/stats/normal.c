#include "reports/stats/normal.h"

#include <math.h>

static const double SQRT_HALF = 0.70710678118654752440;
static const double DENSITY_AT_0 = 0.39894228040143267794; /* 1 / sqrt(2 pi) */

double normal_tail(double z)
{
    return 0.5 * erfc(z * SQRT_HALF);
}

double normal_density(double z)
{
    return DENSITY_AT_0 * exp(-0.5 * z * z);
}

/* For tails up to one half, where erfc has all its digits. */
static double upper_z(double tail)
{
    if (tail == 0)
        return INFINITY;
    double low = -1, high = 40; /* doubles end before: P(Z > 38.5) is the smallest of them */
    for (;;) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            return high;
        if (normal_tail(middle) > tail)
            low = middle;
        else
            high = middle;
    }
}

double normal_tail_z(double tail)
{
    if (!(tail >= 0 && tail <= 1))
        return NAN;
    return tail <= 0.5 ? upper_z(tail) : -upper_z(1 - tail);
}
