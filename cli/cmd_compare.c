/* assay compare A B: two result folders, cell by cell. */
#include "base/json_writer.h"
#include "base/nearest.h"
#include "base/quantity.h"
#include "cli/commands.h"
#include "cli/report_print.h"
#include "reports/summary/column.h"
#include "reports/summary/comparison.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t JSON_BYTES_MAX = (size_t)1 << 28;

static const struct option_row OPTIONS[] = {
    {.name = "--metric",
     .value = "NAME",
     .help = "only this metric, by its name in summary.json",
     .repeats = true},
    {.name = "--any-host", .help = "compare runs of different hosts all the same"},
    {.name = "--json", .help = "the comparison as JSON"},
    {.name = NULL},
};

static enum rc read_metric(const char *name, enum metric *out, struct err *e)
{
    struct nearest near = {.given = name};
    *out = metric_find(name);
    if ((int)*out != METRIC_COUNT)
        return RC_OK;
    for (int i = 0; i < METRIC_COUNT; i++)
        nearest_offer(&near, METRICS[i].name);
    if (near.best != NULL)
        return err_set(e, RC_INPUT, "--metric: there is no \"%.80s\"; did you mean %s?", name,
                       near.best);
    return err_set(e, RC_INPUT, "--metric: there is no \"%.80s\"; summary.json names them", name);
}

static enum rc read_metrics(const struct args *a, enum metric *metrics, size_t *count,
                            struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && args_nth(a, "--metric", i) != NULL; i++) {
        if (*count == (size_t)METRIC_COUNT)
            return err_set(e, RC_INPUT, "--metric is given more often than there are metrics");
        rc = read_metric(args_nth(a, "--metric", i), &metrics[*count], e);
        *count += 1;
    }
    return rc;
}

static void print_effect(const struct comparison *c, const struct compared_cell *cell,
                         const struct effect *f)
{
    bool doubtful = c->unreliable && !f->exact && !cell->reference;
    char from[COLUMN_TEXT], to[COLUMN_TEXT], change[EFFECT_TEXT], least[EFFECT_TEXT];
    (void)printf("  %-14s %-26s %12s %12s  %-24s %s", trial_record_arm(cell->a),
                 METRICS[f->metric].name, metric_text(f->metric, f->from, from),
                 metric_text(f->metric, f->to, to), effect_change_text(f, change),
                 doubtful ? "unreliable" : effect_says(f));
    if (!doubtful && f->word == EFFECT_NONE_FOUND && isfinite(f->detectable))
        (void)printf(" (at least %s would have been)",
                     effect_size_text(f->metric, f->detectable, least));
    (void)printf("%s\n", cell->reference ? " [reference]" : "");
}

static void print_cells(const struct comparison *c)
{
    const char *label = "";
    char shares[TRIAL_SHARES_TEXT];
    for (size_t i = 0; i < c->cell_count; i++) {
        const struct compared_cell *cell = &c->cells[i];
        if (strcmp(label, cell->a->group_label) != 0) {
            label = cell->a->group_label;
            (void)printf("\n%s: %s\n  %-14s %-26s %12s %12s  %-24s\n", cell->a->scenario, label,
                         cell->a->compare, "metric", "A", "B", "change");
        }
        for (size_t k = cell->first; k < cell->first + cell->count; k++)
            print_effect(c, cell, &c->effects[k]);
        if (trial_shares_matter(&cell->shares))
            (void)printf("  %-14s %s\n", trial_record_arm(cell->a),
                         trial_shares_text(&cell->shares, "A", "B", shares));
    }
}

/* All that cells are matched by. */
static void print_only(const char *folder, const struct trial_record *const *rows, size_t count)
{
    char size[QUANTITY_TEXT];
    for (size_t i = 0; i < count; i++) {
        const struct trial_cell *c = &rows[i]->cell;
        const char *arm = trial_record_arm(rows[i]);
        bool own_codec = strcmp(arm, c->codec) != 0;
        (void)printf("only in %s: %s: %s%s%s, %s%s%s, %s, batches %s, load %s, link %s\n", folder,
                     arm, rows[i]->scenario, own_codec ? ", codec " : "", own_codec ? c->codec : "",
                     c->payload, c->record_bytes > 0 ? " of " : "",
                     c->record_bytes > 0 ? quantity_format_size(c->record_bytes, size) : "",
                     c->encoding, c->batching, c->load, c->link[0] != '\0' ? c->link : "unlimited");
    }
}

static void print_level(const struct effect_level *l)
{
    if (l->comparisons == 1)
        (void)printf("1 noisy comparison at alpha = %g.\n", l->alpha);
    else
        (void)printf("%zu noisy comparisons share alpha = %g (Holm); intervals hold for all of "
                     "them together (Bonferroni).\n",
                     l->comparisons, l->alpha);
    (void)printf("The runs share no machine state: changes that are noisy are of what an arm is to "
                 "the reference arm beside it, in the same block.\n");
}

static void print_table(const struct folder_pair *p, const struct comparison *c)
{
    folder_pair_print(p);
    print_cells(c);
    (void)printf("\n");
    print_only("A", c->only_a, c->only_a_count);
    print_only("B", c->only_b, c->only_b_count);
    if (comparison_judged(c, false) > 0)
        print_level(&c->level);
    if (c->reference_differs && !c->unreliable)
        (void)printf("note: %s\n", c->why);
}

