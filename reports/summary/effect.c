#include "reports/summary/effect.h"

#include "reports/stats/paired.h"
#include "reports/stats/statistics.h"
#include "reports/stats/unpaired.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double PERCENT = 100;
static const double CHANGE_SHOWN_AS_FACTOR = 9; /* +900 % and more read better as "x 10" */

double effect_harm(const struct effect *f)
{
    return METRICS[f->metric].more_is_better ? -f->change : f->change;
}

bool effect_is_telling(enum metric m, const struct trial_record *r)
{
    if (r->cell.exact)
        return METRICS[m].exact;
    if (METRICS[m].latency)
        return r->cell.load_paced;
    return !METRICS[m].throughput || !r->cell.load_sets_rate;
}

static bool all_alike(struct sample s)
{
    for (size_t i = 1; i < s.n; i++)
        if (s.values[i] != s.values[0])
            return false;
    return s.n > 0;
}

bool effect_is_exact(enum metric m, struct sample from, struct sample to, bool layout_fixed)
{
    enum { REPEATS = 2 };
    if (!METRICS[m].exact || !all_alike(from) || !all_alike(to))
        return false;
    return layout_fixed || (from.n >= REPEATS && to.n >= REPEATS);
}

static double median_of(struct sample s, double *scratch)
{
    if (s.n == 0)
        return NOT_MEASURED;
    memcpy(scratch, s.values, s.n * sizeof *scratch);
    return measure_of(scratch, s.n).median;
}

static void begin(enum metric m, struct sample from, struct sample to, struct effect *out)
{
    *out = (struct effect){.metric = m,
                           .n_from = from.n,
                           .n_to = to.n,
                           .from = NOT_MEASURED,
                           .to = NOT_MEASURED,
                           .lo = -1,
                           .hi = INFINITY,
                           .p = 1,
                           .p_holm = 1,
                           .detectable = NAN};
}

void effect_exact(enum metric m, struct sample from, struct sample to, double tolerance,
                  struct effect *out)
{
    begin(m, from, to, out);
    out->exact = true;
    if (from.n == 0 || to.n == 0)
        return;
    out->from = from.values[0];
    out->to = to.values[0];
    if (out->from == out->to)
        out->change = 0;
    else
        out->change = out->from > 0 ? out->to / out->from - 1 : INFINITY;
    out->lo = out->hi = out->change;
    out->detectable = tolerance;
    out->reachable = true;
    if (fabs(out->change) <= tolerance)
        out->word = EFFECT_SAME;
    else
        out->word = effect_harm(out) > 0 ? EFFECT_WORSE : EFFECT_BETTER;
}

