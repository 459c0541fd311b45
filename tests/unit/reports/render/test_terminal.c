/* The table's cells and layout, on summaries made by hand. */
#include "reports/render/page.h"
#include "reports/render/renderer.h"
#include "reports/render/terminal.h"
#include "reports/summary/column.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One comparison of two arms, one trial each, nothing measured. */
struct made {
    struct trial_record records[2];
    struct results results;
    struct summary_cell cells[2];
    struct summary_group group;
    struct summary summary;
};

static struct made *made(void)
{
    static const char *const codecs[] = {"none", "zstd-3"};
    struct made *m = calloc(1, sizeof *m);
    assert_non_null(m);
    for (int i = 0; i < 2; i++) {
        struct trial_record *r = &m->records[i];
        trial_record_init(r);
        (void)snprintf(r->cell.codec, sizeof r->cell.codec, "%s", codecs[i]);
        (void)snprintf(r->codec_effective, sizeof r->codec_effective, "%s", codecs[i]);
        (void)snprintf(r->cell.load, sizeof r->cell.load, "closed 1");
        (void)snprintf(r->codec_name, sizeof r->codec_name, "%s", i == 0 ? "none" : "zstd");
        r->cell.load_paced = true;
        (void)snprintf(r->scenario, sizeof r->scenario, "quick");
        m->cells[i] = (struct summary_cell){.first = r, .why = "", .reference = i == 0};
        m->cells[i].trials[TRIAL_VALID] = 1;
        for (int k = 0; k < METRIC_COUNT; k++)
            m->cells[i].value[k] = m->cells[i].versus[k] = measure_of(NULL, 0);
    }
    m->group = (struct summary_group){
        .label = "weather", .compare = "codec", .paced = true, .count = 2, .reference = 0};
    m->results = (struct results){.path = "run", .records = m->records, .count = 2};
    m->summary = (struct summary){.results = &m->results,
                                  .cells = m->cells,
                                  .cell_count = 2,
                                  .groups = &m->group,
                                  .group_count = 1,
                                  .blocks = 1};
    m->summary.trials[TRIAL_VALID] = 2;
    return m;
}

static struct cell_text filled(const struct made *m, int cell, const char *title)
{
    struct cell_text t = {.loud = false};
    struct column all[COLUMN_MAX];
    size_t count = columns_all(all), i = 0;
    while (i < count && strcmp(column_title(&all[i], &m->group), title) != 0)
        i++;
    if (i == count)
        fail_msg("no column %s", title);
    column_fill(&all[i], &m->cells[cell], &t);
    return t;
}

static void expect_cell(const struct made *m, const char *title, const char *text, bool loud)
{
    struct cell_text t = filled(m, 1, title);
    assert_string_equal(t.text, text);
    assert_int_equal(t.loud, loud);
}

static void expect_note(struct made *m, int64_t all, int64_t trial, const char *note)
{
    char text[COLUMN_TEXT];
    m->cells[1].latency[0].n = all;
    m->records[1].latency_ns[LATENCY_E2E].n = trial;
    assert_string_equal(columns_note(&m->summary, &m->group, text), note);
}

/* A latency that is not quoted has no ratio either, not even that of the reference to itself. */
static void what_is_too_few_for_a_latency_is_told(void **state)
{
    (void)state;
    struct made *m = made();
    double p50[] = {5e6};
    struct buf out;
    struct err e = {0};
    assert_string_equal(filled(m, 0, "× p50").text, "-");
    assert_string_equal(filled(m, 1, "× p50").text, "-");
    m->cells[0].value[METRIC_E2E_P50] = measure_of(p50, 1);
    assert_string_equal(filled(m, 0, "× p50").text, "1");
    expect_note(m, 0, 0, "");
    expect_note(m, 1000, 20, "");
    expect_note(m, 999, 20, "\"-\" for p99: too few records were measured (999); it takes 1000");
    expect_note(
        m, 20, 19,
        "\"-\" for × p50: too few records in a trial (19); it takes 20, p99 takes 1000 in all");
    expect_note(
        m, 19, 19,
        "\"-\" for p50 and p99: too few records were measured (19); p50 takes 20, p99 takes "
        "1000");
    buf_init(&out, 1 << 20);
    assert_int_equal(terminal_render(&m->summary, (struct terminal_style){.width = 0}, &out, &e),
                     RC_OK);
    assert_non_null(strstr((const char *)out.data, "p50 takes 20, p99 takes 1000\n"));
    buf_release(&out);
    free(m);
}

