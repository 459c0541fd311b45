#include "reports/render/ledger_terminal.h"

#include "reports/claims/claim_map.h"
#include "reports/claims/verdict_text.h"
#include "reports/render/screen.h"

#include <stdio.h>
#include <string.h>

enum { INDENT = 6, GAP = 2, STRATA_SHOWN = 6 };

static const char *const COLOURS[VERDICTS] = {SCREEN_GOOD, SCREEN_LOUD, SCREEN_WARN,
                                              SCREEN_DIM,  SCREEN_DIM,  SCREEN_LOUD};

/* "      lead: text", wrapped; nothing for an empty text. */
static void put_fact(struct screen *s, const char *lead, const char *text)
{
    if (text[0] == '\0')
        return;
    for (size_t i = 0; i < INDENT; i++)
        screen_put(s, " ");
    screen_put_style(s, SCREEN_DIM);
    screen_put(s, lead);
    screen_put_style(s, SCREEN_PLAIN);
    screen_put_wrapped(s, text, INDENT + GAP, INDENT + strlen(lead));
}

static void put_head(struct screen *s, const struct claim_verdict *v)
{
    char id[32];
    size_t used = INDENT + strlen(VERDICT_NAMES[v->verdict]) + GAP;
    (void)snprintf(id, sizeof id, "%-*.20s", INDENT, v->claim->id);
    screen_put_style(s, SCREEN_BOLD);
    screen_put_text(s, id);
    screen_put_style(s, COLOURS[v->verdict]);
    screen_put(s, VERDICT_NAMES[v->verdict]);
    screen_put_style(s, SCREEN_PLAIN);
    screen_put(s, "  ");
    screen_put_wrapped(s, v->claim->words, INDENT + GAP, used);
}

static const char *mark_of(enum verdict v)
{
    static const char *const marks[VERDICTS] = {"+ ", "x ", "? ", "- ", "- ", "! "};
    return marks[v];
}

static const char *metric_title(const struct claim_test *t)
{
    int m = t->metric != NULL ? (int)metric_find(t->metric) : METRIC_COUNT;
    return m < METRIC_COUNT ? METRICS[m].title : TEST_KIND_NAMES[t->kind];
}

/* "readings, e2e median: below -20 %, to -40 %: REFUTED" */
static void put_test(struct screen *s, const struct claim_verdict *v, size_t test)
{
    const struct claim_test *t = &v->claim->tests[test];
    enum verdict verdict = claim_test_verdict(v, test);
    char line[VERDICT_TEXT];
    (void)snprintf(line, sizeof line, "%.200s; promised: %.120s%s; %s",
                   t->says[0] != '\0' ? t->says : metric_title(t),
                   t->band.words != NULL && t->band.words[0] != '\0' ? t->band.words : "this order",
                   test_role(t), VERDICT_NAMES[verdict]);
    put_fact(s, mark_of(verdict), line);
}

static void put_stratum(struct screen *s, const struct stratum *one)
{
    char line[VERDICT_TEXT * 2], cells[STRATUM_COLUMNS][VERDICT_TEXT];
    stratum_cells(one, cells);
    (void)snprintf(line, sizeof line, "%.280s: %.120s %.100s, %.100s%s%.300s", cells[0], cells[1],
                   cells[4], cells[3], cells[8][0] != '\0' ? "; " : "", cells[8]);
    screen_put(s, "  ");
    put_fact(s, mark_of(one->verdict), line);
}

static void put_finding(struct screen *s, const struct claim_verdict *v, const struct finding *f)
{
    char line[sizeof f->text + EFFECT_WORDS];
    (void)snprintf(line, sizeof line, "%s%s", f->text, test_role(&v->claim->tests[f->test]));
    put_fact(s, mark_of(f->verdict), line);
}

