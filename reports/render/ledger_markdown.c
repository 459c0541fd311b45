#include "reports/render/ledger.h"

#include "reports/claims/claim_map.h"
#include "reports/claims/verdict_text.h"
#include "reports/render/markdown_text.h"

#include <stdio.h>
#include <string.h>

static void put_row(struct markdown *m, const char *const *cells, size_t count)
{
    markdown_raw(m, "|");
    for (size_t i = 0; i < count; i++) {
        markdown_raw(m, " ");
        markdown_text(m, cells[i]);
        markdown_raw(m, " |");
    }
    markdown_raw(m, "\n");
}

static void put_rule(struct markdown *m, size_t count)
{
    markdown_raw(m, "|");
    for (size_t i = 0; i < count; i++)
        markdown_raw(m, ":--|");
    markdown_raw(m, "\n");
}

static void put_overview(struct markdown *m, const struct verdicts *v)
{
    static const char *const titles[] = {"claim", "the words", "verdict", "effect", "where"};
    enum { COLUMNS_HERE = 5 };
    char effect[EFFECT_WORDS];
    put_row(m, titles, COLUMNS_HERE);
    put_rule(m, COLUMNS_HERE);
    for (size_t i = 0; i < v->count; i++) {
        const struct claim_verdict *c = &v->all[i];
        const char *const cells[] = {c->claim->id, c->claim->words, VERDICT_NAMES[c->verdict],
                                     effect_range(c, effect), c->detail};
        put_row(m, cells, COLUMNS_HERE);
    }
}

static void put_strata(struct markdown *m, const struct claim_verdict *v)
{
    char text[STRATUM_COLUMNS][VERDICT_TEXT];
    const char *cells[STRATUM_COLUMNS];
    markdown_raw(m, "\n");
    put_row(m, STRATUM_TITLES, STRATUM_COLUMNS);
    put_rule(m, STRATUM_COLUMNS);
    for (size_t i = 0; i < v->stratum_count; i++) {
        stratum_cells(&v->strata[i], text);
        for (size_t k = 0; k < STRATUM_COLUMNS; k++)
            cells[k] = text[k];
        put_row(m, cells, STRATUM_COLUMNS);
    }
}

static void put_map(struct markdown *m, const struct claim_map *map)
{
    char text[MAP_COLUMNS + 1][MAP_CELL];
    const char *cells[MAP_COLUMNS + 1] = {"payload, size"};
    markdown_raw(m, "\n");
    markdown_text(m, map->title);
    markdown_raw(m, "\n\n");
    for (size_t c = 0; c < map->column_count; c++)
        cells[c + 1] = map->columns[c];
    put_row(m, cells, map->column_count + 1);
    put_rule(m, map->column_count + 1);
    for (size_t row = 0; row < map->row_count; row++) {
        (void)snprintf(text[0], MAP_CELL, "%.90s, %.90s", map->rows[row][0], map->rows[row][1]);
        cells[0] = text[0];
        for (size_t c = 0; c < map->column_count; c++)
            cells[c + 1] = claim_map_cell(map->cells[row][c], text[c + 1]);
        put_row(m, cells, map->column_count + 1);
    }
}

static void put_tests(struct markdown *m, const struct claim_verdict *v)
{
    for (size_t i = 0; i < v->claim->test_count; i++) {
        const struct claim_test *t = &v->claim->tests[i];
        markdown_raw(m, "\n- ");
        markdown_text(m, t->says[0] != '\0' ? t->says : TEST_KIND_NAMES[t->kind]);
        if (t->band.words != NULL && t->band.words[0] != '\0') {
            markdown_raw(m, ": ");
            markdown_text(m, t->band.words);
        }
        markdown_raw(m, test_role(t));
        if (t->given != NULL && t->given[0] != '\0') {
            markdown_raw(m, "; taken for granted: ");
            markdown_text(m, t->given);
        }
    }
    for (size_t i = 0; i < v->finding_count; i++) {
        markdown_raw(m, "\n- ");
        markdown_text(m, v->findings[i].text);
        markdown_raw(m, test_role(&v->claim->tests[v->findings[i].test]));
    }
}

static void put_claim(struct markdown *m, const struct claim_verdict *v)
{
    struct claim_map map;
    char text[EVIDENCE_WORDS];
    size_t at = 0;
    markdown_raw(m, "\n### ");
    markdown_text(m, v->claim->id);
    markdown_raw(m, ": ");
    markdown_text(m, v->claim->words);
    markdown_raw(m, "\n\n**");
    markdown_raw(m, VERDICT_NAMES[v->verdict]);
    markdown_raw(m, "** ");
    markdown_text(m, v->detail);
    markdown_raw(m, "\n");
    put_tests(m, v);
    if (evidence_words(v, text)[0] != '\0') {
        markdown_raw(m, "\n- evidence: ");
        markdown_text(m, text);
    }
    markdown_raw(m, "\n");
    if (v->stratum_count > 0)
        put_strata(m, v);
    if (v->claim->map[0] == '\0' || v->stratum_count == 0)
        return;
    markdown_raw(m, "\nMap: ");
    markdown_text(m, v->claim->map);
    markdown_raw(m, "\n\n");
    markdown_raw(m, CLAIM_MAP_LEGEND);
    markdown_raw(m, "\n");
    while (claim_map_next(v, &at, &map))
        put_map(m, &map);
}

enum rc ledger_markdown(const struct verdicts *v, struct buf *out, struct err *e)
{
    struct markdown m = {.out = out, .e = e, .rc = RC_OK};
    markdown_raw(&m, "\n## Claims\n\n");
    if (v->note[0] != '\0') {
        markdown_text(&m, v->note);
        markdown_raw(&m, "\n\n");
    }
    put_overview(&m, v);
    for (size_t i = 0; i < v->count; i++)
        put_claim(&m, &v->all[i]);
    return m.rc;
}