static void what_was_stored_is_shown(void **state)
{
    (void)state;
    struct made *m = made();
    struct summary_cell *c = &m->cells[1];
    expect_cell(m, "stored as", "not read", true);
    c->stored[0] = (struct codec_batches){.codec = "zstd", .batches = 75};
    expect_cell(m, "stored as", "zstd", false);
    c->stored[1] = (struct codec_batches){.codec = "none", .batches = 25};
    c->fallbacks = 25;
    expect_cell(m, "stored as", "zstd 75 %, none 25 %", true);
    c->stored[0] = (struct codec_batches){.codec = "none", .batches = 75};
    c->stored[1] = (struct codec_batches){.codec = ""};
    c->fallbacks = 75;
    expect_cell(m, "stored as", "none, not zstd", true);
    free(m);
}

static void the_arm_names_what_a_policy_came_to(void **state)
{
    (void)state;
    struct made *m = made();
    expect_cell(m, "codec", "zstd-3", false);
    (void)snprintf(m->records[1].cell.codec, sizeof m->records[1].cell.codec, "policy");
    m->records[1].cell.codec_by_policy = true;
    expect_cell(m, "codec", "policy (zstd-3)", false);
    m->records[1].cell.codec_by_policy = false;
    (void)snprintf(m->records[1].cell.codec, sizeof m->records[1].cell.codec, "zstd");
    expect_cell(m, "codec", "zstd", false);
    free(m);
}

static void numbers_have_three_digits(void **state)
{
    (void)state;
    static const struct {
        double v;
        const char *text;
    } rows[] = {{0.0314, "0.031"}, {0.314, "0.31"}, {3.14159, "3.14"},
                {31.4159, "31.4"}, {314.1, "314"},  {31415, "31415"}};
    char text[COLUMN_TEXT];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(number_text(rows[i].v, text), rows[i].text);
    assert_string_equal(metric_text(METRIC_E2E_P50, NOT_MEASURED, text), "-");
    assert_string_equal(metric_text(METRIC_E2E_P50, 1.5e6, text), "1.50 ms");
    assert_string_equal(metric_text(METRIC_BYTES_PER_S, 237.1e6, text), "237");
}

static void measures_show_their_spread(void **state)
{
    (void)state;
    struct made *m = made();
    struct summary_cell *c = &m->cells[1];
    expect_cell(m, "rec/s", "-", false);
    expect_cell(m, "× rec/s", "-", false);
    c->value[METRIC_RECORDS_PER_S] =
        (struct measure){.n = 3, .median = 100e3, .min = 95e3, .max = 105e3};
    c->versus[METRIC_RECORDS_PER_S] =
        (struct measure){.n = 3, .median = 0.82, .min = 0.79, .max = 0.85};
    expect_cell(m, "rec/s", "100 k ±5 %", false);
    expect_cell(m, "× rec/s", "0.82 (0.79–0.85)", false);
    c->value[METRIC_CPU_SENDER].median = 1200;
    c->value[METRIC_CPU_BROKER].median = 800;
    expect_cell(m, "CPU/rec s+r+b", "1.20+-+0.80 us", false);
    m->cells[0].value[METRIC_RECORDS_PER_S] = c->value[METRIC_RECORDS_PER_S];
    assert_string_equal(filled(m, 0, "× rec/s").text, "1");
    c->trials[TRIAL_VOID] = 2;
    expect_cell(m, "valid", "1/3 (2 void)", true);
    expect_cell(m, "rec/batch", "-", false);
    c->value[METRIC_PER_BATCH].median = 25;
    expect_cell(m, "rec/batch", "25.0", false);
    free(m);
}

