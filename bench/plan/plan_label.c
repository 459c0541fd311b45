#include "bench/plan/plan_label.h"

#include "base/quantity.h"

#include <stdio.h>
#include <string.h>

static void append(char *text, const char *part)
{
    size_t used = strlen(text);
    (void)snprintf(text + used, PLAN_COMPARISON_LABEL - used, "%s%s", used > 0 ? ", " : "", part);
}

static void append_word(char *text, const char *word)
{
    size_t used = strlen(text);
    (void)snprintf(text + used, PLAN_COMPARISON_LABEL - used, "%s", word);
}

void plan_label(const struct plan *p, struct plan_comparison *g)
{
    const struct scenario *s = p->scenario;
    const struct plan_cell *c = &p->cells[g->first];
    char text[SCENARIO_LABEL];
    g->label[0] = '\0';
    append(g->label, c->payload->name);
    if (c->record_bytes > 0)
        append(g->label, quantity_format_size(c->record_bytes, text));
    if (s->compare != ARM_CODEC && s->codec_count > 1)
        append(g->label, codec_choice_label(c->codec, text));
    if (s->compare != ARM_ENCODING && s->encoding_count > 1)
        append(g->label, ENCODING_NAMES[c->encoding]);
    if (s->compare != ARM_BATCHING && s->batching_count > 1)
        append(g->label, batching_label(&c->batching, text));
    if (s->load_count > 1)
        append(g->label, load_label(&c->load, text));
    if (s->link_count > 1) {
        append(g->label, "link ");
        append_word(g->label, link_label(&c->link, text));
    }
    if (s->background_count > 1 && s->compare != ARM_LISTED) {
        append(g->label, c->background != NULL ? "background " : "background none");
        append_word(g->label,
                    c->background != NULL ? background_label(c->background->as, text) : "");
    }
}
