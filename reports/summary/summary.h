/*
 * What a run's records say together: medians per cell, paired ratios per comparison.
 *
 * A cell is one point of the sweep; its observations are its trials. A group is one comparison:
 * its cells differ only in the arm, and each is paired with the reference arm block by block.
 * Void and interrupted trials are excluded and counted; latency histograms are merged over the
 * valid trials of a cell, never averaged. Nothing here is a verdict.
 * Ownership: summary_build's summary borrows the results, which must outlive it, and owns its
 * arrays. Threads: read-only once built.
 */
#ifndef ASSAY_REPORTS_SUMMARY_SUMMARY_H
#define ASSAY_REPORTS_SUMMARY_SUMMARY_H

#include "base/hist.h"
#include "reports/record/environment.h"
#include "reports/record/results.h"
#include "reports/stats/statistics.h"
#include "reports/summary/metric.h"

enum { VALIDITIES = 5, CURVE_POINTS = 17 };
extern const double CURVE_QUANTILES[CURVE_POINTS]; /* rising, from 0 to 0.99999 */

struct summary_cell {
    const struct trial_record *first; /* of its records: stands for what they have in common */
    size_t group;                     /* index in summary.groups */
    bool reference;
    size_t trials[VALIDITIES];          /* by enum validity */
    const char *why;                    /* of its first trial that is not valid; "" */
    struct measure value[METRICS_MAX];  /* medians over trials that count */
    struct measure versus[METRICS_MAX]; /* paired ratios to the reference arm, or
                                           differences from it; n is pairs */
    size_t censored[METRICS_MAX];       /* of value's: cut off, at least that much */
    bool at_least[METRICS_MAX];         /* value's median may be larger for that */
    struct {
        size_t larger, smaller;                 /* ratios that may be, for a value cut off */
    } open[METRICS_MAX];                        /* of versus's */
    struct delivery delivery;                   /* summed over all its trials, void ones included */
    struct codec_batches stored[RECORD_CODECS]; /* summed the same way */
    int64_t fallbacks;                          /* batches stored with another codec than asked */
    struct {
        int64_t images, bytes, window_ns;       /* while measuring, summed over trials that count */
        int64_t sent, identical;                /* of whole trials, void ones included */
    } background;                               /* all 0: there was none */
    struct latency latency[LATENCIES_MAX];      /* of the merged histograms; n 0: there are none */
    int64_t curve[LATENCIES_MAX][CURVE_POINTS]; /* its quantiles; NOT_MEASURED: too few values */
    struct timeline *timeline; /* owned; of its valid trial in the middle; NULL: none to read */
};

struct summary_group {
    const char *label;          /* what its cells have in common */
    const char *compare;        /* what tells them apart */
    bool paced;                 /* latencies are those of a service, not of a queue */
    bool background;            /* some of its cells have background load */
    unsigned varies;            /* a bit a dimension: other cells of its scenario differ in it */
    size_t first, count;        /* its cells, in the order of the plan */
    size_t first_trial, trials; /* its records in summary.by_group */
    size_t reference;           /* index of the reference cell; SIZE_MAX: it has no record */
};

struct verdicts; /* verdicts.h */
struct summary {
    const struct results *results;            /* borrowed */
    const struct verdicts *verdicts;          /* borrowed; of the claims the run was made for; NULL:
                                                 none. Set by whoever built the summary */
    struct environment *environment;          /* owned; NULL: no environment.json */
    char environment_trouble[RECORD_WHY_MAX]; /* why it could not be read; "" */
    struct summary_cell *cells;               /* owned; groups side by side */
    size_t cell_count;
    struct summary_group *groups; /* owned */
    size_t group_count;
    const struct trial_record **by_group; /* owned; by group, then as measured */
    size_t trials[VALIDITIES];
    int64_t blocks;                    /* highest block number seen */
    size_t hists_absent;               /* valid trials that have no histogram */
    size_t hists_damaged;              /* valid trials whose .hlog cannot be read: left out */
    char hist_trouble[RECORD_WHY_MAX]; /* the first of those: file, line and reason; "" */
};

/* On failure *out may be released and is empty. Histograms that are absent or damaged are no
 * failure: they are left out, counted and named, for every report to say. */
enum rc summary_build(const struct results *r, struct summary *out, struct err *e) MUST_CHECK;
void summary_release(struct summary *s); /* NULL is fine */

/* What the cells of a group have in common and its label does not say: "raw; closed 1000;
 * reference none"; and how its last blocks differ from the first (drift.h). text holds
 * SUMMARY_CONDITIONS bytes; returned. */
enum { SUMMARY_CONDITIONS = 1024 };
char *summary_conditions(const struct summary *s, const struct summary_group *g, char *text);

/* Trials that were planned and have no record: the run ended early. 0 when that is not known. */
size_t summary_missing(const struct summary *s);
/* In words how many trials are missing, or more than planned; "" when neither is known to be. text
 * holds SUMMARY_COUNT bytes; returned. */
enum { SUMMARY_COUNT = 256 };
char *summary_count(const struct summary *s, char *text);

/* "hist/: 3 valid trials have no histogram; ..." or "" when every one was read. text holds
 * SUMMARY_HISTS bytes; returned. */
enum { SUMMARY_HISTS = RECORD_WHY_MAX + 256 };
char *summary_hists_left_out(const struct summary *s, char *text);

size_t summary_cell_trials(const struct summary_cell *c); /* of any validity */
/* The reference cell of c's group; NULL when it has no record or is c itself. */
const struct summary_cell *summary_reference(const struct summary *s, const struct summary_cell *c);

#endif
