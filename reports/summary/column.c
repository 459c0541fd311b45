#include "reports/summary/column.h"

#include "base/clock.h"
#include "base/quantity.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char NONE[] = "-"; /* not measured */

static void put(struct cell_text *out, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void put(struct cell_text *out, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(out->text, sizeof out->text, fmt, args);
    va_end(args);
}

char *number_text(double v, char *out)
{
    enum { DIGITS = 3 };
    double size = fabs(v);
    int whole = size < 1 ? 1 : (int)floor(log10(size)) + 1;
    int decimals = whole >= DIGITS ? 0 : DIGITS - whole;
    if (size > 0 && size < 0.1)
        decimals = DIGITS;
    (void)snprintf(out, COLUMN_TEXT, "%.*f", decimals, v);
    return out;
}

char *metric_text(enum metric m, double v, char *out)
{
    char quantity[QUANTITY_TEXT];
    if (v < 0) {
        (void)snprintf(out, COLUMN_TEXT, "%s", NONE);
        return out;
    }
    switch (METRICS[m].unit) {
    case UNIT_RATIO:
        return number_text(v, out);
    case UNIT_COUNT:
        if (v > 0 && (v != nearbyint(v) || !METRICS[m].by_difference))
            return number_text(v, out);
        (void)snprintf(out, COLUMN_TEXT, "%.0f", v);
        break;
    case UNIT_SHARE:
        (void)snprintf(out, COLUMN_TEXT, "%.3g %%", 100 * v);
        break;
    case UNIT_BYTES:
        if (v < 1000)
            (void)snprintf(out, COLUMN_TEXT, "%.1f B", v);
        else
            (void)snprintf(out, COLUMN_TEXT, "%s", quantity_format_size(llround(v), quantity));
        break;
    case UNIT_PER_S:
        (void)snprintf(out, COLUMN_TEXT, "%s", quantity_format_count(v, quantity));
        break;
    case UNIT_BYTES_PER_S:
        (void)number_text(v / 1e6, out);
        break;
    case UNIT_NS:
        (void)snprintf(out, COLUMN_TEXT, "%s", quantity_format_duration(llround(v), quantity));
        break;
    }
    return out;
}

char *metric_difference_text(enum metric m, double v, char *out)
{
    char size[COLUMN_TEXT];
    const char *sign = v < 0 ? "-" : v > 0 ? "+" : "";
    (void)snprintf(out, COLUMN_TEXT, "%s%.60s", sign, metric_text(m, fabs(v), size));
    return out;
}

const char *median_sign(enum metric m, const struct summary_cell *c)
{
    return c->at_least[m] ? "≥ " : "";
}

/* The median with half its range, where no value was cut off: "231 k ±3 %". */
static void fill_spread(enum metric m, const struct summary_cell *c, struct cell_text *out)
{
    char text[COLUMN_TEXT];
    const struct measure *v = &c->value[m];
    double spread = c->censored[m] > 0 ? NOT_MEASURED : measure_spread(v);
    (void)metric_text(m, v->median, text);
    if (c->at_least[m])
        put(out, "≥ %.60s", text);
    else if (spread < 0)
        put(out, "%s", text);
    else
        put(out, "%.60s ±%.0f %%", text, spread * 100);
}

static void fill_arm(const struct summary_cell *c, struct cell_text *out)
{
    const struct trial_record *r = c->first;
    const char *arm = trial_record_arm(r);
    /* the policy's choice is told beside its name */
    if (arm == r->cell.codec && r->cell.codec_by_policy)
        put(out, "%.60s (%.60s)", arm, r->codec_effective);
    else
        put(out, "%s", arm);
}

static void fill_stored(const struct summary_cell *c, struct cell_text *out)
{
    int64_t all = 0;
    size_t kinds = 0, used = 0;
    for (; kinds < RECORD_CODECS && c->stored[kinds].codec[0] != '\0'; kinds++)
        all += c->stored[kinds].batches;
    out->loud = c->fallbacks > 0 || kinds == 0;
    if (kinds == 0)
        put(out, "not read");
    else if (kinds == 1 && c->fallbacks > 0)
        put(out, "%.60s, not %s", c->stored[0].codec, c->first->codec_name);
    else if (kinds == 1)
        put(out, "%.60s", c->stored[0].codec);
    for (size_t i = 0; kinds > 1 && i < kinds && used < sizeof out->text; i++) {
        int n = snprintf(out->text + used, sizeof out->text - used, "%s%.16s %.0f %%",
                         i > 0 ? ", " : "", c->stored[i].codec,
                         100.0 * (double)c->stored[i].batches / (double)all);
        used += n > 0 ? (size_t)n : 0;
    }
}

static bool is_joined(int m)
{
    return m < METRIC_COUNT && METRICS[m].column.joined;
}

/* A latency comes from the merged histograms where there are any, else it is the median. */
static void fill_value(enum metric m, const struct summary_cell *c, struct cell_text *out)
{
    const char *name = METRICS[m].latency_name;
    double value = c->value[m].median;
    if (name != NULL) {
        const struct latency *merged = &c->latency[latency_find(name)];
        if (merged->n > 0)
            value = metric_of_latency(m, merged);
    }
    char text[COLUMN_TEXT];
    put(out, "%s%.100s", median_sign(m, c), metric_text(m, value, text));
}

/* "5.84/s, 118 MB/s" */
static void fill_background(const struct summary_cell *c, struct cell_text *out)
{
    char images[COLUMN_TEXT], bytes[COLUMN_TEXT];
    double seconds = (double)c->background.window_ns / 1e9;
    if (c->first->cell.background[0] == '\0')
        put(out, "nothing");
    else if (seconds <= 0)
        put(out, "%s", NONE);
    else
        put(out, "%.40s/s, %.40s MB/s", number_text((double)c->background.images / seconds, images),
            number_text((double)c->background.bytes / seconds / 1e6, bytes));
}

char *versus_text(enum metric m, double v, char *out)
{
    return METRICS[m].by_difference ? metric_difference_text(m, v, out) : number_text(v, out);
}

static void fill_versus(enum metric m, const struct summary_cell *c, struct cell_text *out)
{
    char median[COLUMN_TEXT], low[COLUMN_TEXT], high[COLUMN_TEXT];
    const struct measure *v = &c->versus[m];
    bool measured = c->value[m].n > 0 && c->value[m].median >= 0;
    if (c->reference && measured) {
        put(out, METRICS[m].by_difference ? "0" : "1");
        return;
    }
    if (c->reference || v->n == 0) {
        put(out, "%s", NONE);
        return;
    }
    if (c->open[m].larger > 0 && c->open[m].smaller > 0) {
        put(out, "cut off"); /* on both sides: nothing is known */
        return;
    }
    (void)versus_text(m, v->median, median);
    (void)versus_text(m, v->min, low);
    (void)versus_text(m, v->max, high);
    if (c->open[m].larger > 0 || c->open[m].smaller > 0)
        put(out, "%s %.40s", c->open[m].larger > 0 ? "≥" : "≤", median);
    else if (strcmp(low, high) == 0)
        put(out, "%.40s", median);
    else
        put(out, "%.40s (%.40s–%.40s)", median, low, high);
}

/* The value of a row and of those that are joined to it, in one unit: "1.20+0.90+3.10 us". */
static void fill_joined(enum metric m, const struct summary_cell *c, struct cell_text *out)
{
    size_t used = 0;
    double most = c->value[m].median;
    for (int k = (int)m + 1; is_joined(k); k++)
        most = fmax(most, c->value[k].median);
    bool time = METRICS[m].unit == UNIT_NS, large = most >= NS_PER_MS;
    double scale = !time ? 1 : large ? NS_PER_MS : NS_PER_US;
    if (most <= 0) {
        put(out, "%s", NONE);
        return;
    }
    for (int k = (int)m; k == (int)m || is_joined(k); k++) {
        char text[COLUMN_TEXT];
        double v = c->value[k].median;
        int n = snprintf(out->text + used, sizeof out->text - used, "%s%.40s",
                         k > (int)m ? "+" : "", v < 0 ? NONE : number_text(v / scale, text));
        used += n > 0 && used + (size_t)n < sizeof out->text ? (size_t)n : 0;
    }
    if (time)
        (void)snprintf(out->text + used, sizeof out->text - used, large ? " ms" : " us");
}

static void fill_trials(const struct summary_cell *c, struct cell_text *out)
{
    size_t used = 0, all = summary_cell_trials(c);
    out->loud = c->trials[TRIAL_VALID] < all;
    int n = snprintf(out->text, sizeof out->text, "%zu/%zu", c->trials[TRIAL_VALID], all);
    used += n > 0 ? (size_t)n : 0;
    for (int v = TRIAL_VOID; v < VALIDITIES; v++) {
        if (c->trials[v] == 0)
            continue;
        n = snprintf(out->text + used, sizeof out->text - used, " (%zu %s)", c->trials[v],
                     VALIDITY_NAMES[v]);
        used += n > 0 ? (size_t)n : 0;
    }
}

/* Columns that no metric has, before and after those that metrics have. */
static const struct column FIRST[] = {
    {.title = NULL, .says = "what tells the arms apart", .left = true, .fill = fill_arm},
    {.title = "stored as",
     .says = "codec of the stored batches, read from the batches themselves",
     .left = true,
     .fill = fill_stored},
};
static const struct column MIDDLE[] = {
    {.title = "background",
     .says = "images that arrived while measuring, and their bytes before encoding; each compared "
             "byte for byte",
     .priority = 2,
     .background_only = true,
     .fill = fill_background},
};
static const struct column LAST[] = {
    {.title = "valid",
     .says = "trials that count / all; the others are excluded and named below",
     .fill = fill_trials},
};
enum {
    FIRST_COUNT = sizeof FIRST / sizeof *FIRST,
    MIDDLE_COUNT = sizeof MIDDLE / sizeof *MIDDLE,
    LAST_COUNT = sizeof LAST / sizeof *LAST
};
_Static_assert(FIRST_COUNT + MIDDLE_COUNT + LAST_COUNT + 2 * METRICS_MAX <= COLUMN_MAX,
               "COLUMN_MAX is too small");

static size_t add_of_metrics(struct column *out, bool versus)
{
    size_t count = 0;
    for (int m = 0; m < METRIC_COUNT; m++) {
        const struct metric_column *c = versus ? &METRICS[m].versus : &METRICS[m].column;
        if (c->says == NULL)
            continue;
        out[count++] = (struct column){.title = c->head,
                                       .flat_out = c->flat_out,
                                       .says = c->says,
                                       .priority = c->priority,
                                       .paced_only = versus && METRICS[m].queue_when_flat_out,
                                       .background_only = c->background_only,
                                       .metric = (enum metric)m,
                                       .versus = versus,
                                       .spread = c->spread};
    }
    return count;
}

size_t columns_all(struct column out[COLUMN_MAX])
{
    size_t count = FIRST_COUNT;
    memcpy(out, FIRST, sizeof FIRST);
    count += add_of_metrics(out + count, false);
    memcpy(out + count, MIDDLE, sizeof MIDDLE);
    count += MIDDLE_COUNT;
    count += add_of_metrics(out + count, true);
    memcpy(out + count, LAST, sizeof LAST);
    return count + LAST_COUNT;
}

size_t columns_of(const struct summary_group *g, struct column out[COLUMN_MAX])
{
    size_t all = columns_all(out), count = 0;
    for (size_t i = 0; i < all; i++)
        if ((!out[i].paced_only || g->paced) && (!out[i].background_only || g->background))
            out[count++] = out[i];
    return count;
}

const char *column_title(const struct column *col, const struct summary_group *g)
{
    if (col->title == NULL)
        return g->compare;
    return col->flat_out != NULL && !g->paced ? col->flat_out : col->title;
}

void column_fill(const struct column *col, const struct summary_cell *c, struct cell_text *out)
{
    if (col->fill != NULL)
        col->fill(c, out);
    else if (col->versus)
        fill_versus(col->metric, c, out);
    else if (col->spread)
        fill_spread(col->metric, c, out);
    else if (is_joined((int)col->metric + 1))
        fill_joined(col->metric, c, out);
    else
        fill_value(col->metric, c, out);
}
