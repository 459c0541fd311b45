/*
 * Trials that do not count are evidence: nothing must pass on those that survived.
 *
 * Saturated trials say that the rate was too much; where the second of two arms has more of them
 * than chance explains (Fisher's exact test), its capacity is what regressed, and where it has more
 * and that may be chance, nothing is decided. Void trials of either leave nothing to pass on, nor
 * do trials that the second was refused and the first was not.
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_SUMMARY_TRIAL_SHARES_H
#define ASSAY_REPORTS_SUMMARY_TRIAL_SHARES_H

#include "reports/record/record.h"
#include "reports/stats/fisher.h"

enum { TRIAL_SHARES_FIRST = 256, TRIAL_SHARES_TEXT = 2 * TRIAL_SHARES_FIRST };

struct trial_shares {
    struct share from, to;           /* saturated ones among the trials of either arm */
    size_t from_void, to_void;       /* void or interrupted */
    size_t from_refused, to_refused; /* that no client takes: never tried, and in neither share */
    char first_void[TRIAL_SHARES_FIRST]; /* "c02.b03: the sender ended …"; cut; "" */
};

/* Counts a trial of the first arm, or of the second (to). */
void trial_shares_count(struct trial_shares *s, const struct trial_record *r, bool to);
/* Whether the second arm has saturated trials, more refused ones than the first, or either has void
 * ones. */
bool trial_shares_matter(const struct trial_shares *s);
bool trial_shares_refuse_more(const struct trial_shares *s);
/* "6 of 12 trials of the candidate are saturated, and 0 of 24 of the baseline, p 0.00047". from,
 * to: what the arms are called. text holds TRIAL_SHARES_TEXT bytes; returned. */
char *trial_shares_text(const struct trial_shares *s, const char *from, const char *to, char *text);
/* As members of the open JSON object. */
struct json_writer;
void trial_shares_write(const struct trial_shares *s, struct json_writer *w);

#endif
