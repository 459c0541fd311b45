/* What a stratum is called: what its arms have in common. */
#include "reports/claims/verdict_stratum.h"

#include "base/quantity.h"

#include <stdio.h>
#include <string.h>

static void add_part(struct stratum *s, const char *part)
{
    size_t at = strlen(s->label);
    if (part[0] != '\0')
        (void)snprintf(s->label + at, sizeof s->label - at, "%s%s", at > 0 ? ", " : "", part);
}

/* "1000 records, 5.00 ms" as "1000 records, linger 5.00 ms": a label ends with its linger. text
 * holds twice RECORD_NAME_MAX. */
static void say_batching(const struct trial_cell *c, char *text)
{
    char linger[QUANTITY_TEXT] = "0 ms";
    if (c->linger_ns > 0)
        (void)quantity_format_duration(c->linger_ns, linger);
    size_t all = strlen(c->batching), tail = strlen(linger);
    size_t head = all >= tail ? all - tail : 0;
    bool ends = all >= tail && strcmp(c->batching + head, linger) == 0;
    (void)snprintf(text, (size_t)2 * RECORD_NAME_MAX, "%.*s%s%s", (int)(ends ? head : all),
                   c->batching, ends ? "linger " : "", ends ? linger : "");
}

/* Labels of the dimensions that have no place of their own in maps. */
static void say_others(const struct trial_cell *c, struct stratum *out)
{
    size_t used = 0;
    out->others[0] = '\0';
    for (int d = 0; d < DIMENSION_RECORD_BYTES && used < sizeof out->others; d++) {
        const char *label = trial_cell_text(c, (enum dimension)d);
        bool own = d == DIMENSION_PAYLOAD || d == DIMENSION_CODEC || d == DIMENSION_ENCODING ||
                   d == DIMENSION_BATCHING || d == DIMENSION_LOAD || d == DIMENSION_LINK ||
                   d == DIMENSION_ARM;
        if (own || label[0] == '\0' || strcmp(label, DIMENSION_NAMES[d].usual) == 0)
            continue;
        int n =
            snprintf(out->others + used, sizeof out->others - used, "%s%s%s", used > 0 ? ", " : "",
                     d == DIMENSION_BACKGROUND ? "background " : "", label);
        used += n > 0 ? (size_t)n : 0;
    }
}

void stratum_name(const struct strata_group *g, struct stratum *out)
{
    const struct trial_cell *c = &g->common;
    char size[QUANTITY_TEXT], batching[2 * RECORD_NAME_MAX];
    (void)snprintf(out->payload, sizeof out->payload, "%s", c->payload);
    (void)snprintf(out->size, sizeof out->size, "%s",
                   c->record_bytes > 0 ? quantity_format_size(c->record_bytes, size) : "natural");
    (void)snprintf(out->batching, sizeof out->batching, "%s", c->batching);
    (void)snprintf(out->load, sizeof out->load, "%s", c->load);
    (void)snprintf(out->link, sizeof out->link, "%s", c->link);
    (void)snprintf(out->encoding, sizeof out->encoding, "%s", c->encoding);
    if (strcmp(g->compare, "codec") != 0)
        (void)snprintf(out->codec, sizeof out->codec, "%s", c->codec);
    out->label[0] = '\0';
    add_part(out, out->payload);
    add_part(out, c->record_bytes > 0 ? out->size : "");
    add_part(out, out->codec);
    add_part(out, strcmp(out->encoding, "raw") == 0 ? "" : out->encoding);
    say_batching(c, batching);
    add_part(out, batching);
    add_part(out, out->load);
    add_part(out, c->link_bit_per_s > 0 || c->link_delay_ns > 0 ? out->link : "");
    say_others(c, out);
    add_part(out, out->others);
}
