/*
 * Two result folders, cell by cell: what changed from A to B.
 *
 * Cells are matched by what they are (scenario, payload, size, encoding, codec or arm, batching,
 * load, link), not by where they stood in their plans. Two runs share no machine state, so what is
 * compared of a noisy metric is its ratio to the reference arm of the same comparison in the same
 * block (its difference where the metric is one), never the value itself: what a run shares cancels
 * out. These samples are unpaired (effect.h), and Holm's correction runs over all that are judged.
 * Reference arms are judged by themselves: where one differs, what all arms share changed, and
 * nobody can tell machine from candidate. Without a common reference nothing noisy can be judged.
 * Exact values need none.
 * Ownership: results are borrowed and must outlive the comparison, which owns its arrays.
 * Threads: read-only once built.
 */
#ifndef ASSAY_REPORTS_SUMMARY_COMPARISON_H
#define ASSAY_REPORTS_SUMMARY_COMPARISON_H

#include "reports/record/results.h"
#include "reports/summary/effect.h"
#include "reports/summary/trial_shares.h"

enum { COMPARISON_LABEL = RECORD_LABEL_MAX + 3 * RECORD_NAME_MAX };

struct comparison_options {
    const enum metric *metrics; /* borrowed; NULL: the gated ones */
    size_t metric_count;
    double alpha;     /* 0: 0.05 */
    double tolerance; /* relative, of exact values */
};

struct compared_cell {
    const struct trial_record *a, *b; /* one record of each folder stands for the cell */
    bool reference;                   /* in both */
    bool has_reference;               /* its comparison has the same reference arm in both */
    size_t first, count;              /* its effects */
    size_t trials_a, trials_b;        /* of any validity */
    struct trial_shares shares;       /* of those that do not count: from A to B */
};

struct comparison {
    const struct results *a, *b;
    struct compared_cell *cells; /* owned; in the order of A */
    size_t cell_count;
    struct effect *effects; /* owned; cells side by side; without those measured in neither */
    size_t effect_count;
    const struct trial_record **only_a; /* owned; a record of each cell that B has not */
    const struct trial_record **only_b;
    size_t only_a_count, only_b_count;
    struct effect_level level;  /* comparisons: noisy effects that are judged */
    struct effect_level checks; /* the same of reference arms */
    bool unreliable;            /* something noisy has no common reference */
    bool reference_differs;     /* in one comparison at least */
    char why[RECORD_WHY_MAX];   /* one sentence when either holds */
};

/* On failure *out is empty. RC_INPUT: a cell has more trials than can be judged. */
enum rc comparison_of(const struct results *a, const struct results *b,
                      const struct comparison_options *o, struct comparison *out,
                      struct err *e) MUST_CHECK;
void comparison_release(struct comparison *c); /* zeroed is fine */

/* Noisy effects that are judged, of reference arms or of the others. */
size_t comparison_judged(const struct comparison *c, bool reference);
/* Of those of the others the ones that have too few trials. */
size_t comparison_too_few(const struct comparison *c);
/* "weather, 1.00 KB, raw, zstd-3, 100 records, flat out"; text holds COMPARISON_LABEL; returned. */
char *comparison_label(const struct trial_record *r, char *text);
/* As JSON (schema "assay-comparison/1"), members of the open object. */
struct json_writer;
void comparison_write(const struct comparison *c, struct json_writer *w);

#endif
