/* The band of a test, in the unit of its metric, and the checks of its figures. */
#define _GNU_SOURCE
#include "scenarios/claim_loader.h"

#include "base/quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EDGE_CHARS = 40, BAND_WORDS = 120 };

static const char PERCENT_TAKES[] = "a change in %, such as -20 %";

/* A number, blanks, and the unit. */
static enum rc read_plain(const char *text, const char *unit, double *out)
{
    char *end = NULL;
    size_t number = strspn(text, "+-0123456789.");
    if (number == 0)
        return RC_INPUT;
    double value = strtod(text, &end);
    if (end != text + number)
        return RC_INPUT;
    while (*end == ' ')
        end++;
    if (strcmp(end, unit) != 0 || !isfinite(value))
        return RC_INPUT;
    *out = value;
    return RC_OK;
}

enum rc claim_read_share(const struct node *n, double lo_percent, const char *takes, double *out,
                         struct err *e)
{
    double value = 0;
    if (n->kind != NODE_TEXT || read_plain(n->text, "%", &value) != RC_OK || value < lo_percent ||
        (lo_percent >= 0 && value > 100))
        return node_expect(n, e, "%s", takes);
    *out = value / 100;
    return RC_OK;
}

/* --- edges in a metric's unit --- */

static enum rc edge_quantity(const struct node *n,
                             enum rc (*parse)(const char *, int64_t *, struct err *), double *out,
                             struct err *e)
{
    bool negative = n->text[0] == '-';
    int64_t value = 0;
    if (parse(n->text + (negative ? 1 : 0), &value, e) != RC_OK)
        return node_blame(n, e);
    *out = negative ? -(double)value : (double)value;
    return RC_OK;
}

static enum rc edge_duration(const struct node *n, double *out, struct err *e)
{
    return edge_quantity(n, quantity_duration, out, e);
}

static enum rc edge_size(const struct node *n, double *out, struct err *e)
{
    return edge_quantity(n, quantity_size, out, e);
}

static enum rc edge_number(const struct node *n, double *out, struct err *e)
{
    return read_plain(n->text, "", out) == RC_OK
               ? RC_OK
               : node_expect(n, e, "a number without unit, such as 0.95");
}

static enum rc edge_share(const struct node *n, double *out, struct err *e)
{
    return claim_read_share(n, 0, "a share in %, 0 % to 100 %", out, e);
}

static enum rc (*const EDGES[])(const struct node *n, double *out, struct err *e) = {
    [UNIT_COUNT] = edge_number,       [UNIT_SHARE] = edge_share,  [UNIT_RATIO] = edge_number,
    [UNIT_BYTES] = edge_size,         [UNIT_PER_S] = edge_number, [UNIT_NS] = edge_duration,
    [UNIT_BYTES_PER_S] = edge_number,
};

static enum rc read_edge(const struct test_draft *d, const struct node *n, double *out,
                         struct err *e)
{
    const struct claim_metric *m = d->places->metrics;
    while (strcmp(m->name, d->t.metric) != 0) /* it was found there when it was read */
        m++;
    if (d->t.kind == TEST_CHANGE && m->by_difference)
        return node_refuse(
            n, e, "found kind: change of %s, which may be 0; expected kind: difference", m->name);
    if (d->t.kind == TEST_CHANGE)
        return claim_read_share(n, -1e9, PERCENT_TAKES, out, e);
    return EDGES[m->unit](n, out, e);
}

static enum rc say_band(struct claim_band *b, const char *side, const char *weak, const char *far,
                        struct err *e)
{
    char words[BAND_WORDS];
    (void)snprintf(words, sizeof words, "%s %.*s%s%.*s", side, EDGE_CHARS, weak,
                   far != NULL ? ", to " : "", EDGE_CHARS, far != NULL ? far : "");
    b->words = strdup(words);
    return b->words != NULL ? RC_OK : err_set(e, RC_INFRA, "no memory for claims");
}

static enum rc check_sides(const struct node *band, const struct node *below,
                           const struct node *above, struct err *e)
{
    if (below != NULL && above != NULL)
        return node_refuse(band, e, "found both below and above; expected one of them");
    if (below == NULL && above == NULL)
        return node_refuse(band, e, "found no edge; expected below: … or above: …");
    return RC_OK;
}

