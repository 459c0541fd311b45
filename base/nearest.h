/*
 * The known name nearest to a mistyped one, for "did you mean".
 *
 * Nearness is Levenshtein's distance; more than a third of the longer text, or more than 3 edits,
 * is not near. Threads: pure functions.
 */
#ifndef ASSAY_BASE_NEAREST_H
#define ASSAY_BASE_NEAREST_H

#include <stddef.h>

/* Insertions, deletions and changes of one byte; SIZE_MAX when a text is longer than a name. */
size_t nearest_distance(const char *a, const char *b);

/* Keeps the best of a run of candidates: start with best NULL. */
struct nearest {
    const char *given; /* borrowed */
    const char *best;  /* borrowed candidate, or NULL when none is near */
    size_t distance;   /* of best */
};
void nearest_offer(struct nearest *n, const char *candidate);

#endif