static void write_changes(const struct folder_pair *p, struct json_writer *w)
{
    json_write_bool(w, "other_host", p->other_host);
    json_write_array(w, "conditions");
    for (size_t i = 0; i < p->change_count; i++) {
        json_write_object(w, NULL);
        json_write_text(w, "what", p->changes[i].what);
        json_write_text(w, "from", p->changes[i].from);
        json_write_text(w, "to", p->changes[i].to);
        json_write_bool(w, "host", p->changes[i].host);
        json_write_close(w);
    }
    json_write_close(w);
}

static enum rc print_json(const struct folder_pair *p, const struct comparison *c, struct err *e)
{
    struct buf text;
    struct json_writer w;
    buf_init(&text, JSON_BYTES_MAX);
    json_writer_init(&w, &text, JSON_INDENTED);
    json_write_object(&w, NULL);
    json_write_text(&w, "schema", "assay-comparison/1");
    write_changes(p, &w);
    comparison_write(c, &w);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    if (rc == RC_OK)
        (void)printf("%s\n", (const char *)text.data);
    buf_release(&text);
    return rc;
}

/* The fewest trials of a cell in a folder that has cells in both. */
static size_t fewest(const struct comparison *c, bool of_a)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < c->effect_count; i++) {
        const struct effect *f = &c->effects[i];
        size_t n = of_a ? f->n_from : f->n_to;
        if (f->word == EFFECT_TOO_FEW && n < least)
            least = n;
    }
    return least;
}

/* What could not be judged is said last, where it is read. */
static enum rc conclude(const struct comparison *c, struct err *e)
{
    size_t few = comparison_too_few(c);
    if (c->cell_count == 0)
        return err_set(
            e, RC_INPUT,
            "no cell of %s is in %s, too: same scenario, payload, codec, batching, load and "
            "link? (open loops with rate: auto get another rate in every run)",
            c->a->path, c->b->path);
    if (few > 0 && few == c->level.comparisons) {
        size_t a = fewest(c, true), b = fewest(c, false), needs = effect_needs(c->level, false);
        bool baseline = a < needs && b >= needs;
        return err_set(
            e, baseline ? RC_BASELINE : RC_INPUT,
            "too few blocks for %zu comparison%s: %zu in A and %zu in B, and %zu in each "
            "are needed; run both again with --blocks %zu",
            few, few == 1 ? "" : "s", a, b, needs, needs);
    }
    if (c->unreliable)
        return err_set(e, RC_UNDECIDED, "UNRELIABLE: %s", c->why);
    return RC_OK;
}

static enum rc compare_pair(const struct args *a, struct folder_pair *p, struct err *e)
{
    enum metric metrics[METRICS_MAX];
    size_t count = 0;
    struct comparison c;
    enum rc rc = read_metrics(a, metrics, &count, e);
    if (rc != RC_OK)
        return rc;
    struct comparison_options want = {.metrics = count > 0 ? metrics : NULL, .metric_count = count};
    rc = comparison_of(&p->a, &p->b, &want, &c, e);
    if (rc != RC_OK)
        return rc;
    if (args_has(a, "--json"))
        rc = print_json(p, &c, e);
    else
        print_table(p, &c);
    if (rc == RC_OK)
        rc = conclude(&c, e);
    comparison_release(&c);
    return rc;
}

static enum rc run_compare(const struct args *a, struct err *e)
{
    struct folder_pair *p = malloc(sizeof *p);
    if (p == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    enum rc rc = RC_OK;
    if (a->operand_count != 2)
        rc = err_set(e, RC_INPUT, "compare: takes two result folders, and got %zu operands",
                     a->operand_count);
    if (rc == RC_OK)
        rc = folder_pair_read(a->operands[0], a->operands[1], args_has(a, "--any-host"), p, e);
    if (rc == RC_OK) {
        rc = compare_pair(a, p, e);
        folder_pair_release(p);
    }
    free(p);
    return rc;
}

const struct command CMD_COMPARE = {
    .name = "compare",
    .operands = "A B",
    .says = "compare two result folders, cell by cell",
    .about =
        "Cells are matched by what they are: scenario, payload, size, encoding, codec or arm,\n"
        "batching, load and link. Each metric gets the change from A to B with an interval and a\n"
        "word: faster or slower, no difference found (and which one would have been), or too few\n"
        "blocks. Sizes that repeat to the byte are compared directly. The runs share no machine\n"
        "state: the change of what is noisy is that of an arm's ratio to the reference arm in the\n"
        "same block, and without a common reference arm it is UNRELIABLE. Nothing is written.\n"
        "\n"
        "Exit codes: 0 compared, 2 usage or too few blocks, 3 unreliable, 6 no baseline: A is\n"
        "missing, empty, truncated, of another schema or another host.",
    .examples = "  assay compare results/monday results/tuesday\n"
                "  assay compare --metric e2e_p50_ns --json A B",
    .options = OPTIONS,
    .run = run_compare,
};
