/*
 * Verdicts in words and figures, for terminal, Markdown and HTML alike.
 *
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VERDICT_TEXT_H
#define ASSAY_REPORTS_CLAIMS_VERDICT_TEXT_H

#include "reports/claims/verdicts.h"

enum { EFFECT_WORDS = 160, STRATUM_COLUMNS = 9 };

/* A value of s's scale: "-63.1 %", "+3.20 ms", "4.05". text holds EFFECT_WORDS bytes; returned. */
char *effect_value(const struct stratum *s, double v, char *text);
/* "-63.1 % (-66.0 to -58.2)"; without an interval where there is none; "-" when not measured. */
char *effect_words(const struct stratum *s, char *text);
/* What a test's word counts for: "" or " somewhere", " typically", " (a remark: it decides
 * nothing)". */
const char *test_role(const struct claim_test *t);
/* All strata of a claim, with the metric's title: one effect, or the range of the estimates: "e2e
 * median -63 % to +4.0 %". "" when it has none, or tests of several kinds. */
char *effect_range(const struct claim_verdict *v, char *text);
/* "s/c01.b01 to s/c09.b12, 144 pairs; codec read from segment files"; "" without strata. */
char *evidence_words(const struct claim_verdict *v, char *text);
enum { EVIDENCE_WORDS = 4 * RECORD_LABEL_MAX };

/* The table of strata: what each column is called and holds. cells are VERDICT_TEXT bytes each. */
extern const char *const STRATUM_TITLES[STRATUM_COLUMNS];
void stratum_cells(const struct stratum *s, char cells[STRATUM_COLUMNS][VERDICT_TEXT]);

#endif
