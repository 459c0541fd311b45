/*
 * A contrast: one metric of two arms of one comparison, paired block by block; or of one arm alone.
 *
 * Only blocks in which both arms have a trial that counts (metric_counts) make a pair; the other
 * trials are counted by their reason. What the place in a block added to a value is taken out of it
 * where it shows (position.h). Ownership: contrast_of's arrays are freed by
 * contrast_release; records are borrowed from the results. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_SUMMARY_CONTRAST_H
#define ASSAY_REPORTS_SUMMARY_CONTRAST_H

#include "reports/record/results.h"
#include "reports/summary/metric.h"

struct contrast_key {
    const char *scenario;
    int64_t group;         /* trial_record.group */
    const char *from, *to; /* arms, as trial_record_arm names them; from NULL: to alone */
    enum metric metric;
    int64_t last_block; /* trials of later blocks are not looked at; 0: all are */
};

/* The two trials of a pair; alone: twice the same. Borrowed from the results. */
struct contrast_pair {
    const struct trial_record *from, *to;
};

/* What was done about the place in a block. */
enum contrast_place { PLACE_NOTHING, PLACE_REMOVED, PLACE_REBALANCED, PLACE_UNBALANCED };

struct contrast {
    size_t n;          /* pairs, in the order of their blocks */
    double *from, *to; /* owned; n values each, >= 0; from is to when alone */
    bool *from_censored,
        *to_censored;            /* owned; n each: the value was cut off, and is at least that */
    size_t censored;             /* of all these; alone: of to */
    struct contrast_pair *pairs; /* owned; n */
    size_t trials;               /* of both arms, of any validity */
    size_t saturated;            /* of these, and not counted */
    size_t voided;               /* void or interrupted, and not counted */
    size_t unmeasured;           /* they count, and this metric says nothing */
    const char *why;             /* of the first saturated or void one; "" */
    const struct trial_record *wrong; /* first whose integrity was hurt; or NULL */
    size_t absent;                    /* arms that have no trial at all */
    int64_t blocks;                   /* highest block number of either arm */
    bool exact;                       /* the records of all pairs say that their bytes repeat */
    double spread; /* over the blocks, the wider arm: (largest - smallest) / largest */
    enum contrast_place place;
    double last_adds; /* when it was removed: what the last place added to the first, a logarithm or
                         in the metric's unit */
    double stretch;   /* by how much an interval is stretched for it, above 1; 0: it is not */
    double batch_from, batch_to; /* records per stored batch, all pairs together; NOT_MEASURED */
};

enum rc contrast_of(const struct results *r, const struct contrast_key *k, struct contrast *out,
                    struct err *e) MUST_CHECK;
void contrast_release(struct contrast *c); /* zeroed is fine */

/* "the last place of a block was 9.8 % above the first: taken out"; "" for PLACE_NOTHING. text
 * holds CONTRAST_WORDS bytes; returned. */
enum { CONTRAST_WORDS = 160 };
char *contrast_place_text(const struct contrast *c, enum metric m, char *text);

#endif
