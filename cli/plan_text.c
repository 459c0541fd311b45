#include "cli/plan_text.h"

#include "base/quantity.h"

#include <stdio.h>

/* What tells the arms apart, where the line of a cell does not say it anyway; else "". */
static const char *arm_label(const struct plan *p, const struct plan_cell *c)
{
    static const enum dimension SAID[] = {DIMENSION_CODEC,    DIMENSION_ENCODING,
                                          DIMENSION_BATCHING, DIMENSION_LINK,
                                          DIMENSION_ARM,      DIMENSION_BACKGROUND};
    for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++)
        if (p->scenario->compare == SAID[i])
            return c->listed != NULL ? c->listed->name : "";
    return c->label[p->scenario->compare];
}

static void print_cell(const struct plan *p, size_t index)
{
    const struct plan_cell *c = &p->cells[index];
    char codec[SCENARIO_LABEL];
    char load[SCENARIO_LABEL];
    char batching[SCENARIO_LABEL];
    char size[QUANTITY_TEXT];
    char time[QUANTITY_TEXT];
    char records[QUANTITY_TEXT];
    char link[SCENARIO_LABEL];
    const char *arm = arm_label(p, c);
    (void)printf("  %-5s %s%s%-10s %-22s %-11s %-30s %-14s up to %7s records, %8s, %8s%s%s%s\n",
                 c->id, arm, arm[0] != '\0' ? ": " : "", codec_choice_label(c->codec, codec),
                 c->payload->name, ENCODING_NAMES[c->encoding],
                 batching_label(&c->batching, batching), load_label(&c->load, load),
                 quantity_format_count((double)c->records_max, records),
                 quantity_format_size(c->estimate.payload_bytes, size),
                 quantity_format_duration(c->estimate.duration_ns, time),
                 link_is_limited(&c->link) ? ", over " : "",
                 link_is_limited(&c->link) ? link_label(&c->link, link) : "",
                 p->comparisons[c->group].baseline == index ? "  reference" : "");
    if (c->background != NULL)
        (void)printf("        background %s; void when fewer than %lld arrive while measuring\n",
                     background_label(c->background->as, load),
                     (long long)c->background->as->at_least);
    if (c->refused[0] != '\0')
        (void)printf("        refused: %s\n", c->refused);
}

/* Cells of one pool have one sample; it is told at the first of them. */
static void print_damage(const struct plan *p)
{
    for (size_t i = 0, pool = 0; i < p->cell_count; i++) {
        const struct plan_sample *s = &p->cells[i].sample;
        if (p->cells[i].pool < pool)
            continue;
        pool = p->cells[i].pool + 1;
        if (s->damaged > 0)
            (void)printf(
                "warning: %lld of %lld images of %s are damaged or cut short, and are sent "
                "as they are: %s\n",
                (long long)s->damaged, (long long)s->records, p->cells[i].payload->name, s->damage);
    }
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

void plan_print(const struct plan *p)
{
    char time[QUANTITY_TEXT];
    char bytes[QUANTITY_TEXT];
    char disk[QUANTITY_TEXT];
    char memory[QUANTITY_TEXT];
    (void)printf("%s: %s\n\n", p->scenario->name, p->scenario->about);
    for (size_t g = 0; g < p->comparison_count; g++) {
        (void)printf("%s\n", p->comparisons[g].label);
        for (size_t i = 0; i < p->comparisons[g].count; i++)
            print_cell(p, p->comparisons[g].first + i);
    }
    (void)printf("\n%zu cell%s in %zu comparison%s, %lld block%s: %zu trial%s, interleaved.\n",
                 p->cell_count, plural(p->cell_count), p->comparison_count,
                 plural(p->comparison_count), (long long)p->scenario->blocks,
                 plural((size_t)p->scenario->blocks), p->trial_count, plural(p->trial_count));
    print_damage(p);
    (void)printf("About %s for the trials, and some seconds to start and warm the broker.\n",
                 quantity_format_wait(p->total_duration_ns, time));
    (void)printf("%s of payload in all; %s of disk (topics are deleted after each trial) and %s of "
                 "memory are needed.\n",
                 quantity_format_size(p->total_payload_bytes, bytes),
                 quantity_format_size(p->disk_bytes, disk),
                 quantity_format_size(p->memory_bytes, memory));
}
