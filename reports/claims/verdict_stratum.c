#include "reports/claims/verdict_stratum.h"

#include "reports/claims/verdict_band.h"
#include "reports/claims/verdict_noisy.h"
#include "reports/stats/statistics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Records per batch of two arms are alike within this share. */
static const double BATCHES_ALIKE = 0.05;
/* Trials of a comparison that may be saturated without its words failing: they are left out. */
static const double SATURATED_MOST = 0.10;

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
        stratum_explain(
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
        stratum_explain(s, "%s: %.300s", c->wrong->trial, c->wrong->why);
    } else if (c->absent > 0) {
        s->verdict = VERDICT_NOT_MEASURED;
        stratum_explain(s, "an arm has no trial here");
    } else if (queue) {
        s->outside = true;
        s->verdict = VERDICT_NOT_APPLICABLE;
        stratum_explain(s, "sent flat out, a latency is the length of the queue");
    } else if ((double)c->saturated > SATURATED_MOST * (double)c->trials) {
        s->verdict = VERDICT_INCONCLUSIVE;
        stratum_explain(s,
                        "%zu of %zu trials were saturated: the sender could not keep the rate "
                        "here; a lower one, or more processors, would tell",
                        c->saturated, c->trials);
    } else if (m->queue_when_flat_out && c->unmeasured > 0) {
        s->verdict = VERDICT_INCONCLUSIVE;
        stratum_explain(s, "too few records for this percentile: fewer than ten lie beyond it; "
                           "more records a trial would tell");
    } else if (c->n == 0) {
        s->verdict = VERDICT_NOT_MEASURED;
        stratum_explain(s, "no block has a valid trial of every arm%s%.300s",
                        c->why[0] != '\0' ? ": " : "", c->why);
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
    stratum_explain(
        s, "batches of the arms are unlike (%.1f against %.1f records): their sizes do not compare",
        c->batch_from, c->batch_to);
    return true;
}

static double difference(const struct stratum *s, bool alone, double from, double to)
{
    if (alone)
        return to;
    return s->relative ? log(to) - log(from) : to - from;
}

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
        stratum_explain(s, "%zu of %zu pairs have a zero in them and no ratio", zeros, c->n);
    return RC_OK;
}

/* Values that repeat: the middle one, and all of them must agree. Sorts d. */
static void judge_exact(const struct stratum_question *q, double *d, size_t n, struct stratum *s)
{
    const struct contrast *c = q->contrast;
    struct edges b = edges_of(q->test);
    values_sort(d, n);
    s->exact = true;
    s->estimate = stratum_shown(s, d[n / 2]);
    s->lo = stratum_shown(s, d[0]);
    s->hi = stratum_shown(s, d[n - 1]);
    b.slack = q->test->tolerance * (s->relative ? 1 : fabs(c->from[0]));
    stratum_place(q->test, &b, s);
    if (s->verdict == VERDICT_INCONCLUSIVE)
        stratum_explain(s, "the blocks lie on both sides of the band's edge");
}

static enum rc judge_values(const struct stratum_question *q, struct differences *d,
                            struct stratum *s, struct err *e)
{
    const struct contrast *c = q->contrast;
    bool sizes = METRICS[s->metric].sizes && s->censored == 0;
    if (d->n == 0) {
        s->verdict = VERDICT_NOT_MEASURED;
        return RC_OK;
    }
    if (sizes && (c->exact ? c->spread <= q->test->tolerance : c->n > 1 && c->spread == 0)) {
        judge_exact(q, d->low, d->n, s);
        return RC_OK;
    }
    if (sizes && c->spread > 0)
        stratum_explain(s, "sizes differ by up to %.2g %% between blocks and are judged as noisy",
                        c->spread * 100);
    return stratum_judge_noisy(q, d, s, e);
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
    out->blocks_to_decide = out->starts = 0;
    out->start_least = out->start_most = NAN;
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
