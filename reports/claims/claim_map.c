#include "reports/claims/claim_map.h"

#include "reports/claims/verdict_text.h"

#include <stdio.h>
#include <string.h>

const char CLAIM_MAP_LEGEND[] =
    "Change with its interval. No mark: holds; no: refuted; FLIPS: refuted, and the change has the "
    "other sign; ?: undecided; n/a: not applicable or not measured.";

static bool same_grid(const struct stratum *a, const struct stratum *b)
{
    return a->test == b->test && strcmp(a->from, b->from) == 0 && strcmp(a->to, b->to) == 0 &&
           strcmp(a->codec, b->codec) == 0 && strcmp(a->encoding, b->encoding) == 0 &&
           strcmp(a->load, b->load) == 0 && strcmp(a->link, b->link) == 0 &&
           strcmp(a->others, b->others) == 0;
}

static bool is_first_of_grid(const struct claim_verdict *v, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (same_grid(&v->strata[i], &v->strata[at]))
            return false;
    }
    return true;
}

static size_t row_of(struct claim_map *m, const struct stratum *s)
{
    size_t i = 0;
    while (i < m->row_count &&
           (strcmp(m->rows[i][0], s->payload) != 0 || strcmp(m->rows[i][1], s->size) != 0))
        i++;
    if (i == m->row_count && i < MAP_ROWS) {
        m->rows[i][0] = s->payload;
        m->rows[i][1] = s->size;
        m->row_count++;
    }
    return i;
}

static size_t column_of(struct claim_map *m, const struct stratum *s)
{
    size_t i = 0;
    while (i < m->column_count && strcmp(m->columns[i], s->batching) != 0)
        i++;
    if (i == m->column_count && i < MAP_COLUMNS)
        m->columns[m->column_count++] = s->batching;
    return i;
}

static void add_part(struct claim_map *m, const char *lead, const char *part)
{
    size_t at = strlen(m->title);
    if (part[0] != '\0')
        (void)snprintf(m->title + at, sizeof m->title - at, "%s%s", lead, part);
}

static void name_grid(struct claim_map *m, const struct stratum *s)
{
    m->title[0] = '\0';
    add_part(m, "", s->to);
    add_part(m, " against ", s->from);
    add_part(m, ", ", METRICS[s->metric].title);
    add_part(m, "; codec ", s->codec);
    add_part(m, "; ", strcmp(s->encoding, "raw") == 0 ? "" : s->encoding);
    add_part(m, "; ", s->load);
    add_part(m, "; link ", s->link);
    add_part(m, "; ", s->others);
}

bool claim_map_next(const struct claim_verdict *v, size_t *at, struct claim_map *out)
{
    while (*at < v->stratum_count && !is_first_of_grid(v, *at))
        ++*at;
    if (*at >= v->stratum_count)
        return false;
    const struct stratum *first = &v->strata[(*at)++];
    *out = (struct claim_map){.row_count = 0};
    name_grid(out, first);
    for (const struct stratum *s = first; s < v->strata + v->stratum_count; s++) {
        if (!same_grid(first, s))
            continue;
        size_t row = row_of(out, s), column = column_of(out, s);
        if (row < MAP_ROWS && column < MAP_COLUMNS)
            out->cells[row][column] = s;
        else
            out->left_out++;
    }
    return true;
}

char *claim_map_cell(const struct stratum *s, char *text)
{
    static const char *const marks[VERDICTS] = {"", " no", " ?", " n/a", " n/a", " VOID"};
    char effect[EFFECT_WORDS];
    if (s == NULL) {
        (void)snprintf(text, MAP_CELL, "%s", "");
        return text;
    }
    const char *mark = marks[s->verdict];
    if (s->verdict == VERDICT_REFUTED && strcmp(s->detail, "opposite sign") == 0)
        mark = " FLIPS";
    (void)snprintf(text, MAP_CELL, "%.150s%s", effect_words(s, effect), mark);
    return text;
}
