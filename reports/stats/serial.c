#include "reports/stats/serial.h"

#include <math.h>

const double SERIAL_TRUSTED = 0.5;

double serial_correlation(const double *values, size_t n)
{
    enum { FEWEST = 6 };
    double mean = 0, squares = 0, products = 0, count = (double)n;
    if (n < FEWEST)
        return 0;
    for (size_t i = 0; i < n; i++)
        mean += values[i] / count;
    for (size_t i = 0; i < n; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
        products += i > 0 ? (values[i] - mean) * (values[i - 1] - mean) : 0;
    }
    if (squares <= 0)
        return 0;
    return fmin(1, (count * products / squares + 1) / (count - 4));
}

double serial_widening(double correlation, size_t n)
{
    const double uncertain = 0.75, most = 0.8;
    double r = correlation + uncertain / sqrt((double)n);
    r = fmax(0, fmin(most, r));
    return sqrt((1 + r) / (1 - r));
}
