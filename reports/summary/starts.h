/*
 * Starts of the broker: one process is one sample of what a broker is like, whatever the number of
 * blocks it served.
 *
 * The blocks of a comparison that is judged are spread over several starts (broker_started_wall_ns
 * of the record). Whether they differ by more than their blocks do is asked by ranks (Kruskal and
 * Wallis, p below 1 %); and from the starts' own medians comes an interval for the next one, with
 * Student's t of two degrees of freedom, which is too wide where there are more than three.
 * Sources: W. H. Kruskal, W. A. Wallis, JASA 47 (1952) 583. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_SUMMARY_STARTS_H
#define ASSAY_REPORTS_SUMMARY_STARTS_H

#include "reports/summary/contrast.h"

struct starts {
    size_t count;       /* 0: not known, of brokers of others or a kept one */
    double least, most; /* medians of the starts' pairs: logarithms of to / from where relative,
                           else differences, or the level itself when alone; NAN below two starts */
    bool differ;        /* by more than blocks do */
    double lo, hi;      /* interval of what starts are like, at alpha; infinite below three */
};

/* Pairs that have no ratio, or a value cut off, are left out. */
enum rc starts_of(const struct contrast *c, bool alone, bool relative, double alpha,
                  struct starts *out, struct err *e) MUST_CHECK;

#endif