/* The logarithms of both samples, and room for one more. The caller frees. */
static enum rc logs_of(struct sample from, struct sample to, double **out, struct err *e)
{
    size_t n = from.n + to.n;
    double *logs = malloc((2 * n + 1) * sizeof *logs);
    if (logs == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu observations", n);
    for (size_t i = 0; i < n; i++) {
        double v = i < from.n ? from.values[i] : to.values[i - from.n];
        if (!(v > 0) || !isfinite(v)) {
            free(logs);
            return err_set(e, RC_INPUT, "a value of %g cannot be compared by its ratio", v);
        }
        logs[i] = log(v);
    }
    *out = logs;
    return RC_OK;
}

static double relative(double logarithm)
{
    return expm1(logarithm);
}

static void finish(struct effect *out, double detectable)
{
    out->detectable = relative(detectable);
    out->word = out->reachable ? EFFECT_NONE_FOUND : EFFECT_TOO_FEW;
}

enum rc effect_paired(enum metric m, struct sample from, struct sample to,
                      struct effect_level level, struct effect *out, struct err *e)
{
    struct paired r;
    double *logs = NULL;
    double alpha = level.alpha / (double)level.comparisons;
    begin(m, from, to, out);
    if (from.n == 0 || from.n != to.n)
        return RC_OK;
    enum rc rc = logs_of(from, to, &logs, e);
    if (rc != RC_OK || logs == NULL)
        return err_wrap(e, "%s", METRICS[m].name);
    out->from = median_of(from, logs + 2 * from.n);
    out->to = median_of(to, logs + 2 * from.n);
    for (size_t i = 0; i < from.n; i++)
        logs[i] = logs[from.n + i] - logs[i];
    rc = paired_judge(logs, from.n, alpha, &r, e);
    free(logs);
    if (rc != RC_OK)
        return err_wrap(e, "%s", METRICS[m].name);
    out->change = relative(r.estimate);
    out->lo = relative(r.lo);
    out->hi = relative(r.hi);
    out->p = r.p;
    out->reachable = from.n >= effect_needs(level, true);
    finish(out, paired_detectable(r.sigma, r.n, alpha));
    return RC_OK;
}

/* The smallest two-sided p of n_from against n_to is 2 / C(n_from + n_to, n_from). */
static double smallest_p(size_t n_from, size_t n_to)
{
    double n = (double)n_from, k = (double)n_to;
    return 2 * exp(lgamma(n + 1) + lgamma(k + 1) - lgamma(n + k + 1));
}

enum rc effect_unpaired(enum metric m, struct sample from, struct sample to,
                        struct effect_level level, struct effect *out, struct err *e)
{
    struct unpaired r;
    double *logs = NULL;
    double alpha = level.alpha / (double)level.comparisons;
    begin(m, from, to, out);
    if (from.n == 0 || to.n == 0)
        return RC_OK;
    enum rc rc = logs_of(from, to, &logs, e);
    if (rc != RC_OK || logs == NULL)
        return err_wrap(e, "%s", METRICS[m].name);
    out->from = median_of(from, logs + from.n + to.n);
    out->to = median_of(to, logs + from.n + to.n);
    struct unpaired_samples samples = {.x = logs, .y = logs + from.n, .n_x = from.n, .n_y = to.n};
    rc = unpaired_judge(&samples, alpha, &r, e);
    free(logs);
    if (rc != RC_OK)
        return err_wrap(e, "%s", METRICS[m].name);
    out->change = relative(r.estimate);
    out->lo = relative(r.lo);
    out->hi = relative(r.hi);
    out->p = r.p;
    out->reachable = smallest_p(from.n, to.n) <= alpha * (1 + 1e-9);
    finish(out, unpaired_detectable(&r, alpha));
    return RC_OK;
}

size_t effect_needs(struct effect_level level, bool paired)
{
    if (paired)
        return paired_blocks_needed(level.comparisons, level.alpha);
    size_t n = 2;
    while (n < UNPAIRED_MAX &&
           smallest_p(n, n) > level.alpha / (double)level.comparisons * (1 + 1e-9))
        n++;
    return n;
}

static bool is_judged(const struct effect *f)
{
    return !f->exact && f->word != EFFECT_NOT_MEASURED;
}

enum rc effects_correct(struct effect **effects, size_t count, double alpha, struct err *e)
{
    double *p = malloc((count + 1) * sizeof *p);
    size_t n = 0;
    if (p == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu comparisons", count);
    for (size_t i = 0; i < count; i++)
        if (is_judged(effects[i]))
            p[n++] = effects[i]->p;
    if (n > 0)
        holm_adjust(p, n);
    n = 0;
    for (size_t i = 0; i < count; i++) {
        struct effect *f = effects[i];
        if (!is_judged(f))
            continue;
        f->p_holm = p[n++];
        if (!f->reachable)
            f->word = EFFECT_TOO_FEW;
        else if (f->p_holm >= alpha || f->change == 0)
            f->word = EFFECT_NONE_FOUND;
        else
            f->word = effect_harm(f) > 0 ? EFFECT_WORSE : EFFECT_BETTER;
    }
    free(p);
    return RC_OK;
}

/* The word for a value that went up or down: what people call it depends on what it counts. */
static const char *word_of_change(const struct metric_row *m, bool up)
{
    bool speed = m->unit == UNIT_PER_S || m->unit == UNIT_BYTES_PER_S;
    if (m->latency)
        return up ? "slower" : "faster";
    if (speed && m->more_is_better)
        return up ? "faster" : "slower";
    if (m->unit == UNIT_BYTES)
        return up ? "larger" : "smaller";
    if (m->unit == UNIT_RATIO)
        return up ? "higher" : "lower";
    return up ? "more" : "less";
}

const char *effect_says(const struct effect *f)
{
    switch (f->word) {
    case EFFECT_TOO_FEW:
        return "too few blocks";
    case EFFECT_NONE_FOUND:
        return "no difference found";
    case EFFECT_SAME:
        return f->change == 0 ? "the same" : "the same within the tolerance";
    case EFFECT_BETTER:
    case EFFECT_WORSE:
        return word_of_change(&METRICS[f->metric],
                              (f->word == EFFECT_BETTER) == METRICS[f->metric].more_is_better);
    case EFFECT_NOT_MEASURED:
        break;
    }
    return "not measured";
}

static int append_share(char *text, size_t size, double share)
{
    int n;
    if (share > CHANGE_SHOWN_AS_FACTOR && isfinite(share))
        n = snprintf(text, size, "x %.1f", 1 + share);
    else if (!isfinite(share))
        n = snprintf(text, size, "?");
    else
        n = snprintf(text, size, "%+.1f", share * PERCENT);
    return n > 0 && (size_t)n < size ? n : 0;
}

char *effect_change_text(const struct effect *f, char *text)
{
    int at = append_share(text, EFFECT_TEXT, f->change);
    if (f->word == EFFECT_NOT_MEASURED)
        (void)snprintf(text, EFFECT_TEXT, "-");
    else if (f->exact)
        (void)snprintf(text, EFFECT_TEXT, f->change == 0 ? "0 %% (exact)" : "%+.3g %% (exact)",
                       f->change * PERCENT);
    else if (!isfinite(f->hi) || f->lo <= -1)
        (void)snprintf(text + at, EFFECT_TEXT - (size_t)at, " %% [unbounded]");
    else {
        at += snprintf(text + at, EFFECT_TEXT - (size_t)at, " %% [");
        at += append_share(text + at, EFFECT_TEXT - (size_t)at, f->lo);
        at += snprintf(text + at, EFFECT_TEXT - (size_t)at, ", ");
        at += append_share(text + at, EFFECT_TEXT - (size_t)at, f->hi);
        (void)snprintf(text + at, EFFECT_TEXT - (size_t)at, "]");
    }
    return text;
}
