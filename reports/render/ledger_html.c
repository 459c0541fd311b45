#include "reports/claims/claim_map.h"
#include "reports/claims/verdict_text.h"
#include "reports/render/ledger.h"

#include <stdio.h>
#include <string.h>

static const char *const MOODS[VERDICTS] = {"good", "loud", "", "soft", "soft", "loud"};

static void put_heads(struct page *p, const char *const *titles, size_t count)
{
    page_raw(p, "<div class=\"wide\"><table><thead><tr>");
    for (size_t i = 0; i < count; i++) {
        page_raw(p, "<th class=\"left\">");
        page_text(p, titles[i]);
        page_raw(p, "</th>");
    }
    page_raw(p, "</tr></thead><tbody>\n");
}

static void put_cell(struct page *p, const char *mood, const char *text)
{
    page_format(p, "<td class=\"left %s\">", mood);
    page_text(p, text);
    page_raw(p, "</td>");
}

static void put_overview(struct page *p, const struct verdicts *v)
{
    static const char *const titles[] = {"claim", "the words", "verdict", "effect", "where"};
    char effect[EFFECT_WORDS];
    put_heads(p, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < v->count; i++) {
        const struct claim_verdict *c = &v->all[i];
        page_raw(p, "<tr>");
        put_cell(p, "", c->claim->id);
        put_cell(p, "words", c->claim->words);
        put_cell(p, MOODS[c->verdict], VERDICT_NAMES[c->verdict]);
        put_cell(p, "", effect_range(c, effect));
        put_cell(p, "words", c->detail);
        page_raw(p, "</tr>\n");
    }
    page_raw(p, "</tbody></table></div>\n");
}

static void put_strata(struct page *p, const struct claim_verdict *v)
{
    enum { VERDICT_COLUMN = 3 };
    char cells[STRATUM_COLUMNS][VERDICT_TEXT];
    put_heads(p, STRATUM_TITLES, STRATUM_COLUMNS);
    for (size_t i = 0; i < v->stratum_count; i++) {
        stratum_cells(&v->strata[i], cells);
        page_raw(p, "<tr>");
        for (size_t k = 0; k < STRATUM_COLUMNS; k++)
            put_cell(p, k == VERDICT_COLUMN ? MOODS[v->strata[i].verdict] : "", cells[k]);
        page_raw(p, "</tr>\n");
    }
    page_raw(p, "</tbody></table></div>\n");
}

static void put_map(struct page *p, const struct claim_map *map)
{
    const char *titles[MAP_COLUMNS + 1] = {"payload, size"};
    char name[MAP_CELL], cell[MAP_CELL];
    page_element(p, "h4", map->title);
    for (size_t c = 0; c < map->column_count; c++)
        titles[c + 1] = map->columns[c];
    put_heads(p, titles, map->column_count + 1);
    for (size_t row = 0; row < map->row_count; row++) {
        (void)snprintf(name, sizeof name, "%.90s, %.90s", map->rows[row][0], map->rows[row][1]);
        page_raw(p, "<tr>");
        put_cell(p, "", name);
        for (size_t c = 0; c < map->column_count; c++) {
            const struct stratum *s = map->cells[row][c];
            put_cell(p, s != NULL ? MOODS[s->verdict] : "", claim_map_cell(s, cell));
        }
        page_raw(p, "</tr>\n");
    }
    page_raw(p, "</tbody></table></div>\n");
}

static void put_maps(struct page *p, const struct claim_verdict *v)
{
    struct claim_map map;
    size_t at = 0;
    if (v->claim->map[0] == '\0' || v->stratum_count == 0)
        return;
    page_element(p, "h3", v->claim->map);
    page_raw(p, "<p class=\"soft\">");
    page_text(p, CLAIM_MAP_LEGEND);
    page_raw(p, "</p>\n");
    while (claim_map_next(v, &at, &map))
        put_map(p, &map);
}

static void put_tests(struct page *p, const struct claim_verdict *v)
{
    page_raw(p, "<ul>\n");
    for (size_t i = 0; i < v->claim->test_count; i++) {
        const struct claim_test *t = &v->claim->tests[i];
        page_raw(p, "<li>");
        page_text(p, t->says[0] != '\0' ? t->says : TEST_KIND_NAMES[t->kind]);
        if (t->band.words != NULL && t->band.words[0] != '\0') {
            page_raw(p, ": ");
            page_text(p, t->band.words);
        }
        page_text(p, test_role(t));
        if (t->given != NULL && t->given[0] != '\0') {
            page_raw(p, "; taken for granted: ");
            page_text(p, t->given);
        }
        page_raw(p, "</li>\n");
    }
    for (size_t i = 0; i < v->finding_count; i++) {
        page_raw(p, "<li>");
        page_text(p, v->findings[i].text);
        page_text(p, test_role(&v->claim->tests[v->findings[i].test]));
        page_raw(p, "</li>\n");
    }
    page_raw(p, "</ul>\n");
}

static void put_claim(struct page *p, const struct claim_verdict *v)
{
    char text[EVIDENCE_WORDS];
    page_raw(p, "<details><summary>");
    page_text(p, v->claim->id);
    page_raw(p, ": ");
    page_text(p, VERDICT_NAMES[v->verdict]);
    page_raw(p, " · ");
    page_text(p, v->claim->words);
    page_raw(p, "</summary>\n");
    page_element(p, "p", v->detail);
    if (v->claim->trap[0] != '\0') {
        page_raw(p, "<p class=\"soft\">Watch for: ");
        page_text(p, v->claim->trap);
        page_raw(p, "</p>\n");
    }
    put_tests(p, v);
    if (evidence_words(v, text)[0] != '\0') {
        page_raw(p, "<p class=\"soft\">Evidence: ");
        page_text(p, text);
        page_raw(p, "</p>\n");
    }
    put_maps(p, v);
    if (v->stratum_count > 0)
        put_strata(p, v);
    page_raw(p, "</details>\n");
}

void ledger_html(const struct verdicts *v, struct page *p)
{
    page_raw(p, "<section><h2>Claims</h2>\n");
    if (v->note[0] != '\0') {
        page_raw(p, "<p>");
        page_text(p, v->note);
        page_raw(p, "</p>\n");
    }
    put_overview(p, v);
    for (size_t i = 0; i < v->count; i++)
        put_claim(p, &v->all[i]);
    page_raw(p, "</section>\n");
}
