#include "reports/stats/rank_sum.h"

#include "reports/stats/normal.h"

#include <math.h>
#include <stdlib.h>

/* How many draws of up to `most` of the ranks seen so far have each doubled sum. Counts are whole
 * numbers held as doubles: exact up to 2^53, to 16 digits beyond. */
struct draws {
    size_t most;   /* items drawn, at the end */
    size_t stride; /* sums 0 to stride - 1 */
    double *count; /* owned; count[drawn * stride + sum] */
    size_t seen;   /* ranks added */
    size_t total;  /* and their sum */
};

static void draws_release(struct draws *d)
{
    free(d->count);
}

static void draws_add(struct draws *d, size_t rank2)
{
    size_t highest = d->seen < d->most ? d->seen : d->most - 1;
    for (size_t drawn = highest + 1; drawn-- > 0;) {
        const double *without = d->count + drawn * d->stride;
        double *with = d->count + (drawn + 1) * d->stride + rank2;
        for (size_t sum = 0; sum <= d->total; sum++)
            with[sum] += without[sum];
    }
    d->seen++;
    d->total += rank2;
}

/* items NULL: n untied ranks. */
static enum rc draws_init(struct draws *d, const struct ranked *items, size_t n, size_t most,
                          struct err *e)
{
    *d = (struct draws){.most = most, .stride = n * (n + 1) + 1};
    d->count = calloc((most + 1) * d->stride, sizeof *d->count);
    if (d->count == NULL)
        return err_set(e, RC_INFRA, "no memory for the rank sums of %zu values", n);
    d->count[0] = 1;
    for (size_t i = 0; i < n; i++)
        draws_add(d, items == NULL ? 2 * (i + 1) : items[i].rank2);
    return RC_OK;
}

static double draws_all(const double *of_size, size_t total)
{
    double all = 0;
    for (size_t sum = 0; sum <= total; sum++)
        all += of_size[sum];
    return all;
}

static enum rc exact_tails(const struct ranked *items, size_t n, size_t k, size_t sum2,
                           struct rank_sum_tails *out, struct err *e)
{
    struct draws d;
    enum rc rc = draws_init(&d, items, n, k, e);
    if (rc != RC_OK)
        return rc;
    const double *of_size = d.count + k * d.stride;
    double all = draws_all(of_size, d.total), lower = 0, upper = 0;
    for (size_t sum = 0; sum <= sum2; sum++)
        lower += of_size[sum];
    for (size_t sum = sum2; sum <= d.total; sum++)
        upper += of_size[sum];
    *out = (struct rank_sum_tails){.lower = fmin(1, lower / all), .upper = fmin(1, upper / all)};
    draws_release(&d);
    return RC_OK;
}

/* Drawing k of n without replacement: mean k m, variance k (n - k) / (n (n - 1)) times the sum of
 * squares about the mean rank m. All doubled here. */
static struct rank_sum_tails normal_tails(const struct ranked *items, size_t n, size_t k,
                                          size_t sum2)
{
    double squares = 0, mean_rank = (double)n + 1;
    for (size_t i = 0; i < n; i++)
        squares += ((double)items[i].rank2 - mean_rank) * ((double)items[i].rank2 - mean_rank);
    double share = (double)k * (double)(n - k) / ((double)n * (double)(n - 1));
    double deviation = sqrt(share * squares);
    if (deviation == 0)
        return (struct rank_sum_tails){.lower = 1, .upper = 1};
    double from_mean = (double)sum2 - (double)k * mean_rank;
    return (struct rank_sum_tails){.lower = normal_tail(-(from_mean + 1) / deviation),
                                   .upper = normal_tail((from_mean - 1) / deviation)};
}

enum rc rank_sum_tails_of(const struct ranked *items, size_t n, struct rank_sum_tails *out,
                          struct err *e)
{
    size_t k = 0, sum2 = 0;
    for (size_t i = 0; i < n; i++) {
        if (items[i].marked) {
            k++;
            sum2 += items[i].rank2;
        }
    }
    if (k == 0 || k == n) {
        *out = (struct rank_sum_tails){.lower = 1, .upper = 1};
        return RC_OK;
    }
    if (n <= RANK_SUM_EXACT)
        return exact_tails(items, n, k, sum2, out, e);
    *out = normal_tails(items, n, k, sum2);
    return RC_OK;
}

static struct critical normal_critical(double n_x, double n_y, double tail)
{
    double mean = n_x * n_y / 2;
    double deviation = sqrt(n_x * n_y * (n_x + n_y + 1) / 12);
    double u = floor(mean - 0.5 - normal_tail_z(tail) * deviation);
    if (u < 0)
        return (struct critical){.bounded = false};
    return (struct critical){
        .bounded = true, .below = (size_t)u, .tail = normal_tail((mean - u - 0.5) / deviation)};
}

enum rc rank_sum_critical(size_t n_x, size_t n_y, double tail, struct critical *out, struct err *e)
{
    size_t n = n_x + n_y;
    if (n > RANK_SUM_EXACT) {
        *out = normal_critical((double)n_x, (double)n_y, tail);
        return RC_OK;
    }
    struct draws d;
    enum rc rc = draws_init(&d, NULL, n, n_y, e);
    if (rc != RC_OK)
        return rc;
    const double *of_size = d.count + n_y * d.stride;
    double all = draws_all(of_size, d.total), sum = 0;
    *out = (struct critical){.bounded = false};
    for (size_t u = 0; u <= n_x * n_y / 2; u++) {
        sum += of_size[n_y * (n_y + 1) + 2 * u];
        if (sum / all > tail)
            break;
        *out = (struct critical){.bounded = true, .below = u, .tail = sum / all};
    }
    draws_release(&d);
    return RC_OK;
}
