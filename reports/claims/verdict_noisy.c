#include "reports/claims/verdict_noisy.h"

#include "reports/claims/verdict_band.h"
#include "reports/stats/bounded.h"
#include "reports/stats/paired.h"
#include "reports/stats/resample.h"
#include "reports/stats/serial.h"
#include "reports/stats/sign.h"
#include "reports/summary/column.h"
#include "reports/summary/starts.h"

#include <math.h>
#include <stdio.h>

static void judge_blocks_missing(const struct stratum_question *q, size_t n, struct stratum *s)
{
    size_t needed = paired_blocks_needed(q->comparisons, q->alpha);
    bool one = q->comparisons == 1;
    s->verdict = VERDICT_INCONCLUSIVE;
    s->lo = s->hi = NAN;
    s->blocks_to_decide = needed;
    stratum_explain(s, "%zu block%s: no verdict, %zu comparison%s at %.2g %% need%s %zu blocks", n,
                    n == 1 ? "" : "s", q->comparisons, one ? "" : "s", q->alpha * 100,
                    one ? "s" : "", needed);
}

/* Two-sided p values of both directions at the weak edge. ranked: where the edge lies for an
 * interval that was stretched. */
static enum rc weigh(const struct edges *b, const struct differences *d, double edge, double ranked,
                     struct stratum *s, struct err *e)
{
    double above = 1, below = 1; /* small: it lies above (below) the edge */
    enum rc rc = paired_p_beyond(d->low, d->n, ranked, false, &above, e);
    if (rc == RC_OK)
        rc = paired_p_beyond(d->high, d->n, ranked, true, &below, e);
    if (edge != 0) {
        above = fmax(above, sign_p_beyond(d->low, d->n, edge, false));
        below = fmax(below, sign_p_beyond(d->high, d->n, edge, true));
    }
    s->p_refute = fmin(1, 2 * (b->falling ? above : below));
    s->p_support = fmin(1, 2 * (b->falling ? below : above));
    return rc;
}

/* The estimate of the smallest differences there can be, and of the largest. */
static void place_estimate(const struct paired ends[2], double limit, struct stratum *s)
{
    double least = bounded_end(ends[0].estimate, limit),
           most = bounded_end(ends[1].estimate, limit);
    if (least < most)
        s->estimate_is = isfinite(least) ? ESTIMATE_AT_LEAST : ESTIMATE_AT_MOST;
    if (isinf(least) && isinf(most))
        s->estimate = NAN;
    else
        s->estimate = stratum_shown(s, isfinite(least) ? least : most);
}

/* Whether values behind the cut could decide what is undecided. */
static bool hangs_on_cut(const struct stratum_question *q, const struct edges *b,
                         const struct paired ends[2], double limit, const struct stratum *s)
{
    bool decided = false;
    for (size_t i = 0; i < 2; i++) {
        struct stratum one = {.relative = s->relative,
                              .lo = stratum_shown(s, bounded_end(ends[i].lo, limit)),
                              .hi = stratum_shown(s, bounded_end(ends[i].hi, limit))};
        stratum_place(q->test, b, &one);
        decided = decided || one.verdict != VERDICT_INCONCLUSIVE;
    }
    return s->verdict == VERDICT_INCONCLUSIVE && decided;
}

static void say_censored(const struct contrast *c, bool hangs, struct stratum *s)
{
    size_t values = s->from[0] == '\0' ? c->n : 2 * c->n;
    stratum_explain(s, "%zu of %zu values were cut off and count as larger than all others%s",
                    c->censored, values, hangs ? ": what lies behind the cut would decide" : "");
}

/* By how much the interval is stretched. */
static double stretch_of(const struct contrast *c, const struct differences *d, struct stratum *s)
{
    if (s->from[0] != '\0' || s->censored > 0)
        return fmax(1, c->stretch);
    double r = serial_correlation(d->low, d->n), by = serial_widening(r, d->n);
    if (r > SERIAL_TRUSTED)
        stratum_explain(s,
                        "trials in a row are alike (correlation %.2f): the interval is %.1f times "
                        "as wide and may still be too short",
                        r, by);
    return by;
}

/* One start of the broker is one sample: what they are by themselves, and whether another could
 * turn the verdict round. */
static enum rc ask_starts(const struct stratum_question *q, const struct edges *b, double edge,
                          struct stratum *s, struct err *e)
{
    struct starts t;
    enum rc rc = starts_of(q->contrast, s->from[0] == '\0', s->relative, q->alpha, &t, e);
    s->starts = t.count;
    if (rc != RC_OK || t.count < 2 || isnan(t.least))
        return rc;
    s->start_least = stratum_shown(s, t.least);
    s->start_most = stratum_shown(s, t.most);
    bool turns = b->falling ? t.hi > edge && s->verdict == VERDICT_SUPPORTED
                            : t.lo < edge && s->verdict == VERDICT_SUPPORTED;
    turns = turns || (s->verdict == VERDICT_REFUTED && t.lo < edge && t.hi > edge);
    if (t.differ && turns)
        stratum_explain(s, "the starts of the broker differ by more than their blocks do: another "
                           "one could turn this round");
    return RC_OK;
}

static void say_place(const struct contrast *c, struct stratum *s)
{
    char words[CONTRAST_WORDS];
    if (c->place != PLACE_NOTHING)
        stratum_explain(s, "%s", contrast_place_text(c, s->metric, words));
}

