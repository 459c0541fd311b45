#include "base/nearest.h"

#include <stdint.h>
#include <string.h>

enum { NEAR_ENOUGH = 3, NAME_SHARE = 3, LONGEST_NAME = 64 };

size_t nearest_distance(const char *a, const char *b)
{
    size_t row[LONGEST_NAME + 1];
    size_t na = strlen(a);
    size_t nb = strlen(b);
    if (na > LONGEST_NAME || nb > LONGEST_NAME)
        return SIZE_MAX;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            size_t shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = change < shorter ? change : shorter;
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
