#include "reports/stats/signed_rank.h"

#include "reports/stats/normal.h"

#include <math.h>

/* Ranks are doubled here too: n untied ones add up to n (n + 1). */
enum { TOTAL_MAX = SIGNED_RANK_EXACT * (SIGNED_RANK_EXACT + 1) };

/* One more rank: heads adds it to the sum, tails does not. chance holds sums 0 to total + rank2. */
static void add_rank(double *chance, size_t total, size_t rank2)
{
    for (size_t s = 0; s <= total; s++)
        chance[s] /= 2;
    for (size_t s = total + 1; s <= total + rank2; s++)
        chance[s] = 0;
    for (size_t s = total + 1; s-- > 0;)
        chance[s + rank2] += chance[s];
}

static double exact_lower(const struct ranked *items, size_t n, size_t w2)
{
    double chance[TOTAL_MAX + 1];
    chance[0] = 1;
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        add_rank(chance, total, items[i].rank2);
        total += items[i].rank2;
    }
    double sum = 0;
    for (size_t s = 0; s <= w2 && s <= total; s++)
        sum += chance[s];
    return sum;
}

double signed_rank_lower(const struct ranked *items, size_t n, size_t w2)
{
    size_t total = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        total += items[i].rank2;
        squares += (double)items[i].rank2 * (double)items[i].rank2;
    }
    if (w2 >= total)
        return 1;
    if (total <= TOTAL_MAX)
        return exact_lower(items, n, w2);
    return normal_tail(((double)total / 2 - (double)w2 - 1) / sqrt(squares / 4));
}

static struct critical exact_critical(size_t n, double tail)
{
    double chance[TOTAL_MAX + 1];
    chance[0] = 1;
    for (size_t rank = 1; rank <= n; rank++)
        add_rank(chance, rank * (rank - 1), 2 * rank);
    struct critical c = {.bounded = false};
    double sum = 0;
    for (size_t w = 0; w <= n * (n + 1) / 4; w++) {
        sum += chance[2 * w];
        if (sum > tail)
            break;
        c = (struct critical){.bounded = true, .below = w, .tail = sum};
    }
    return c;
}

struct critical signed_rank_critical(size_t n, double tail)
{
    if (n <= SIGNED_RANK_EXACT)
        return exact_critical(n, tail);
    double count = (double)n;
    double mean = count * (count + 1) / 4;
    double deviation = sqrt(count * (count + 1) * (2 * count + 1) / 24);
    double w = floor(mean - 0.5 - normal_tail_z(tail) * deviation);
    if (w < 0)
        return (struct critical){.bounded = false};
    return (struct critical){
        .bounded = true, .below = (size_t)w, .tail = normal_tail((mean - w - 0.5) / deviation)};
}
