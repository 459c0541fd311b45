#include "reports/stats/fisher.h"

#include <math.h>

/* ln of n over k. */
static double ln_choose(size_t n, size_t k)
{
    return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

double fisher_more(struct share from, struct share to)
{
    size_t hits = from.hits + to.hits, all = from.all + to.all;
    size_t most = hits < to.all ? hits : to.all;
    double whole = ln_choose(all, hits), sum = 0;
    if (from.all == 0 || to.all == 0 || hits == 0)
        return 1;
    for (size_t k = to.hits; k <= most; k++)
        if (hits - k <= from.all)
            sum += exp(ln_choose(to.all, k) + ln_choose(from.all, hits - k) - whole);
    return fmin(sum, 1);
}
