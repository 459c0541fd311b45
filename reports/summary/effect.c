#include "reports/summary/effect.h"

#include "reports/stats/bounded.h"
#include "reports/stats/paired.h"
#include "reports/stats/resample.h"
#include "reports/stats/statistics.h"
#include "reports/stats/unpaired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double effect_harm(const struct effect *f)
{
    return METRICS[f->metric].more_is_better ? -f->change : f->change;
}

bool effect_is_telling(enum metric m, const struct trial_record *r)
{
    if (r->cell.exact)
        return METRICS[m].sizes;
    if (METRICS[m].queue_when_flat_out)
        return r->cell.load_paced;
    return !METRICS[m].throughput || !r->cell.load_sets_rate;
}

bool effect_is_open_below(const struct effect *f)
{
    return METRICS[f->metric].by_difference ? isinf(f->lo) : f->lo <= -1;
}

bool effect_may_be_worse(const struct effect *f)
{
    bool open = METRICS[f->metric].more_is_better ? effect_is_open_below(f) : isinf(f->hi);
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
    if (!METRICS[m].sizes || !all_alike(from) || !all_alike(to))
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
                           .lo = METRICS[m].by_difference ? -INFINITY : -1,
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
    bool by_difference = METRICS[m].by_difference;
    if (out->from == out->to || by_difference)
        out->change = out->to - out->from;
    else
        out->change = out->from > 0 ? out->to / out->from - 1 : INFINITY;
    out->lo = out->hi = out->change;
    out->detectable = tolerance * (by_difference ? out->from : 1);
    out->reachable = true;
    if (fabs(out->change) <= out->detectable)
        out->word = EFFECT_SAME;
    else
        out->word = effect_harm(out) > 0 ? EFFECT_WORSE : EFFECT_BETTER;
}

/* Both samples in the scale that is judged, one behind the other, and room for twice as many. The
 * logarithms of values that are compared by their ratio; the others as they are. */
struct scaled {
    enum metric metric;
    struct sample from, to;
    double *of, *room;
    double alpha; /* of one comparison */
    double stretch;
};

/* From the scale that is judged to that of a change. */
static double change_of(enum metric m, double judged)
{
    return METRICS[m].by_difference ? judged : expm1(judged);
}

/* Fills of and room; the caller frees of. */
static enum rc scale(struct scaled *l, struct err *e)
{
    size_t n = l->from.n + l->to.n;
    bool by_difference = METRICS[l->metric].by_difference;
    l->of = malloc((3 * n + 1) * sizeof *l->of);
    if (l->of == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu observations", n);
    l->room = l->of + n;
    for (size_t i = 0; i < n; i++) {
        double v = i < l->from.n ? l->from.values[i] : l->to.values[i - l->from.n];
        if (!isfinite(v) || (v <= 0 && !by_difference)) {
            free(l->of);
            return err_set(e, RC_INPUT, "a value of %g cannot be compared by its %s", v,
                           by_difference ? "difference" : "ratio");
        }
        l->of[i] = by_difference ? v : log(v);
    }
    return RC_OK;
}

static void take_bounded(const struct bounded *b, struct effect *out)
{
    out->change = change_of(out->metric, b->estimate);
    out->lo = change_of(out->metric, b->lo);
    out->hi = change_of(out->metric, b->hi);
    out->p = b->p;
    out->hinges = b->hinges;
    out->detectable = NAN;
}

static enum rc judge_pairs(const struct scaled *l, struct effect *out, struct err *e)
{
    struct paired r;
    size_t n = l->from.n;
    for (size_t i = 0; i < n; i++)
        l->room[i] = l->of[n + i] - l->of[i];
    enum rc rc = paired_judge(l->room, n, l->alpha, &r, e);
    if (rc == RC_OK && l->stretch > 1)
        rc = paired_stretch(l->room, l->stretch, &r, e);
    if (rc != RC_OK)
        return rc;
    out->change = change_of(out->metric, r.estimate);
    out->lo = change_of(out->metric, r.lo);
    out->hi = change_of(out->metric, r.hi);
    out->p = r.p;
    double spread = fmax(1, l->stretch) * paired_spread(l->room, n, l->alpha);
    out->detectable = change_of(out->metric, paired_detectable(spread, n, l->alpha));
    return RC_OK;
}

static enum rc judge_censored_pairs(const struct scaled *l, struct effect *out, struct err *e)
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
    struct scaled l = {.metric = m,
                       .from = from,
                       .to = to,
                       .alpha = level.alpha / (double)level.comparisons,
                       .stretch = level.stretch};
    begin(m, from, to, out);
    if (from.n == 0 || from.n != to.n)
        return RC_OK;
    enum rc rc = scale(&l, e);
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

static enum rc judge_samples(const struct scaled *l, struct effect *out, struct err *e)
{
    struct unpaired r;
    struct unpaired_samples s = {
        .x = l->of, .y = l->of + l->from.n, .n_x = l->from.n, .n_y = l->to.n};
    enum rc rc = unpaired_judge(&s, l->alpha, &r, e);
    if (rc != RC_OK)
        return rc;
    out->change = change_of(out->metric, r.estimate);
    out->lo = change_of(out->metric, r.lo);
    out->hi = change_of(out->metric, r.hi);
    out->p = r.p;
    out->detectable = change_of(
        out->metric, unpaired_detectable(unpaired_spread(&s, l->alpha), s.n_x, s.n_y, l->alpha));
    return RC_OK;
}

static enum rc judge_censored_samples(const struct scaled *l, struct effect *out, struct err *e)
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
    struct scaled l = {
        .metric = m, .from = from, .to = to, .alpha = level.alpha / (double)level.comparisons};
    begin(m, from, to, out);
    if (from.n == 0 || to.n == 0)
        return RC_OK;
    enum rc rc = scale(&l, e);
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
