#include "reports/summary/effect.h"

#include "reports/stats/bounded.h"
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

bool effect_may_be_worse(const struct effect *f)
{
    bool open = METRICS[f->metric].more_is_better ? f->lo <= -1 : isinf(f->hi);
    return f->censored > 0 && f->reachable && (open || f->hinges);
}

static bool is_censored(struct sample s, size_t i)
{
    return s.censored != NULL && s.censored[i];
}

static size_t censored_of(struct sample s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += is_censored(s, i);
    return n;
}

static bool all_alike(struct sample s)
{
    if (censored_of(s) > 0)
        return false;
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
                           .censored = censored_of(from) + censored_of(to),
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

static double relative(double logarithm)
{
    return expm1(logarithm);
}

/* The logarithms of both samples, one behind the other, and room for twice as many. */
struct logs {
    struct sample from, to;
    double *of, *room;
    double alpha; /* of one comparison */
};

/* Fills of and room; the caller frees of. */
static enum rc logs_of(struct logs *l, struct err *e)
{
    size_t n = l->from.n + l->to.n;
    l->of = malloc((3 * n + 1) * sizeof *l->of);
    if (l->of == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu observations", n);
    l->room = l->of + n;
    for (size_t i = 0; i < n; i++) {
        double v = i < l->from.n ? l->from.values[i] : l->to.values[i - l->from.n];
        if (!(v > 0) || !isfinite(v)) {
            free(l->of);
            return err_set(e, RC_INPUT, "a value of %g cannot be compared by its ratio", v);
        }
        l->of[i] = log(v);
    }
    return RC_OK;
}

static void take_bounded(const struct bounded *b, struct effect *out)
{
    out->change = relative(b->estimate);
    out->lo = relative(b->lo);
    out->hi = relative(b->hi);
    out->p = b->p;
    out->hinges = b->hinges;
    out->detectable = NAN;
}

static enum rc judge_pairs(const struct logs *l, struct effect *out, struct err *e)
{
    struct paired r;
    size_t n = l->from.n;
    for (size_t i = 0; i < n; i++)
        l->room[i] = l->of[n + i] - l->of[i];
    enum rc rc = paired_judge(l->room, n, l->alpha, &r, e);
    if (rc != RC_OK)
        return rc;
    out->change = relative(r.estimate);
    out->lo = relative(r.lo);
    out->hi = relative(r.hi);
    out->p = r.p;
    out->detectable = relative(paired_detectable(r.sigma, r.n, l->alpha));
    return RC_OK;
}

static enum rc judge_censored_pairs(const struct logs *l, struct effect *out, struct err *e)
{
    struct bounded b;
    size_t n = l->from.n;
    struct bounds d = {.low = l->room, .high = l->room + n, .n_x = n};
    for (size_t i = 0; i < n; i++) {
        double known = l->of[n + i] - l->of[i];
        d.low[i] = is_censored(l->from, i) ? -INFINITY : known;
        d.high[i] = is_censored(l->to, i) ? INFINITY : known;
    }
    enum rc rc = bounded_paired(&d, l->alpha, &b, e);
    if (rc == RC_OK)
        take_bounded(&b, out);
    return rc;
}

enum rc effect_paired(enum metric m, struct sample from, struct sample to,
                      struct effect_level level, struct effect *out, struct err *e)
{
    struct logs l = {.from = from, .to = to, .alpha = level.alpha / (double)level.comparisons};
    begin(m, from, to, out);
    if (from.n == 0 || from.n != to.n)
        return RC_OK;
    enum rc rc = logs_of(&l, e);
    if (rc != RC_OK || l.of == NULL)
        return err_wrap(e, "%s", METRICS[m].name);
    out->from = median_of(from, l.room);
    out->to = median_of(to, l.room);
    rc = out->censored > 0 ? judge_censored_pairs(&l, out, e) : judge_pairs(&l, out, e);
    free(l.of);
    if (rc != RC_OK)
        return err_wrap(e, "%s", METRICS[m].name);
    out->reachable = from.n >= effect_needs(level, true);
    out->word = out->reachable ? EFFECT_NONE_FOUND : EFFECT_TOO_FEW;
    return RC_OK;
}

/* The smallest two-sided p of n_from against n_to is 2 / C(n_from + n_to, n_from). */
static double smallest_p(size_t n_from, size_t n_to)
{
    double n = (double)n_from, k = (double)n_to;
    return 2 * exp(lgamma(n + 1) + lgamma(k + 1) - lgamma(n + k + 1));
}

static enum rc judge_samples(const struct logs *l, struct effect *out, struct err *e)
{
    struct unpaired r;
    struct unpaired_samples s = {
        .x = l->of, .y = l->of + l->from.n, .n_x = l->from.n, .n_y = l->to.n};
    enum rc rc = unpaired_judge(&s, l->alpha, &r, e);
    if (rc != RC_OK)
        return rc;
    out->change = relative(r.estimate);
    out->lo = relative(r.lo);
    out->hi = relative(r.hi);
    out->p = r.p;
    out->detectable = relative(unpaired_detectable(&r, l->alpha));
    return RC_OK;
}

static enum rc judge_censored_samples(const struct logs *l, struct effect *out, struct err *e)
{
    struct bounded b;
    size_t n = l->from.n, all = l->from.n + l->to.n;
    struct bounds d = {.low = l->room, .high = l->room + all, .n_x = n, .n_y = l->to.n};
    for (size_t i = 0; i < all; i++) {
        bool first = i < n, cut = first ? is_censored(l->from, i) : is_censored(l->to, i - n);
        d.low[i] = first && cut ? INFINITY : l->of[i];
        d.high[i] = !first && cut ? INFINITY : l->of[i];
    }
    enum rc rc = bounded_unpaired(&d, l->alpha, &b, e);
    if (rc == RC_OK)
        take_bounded(&b, out);
    return rc;
}

enum rc effect_unpaired(enum metric m, struct sample from, struct sample to,
                        struct effect_level level, struct effect *out, struct err *e)
{
    struct logs l = {.from = from, .to = to, .alpha = level.alpha / (double)level.comparisons};
    begin(m, from, to, out);
    if (from.n == 0 || to.n == 0)
        return RC_OK;
    enum rc rc = logs_of(&l, e);
    if (rc != RC_OK || l.of == NULL)
        return err_wrap(e, "%s", METRICS[m].name);
    out->from = median_of(from, l.room);
    out->to = median_of(to, l.room);
    rc = out->censored > 0 ? judge_censored_samples(&l, out, e) : judge_samples(&l, out, e);
    free(l.of);
    if (rc != RC_OK)
        return err_wrap(e, "%s", METRICS[m].name);
    out->reachable = smallest_p(from.n, to.n) <= l.alpha * (1 + 1e-9);
    out->word = out->reachable ? EFFECT_NONE_FOUND : EFFECT_TOO_FEW;
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
            f->word = f->hinges ? EFFECT_CENSORED : EFFECT_NONE_FOUND;
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
    case EFFECT_CENSORED:
        return "not decided: values were cut off";
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

static int append_end(char *text, size_t size, double share)
{
    if (isfinite(share) && share > -1)
        return append_share(text, size, share);
    int n = snprintf(text, size, "open");
    return n > 0 && (size_t)n < size ? n : 0;
}

char *effect_change_text(const struct effect *f, char *text)
{
    bool known = f->word != EFFECT_CENSORED || f->change != 0;
    int at = append_share(text, EFFECT_TEXT, known ? f->change : INFINITY);
    if (f->word == EFFECT_NOT_MEASURED)
        (void)snprintf(text, EFFECT_TEXT, "-");
    else if (f->exact)
        (void)snprintf(text, EFFECT_TEXT, f->change == 0 ? "0 %% (exact)" : "%+.3g %% (exact)",
                       f->change * PERCENT);
    else if (!isfinite(f->hi) && f->lo <= -1)
        (void)snprintf(text + at, EFFECT_TEXT - (size_t)at, " %% [unbounded]");
    else {
        at += snprintf(text + at, EFFECT_TEXT - (size_t)at, " %% [");
        at += append_end(text + at, EFFECT_TEXT - (size_t)at, f->lo);
        at += snprintf(text + at, EFFECT_TEXT - (size_t)at, ", ");
        at += append_end(text + at, EFFECT_TEXT - (size_t)at, f->hi);
        (void)snprintf(text + at, EFFECT_TEXT - (size_t)at, "]");
    }
    return text;
}
