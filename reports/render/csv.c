#include "reports/render/renderer.h"

#include <inttypes.h>
#include <string.h>

/* What a spreadsheet may take for the start of a formula (OWASP, "CSV Injection"). */
static const char FORMULA_STARTS[] = "=+-@\t\r\n";

/* RFC 4180: quoted, quotes doubled. What would begin a formula is made text by a leading '. */
static enum rc put_text(struct buf *out, const char *text, struct err *e)
{
    enum rc rc = buf_append(out, "\"", 1, e);
    if (rc == RC_OK && text[0] != '\0' && strchr(FORMULA_STARTS, text[0]) != NULL)
        rc = buf_append(out, "'", 1, e);
    for (; rc == RC_OK && *text != '\0'; text++) {
        if (*text == '"')
            rc = buf_append(out, "\"", 1, e);
        if (rc == RC_OK)
            rc = buf_append(out, text, 1, e);
    }
    return rc == RC_OK ? buf_append(out, "\",", 2, e) : rc;
}

static enum rc put_real(struct buf *out, double v, struct err *e)
{
    return v < 0 ? buf_append(out, ",", 1, e) : buf_appendf(out, e, "%.10g,", v);
}

/* A difference may be below 0. */
static enum rc put_measure(struct buf *out, const struct measure *v, struct err *e)
{
    const double numbers[] = {v->median, v->min, v->max};
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof numbers / sizeof *numbers; i++)
        rc = v->n == 0 && numbers[i] < 0 ? buf_append(out, ",", 1, e)
                                         : buf_appendf(out, e, "%.10g,", numbers[i]);
    return rc;
}

static enum rc put_texts(struct buf *out, const struct summary_cell *c, struct err *e)
{
    const struct trial_record *r = c->first;
    const char *const texts[] = {r->scenario, r->group_label, r->compare, r->codec_effective};
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof texts / sizeof *texts; i++)
        rc = put_text(out, texts[i], e);
    for (int d = 0; rc == RC_OK && d < DIMENSION_RECORD_BYTES; d++)
        rc = put_text(out, trial_cell_text(&r->cell, (enum dimension)d), e);
    return rc;
}

static enum rc put_stored(struct buf *out, const struct summary_cell *c, struct err *e)
{
    struct buf text;
    buf_init(&text, 4096);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < RECORD_CODECS && c->stored[i].codec[0] != '\0'; i++)
        rc = buf_appendf(&text, e, "%s%s:%" PRId64, i > 0 ? " " : "", c->stored[i].codec,
                         c->stored[i].batches);
    if (rc == RC_OK)
        rc = put_text(out, text.size > 0 ? (const char *)text.data : "", e);
    buf_release(&text);
    return rc;
}

static enum rc put_counts(struct buf *out, const struct summary_cell *c, struct err *e)
{
    const struct delivery *d = &c->delivery;
    enum rc rc = RC_OK;
    for (int v = 0; rc == RC_OK && v < VALIDITIES; v++)
        rc = buf_appendf(out, e, "%zu,", c->trials[v]);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "%" PRId64 ",%" PRId64 ",%" PRId64 ",", d->sent, d->acknowledged,
                         d->received);
    for (size_t i = 0; rc == RC_OK && i < OUTCOME_COUNT; i++)
        rc = buf_appendf(out, e, "%" PRId64 ",", d->outcome[i]);
    return rc;
}

static enum rc put_metrics(struct buf *out, const struct summary_cell *c, struct err *e)
{
    enum rc rc = RC_OK;
    for (int m = 0; rc == RC_OK && m < METRIC_COUNT; m++) {
        rc = put_measure(out, &c->value[m], e);
        if (rc == RC_OK)
            rc = put_measure(out, &c->versus[m], e);
        if (rc == RC_OK && metric_is_recorded((enum metric)m))
            rc = buf_appendf(out, e, "%zu,", c->censored[m]);
    }
    return rc;
}

/* The trailing comma of the last column becomes the line's end. */
static enum rc end_line(struct buf *out, struct err *e)
{
    out->size--;
    return buf_append(out, "\r\n", 2, e);
}

#define COLUMN_OF(id, member, ...) #member ","

static enum rc put_head(struct buf *out, struct err *e)
{
    static const char fixed[] = "scenario,group,compare,codec_requested," DIMENSION_ROWS(
        COLUMN_OF) "codec_stored_batches,reference,record_bytes,latency_is_queue,"
                   "trials_valid,trials_void,trials_saturated,trials_interrupted,trials_refused,"
                   "sent,acknowledged,received,";
    enum rc rc = buf_append(out, fixed, sizeof fixed - 1, e);
    for (size_t i = 0; rc == RC_OK && i < OUTCOME_COUNT; i++)
        rc = buf_appendf(out, e, "%s,", OUTCOMES[i].name);
    for (int m = 0; rc == RC_OK && m < METRIC_COUNT; m++) {
        const char *n = METRICS[m].name;
        rc = buf_appendf(out, e, "%s,%s_min,%s_max,%s_versus,%s_versus_min,%s_versus_max,", n, n, n,
                         n, n, n);
        if (rc == RC_OK && metric_is_recorded((enum metric)m))
            rc = buf_appendf(out, e, "%s_censored,", n);
    }
    return rc == RC_OK ? end_line(out, e) : rc;
}

static enum rc put_row(struct buf *out, const struct summary_cell *c, struct err *e)
{
    enum rc rc = put_texts(out, c, e);
    if (rc == RC_OK)
        rc = put_stored(out, c, e);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "%d,", c->reference);
    if (rc == RC_OK)
        rc = put_real(out, (double)c->first->cell.record_bytes, e);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "%d,", !c->first->cell.load_paced);
    if (rc == RC_OK)
        rc = put_counts(out, c, e);
    if (rc == RC_OK)
        rc = put_metrics(out, c, e);
    return rc == RC_OK ? end_line(out, e) : rc;
}

enum rc render_csv(const struct summary *s, struct buf *out, struct err *e)
{
    enum rc rc = put_head(out, e);
    for (size_t i = 0; rc == RC_OK && i < s->cell_count; i++)
        rc = put_row(out, &s->cells[i], e);
    return rc;
}
