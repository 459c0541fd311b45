#include "reports/gate/gate_report.h"

#include "base/json_writer.h"
#include "reports/gate/gate_case_text.h"
#include "reports/gate/gate_sight.h"
#include "reports/render/annotations.h"
#include "reports/render/junit.h"
#include "reports/stats/paired.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REF_LINE = 4096 };

/* A pass tells what it is worth. */
static void say_pass(const struct gate *g, char *text)
{
    size_t unseen = gate_count_unseen(g);
    int at = g->count == 1
                 ? snprintf(text, GATE_WHY, "PASS: the one gated case did not regress")
                 : snprintf(text, GATE_WHY, "PASS: none of %zu gated cases regressed", g->count);
    char *rest = text + (at > 0 ? at : 0);
    size_t room = GATE_WHY - (size_t)(rest - text);
    if (unseen > 0 && g->count == 1)
        (void)snprintf(rest, room,
                       "; but it was too noisy to see a regression as large as the limit");
    else if (unseen > 0)
        (void)snprintf(rest, room,
                       "; but %zu of them %s too noisy to see a regression as large as the limit",
                       unseen, unseen == 1 ? "was" : "were");
}

static void say_regression(const struct gate *g, char *text)
{
    size_t worse = gate_count(g, GATE_CASE_REGRESSED);
    if (g->count == 1)
        (void)snprintf(text, GATE_WHY, "REGRESSION: the one gated case is worse");
    else
        (void)snprintf(text, GATE_WHY, "REGRESSION: %zu of %zu gated cases %s worse", worse,
                       g->count, worse == 1 ? "is" : "are");
}

/* Trials that do not count come before what the others say. */
static bool say_trials(const struct gate *g, char *text)
{
    char words[TRIAL_SHARES_TEXT];
    for (size_t i = 0; i < g->count; i++) {
        const struct gate_case *c = &g->cases[i];
        if (c->outcome != GATE_CASE_SATURATED && c->outcome != GATE_CASE_VOID)
            continue;
        (void)snprintf(text, GATE_WHY, "INCONCLUSIVE: %.300s",
                       trial_shares_text(&c->shares, "the baseline", "the candidate", words));
        return true;
    }
    return false;
}

static void say_inconclusive(const struct gate *g, char *text)
{
    size_t few = gate_count(g, GATE_CASE_TOO_FEW), missing = gate_count(g, GATE_CASE_NOT_MEASURED);
    size_t censored = gate_count(g, GATE_CASE_CENSORED);
    if (say_trials(g, text))
        return;
    if (g->one_arm && few + missing + censored == 0)
        (void)snprintf(text, GATE_WHY,
                       "INCONCLUSIVE: the folders have one arm in common: of what is noisy nothing "
                       "can be judged, as two runs share no machine state");
    else if (g->count == 1 && censored > 0)
        (void)snprintf(text, GATE_WHY,
                       "INCONCLUSIVE: the one gated case hangs on values that were cut off");
    else if (g->count == 1)
        (void)snprintf(text, GATE_WHY, "INCONCLUSIVE: the one gated case %s",
                       few > 0 ? "has too few blocks" : "was not measured in the candidate");
    else if (few + missing == 0)
        (void)snprintf(text, GATE_WHY,
                       "INCONCLUSIVE: %zu of %zu gated cases %s on values that were cut off",
                       censored, g->count, censored == 1 ? "hangs" : "hang");
    else
        (void)snprintf(text, GATE_WHY,
                       "INCONCLUSIVE: of %zu gated cases %zu %s too few blocks and %zu %s not "
                       "measured in the candidate",
                       g->count, few, few == 1 ? "has" : "have", missing,
                       missing == 1 ? "was" : "were");
}

char *gate_outcome_text(const struct gate_report *r, char *text)
{
    const struct gate *g = r->gate;
    if (g->outcome == GATE_REGRESSION)
        say_regression(g, text);
    else if (g->outcome == GATE_UNRELIABLE && g->one_job)
        (void)snprintf(text, GATE_WHY,
                       "UNRELIABLE: in the %s stage the baseline differs from itself: this machine "
                       "is too unsteady now for a pass or a failure",
                       g->null_differs_in == GATE_MAIN ? "main" : "confirmation");
    else if (g->outcome == GATE_UNRELIABLE)
        (void)snprintf(text, GATE_WHY, "UNRELIABLE: %.400s", r->why != NULL ? r->why : "");
    else if (g->outcome == GATE_INCONCLUSIVE && g->count == 0 && !g->one_arm)
        (void)snprintf(text, GATE_WHY, "INCONCLUSIVE: nothing that is gated was measured in both");
    else if (g->outcome == GATE_INCONCLUSIVE)
        say_inconclusive(g, text);
    else
        say_pass(g, text);
    return text;
}

