/*
 * What the place in a block does: the first trial after another comparison, or the last before one,
 * may be slower, whichever arm it is.
 *
 * In an order that is random and balanced the place harms no arm, but its effect is noise in every
 * difference. Blocks in which all arms were measured tell it apart from the arms: arms and places
 * are taken out of each other in turns (as typical values, Hodges and Lehmann's; median polish). It
 * is removed where a place differs from the others beyond doubt (signed ranks, p below 1 % after
 * Bonferroni), or where blocks were lost and the order of two arms is balanced no more. Noise that
 * looked like a place is removed with it: intervals are stretched by the square root of (n - 1) /
 * (n - 2). Source: J. W. Tukey, Exploratory Data Analysis (1977), chapter 11.
 * Ownership: positions_release frees them; records are borrowed. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_SUMMARY_POSITION_H
#define ASSAY_REPORTS_SUMMARY_POSITION_H

#include "reports/summary/contrast.h"

enum { POSITIONS_MAX = 64 };

/* The trial at a place; NULL: not known. */
struct position_slot {
    const struct trial_record *r;
};

struct positions {
    size_t count;             /* arms of a block; 0: one, or more than POSITIONS_MAX */
    struct position_slot *at; /* owned; by block (from 1) and place */
    bool known;    /* what places add; not with fewer than 6 whole blocks, or an arm that never
                      moved */
    size_t blocks; /* whole ones */
    bool differ;   /* beyond doubt */
    double adds[POSITIONS_MAX]; /* by place, in the scale of comparison: a logarithm, or the unit of
                                   a metric that is compared by difference; they add up to 0 */
};

/* Of the metric of a comparison: all its arms, up to the key's last block. On failure, too,
 * positions_release is needed. */
enum rc positions_of(const struct results *r, const struct contrast_key *k, struct positions *out,
                     struct err *e) MUST_CHECK;
void positions_release(struct positions *p); /* zeroed is fine */
/* The place of a trial among those of its comparison in its block; POSITIONS_MAX: not known. */
size_t position_of(const struct positions *p, const struct trial_record *r);
/* A value without what its place added. */
double position_removed(const struct positions *p, enum metric m, const struct trial_record *r,
                        double value);
double positions_stretch(const struct positions *p);

#endif
