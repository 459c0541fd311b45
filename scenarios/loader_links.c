/* Reads the links between clients and broker: one or a list of rates, with delay or without. */
#include "scenarios/loader.h"

#include "base/clock.h"
#include "base/quantity.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char UNLIMITED[] = "unlimited";

static enum rc read_link_rate(const struct field *f, const struct node *n, void *into,
                              struct err *e)
{
    struct link_choice *link = into;
    if (n->kind != NODE_TEXT || node_is_nothing(n))
        return node_expect(n, e, "%s", f->takes);
    if (strcmp(n->text, UNLIMITED) == 0) {
        link->bit_per_s = 0;
        return RC_OK;
    }
    if (quantity_bandwidth(n->text, &link->bit_per_s, e) != RC_OK)
        return node_blame(n, e);
    if (link->bit_per_s < f->lo || link->bit_per_s > f->hi)
        return node_expect(n, e, "%s", f->takes);
    return RC_OK;
}

const struct field LINK_FIELDS[] = {
    {.name = "rate",
     .takes = "unlimited, or bits with unit, 100 kbit/s to 40 Gbit/s",
     .standard = "unlimited",
     .says = "of each direction",
     .read = read_link_rate,
     .lo = 100000,
     .hi = 40000000000LL},
    {.name = "delay",
     .takes = "a duration with unit, 0 ms to 10 s",
     .standard = "none",
     .says = "of each direction: a round trip takes twice as long",
     .read = field_duration,
     .at = offsetof(struct link_choice, delay_ns),
     .lo = 0,
     .hi = 10LL * NS_PER_S},
    {.name = NULL},
};

static enum rc read_link(const struct node *n, struct link_choice *out, struct err *e)
{
    if (n->kind == NODE_MAP)
        return field_read_all(LINK_FIELDS, n, out, e);
    return read_link_rate(&LINK_FIELDS[0], n, out, e);
}

enum rc read_links(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct scenario *s = &((struct draft *)into)->s;
    size_t count = 0;
    if (s->links != NULL)
        return node_refuse(n, e, "found link as well as links; expected one of them");
    enum rc rc = field_sweep(f, n, &count, e);
    if (rc == RC_OK && count > SWEEP_MAX)
        return node_refuse(n, e, "found %zu entries; expected at most %d", count, SWEEP_MAX);
    if (rc == RC_OK && (s->links = calloc(count, sizeof *s->links)) == NULL)
        rc = err_set(e, RC_INFRA, "no memory for a scenario");
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        const struct node *item = field_sweep_at(n, i);
        char label[SCENARIO_LABEL], other[SCENARIO_LABEL];
        rc = read_link(item, &s->links[i], e);
        if (rc == RC_OK)
            (void)link_label(&s->links[i], label);
        for (size_t j = 0; rc == RC_OK && j < i; j++)
            if (strcmp(label, link_label(&s->links[j], other)) == 0)
                rc = node_refuse(item, e, "found \"%s\" a second time; expected each once", label);
        if (rc == RC_OK)
            s->link_count++;
    }
    return rc;
}
