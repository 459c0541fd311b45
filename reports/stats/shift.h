/*
 * A shift in location and its interval, read off sorted pairwise values: the Walsh averages of one
 * sample, or the differences of two.
 *
 * Both rank tests, inverted, give an interval that ends at two of these values (Hodges & Lehmann).
 * The interval is closed and uses the critical value of untied ranks: with ties in the data it then
 * covers at least what it says. Source: G. E. Noether, JASA 62 (1967) 184.
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_STATS_SHIFT_H
#define ASSAY_REPORTS_STATS_SHIFT_H

#include <stdbool.h>
#include <stddef.h>

/* Where the interval ends: `below` of the values lie below it and as many above. */
struct critical {
    bool bounded; /* false: too few observations for the level, the rest is 0 */
    size_t below; /* largest k with P(statistic <= k) <= the tail asked for */
    double tail;  /* P(statistic <= below) */
};

struct shift {
    double estimate;   /* median of the values */
    double lo, hi;     /* -INFINITY, INFINITY when not bounded */
    double confidence; /* 1 - 2 tail; 0 when not bounded */
};

/* The averages of every two of n values, each with itself, too; out holds n (n + 1) / 2, and so
 * many are returned. */
size_t walsh_averages(const double *values, size_t n, double *out);

/* Sorts values in place; count >= 1. */
struct shift shift_read(double *values, size_t count, const struct critical *c);
/* Its lo alone, in a time that grows with count; moves values about. */
double shift_low(double *values, size_t count, const struct critical *c);

#endif