/* Test by test, with a few of its strata; a map shows them all. */
static void put_tests(struct screen *s, const struct claim_verdict *v)
{
    char line[VERDICT_TEXT];
    for (size_t test = 0; test < v->claim->test_count; test++) {
        size_t shown = 0, all = 0;
        for (size_t i = 0; i < v->stratum_count; i++) {
            if (v->strata[i].test != test)
                continue;
            if (all++ == 0)
                put_test(s, v, test);
            if (shown == STRATA_SHOWN || v->claim->map[0] != '\0')
                continue;
            put_stratum(s, &v->strata[i]);
            shown++;
        }
        if (all > shown && shown > 0) {
            (void)snprintf(line, sizeof line, "%zu more stand in the report", all - shown);
            put_fact(s, "  ", line);
        }
    }
    for (size_t i = 0; v->finding_count > 1 && i < v->finding_count; i++)
        put_finding(s, v, &v->findings[i]);
}

static void put_map(struct screen *s, const struct claim_map *m)
{
    char cell[MAP_CELL], name[2 * RECORD_NAME_MAX + 2];
    put_fact(s, "", m->title);
    for (size_t row = 0; row < m->row_count; row++) {
        (void)snprintf(name, sizeof name, "%s %s", m->rows[row][0],
                       strcmp(m->rows[row][1], "natural") == 0 ? "" : m->rows[row][1]);
        for (size_t column = 0; column < m->column_count; column++) {
            const struct stratum *one = m->cells[row][column];
            if (one == NULL)
                continue;
            bool bad = one->verdict == VERDICT_REFUTED || one->verdict == VERDICT_VOID;
            screen_put(s, "        ");
            screen_put_padded(s, name, 26, true);
            screen_put(s, "  ");
            screen_put_padded(s, m->columns[column], 30, true);
            screen_put(s, "  ");
            screen_put_style(s, bad ? SCREEN_LOUD : "");
            screen_put_text(s, claim_map_cell(one, cell));
            screen_put_style(s, bad ? SCREEN_PLAIN : "");
            screen_put(s, "\n");
        }
    }
}

static void put_maps(struct screen *s, const struct claim_verdict *v)
{
    struct claim_map m;
    size_t at = 0;
    if (v->claim->map[0] == '\0' || v->stratum_count == 0)
        return;
    put_fact(s, "map: ", v->claim->map);
    put_fact(s, "", CLAIM_MAP_LEGEND);
    while (claim_map_next(v, &at, &m))
        put_map(s, &m);
}

static void put_claim(struct screen *s, const struct claim_verdict *v)
{
    char text[EVIDENCE_WORDS];
    put_head(s, v);
    put_fact(s, "", v->detail);
    if (v->stratum_count > 1)
        put_fact(s, "effect: ", effect_range(v, text));
    put_tests(s, v);
    put_fact(s, "evidence: ", evidence_words(v, text));
    put_maps(s, v);
}

enum rc ledger_terminal(const struct verdicts *v, struct terminal_style style, struct buf *out,
                        struct err *e)
{
    struct screen s = {.style = style, .out = out, .rc = RC_OK, .e = e};
    char line[VERDICT_TEXT];
    size_t used = 0;
    for (size_t i = 0; i < v->count; i++)
        put_claim(&s, &v->all[i]);
    line[0] = '\0';
    for (int k = 0; k < VERDICTS; k++) {
        int n = v->of[k] == 0 ? 0
                              : snprintf(line + used, sizeof line - used, "%s%zu %s",
                                         used > 0 ? ", " : "", v->of[k], VERDICT_NAMES[k]);
        used += n > 0 ? (size_t)n : 0;
    }
    if (v->supported_in_part > 0)
        (void)snprintf(line + used, sizeof line - used, "; %zu SUPPORTED in the part asked for",
                       v->supported_in_part);
    screen_put(&s, "\n");
    if (v->note[0] != '\0')
        screen_put_line(&s, SCREEN_PLAIN, v->note);
    screen_put_line(&s, SCREEN_BOLD, line);
    return s.rc;
}