enum rc claim_band_read(struct test_draft *d, struct err *e)
{
    enum rc rc = field_read_all(CLAIM_BAND_FIELDS, d->band, NULL, e);
    if (rc != RC_OK)
        return rc;
    const struct node *below = node_find(d->band, "below");
    const struct node *above = node_find(d->band, "above");
    const struct node *far = node_find(d->band, "to");
    const struct node *weak = below != NULL ? below : above;
    struct claim_band *b = &d->t.band;
    *b = (struct claim_band){.strong = NAN, .falling = below != NULL};
    rc = check_sides(d->band, below, above, e);
    if (rc == RC_OK)
        rc = read_edge(d, weak, &b->weak, e);
    if (rc == RC_OK && far != NULL)
        rc = read_edge(d, far, &b->strong, e);
    if (rc != RC_OK)
        return rc;
    if (far != NULL && (b->falling ? b->strong >= b->weak : b->strong <= b->weak))
        return node_refuse(far, e, "found \"%.40s\"; expected a value %s %.40s", far->text,
                           weak->key, weak->text);
    return say_band(b, weak->key, weak->text, far != NULL ? far->text : NULL, e);
}

/* --- figures and checks --- */

static enum rc read_figure(const struct node *n, struct figure *out, struct err *e)
{
    if (!figure_name_valid(n->key))
        return node_refuse(n, e,
                           "found a name that is none; expected letters, digits and "
                           "underscores");
    if (n->kind != NODE_TEXT || read_plain(n->text, "", &out->value) != RC_OK)
        return node_expect(n, e, "a number without unit, such as 1500000");
    out->name = strdup(n->key);
    return out->name != NULL ? RC_OK : err_set(e, RC_INFRA, "no memory for claims");
}

enum rc claim_read_figures(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct test_draft *d = into;
    if (n->kind != NODE_MAP || n->count == 0)
        return node_expect(n, e, "%s", f->takes);
    d->figures = calloc(n->count, sizeof *d->figures);
    if (d->figures == NULL)
        return err_set(e, RC_INFRA, "no memory for claims");
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < n->count; i++) {
        rc = read_figure(n->item[i], &d->figures[i], e);
        d->figure_count = i + 1;
    }
    return rc;
}

static enum rc keep_check(const struct node *says, const struct arithmetic *a,
                          const struct arithmetic_answer *answer, struct claim_check *out,
                          struct err *e)
{
    out->holds = answer->holds;
    out->says = strdup(says != NULL ? says->text : a->text);
    out->computation = strdup(answer->shown);
    bool all = out->says != NULL && out->computation != NULL;
    return all ? RC_OK : err_set(e, RC_INFRA, "no memory for claims");
}

static enum rc read_check(const struct test_draft *d, const struct node *n, struct claim_check *out,
                          struct err *e)
{
    enum rc rc = field_read_all(CLAIM_CHECK_FIELDS, n, NULL, e);
    if (rc != RC_OK)
        return rc;
    const struct node *holds = node_find(n, "holds");
    const struct node *tolerance = node_find(n, "tolerance");
    if (holds == NULL)
        return node_refuse(n, e, "found no holds; expected holds: sent - processed = 0");
    struct arithmetic a = {
        .text = holds->text, .figures = d->figures, .figure_count = d->figure_count};
    struct arithmetic_answer answer;
    if (tolerance != NULL)
        rc = claim_read_share(tolerance, 0, "a share in %, 0 % to 100 %", &a.tolerance, e);
    if (rc == RC_OK && arithmetic_check(&a, &answer, e) != RC_OK)
        rc = node_blame(holds, e);
    return rc == RC_OK ? keep_check(node_find(n, "says"), &a, &answer, out, e) : rc;
}

enum rc claim_checks_read(struct test_draft *d, struct err *e)
{
    const struct node *list = d->checks;
    if (list->kind != NODE_LIST || list->count == 0)
        return node_expect(list, e, "a list of checks, such as - holds: sent - processed = 0");
    d->t.checks = calloc(list->count, sizeof *d->t.checks);
    if (d->t.checks == NULL)
        return err_set(e, RC_INFRA, "no memory for claims");
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < list->count; i++) {
        rc = read_check(d, list->item[i], &d->t.checks[i], e);
        d->t.check_count = i + 1;
    }
    return rc;
}
