#include "reports/stats/sign.h"

#include "reports/stats/paired.h"
#include "reports/stats/power.h"

#include <math.h>

/* P(at most `most` of n heads), heads having this chance. */
static double at_most(size_t most, size_t n, double chance)
{
    double sum = 0, count = (double)n;
    for (size_t k = 0; k <= most && k <= n; k++) {
        double heads = (double)k;
        sum += exp(lgamma(count + 1) - lgamma(heads + 1) - lgamma(count - heads + 1) +
                   heads * log(chance) + (count - heads) * log1p(-chance));
    }
    return fmin(1, sum);
}

double sign_p_beyond(const double *d, size_t n, double edge, bool greater)
{
    size_t signs = 0, against = 0;
    for (size_t i = 0; i < n; i++) {
        signs += d[i] != edge;
        against += greater ? d[i] > edge : d[i] < edge;
    }
    return at_most(against, signs, 0.5);
}

size_t sign_blocks_to_decide(double beyond, double alpha)
{
    const double nearly_all = 0.999;
    beyond = fmin(beyond, nearly_all);
    size_t n = paired_blocks_needed(1, alpha);
    for (; beyond > 0.5 && n <= PAIRED_MAX; n++) {
        size_t critical = 0;
        while (at_most(critical + 1, n, 0.5) <= alpha / 2)
            critical++;
        if (at_most(critical, n, 0.5) <= alpha / 2 &&
            at_most(critical, n, 1 - beyond) >= POWER_WANTED)
            return n;
    }
    return PAIRED_MAX + 1;
}