/* Ranks that lie beyond the edge and signs that do not decide nothing. */
static void ask_signs(const struct stratum_question *q, const struct edges *b,
                      const struct differences *d, double edge, struct stratum *s)
{
    bool above = (s->verdict == VERDICT_SUPPORTED) != b->falling;
    const double *values = above ? d->low : d->high;
    size_t beyond = 0;
    if (s->verdict == VERDICT_INCONCLUSIVE ||
        (s->verdict == VERDICT_SUPPORTED ? s->p_support : s->p_refute) <= q->alpha)
        return;
    for (size_t i = 0; i < d->n; i++)
        beyond += above ? values[i] > edge : values[i] < edge;
    s->verdict = VERDICT_INCONCLUSIVE;
    s->detail[0] = '\0';
    size_t blocks = sign_blocks_to_decide((double)beyond / (double)d->n, q->alpha);
    s->blocks_to_decide = blocks > d->n ? blocks : d->n + 1;
    stratum_explain(s,
                    "the ranks lie beyond the edge, but only %zu of %zu blocks do: the arms' noise "
                    "may be shaped unlike",
                    beyond, d->n);
}

static enum rc judge_both_ends(const struct stratum_question *q, const struct differences *d,
                               const struct stratum *s, struct paired ends[2], struct err *e)
{
    enum rc rc = paired_judge(d->low, d->n, q->alpha, &ends[0], e);
    ends[1] = ends[0];
    if (rc == RC_OK && s->censored > 0)
        rc = paired_judge(d->high, d->n, q->alpha, &ends[1], e);
    return rc;
}

static enum rc judge(const struct stratum_question *q, struct differences *d, struct stratum *s,
                     struct err *e)
{
    struct paired ends[2]; /* of the smallest differences, of the largest */
    struct edges b = edges_of(q->test);
    double edge = stratum_judged(s, b.weak);
    d->limit = s->censored > 0 ? bounded_close(d->low, d->high, d->n, edge) : INFINITY;
    enum rc rc = judge_both_ends(q, d, s, ends, e);
    if (rc != RC_OK)
        return rc;
    place_estimate(ends, d->limit, s);
    double by = stretch_of(q->contrast, d, s), sigma = by * paired_spread(d->low, d->n, q->alpha);
    if (s->censored == 0)
        s->detectable = stratum_shown(s, paired_detectable(sigma, d->n, q->alpha));
    if (d->n < paired_blocks_needed(q->comparisons, q->alpha) || ends[0].confidence <= 0) {
        judge_blocks_missing(q, d->n, s);
        return RC_OK;
    }
    double ranked = paired_stretched_edge(&ends[0], edge, by);
    if (by > 1)
        rc = paired_stretch(d->low, by, &ends[0], e);
    if (rc != RC_OK)
        return rc;
    if (s->censored == 0)
        ends[1] = ends[0];
    s->lo = stratum_shown(s, bounded_end(ends[0].lo, d->limit));
    s->hi = stratum_shown(s, bounded_end(ends[1].hi, d->limit));
    rc = weigh(&b, d, edge, ranked, s, e);
    stratum_place(q->test, &b, s);
    if (s->censored > 0)
        say_censored(q->contrast, hangs_on_cut(q, &b, ends, d->limit, s), s);
    else if (s->verdict == VERDICT_INCONCLUSIVE)
        s->blocks_to_decide = paired_blocks_to_decide(&ends[0], sigma, edge, q->alpha);
    ask_signs(q, &b, d, edge, s);
    say_place(q->contrast, s);
    if (rc == RC_OK)
        rc = ask_starts(q, &b, edge, s, e);
    return rc;
}

/* One trial above the limit refutes that nothing is above it, whatever the others say. */
static void look_for_counterexample(const struct stratum_question *q, struct stratum *s)
{
    const struct contrast *c = q->contrast;
    size_t above = 0, worst = 0;
    char value[COLUMN_TEXT];
    if (!METRICS[s->metric].maximum || q->test->kind != TEST_LEVEL || !q->test->band.falling)
        return;
    for (size_t i = 0; i < c->n; i++) {
        above += c->to[i] > q->test->band.weak;
        worst = c->to[i] > c->to[worst] ? i : worst;
    }
    if (above == 0 && s->censored > 0 && s->verdict == VERDICT_SUPPORTED) {
        s->verdict = VERDICT_INCONCLUSIVE; /* the one above the limit may lie behind a cut */
        s->detail[0] = '\0';
    }
    if (above == 0)
        return;
    s->verdict = VERDICT_REFUTED;
    s->p_refute = 0; /* it was seen */
    s->blocks_to_decide = 0;
    (void)snprintf(s->detail, sizeof s->detail, "short of the band");
    stratum_explain(
        s, "%s has %s, and one above the limit refutes a maximum (%zu of %zu trials are above)",
        c->pairs[worst].to->trial, metric_text(s->metric, c->to[worst], value), above, c->n);
}

enum rc stratum_judge_noisy(const struct stratum_question *q, struct differences *d,
                            struct stratum *s, struct err *e)
{
    enum rc rc = judge(q, d, s, e);
    look_for_counterexample(q, s);
    return rc;
}