/* A file's name may hold anything, also a line that a CI system takes for a command. */
static enum rc write_ref(const char *what, const char *ref, struct buf *out, struct err *e)
{
    char line[REF_LINE];
    (void)snprintf(line, sizeof line, "%-10s %s", what, ref);
    err_one_line(line);
    return buf_appendf(out, e, "%s\n", line);
}

enum rc gate_write_lines(const struct gate_report *r, struct buf *out, struct err *e)
{
    char text[GATE_TEXT], outcome[GATE_WHY];
    enum rc rc = write_ref("baseline:", r->baseline, out, e);
    if (rc == RC_OK)
        rc = write_ref("candidate:", r->candidate, out, e);
    for (size_t i = 0; rc == RC_OK && i < r->gate->count; i++) {
        const struct gate_case *c = &r->gate->cases[i];
        rc = buf_appendf(out, e, "%s: %s\n    %s\n", gate_case_says(r->gate, c), c->label,
                         gate_case_text(r->gate, c, text));
    }
    if (rc == RC_OK && r->scope != NULL)
        rc = buf_appendf(out, e, "note: %s\n", r->scope);
    return rc == RC_OK ? buf_appendf(out, e, "%s\n", gate_outcome_text(r, outcome)) : rc;
}

static void write_starts(const struct starts *t, struct json_writer *w)
{
    json_write_object(w, "starts");
    json_write_int(w, "count", (int64_t)t->count);
    json_write_real(w, "least", t->least);
    json_write_real(w, "most", t->most);
    json_write_bool(w, "differ", t->differ);
    json_write_close(w);
}

static void write_case(const struct gate *g, const struct gate_case *c, struct json_writer *w)
{
    struct gate_sight sight = gate_sight_of(g, c);
    static const char *const STAGES[] = {"main", "confirmation"};
    json_write_object(w, NULL);
    json_write_text(w, "cell", c->label);
    json_write_text(w, "scenario", c->scenario);
    json_write_text(w, "metric", gate_case_name(c));
    json_write_text(w, "outcome", GATE_CASE_NAMES[c->outcome]);
    if (c->of_trials)
        trial_shares_write(&c->shares, w);
    else
        json_write_real(w, "limit", c->limit);
    if (isfinite(sight.harm)) {
        json_write_real(w, "detectable_harm", sight.harm);
        json_write_bool(w, "limit_is_seen", !sight.blind);
    }
    if (sight.blind && sight.blocks <= PAIRED_MAX)
        json_write_int(w, "blocks_to_see_limit", (int64_t)sight.blocks);
    if (gate_case_has_starts(c))
        write_starts(&c->starts, w);
    for (size_t s = 0; !c->of_trials && s < GATE_STAGES; s++) {
        json_write_object(w, STAGES[s]);
        effect_write(&c->effect[s], w);
        json_write_object(w, "null_control");
        effect_write(&c->null[s], w);
        json_write_close(w);
        json_write_close(w);
    }
    json_write_close(w);
}

enum rc gate_write_json(const struct gate_report *r, struct buf *out, struct err *e)
{
    struct json_writer w;
    char text[GATE_WHY];
    json_writer_init(&w, out, JSON_INDENTED);
    json_write_object(&w, NULL);
    json_write_text(&w, "schema", GATE_SCHEMA);
    json_write_text(&w, "outcome", GATE_NAMES[r->gate->outcome]);
    json_write_text(&w, "says", gate_outcome_text(r, text));
    json_write_text(&w, "baseline", r->baseline);
    json_write_text(&w, "candidate", r->candidate);
    json_write_bool(&w, "null_control", r->gate->one_job);
    json_write_text(&w, "scope", r->scope != NULL ? r->scope : "");
    json_write_real(&w, "alpha", r->gate->alpha);
    json_write_array(&w, "cases");
    for (size_t i = 0; i < r->gate->count; i++)
        write_case(r->gate, &r->gate->cases[i], &w);
    json_write_close(&w);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    return rc == RC_OK ? buf_append(out, "\n", 1, e) : rc;
}

static enum junit_result result_of(enum gate_case_outcome o)
{
    if (o == GATE_CASE_REGRESSED)
        return JUNIT_FAILED;
    return o == GATE_CASE_FINE || o == GATE_CASE_NOT_REPEATED ? JUNIT_PASSED : JUNIT_SKIPPED;
}

