#include "reports/claims/verdict_stratum.h"

#include "reports/stats/bounded.h"
#include "reports/summary/column.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks of an exact metric agree within this share; else it is noisy after all. */
static const double EXACT_SPREAD = 0.01;
/* Records per batch of two arms are alike within this share. */
static const double BATCHES_ALIKE = 0.05;
/* Trials of a comparison that may be saturated without its words failing: they are left out. */
static const double SATURATED_MOST = 0.10;

static void explain(struct stratum *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void explain(struct stratum *s, const char *fmt, ...)
{
    size_t at = strlen(s->why);
    va_list ap;
    if (at > 0 && at + 3 < sizeof s->why) {
        memcpy(s->why + at, "; ", 3);
        at += 2;
    }
    va_start(ap, fmt);
    (void)vsnprintf(s->why + at, sizeof s->why - at, fmt, ap);
    va_end(ap);
}

/* From the scale that is judged to the one that is shown. */
static double shown(const struct stratum *s, double d)
{
    return s->relative ? expm1(d) : d;
}

static double judged(const struct stratum *s, double value)
{
    return s->relative ? log1p(value) : value;
}

static void name_trial(const struct trial_record *r, char *text)
{
    (void)snprintf(text, RECORD_LABEL_MAX, "%s/%s", r->scenario, r->trial);
}

static void count_fallbacks(const struct trial_record *r, int64_t *fallbacks, int64_t *batches)
{
    *fallbacks += trial_record_fallbacks(r);
    *batches += r->bytes.batches > 0 ? r->bytes.batches : 0;
}

static void note_evidence(const struct contrast *c, struct stratum *s)
{
    int64_t fallbacks = 0, batches = 0;
    s->pairs = c->n;
    if (c->n == 0)
        return;
    name_trial(c->pairs[0].from, s->first_trial);
    name_trial(c->pairs[c->n - 1].to, s->last_trial);
    (void)snprintf(s->evidence, sizeof s->evidence, "%s", c->pairs[0].to->codec_evidence);
    for (size_t i = 0; i < c->n; i++) {
        count_fallbacks(c->pairs[i].to, &fallbacks, &batches);
        if (s->from[0] != '\0')
            count_fallbacks(c->pairs[i].from, &fallbacks, &batches);
    }
    if (fallbacks > 0)
        explain(
            s,
            "%lld of %lld batches were stored with another codec than asked for, because it did "
            "not make them smaller",
            (long long)fallbacks, (long long)batches);
}

/* What keeps it from being judged at all; false when nothing does. */
static bool cannot_be_judged(const struct stratum_question *q, struct stratum *s)
{
    const struct contrast *c = q->contrast;
    const struct metric_row *m = &METRICS[s->metric];
    bool queue =
        m->queue_when_flat_out && !q->group->paced && q->test->where.takes[DIMENSION_LOAD] == NULL;
    if (c->wrong != NULL) {
        s->verdict = VERDICT_VOID;
        explain(s, "%s: %.300s", c->wrong->trial, c->wrong->why);
    } else if (c->absent > 0) {
        s->verdict = VERDICT_NOT_MEASURED;
        explain(s, "an arm has no trial here");
    } else if (queue) {
        s->outside = true;
        s->verdict = VERDICT_NOT_APPLICABLE;
        explain(s, "sent flat out, a latency is the length of the queue");
    } else if ((double)c->saturated > SATURATED_MOST * (double)c->trials) {
        s->verdict = VERDICT_NOT_APPLICABLE;
        explain(s, "%zu of %zu trials were saturated: the sender could not keep the rate",
                c->saturated, c->trials);
    } else if (m->queue_when_flat_out && c->unmeasured > 0) {
        s->verdict = VERDICT_NOT_APPLICABLE;
        explain(s, "too few records for this percentile: fewer than ten lie beyond it");
    } else if (c->n == 0) {
        s->verdict = VERDICT_NOT_MEASURED;
        explain(s, "no block has a valid trial of every arm%s%.300s", c->why[0] != '\0' ? ": " : "",
                c->why);
    } else {
        return false;
    }
    return true;
}

/* Bytes depend on how many records share a batch more than on anything else. */
static bool batches_are_unlike(const struct stratum_question *q, struct stratum *s)
{
    const struct contrast *c = q->contrast;
    const char *first = c->pairs[0].from->cell.batching, *second = c->pairs[0].to->cell.batching;
    if (!METRICS[s->metric].sizes || q->test->from == NULL || strcmp(first, second) != 0 ||
        c->batch_from <= 0 || c->batch_to <= 0)
        return false;
    double larger = fmax(c->batch_from, c->batch_to);
    if (fabs(c->batch_from - c->batch_to) <= BATCHES_ALIKE * larger)
        return false;
    s->verdict = VERDICT_NOT_APPLICABLE;
    explain(
        s, "batches of the arms are unlike (%.1f against %.1f records): their sizes do not compare",
        c->batch_from, c->batch_to);
    return true;
}

static double difference(const struct stratum *s, bool alone, double from, double to)
{
    if (alone)
        return to;
    return s->relative ? log(to / from) : to - from;
}

/* What the pairs say, in the scale that is judged: as small and as large as values that were cut
 * off let each be. Both are alike where none was. */
struct differences {
    double *low, *high; /* owned, in one piece */
    size_t n;
    double limit; /* bounded_end's */
};

/* Relative changes have no meaning where a value is zero: those pairs are left out and said. */
static enum rc differences_of(const struct stratum_question *q, struct stratum *s,
                              struct differences *out, struct err *e)
{
    const struct contrast *c = q->contrast;
    bool alone = s->from[0] == '\0';
    size_t zeros = 0;
    *out = (struct differences){.low = calloc(2 * c->n + 1, sizeof *out->low)};
    if (out->low == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu pairs", c->n);
    out->high = out->low + c->n;
    for (size_t i = 0; i < c->n; i++) {
        if (s->relative && (c->from[i] <= 0 || c->to[i] <= 0)) {
            zeros++;
            continue;
        }
        double d = difference(s, alone, c->from[i], c->to[i]);
        out->low[out->n] = !alone && c->from_censored[i] ? -INFINITY : d;
        out->high[out->n++] = c->to_censored[i] ? INFINITY : d;
    }
    if (zeros > 0)
        explain(s, "%zu of %zu pairs have a zero in them and no ratio", zeros, c->n);
    return RC_OK;
}

/* Band edges in the scale of the values; strong NAN: none. slack widens it for exact values. */
struct edges {
    double weak, strong, slack;
    bool falling;
};

static struct edges edges_of(const struct claim_test *t)
{
    if (t->kind == TEST_RANKING)
        return (struct edges){.strong = NAN};
    return (struct edges){
        .weak = t->band.weak, .strong = t->band.strong, .falling = t->band.falling};
}

/* Whether everything lies on the other side of "no change" than the words promise. */
static bool opposite(const struct claim_test *t, const struct edges *b, double lo, double hi)
{
    if (t->kind == TEST_LEVEL)
        return false;
    return b->falling ? b->weak <= 0 && lo > 0 : b->weak >= 0 && hi < 0;
}

static const char *size_word(const struct edges *b, double lo, double hi)
{
    if (isnan(b->strong))
        return "";
    if (b->falling ? hi < b->strong - b->slack : lo > b->strong + b->slack)
        return "understated";
    bool inside = b->falling ? lo >= b->strong - b->slack : hi <= b->strong + b->slack;
    return inside ? "in band" : "size undecided";
}

/* Where lo to hi lies; edges and values in the same scale. */
static void place(const struct claim_test *t, const struct edges *b, struct stratum *s)
{
    double lo = s->lo, hi = s->hi;
    const char *detail = "";
    s->verdict = VERDICT_INCONCLUSIVE;
    bool on_edge = s->exact && (b->falling ? hi == b->weak + b->slack : lo == b->weak - b->slack);
    if (on_edge || (b->falling ? hi < b->weak + b->slack : lo > b->weak - b->slack)) {
        s->verdict = VERDICT_SUPPORTED;
        detail = size_word(b, lo, hi);
    } else if (b->falling ? lo > b->weak + b->slack : hi < b->weak - b->slack) {
        s->verdict = VERDICT_REFUTED;
        detail = opposite(t, b, lo, hi) ? "opposite sign" : "short of the band";
    }
    (void)snprintf(s->detail, sizeof s->detail, "%s", detail);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Values that repeat: the middle one, and all of them must agree. Sorts d. */
static void judge_exact(const struct stratum_question *q, double *d, size_t n, struct stratum *s)
{
    const struct contrast *c = q->contrast;
    struct edges b = edges_of(q->test);
    qsort(d, n, sizeof *d, by_value);
    s->exact = true;
    s->estimate = shown(s, d[n / 2]);
    s->lo = shown(s, d[0]);
    s->hi = shown(s, d[n - 1]);
    b.slack = q->test->tolerance * (s->relative ? 1 : fabs(c->from[0]));
    place(q->test, &b, s);
    if (s->verdict == VERDICT_INCONCLUSIVE)
        explain(s, "the blocks lie on both sides of the band's edge");
}

static void judge_blocks_missing(const struct stratum_question *q, size_t n, struct stratum *s)
{
    size_t needed = paired_blocks_needed(q->comparisons, q->alpha);
    bool one = q->comparisons == 1;
    s->verdict = VERDICT_INCONCLUSIVE;
    s->lo = s->hi = NAN;
    s->blocks_to_decide = needed;
    explain(s, "%zu block%s: no verdict, %zu comparison%s at %.2g %% need%s %zu blocks", n,
            n == 1 ? "" : "s", q->comparisons, one ? "" : "s", q->alpha * 100, one ? "s" : "",
            needed);
}

/* Two-sided p values of both directions at the weak edge. */
static enum rc weigh(const struct edges *b, const struct differences *d, double edge,
                     struct stratum *s, struct err *e)
{
    double above = 1, below = 1; /* small: it lies above (below) the edge */
    enum rc rc = paired_p_beyond(d->low, d->n, edge, false, &above, e);
    if (rc == RC_OK)
        rc = paired_p_beyond(d->high, d->n, edge, true, &below, e);
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
        s->estimate = shown(s, isfinite(least) ? least : most);
}

/* Whether values behind the cut could decide what is undecided. */
static bool hangs_on_cut(const struct stratum_question *q, const struct edges *b,
                         const struct paired ends[2], double limit, const struct stratum *s)
{
    bool decided = false;
    for (size_t i = 0; i < 2; i++) {
        struct stratum one = {.relative = s->relative,
                              .lo = shown(s, bounded_end(ends[i].lo, limit)),
                              .hi = shown(s, bounded_end(ends[i].hi, limit))};
        place(q->test, b, &one);
        decided = decided || one.verdict != VERDICT_INCONCLUSIVE;
    }
    return s->verdict == VERDICT_INCONCLUSIVE && decided;
}

static void say_censored(const struct contrast *c, bool hangs, struct stratum *s)
{
    size_t values = s->from[0] == '\0' ? c->n : 2 * c->n;
    explain(s, "%zu of %zu values were cut off and count as larger than all others%s", c->censored,
            values, hangs ? ": what lies behind the cut would decide" : "");
}

static enum rc judge_noisy(const struct stratum_question *q, struct differences *d,
                           struct stratum *s, struct err *e)
{
    struct paired ends[2]; /* of the smallest differences, of the largest */
    struct edges b = edges_of(q->test);
    double edge = judged(s, b.weak);
    d->limit = s->censored > 0 ? bounded_close(d->low, d->high, d->n, edge) : INFINITY;
    enum rc rc = paired_judge(d->low, d->n, q->alpha, &ends[0], e);
    if (rc != RC_OK)
        return rc;
    ends[1] = ends[0];
    if (s->censored > 0)
        rc = paired_judge(d->high, d->n, q->alpha, &ends[1], e);
    if (rc != RC_OK)
        return rc;
    place_estimate(ends, d->limit, s);
    if (s->censored == 0)
        s->detectable = shown(s, paired_detectable(ends[0].sigma, d->n, q->alpha));
    if (d->n < paired_blocks_needed(q->comparisons, q->alpha) || ends[0].confidence <= 0) {
        judge_blocks_missing(q, d->n, s);
        return RC_OK;
    }
    s->lo = shown(s, bounded_end(ends[0].lo, d->limit));
    s->hi = shown(s, bounded_end(ends[1].hi, d->limit));
    rc = weigh(&b, d, edge, s, e);
    place(q->test, &b, s);
    if (s->censored > 0)
        say_censored(q->contrast, hangs_on_cut(q, &b, ends, d->limit, s), s);
    else if (s->verdict == VERDICT_INCONCLUSIVE)
        s->blocks_to_decide = paired_blocks_to_decide(&ends[0], edge, q->alpha);
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
    explain(s, "%s has %s, and one above the limit refutes a maximum (%zu of %zu trials are above)",
            c->pairs[worst].to->trial, metric_text(s->metric, c->to[worst], value), above, c->n);
}

static enum rc judge_values(const struct stratum_question *q, struct differences *d,
                            struct stratum *s, struct err *e)
{
    bool exact = METRICS[s->metric].sizes && s->censored == 0;
    if (d->n == 0) {
        s->verdict = VERDICT_NOT_MEASURED;
        return RC_OK;
    }
    if (exact && q->contrast->spread <= fmax(EXACT_SPREAD, q->test->tolerance)) {
        judge_exact(q, d->low, d->n, s);
        return RC_OK;
    }
    if (exact)
        explain(s, "sizes differ by up to %.1f %% between blocks and are judged as noisy",
                q->contrast->spread * 100);
    enum rc rc = judge_noisy(q, d, s, e);
    look_for_counterexample(q, s);
    return rc;
}

enum rc stratum_judge(const struct stratum_question *q, struct stratum *out, struct err *e)
{
    struct differences d;
    out->relative = (q->test->kind == TEST_CHANGE || q->test->kind == TEST_RANKING) &&
                    !METRICS[out->metric].by_difference;
    out->estimate = out->lo = out->hi = out->p_refute = out->p_support = out->detectable = NAN;
    out->estimate_is = ESTIMATE_KNOWN;
    out->censored = q->contrast->censored;
    out->alpha = q->alpha;
    out->blocks_to_decide = 0;
    out->exact = out->outside = false;
    out->detail[0] = out->why[0] = '\0';
    note_evidence(q->contrast, out);
    if (cannot_be_judged(q, out) || batches_are_unlike(q, out))
        return RC_OK;
    enum rc rc = differences_of(q, out, &d, e);
    if (rc != RC_OK)
        return rc;
    rc = judge_values(q, &d, out, e);
    free(d.low);
    return rc;
}
