/*
 * The known name nearest to a mistyped one, for "did you mean".
 *
 * Nearness counts insertions, deletions, changes and swaps of neighbours (optimal string
 * alignment); more than 3, or more than about a third of the longer text, is not near. Threads:
 * pure functions.
 */
#ifndef ASSAY_BASE_NEAREST_H
#define ASSAY_BASE_NEAREST_H

#include <stddef.h>

/* Edits from a to b; SIZE_MAX when a text is longer than a name. */
size_t nearest_distance(const char *a, const char *b);

/* Keeps the best of a run of candidates: start with best NULL. */
struct nearest {
    const char *given; /* borrowed */
    const char *best;  /* the nearest candidate, borrowed; NULL when none is near */
    size_t distance;   /* of best */
};
void nearest_offer(struct nearest *n, const char *candidate);

#endif
