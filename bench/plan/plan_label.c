#include "bench/plan/plan_label.h"

#include "base/quantity.h"
#include "scenarios/sweep.h"

#include <stdio.h>
#include <string.h>

static void append(char *text, const char *lead, const char *part)
{
    size_t used = strlen(text);
    (void)snprintf(text + used, PLAN_COMPARISON_LABEL - used, "%s%s%s", used > 0 ? ", " : "", lead,
                   part);
}

void plan_label(const struct plan *p, struct plan_comparison *g)
{
    const struct scenario *s = p->scenario;
    const struct plan_cell *c = &p->cells[g->first];
    char text[QUANTITY_TEXT];
    g->label[0] = '\0';
    append(g->label, "", c->payload->name);
    if (c->record_bytes > 0)
        append(g->label, "", quantity_format_size(c->record_bytes, text));
    for (int d = 0; d < DIMENSIONS; d++) {
        bool of_pool = d == DIMENSION_PAYLOAD || d == DIMENSION_RECORD_BYTES;
        if (of_pool || d == (int)s->compare || SWEEPS[d].count(s) < 2)
            continue;
        append(g->label, SWEEPS[d].lead != NULL ? SWEEPS[d].lead : "",
               c->label[d][0] != '\0' ? c->label[d] : DIMENSION_NAMES[d].usual);
    }
}
