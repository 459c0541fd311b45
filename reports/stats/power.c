#include "reports/stats/power.h"

#include "reports/stats/normal.h"

#include <math.h>

const double POWER_WANTED = 0.8;

static double below(double z)
{
    return normal_tail(-z);
}

/* P(Z1 < Z + shift and Z2 < Z + shift) of three standard normals: the trapezium rule, which for
 * such a function over the whole line is exact to the last digits. */
static double both_below(double shift)
{
    const int steps = 120;
    const double end = 9, step = 2 * end / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
        double z = -end + step * i;
        sum += normal_density(z) * below(z + shift) * below(z + shift);
    }
    return sum * step;
}

double power_paired(double effect, size_t n, const struct critical *c)
{
    if (!c->bounded)
        return 0;
    double count = (double)n;
    if (c->below == 0) /* only n signs alike will do, and that chance is known exactly */
        return pow(below(effect), count);
    /* of W-, the sum of the ranks that point the wrong way */
    double pairs = count * (count - 1) / 2;
    double one = below(-effect), two = below(-effect * sqrt(2)), three = both_below(-2 * effect);
    double mean = pairs * two + count * one;
    double variance = count * (count - 1) * (count - 2) * (three - two * two) +
                      pairs * (2 * (one - two) * (one - two) + 3 * two * (1 - two)) +
                      count * one * (1 - one);
    if (variance <= 0)
        return 1;
    return below(((double)c->below + 0.5 - mean) / sqrt(variance));
}

double power_unpaired(double effect, size_t n_x, size_t n_y, const struct critical *c)
{
    if (!c->bounded)
        return 0;
    /* of U, the number of pairs that point the wrong way */
    double pairs = (double)n_x * (double)n_y;
    double one = below(-effect / sqrt(2)), two = both_below(-effect);
    double variance = pairs * (one * (1 - one) + (double)(n_x + n_y - 2) * (two - one * one));
    if (variance <= 0)
        return 1;
    return below(((double)c->below + 0.5 - pairs * one) / sqrt(variance));
}
