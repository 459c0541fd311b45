#include "reports/stats/ranks.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

void ranks_assign(struct ranked *items, size_t n, double tie)
{
    qsort(items, n, sizeof *items, by_value);
    size_t first = 0;
    while (first < n) {
        size_t end = first + 1;
        while (end < n && items[end].value - items[end - 1].value <= tie)
            end++;
        for (size_t i = first; i < end; i++)
            items[i].rank2 = first + 1 + end;
        first = end;
    }
}
