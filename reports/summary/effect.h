/*
 * One metric of one cell in two arms: how large the change is, how sure, and the word for it.
 *
 * Paired (blocks of one run) and unpaired (two folders) comparisons and exact values fill the same
 * struct, so that gate, tables and reports need to know one thing only. Changes are relative,
 * to / from - 1: noisy values are judged on logarithms and must be > 0. Those of a metric that may
 * be 0 are differences, to - from, in its unit (metric_row.by_difference). A value that was cut off
 * counts as larger than all others: the interval is open where that matters.
 * Ownership: plain memory; values are borrowed and not changed. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_SUMMARY_EFFECT_H
#define ASSAY_REPORTS_SUMMARY_EFFECT_H

#include "base/err.h"
#include "reports/summary/metric.h"

#include <stdbool.h>
#include <stddef.h>

enum effect_word {
    EFFECT_NOT_MEASURED, /* an arm has no value */
    EFFECT_TOO_FEW,      /* so few values that no p could fall below alpha after the correction */
    EFFECT_NONE_FOUND,   /* see detectable for how large one could have hidden */
    EFFECT_CENSORED,     /* values were cut off, and what lies behind the cut would decide */
    EFFECT_BETTER,
    EFFECT_WORSE,
    EFFECT_SAME /* exact values are alike, within the tolerance */
};

struct effect {
    enum metric metric;
    bool exact;          /* no statistics: the values repeat */
    size_t n_from, n_to; /* observations; n_from == n_to pairs when paired */
    size_t censored;     /* of both, cut off: at least what was recorded (stats/bounded.h) */
    double from, to;     /* medians, in the metric's unit; NOT_MEASURED */
    double change;       /* Hodges-Lehmann; 0 when not measured */
    double lo, hi;       /* its interval at alpha / comparisons; unbounded: -1 (-INFINITY for
                            differences) and INFINITY */
    double p;            /* two-sided; 1 when exact or not measured */
    double p_holm;       /* after effects_correct; 1 before */
    double detectable;   /* smallest change that would have been found; NAN: unknown, as
                            with values cut off */
    bool hinges;         /* values behind the cut could turn the word round */
    bool reachable;      /* p could have fallen below alpha / comparisons */
    enum effect_word word;
};

struct sample {
    const double *values; /* borrowed */
    size_t n;
    const bool *censored; /* borrowed; whether each was cut off; NULL: none was */
};

/* m comparisons share alpha. */
struct effect_level {
    double alpha;
    size_t comparisons; /* >= 1 */
    double stretch;     /* of the interval of pairs, for what was taken out of them; 0: none was */
};

/* Whether a metric says anything about a trial: the latency of a flat-out one is the length of a
 * queue, the throughput of an open loop is its rate, and an exact scenario judges sizes only. */
bool effect_is_telling(enum metric m, const struct trial_record *r);

/* What a run must hold for values to repeat to the byte. layout_fixed: batches were closed by count
 * under set timestamps; otherwise two equal values in each arm are asked for. */
bool effect_is_exact(enum metric m, struct sample from, struct sample to, bool layout_fixed);

/* word is SAME when |change| <= tolerance. */
void effect_exact(enum metric m, struct sample from, struct sample to, double tolerance,
                  struct effect *out);
/* Pairs from->values[i] with to->values[i]; both have as many. RC_INPUT: too many; 0 or
 * less where it is judged by its ratio. */
enum rc effect_paired(enum metric m, struct sample from, struct sample to,
                      struct effect_level level, struct effect *out, struct err *e) MUST_CHECK;
enum rc effect_unpaired(enum metric m, struct sample from, struct sample to,
                        struct effect_level level, struct effect *out, struct err *e) MUST_CHECK;

/* Fills p_holm of the noisy, measured ones among them, and their words. */
enum rc effects_correct(struct effect **effects, size_t count, double alpha,
                        struct err *e) MUST_CHECK;

/* Whether it may be worse by any amount, because values were cut off. */
bool effect_may_be_worse(const struct effect *f);
/* Whether the lower end of its interval is not known. */
bool effect_is_open_below(const struct effect *f);
/* How much worse `to` is: 0.05 is 5 % slower, larger, or less; negative is better. By difference:
 * in the metric's unit. */
double effect_harm(const struct effect *f);
/* Of one metric: "faster", "slower", "smaller", "larger", "no difference found", ... */
const char *effect_says(const struct effect *f);
/* "+4.1 % [-1.2, +9.8]"; text holds EFFECT_TEXT bytes; returned. */
enum { EFFECT_TEXT = 96 };
char *effect_change_text(const struct effect *f, char *text);
/* How large a change is, without a sign: "4.1 %", or a difference in the metric's unit. text holds
 * EFFECT_TEXT bytes; returned. */
char *effect_size_text(enum metric m, double size, char *text);

/* As members of the open JSON object; what was not measured and open ends are null. */
struct json_writer;
void effect_write(const struct effect *f, struct json_writer *w);

/* Fewest observations in each arm with which two folders (paired false) or blocks (true) can be
 * judged at this level. */
size_t effect_needs(struct effect_level level, bool paired);

#endif
