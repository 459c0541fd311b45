/*
 * A gated case in words: what became of it, and the evidence.
 *
 * Ownership: everything is borrowed. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_GATE_GATE_CASE_TEXT_H
#define ASSAY_REPORTS_GATE_GATE_CASE_TEXT_H

#include "reports/gate/gate_rule.h"

enum { GATE_TEXT = 1024 };

/* "3 %", or "5" of a metric that is judged by its difference; text holds EFFECT_TEXT; returned. */
char *gate_limit_text(enum metric m, double limit, char *text);
/* "REGRESSION", "too few blocks to judge": one of a few. */
const char *gate_case_says(const struct gate *g, const struct gate_case *c);
/* "e2e_p50_ns: 5.02 ms -> 5.91 ms, +20.3 % [+14.0, +24.4], slower; ...; finds harm from 8.1 % on;
 * limit 5 %"; text holds GATE_TEXT; returned. */
char *gate_case_text(const struct gate *g, const struct gate_case *c, char *text);
/* Whether it is known what several starts of the broker are like, and may matter. */
bool gate_case_has_starts(const struct gate_case *c);

#endif