enum rc gate_write_junit(const struct gate_report *r, struct buf *out, struct err *e)
{
    const struct gate *g = r->gate;
    struct junit_case *rows = calloc(g->count + 1, sizeof *rows);
    char(*texts)[GATE_TEXT] = calloc(g->count + 1, sizeof *texts);
    if (rows == NULL || texts == NULL) {
        free(rows);
        free(texts);
        return err_set(e, RC_INFRA, "out of memory for %zu gated cases", g->count);
    }
    for (size_t i = 0; i < g->count; i++) {
        const struct gate_case *c = &g->cases[i];
        rows[i] = (struct junit_case){.classname = c->label,
                                      .name = gate_case_name(c),
                                      .result = result_of(c->outcome),
                                      .message = gate_case_says(g, c),
                                      .evidence = gate_case_text(g, c, texts[i])};
    }
    struct junit_suite suite = {
        .name = "assay gate", .cases = rows, .count = g->count, .seconds = r->seconds};
    enum rc rc = junit_write(&suite, out, e);
    free(rows);
    free(texts);
    return rc;
}

static enum rc annotate_case(const struct gate_report *r, const struct gate_case *c,
                             struct buf *out, struct err *e)
{
    char text[GATE_TEXT], message[GATE_TEXT + COMPARISON_LABEL], title[RECORD_LABEL_MAX];
    (void)snprintf(title, sizeof title, "assay gate: %s %s", gate_case_name(c),
                   gate_case_says(r->gate, c));
    (void)snprintf(message, sizeof message, "%s: %s", c->label, gate_case_text(r->gate, c, text));
    enum annotation_level level =
        c->outcome == GATE_CASE_REGRESSED ? ANNOTATION_ERROR : ANNOTATION_WARNING;
    if (c->outcome == GATE_CASE_NOT_REPEATED || c->outcome == GATE_CASE_FINE)
        level = ANNOTATION_NOTICE;
    struct annotation a = {level, r->file, r->file != NULL ? 1 : 0, title, message};
    return annotation_write(&a, out, e);
}

enum rc gate_write_annotations(const struct gate_report *r, struct buf *out, struct err *e)
{
    static const enum annotation_level LEVELS[] = {[GATE_PASS] = ANNOTATION_NOTICE,
                                                   [GATE_REGRESSION] = ANNOTATION_ERROR,
                                                   [GATE_INCONCLUSIVE] = ANNOTATION_WARNING,
                                                   [GATE_UNRELIABLE] = ANNOTATION_WARNING};
    char text[GATE_WHY];
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < r->gate->count; i++) {
        const struct gate_case *c = &r->gate->cases[i];
        bool said = c->outcome == GATE_CASE_FINE ? gate_passed_unseen(r->gate, c)
                                                 : c->outcome != GATE_CASE_UNRELIABLE;
        if (said)
            rc = annotate_case(r, c, out, e);
    }
    struct annotation whole = {.level = LEVELS[r->gate->outcome],
                               .file = r->file,
                               .line = r->file != NULL ? 1 : 0,
                               .title = "assay gate",
                               .message = gate_outcome_text(r, text)};
    return rc == RC_OK ? annotation_write(&whole, out, e) : rc;
}

/* A cell of a Markdown table on one line: no pipes, no markup of its own. */
static enum rc append_cell(const char *text, struct buf *out, struct err *e)
{
    enum rc rc = buf_append(out, "| ", 2, e);
    for (const char *at = text; rc == RC_OK && *at != '\0'; at++) {
        if (strchr("|\\`*_<>[]", *at) != NULL)
            rc = buf_append(out, "\\", 1, e);
        if (rc == RC_OK)
            rc = buf_append(out, *at == '\n' || *at == '\r' ? " " : at, 1, e);
    }
    return rc == RC_OK ? buf_append(out, " ", 1, e) : rc;
}

enum rc gate_write_markdown(const struct gate_report *r, struct buf *out, struct err *e)
{
    char text[GATE_TEXT], outcome[GATE_WHY];
    enum rc rc = buf_appendf(out, e, "### assay gate\n\n");
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "%s\n\n| case | outcome | evidence |\n| --- | --- | --- |\n",
                         gate_outcome_text(r, outcome));
    for (size_t i = 0; rc == RC_OK && i < r->gate->count; i++) {
        const struct gate_case *c = &r->gate->cases[i];
        rc = append_cell(c->label, out, e);
        if (rc == RC_OK)
            rc = append_cell(gate_case_says(r->gate, c), out, e);
        if (rc == RC_OK)
            rc = append_cell(gate_case_text(r->gate, c, text), out, e);
        if (rc == RC_OK)
            rc = buf_append(out, "|\n", 2, e);
    }
    if (rc == RC_OK && r->scope != NULL)
        rc = buf_appendf(out, e, "\n%s\n", r->scope);
    return rc;
}
