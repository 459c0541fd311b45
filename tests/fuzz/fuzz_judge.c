/* Any numbers, finite or not: judged or refused, and what is judged is in order. The first half of
 * the values is one sample, the rest the other; all together are differences. */
#include "reports/stats/paired.h"
#include "reports/stats/unpaired.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { VALUES = 130 }; /* more than the exact distributions take */

static void check_paired(const double *d, size_t n)
{
    struct paired r;
    struct err e;
    double turned[VALUES], below, above;
    if (paired_judge(d, n, 0.05, &r, &e) != RC_OK)
        return;
    if (!(r.p >= 0 && r.p <= 1) || r.lo > r.hi || r.estimate < r.lo || r.estimate > r.hi ||
        (r.confidence != 0 && r.confidence < 0.95))
        abort();
    for (size_t i = 0; i < n; i++)
        turned[i] = -d[i];
    if (paired_p_beyond(d, n, 0, true, &below, &e) != RC_OK ||
        paired_p_beyond(turned, n, 0, false, &above, &e) != RC_OK || below != above)
        abort();
}

static void check_unpaired(const double *values, size_t n)
{
    struct unpaired r, back;
    struct err e;
    const struct unpaired_samples s = {
        .x = values, .n_x = n / 2, .y = values + n / 2, .n_y = n - n / 2};
    const struct unpaired_samples turned = {.x = s.y, .n_x = s.n_y, .y = s.x, .n_y = s.n_x};
    if (unpaired_judge(&s, 0.05, &r, &e) != RC_OK)
        return;
    if (!(r.p >= 0 && r.p <= 1) || r.lo > r.hi || r.estimate < r.lo || r.estimate > r.hi ||
        (r.confidence != 0 && r.confidence < 0.95))
        abort();
    if (unpaired_judge(&turned, 0.05, &back, &e) != RC_OK || fabs(back.p - r.p) > 1e-9)
        abort();
}

static void check_holm(double *p, size_t n)
{
    double before[VALUES];
    memcpy(before, p, n * sizeof *p);
    holm_adjust(p, n);
    for (size_t i = 0; i < n; i++) {
        if (isnan(before[i]) ? !isnan(p[i]) : !(p[i] >= 0 && p[i] <= 1))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    double values[VALUES];
    size_t n = size / sizeof *values < VALUES ? size / sizeof *values : VALUES;
    if (n == 0)
        return 0;
    memcpy(values, data, n * sizeof *values);
    check_paired(values, n);
    check_unpaired(values, n);
    check_holm(values, n);
    return 0;
}
