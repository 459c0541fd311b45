#include "base/nearest.h"

#include <stdint.h>
#include <string.h>

enum { NEAR_ENOUGH = 3, NAME_SHARE = 3, LONGEST_NAME = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST_NAME + 1];
    size_t *before = rows[0];
    size_t *last = rows[1];
    size_t *row = rows[2];
    size_t na = strlen(a);
    size_t nb = strlen(b);
    if (na > LONGEST_NAME || nb > LONGEST_NAME)
        return SIZE_MAX;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *reused = before;
        before = last;
        last = row;
        row = reused;
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return row[nb];
}

void nearest_offer(struct nearest *n, const char *candidate)
{
    size_t longer = strlen(n->given);
    if (strlen(candidate) > longer)
        longer = strlen(candidate);
    size_t distance = nearest_distance(n->given, candidate);
    if (distance > NEAR_ENOUGH || distance * NAME_SHARE > longer + 1)
        return;
    if (n->best == NULL || distance < n->distance) {
        n->best = candidate;
        n->distance = distance;
    }
}
