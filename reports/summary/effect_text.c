/* The words of an effect: what people call a change, and how large it is. */
#include "reports/summary/column.h"
#include "reports/summary/effect.h"

#include <math.h>
#include <stdio.h>

static const double PERCENT = 100;
static const double CHANGE_SHOWN_AS_FACTOR = 9; /* +900 % and more read better as "x 10" */

/* The word for a value that went up or down: what people call it depends on what it counts. */
static const char *word_of_change(const struct metric_row *m, bool up)
{
    bool speed = m->unit == UNIT_PER_S || m->unit == UNIT_BYTES_PER_S;
    if (m->queue_when_flat_out)
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

char *effect_size_text(enum metric m, double size, char *text)
{
    char value[COLUMN_TEXT];
    if (METRICS[m].by_difference)
        (void)snprintf(text, EFFECT_TEXT, "%.60s", metric_text(m, size, value));
    else
        (void)snprintf(text, EFFECT_TEXT, "%.1f %%", size * PERCENT);
    return text;
}

/* "+500 [+480, +510]" */
static char *difference_text(const struct effect *f, char *text)
{
    char middle[COLUMN_TEXT], low[COLUMN_TEXT], high[COLUMN_TEXT];
    bool known = f->word != EFFECT_CENSORED || f->change != 0;
    bool open_low = effect_is_open_below(f), open_high = isinf(f->hi);
    (void)snprintf(middle, sizeof middle, "?");
    (void)snprintf(low, sizeof low, "open");
    (void)snprintf(high, sizeof high, "open");
    if (known)
        (void)metric_difference_text(f->metric, f->change, middle);
    if (!open_low)
        (void)metric_difference_text(f->metric, f->lo, low);
    if (!open_high)
        (void)metric_difference_text(f->metric, f->hi, high);
    if (f->exact)
        (void)snprintf(text, EFFECT_TEXT, "%.28s (exact)", middle);
    else if (open_low && open_high)
        (void)snprintf(text, EFFECT_TEXT, "%.28s [unbounded]", middle);
    else
        (void)snprintf(text, EFFECT_TEXT, "%.28s [%.28s, %.28s]", middle, low, high);
    return text;
}

char *effect_change_text(const struct effect *f, char *text)
{
    if (METRICS[f->metric].by_difference && f->word != EFFECT_NOT_MEASURED)
        return difference_text(f, text);
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
