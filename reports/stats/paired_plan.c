/* How many blocks: needed, detectable, to decide. */
#include "reports/stats/paired.h"
#include "reports/stats/power.h"
#include "reports/stats/signed_rank.h"

#include <math.h>

enum { BLOCKS_FEWEST = 6 };

size_t paired_blocks_needed(size_t comparisons, double alpha)
{
    double m = comparisons > 0 ? (double)comparisons : 1;
    size_t n = BLOCKS_FEWEST;
    while (n < PAIRED_MAX && m * ldexp(1, 1 - (int)n) > alpha)
        n++;
    return n;
}

double paired_detectable(double sigma, size_t n, double alpha)
{
    double low = 0, high = 64; /* standard deviations; more is found always or never */
    struct critical c = signed_rank_critical(n, alpha / 2);
    if (!(sigma >= 0) || power_paired(high, n, &c) < POWER_WANTED)
        return NAN;
    while (high - low > 1e-6) {
        double middle = low + (high - low) / 2;
        if (power_paired(middle, n, &c) < POWER_WANTED)
            low = middle;
        else
            high = middle;
    }
    return high * sigma;
}

size_t paired_blocks_to_decide(const struct paired *r, double sigma, double edge, double alpha)
{
    double away = fabs(r->estimate - edge);
    if (!(sigma >= 0) || !(away > 0))
        return PAIRED_MAX + 1;
    size_t n = paired_blocks_needed(1, alpha);
    if (r->lo <= edge && edge <= r->hi && n <= r->n)
        n = r->n + 1;
    if (sigma == 0)
        return n;
    for (; n <= PAIRED_MAX; n++) {
        struct critical c = signed_rank_critical(n, alpha / 2);
        if (power_paired(away / sigma, n, &c) >= POWER_WANTED)
            break;
    }
    return n;
}
