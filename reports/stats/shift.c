#include "reports/stats/shift.h"

#include "reports/stats/statistics.h"

#include <math.h>

size_t walsh_averages(const double *values, size_t n, double *out)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            out[count++] = values[i] / 2 + values[j] / 2;
    return count;
}

struct shift shift_read(double *values, size_t count, const struct critical *c)
{
    values_sort(values, count);
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

double shift_low(double *values, size_t count, const struct critical *c)
{
    size_t first = 0, last = count - 1, wanted = c->below;
    if (!c->bounded)
        return -INFINITY;
    while (first < last) { /* Hoare's selection: wanted stays between first and last */
        double pivot = values[first + (last - first) / 2];
        size_t i = first, j = last;
        for (;;) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i >= j)
                break;
            double other = values[i];
            values[i++] = values[j];
            values[j--] = other;
        }
        if (wanted <= j)
            last = j;
        else
            first = j + 1;
    }
    return values[wanted];
}