static void merged_histograms_give_the_quantiles(void **state)
{
    (void)state;
    struct made *m = made();
    m->cells[1].value[METRIC_E2E_P50].median = 5e6;
    expect_cell(m, "e2e p50", "5.00 ms", false);
    m->cells[1].latency[0] = (struct latency){.n = 30, .p50 = 7000000, .p99 = NOT_MEASURED};
    expect_cell(m, "e2e p50", "7.00 ms", false);
    expect_cell(m, "e2e p99", "-", false);
    m->group.paced = false;
    expect_cell(m, "queue p50", "7.00 ms", false);
    struct column shown[COLUMN_MAX];
    size_t flat = columns_of(&m->group, shown);
    m->group.paced = true;
    assert_int_equal(columns_of(&m->group, shown), flat + 1); /* × p50 */
    free(m);
}

static struct buf rendered(const struct made *m, struct terminal_style style)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    assert_int_equal(terminal_render(&m->summary, style, &b, NULL), RC_OK);
    return b;
}

static size_t widest_table_line(const struct buf *b)
{
    size_t widest = 0;
    for (const char *at = (const char *)b->data; *at != '\0'; at += strcspn(at, "\n") + 1) {
        size_t width = 0;
        if (strncmp(at, "  no room", strlen("  no room")) == 0)
            continue;
        if (strncmp(at, "2 trials", strlen("2 trials")) == 0)
            break;
        for (size_t i = 0; i < strcspn(at, "\n"); i++)
            width += ((unsigned char)at[i] & 0xC0) != 0x80;
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void tables_fit_the_width(void **state)
{
    (void)state;
    struct made *m = made();
    for (int width = 60; width <= 200; width += 7) {
        struct buf b = rendered(m, (struct terminal_style){.width = width});
        assert_true(widest_table_line(&b) <= (size_t)width);
        buf_release(&b);
    }
    struct buf all = rendered(m, (struct terminal_style){.width = 0});
    assert_null(strstr((char *)all.data, "no room"));
    assert_null(strchr((char *)all.data, '\033'));
    assert_non_null(strstr((char *)all.data, "2 trials, 2 valid"));
    buf_release(&all);
    free(m);
}

static void colours_and_ascii_are_choices(void **state)
{
    (void)state;
    struct made *m = made();
    struct buf loud = rendered(m, (struct terminal_style){.colour = true});
    assert_non_null(strstr((char *)loud.data, "\033[1;31mnot read"));
    m->group.label = "caf\xC3\xA9 ±";
    struct buf ascii = rendered(m, (struct terminal_style){.ascii = true});
    assert_non_null(strstr((char *)ascii.data, "quick - caf? +-\n"));
    for (size_t i = 0; i < ascii.size; i++)
        assert_true(ascii.data[i] < 0x80);
    buf_release(&loud);
    buf_release(&ascii);
    free(m);
}

static void labels_cannot_steer_the_terminal(void **state)
{
    (void)state;
    struct made *m = made();
    m->group.label = "a\033[2Jb\177\rc\xC2\x9B"
                     "1md\xC3\xA9";
    struct buf b = rendered(m, (struct terminal_style){.width = 0});
    assert_non_null(strstr((char *)b.data, "quick · a?[2Jb??c?1md\xC3\xA9\n"));
    buf_release(&b);
    free(m);
}

static void histograms_left_out_are_named(void **state)
{
    (void)state;
    struct made *m = made();
    struct buf b = rendered(m, (struct terminal_style){.width = 0});
    assert_null(strstr((char *)b.data, "histogram"));
    buf_release(&b);
    m->summary.hists_absent = 1;
    m->summary.hists_damaged = 1;
    (void)snprintf(m->summary.hist_trouble, sizeof m->summary.hist_trouble, "hist/x: line 7");
    b = rendered(m, (struct terminal_style){.width = 0});
    assert_non_null(strstr((char *)b.data, "\n1 of 2 valid trials have no histogram in hist/; 1 of "
                                           "2 valid trials have a histogram that cannot be read "
                                           "(hist/x: line 7)\n"));
    buf_release(&b);
    free(m);
}

static void markdown_from_outside_is_text(void **state)
{
    (void)state;
    static const char hostile[] = "<img onerror>|`*[x](y)\\&lt;\n#";
    static const char *const raw[] = {"<img", "|`", "`*", " [x]", "\n#\n", NULL};
    struct made *m = made();
    struct environment *v = calloc(1, sizeof *v);
    struct buf b;
    assert_non_null(v);
    environment_init(v);
    m->summary.environment = v;
    m->group.label = hostile;
    m->records[1].validity = TRIAL_VOID;
    m->summary.trials[TRIAL_VALID] = 1;
    char *const texts[] = {m->records[0].run,
                           m->records[0].scenario,
                           m->records[1].trial,
                           m->records[1].why,
                           m->records[1].cell.codec,
                           v->tool,
                           v->command,
                           v->system,
                           v->kernel,
                           v->cpu_model,
                           v->pinning,
                           v->broker,
                           v->versions[0].name,
                           v->versions[0].version};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        (void)snprintf(texts[i], sizeof v->versions[0].version, "%s", hostile);
    buf_init(&b, 1 << 20);
    assert_int_equal(render_markdown(&m->summary, &b, NULL), RC_OK);
    assert_non_null(
        strstr((char *)b.data, "# &lt;img onerror>\\|\\`\\*\\[x\\](y)\\\\&amp;lt; #\n"));
    for (size_t i = 0; raw[i] != NULL; i++)
        if (strstr((char *)b.data, raw[i]) != NULL)
            fail_msg("%s stands raw in\n%s", raw[i], (char *)b.data);
    buf_release(&b);
    free(v);
    free(m);
}

/* A run in which nothing worked still makes every report. */
static void nothing_measured_still_renders(void **state)
{
    (void)state;
    struct made *m = made();
    m->group.reference = SIZE_MAX;
    for (int i = 0; i < 2; i++) {
        m->records[i].validity = TRIAL_VOID;
        m->cells[i].trials[TRIAL_VALID] = 0;
        m->cells[i].trials[TRIAL_VOID] = 1;
        m->cells[i].reference = false;
    }
    m->summary.trials[TRIAL_VALID] = 0;
    m->summary.trials[TRIAL_VOID] = 2;
    for (const struct renderer *r = RENDERERS; r->file != NULL; r++) {
        struct buf b;
        struct err e;
        buf_init(&b, 1 << 20);
        if (r->render(&m->summary, &b, &e) != RC_OK)
            fail_msg("%s: %s", r->file, e.text);
        assert_true(b.size > 100);
        assert_null(strstr((char *)b.data, "nan"));
        assert_null(strstr((char *)b.data, "-1.0"));
        buf_release(&b);
    }
    free(m);
}

static void markup_from_outside_is_escaped(void **state)
{
    (void)state;
    struct buf b;
    struct page p = {.out = &b, .rc = RC_OK};
    buf_init(&b, 1000);
    page_text(&p, "<a href=\"x\">&'\033\n");
    assert_int_equal(p.rc, RC_OK);
    assert_string_equal((char *)b.data, "&lt;a href=&quot;x&quot;&gt;&amp;&#39;?\n");
    page_format(&p, "%600d", 1);
    assert_int_equal(p.rc, RC_INFRA); /* cut markup would be broken markup */
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_too_few_for_a_latency_is_told),
        cmocka_unit_test(what_was_stored_is_shown),
        cmocka_unit_test(the_arm_names_what_a_policy_came_to),
        cmocka_unit_test(numbers_have_three_digits),
        cmocka_unit_test(measures_show_their_spread),
        cmocka_unit_test(merged_histograms_give_the_quantiles),
        cmocka_unit_test(tables_fit_the_width),
        cmocka_unit_test(colours_and_ascii_are_choices),
        cmocka_unit_test(labels_cannot_steer_the_terminal),
        cmocka_unit_test(histograms_left_out_are_named),
        cmocka_unit_test(markdown_from_outside_is_text),
        cmocka_unit_test(nothing_measured_still_renders),
        cmocka_unit_test(markup_from_outside_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
