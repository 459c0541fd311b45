/*
 * Arithmetic on a document's own figures: one comparison of two expressions, worked out and shown.
 *
 * "sent - processed - dead = 0" with sent 1500000, processed 1498500 and dead 0 does not hold, and
 * is shown as "1500000 - 1498500 - 0 = 1500; 1500 = 0 is false". Expressions are made of numbers,
 * named figures, + - * / and parentheses; the comparison is one of = < > <= >=. A tolerance is a
 * share of the right side and widens "=" alone. Words the parser does not know, unknown figures,
 * a division by zero and results that are not finite are RC_INPUT and name the place.
 * Ownership: everything is borrowed. Threads: pure functions.
 */
#ifndef ASSAY_SCENARIOS_ARITHMETIC_H
#define ASSAY_SCENARIOS_ARITHMETIC_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { ARITHMETIC_TEXT_MAX = 400, ARITHMETIC_DEPTH_MAX = 20, ARITHMETIC_SHOWN = 1024 };

struct figure {
    char *name; /* letters, digits and underscores, not starting with a digit */
    double value;
};

struct arithmetic {
    const char *text; /* "after / before <= 0.2" */
    const struct figure *figures;
    size_t figure_count;
    double tolerance; /* 0.02: two per cent */
};

struct arithmetic_answer {
    bool holds;
    double left, right;
    char shown[ARITHMETIC_SHOWN];
};

/* On failure *out is undefined. */
enum rc arithmetic_check(const struct arithmetic *a, struct arithmetic_answer *out,
                         struct err *e) MUST_CHECK;

bool figure_name_valid(const char *name);

#endif
