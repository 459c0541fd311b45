/* The built-in claims: all are there, and everything they name exists. */
#define _GNU_SOURCE
#include "base/buf.h"
#include "bench/payload/payload.h"
#include "bench/probe/probe.h"
#include "reports/summary/metric.h"
#include "scenarios/claim.h"
#include "scenarios/scenario.h"
#include "scenarios/yaml/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAMES = 64, WORDS_MAX = 1 << 16 };

/* How many of each letter the documents have. */
static const struct {
    char letter;
    int count;
} SERIES[] = {{'Z', 22}, {'O', 19}, {'A', 23}, {'H', 14}, {'B', 6}};

static struct claims all;
static char data_folder[] = "/tmp/assay-test-XXXXXX";

static int load_all(void **state)
{
    (void)state;
    struct claim_metric metrics[METRICS_MAX + 1] = {{.name = NULL}};
    const char *probes[NAMES] = {0};
    struct err e = {0};
    for (int i = 0; i < METRIC_COUNT; i++)
        metrics[i] =
            (struct claim_metric){METRICS[i].name, METRICS[i].unit, METRICS[i].by_difference};
    for (size_t i = 0; PROBES[i] != NULL && i + 1 < NAMES; i++)
        probes[i] = PROBES[i]->name;
    struct claim_places places = {.folder = CLAIMS_FOLDER, .metrics = metrics, .probes = probes};
    if (claims_load(&places, &all, &e) != RC_OK) {
        print_error("%s\n", e.text);
        return -1;
    }
    return mkdtemp(data_folder) != NULL ? 0 : -1;
}

static int free_all(void **state)
{
    (void)state;
    char command[64];
    claims_free(&all);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", data_folder);
    return system(command);
}

static void every_documented_claim_is_there_once(void **state)
{
    (void)state;
    size_t count = 0;
    for (size_t i = 0; i < sizeof SERIES / sizeof SERIES[0]; i++) {
        for (int n = 1; n <= SERIES[i].count; n++) {
            char id[16];
            (void)snprintf(id, sizeof id, "%c%02d", SERIES[i].letter, n);
            if (claim_find(&all, id) == NULL)
                fail_msg("there is no claim %s", id);
            count++;
        }
    }
    assert_int_equal(all.count, count);
}

/* --- what measures them --- */

/* Puts an empty file wherever a payload of the scenario wants data. */
static void lay_out_data(const char *yaml)
{
    struct node *top = NULL;
    struct err e = {0};
    if (document_read(yaml, &top, &e) != RC_OK)
        fail_msg("%s", e.text);
    const struct node *payloads = node_find(top, "payloads");
    for (size_t i = 0; payloads != NULL && i < payloads->count; i++) {
        const struct node *p = payloads->item[i];
        const struct node *path = p->kind == NODE_MAP ? node_find(p, "data") : NULL;
        if (path == NULL)
            continue;
        char name[256];
        (void)snprintf(name, sizeof name, "%s/%.*s", data_folder, (int)strcspn(path->text, "/"),
                       path->text);
        (void)mkdir(name, 0700);
        (void)snprintf(name, sizeof name, "%s/%s", data_folder, path->text);
        FILE *out = fopen(name, "w");
        assert_non_null(out);
        assert_int_equal(fclose(out), 0);
    }
    node_free(top);
}

static struct scenario *scenario_of(const char *name)
{
    char path[256];
    struct scenario *s = NULL;
    struct err e = {0};
    struct scenario_places places = {
        .scenarios = CLAIM_SCENARIOS_FOLDER, .data = data_folder, .generators = payload_names()};
    (void)snprintf(path, sizeof path, "%s/%s.yaml", CLAIM_SCENARIOS_FOLDER, name);
    lay_out_data(path);
    if (scenario_load(name, &places, NULL, 0, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

static bool has_arm(const struct scenario *s, const char *arm, size_t length)
{
    for (size_t i = 0; s->compare == DIMENSION_ARM && i < s->arm_count; i++)
        if (strlen(s->arms[i].name) == length && strncmp(s->arms[i].name, arm, length) == 0)
            return true;
    for (size_t i = 0; s->compare == DIMENSION_CODEC && i < s->codec_count; i++) {
        char label[SCENARIO_LABEL];
        (void)codec_choice_label(&s->codecs[i], label);
        if (strlen(label) == length && strncmp(label, arm, length) == 0)
            return true;
    }
    return false;
}

/* Every arm of a test, tiers taken apart. */
static void expect_arms(const struct claim *c, const struct scenario *s, const char *arms)
{
    while (arms != NULL && *arms != '\0') {
        size_t length = strcspn(arms, "|");
        if (!has_arm(s, arms, length))
            fail_msg("%s: %s has no arm \"%.*s\"", c->id, s->name, (int)length, arms);
        arms += length + (arms[length] == '|' ? 1 : 0);
    }
}

/* The rule of struct claim_filter. */
static bool lets_through(char *const *values, const char *label)
{
    if (values == NULL)
        return true;
    for (size_t i = 0; values[i] != NULL; i++) {
        size_t length = strlen(values[i]);
        if (strncmp(values[i], label, length) == 0 &&
            (label[length] == '\0' || label[length] == ' '))
            return true;
    }
    return false;
}

static bool any_payload(const struct claim_filter *f, const struct scenario *s)
{
    for (size_t i = 0; i < s->payload_count; i++)
        if (lets_through(f->takes[DIMENSION_PAYLOAD], s->payloads[i].name))
            return true;
    return false;
}

static bool any_load(const struct claim_filter *f, const struct scenario *s)
{
    char label[SCENARIO_LABEL];
    for (size_t i = 0; i < s->load_count; i++)
        if (lets_through(f->takes[DIMENSION_LOAD], load_label(&s->loads[i], label)))
            return true;
    return false;
}

static bool any_link(const struct claim_filter *f, const struct scenario *s)
{
    char label[SCENARIO_LABEL];
    for (size_t i = 0; i < s->link_count; i++)
        if (lets_through(f->takes[DIMENSION_LINK], link_label(&s->links[i], label)))
            return true;
    return false;
}

static bool any_batching(const struct claim_filter *f, const struct scenario *s)
{
    char label[SCENARIO_LABEL];
    for (size_t i = 0; i < s->batching_count; i++)
        if (lets_through(f->takes[DIMENSION_BATCHING], batching_label(&s->batchings[i], label)))
            return true;
    return false;
}

static void expect_measurable(const struct claim *c, const struct claim_test *t, const char *name)
{
    struct scenario *s = scenario_of(name);
    expect_arms(c, s, t->from);
    expect_arms(c, s, t->to);
    for (size_t i = 0; t->order != NULL && t->order[i] != NULL; i++)
        expect_arms(c, s, t->order[i]);
    if (!any_payload(&t->where, s) || !any_load(&t->where, s) || !any_link(&t->where, s) ||
        !any_batching(&t->where, s))
        fail_msg("%s: its filter (line %d) lets nothing of %s through", c->id, t->line, name);
    scenario_free(s);
}

static void every_arm_and_stratum_named_is_in_its_scenario(void **state)
{
    (void)state;
    for (size_t i = 0; i < all.count; i++) {
        const struct claim *c = &all.all[i];
        for (size_t j = 0; j < c->test_count; j++) {
            if (c->tests[j].scenario == NULL)
                continue;
            expect_measurable(c, &c->tests[j], c->tests[j].scenario);
            expect_measurable(c, &c->tests[j], c->tests[j].scenario_full);
        }
    }
}

/* What a latency is judged by must not be the length of a queue. */
static void latencies_are_judged_under_paced_loads(void **state)
{
    (void)state;
    for (size_t i = 0; i < all.count; i++) {
        for (size_t j = 0; j < all.all[i].test_count; j++) {
            const struct claim_test *t = &all.all[i].tests[j];
            int m = METRIC_COUNT;
            for (int k = 0; t->metric != NULL && k < METRIC_COUNT; k++)
                m = strcmp(METRICS[k].name, t->metric) == 0 ? k : m;
            if (m == METRIC_COUNT || !METRICS[m].queue_when_flat_out)
                continue;
            assert_non_null(t->where.takes[DIMENSION_LOAD]);
            for (size_t k = 0; t->where.takes[DIMENSION_LOAD][k] != NULL; k++)
                assert_string_not_equal(t->where.takes[DIMENSION_LOAD][k], "flat out");
        }
    }
}

static bool is_named(const char *name)
{
    for (size_t i = 0; i < all.count; i++)
        for (size_t j = 0; j < all.all[i].test_count; j++) {
            const struct claim_test *t = &all.all[i].tests[j];
            if (t->scenario != NULL &&
                (strcmp(t->scenario, name) == 0 || strcmp(t->scenario_full, name) == 0))
                return true;
        }
    return false;
}

static void every_measuring_scenario_is_asked_for(void **state)
{
    (void)state;
    struct scenario_places places = {.scenarios = CLAIM_SCENARIOS_FOLDER};
    char **names = NULL;
    struct err e = {0};
    assert_int_equal(scenario_names(&places, &names, &e), RC_OK);
    for (size_t i = 0; names[i] != NULL; i++)
        if (!is_named(names[i]))
            fail_msg("no claim is measured by %s", names[i]);
    scenario_names_free(names);
}

/* Noisy cells of the default set decide how long it takes: 12 blocks of each. */
static void the_default_set_stays_small(void **state)
{
    (void)state;
    struct scenario_places places = {.scenarios = CLAIM_SCENARIOS_FOLDER};
    char **names = NULL;
    struct err e = {0};
    size_t noisy = 0;
    assert_int_equal(scenario_names(&places, &names, &e), RC_OK);
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strncmp(names[i], "full-", 5) == 0)
            continue;
        struct scenario *s = scenario_of(names[i]);
        assert_int_equal(s->blocks, s->exact ? 1 : 12);
        size_t arms = s->compare == DIMENSION_ARM ? s->arm_count : s->codec_count;
        if (!s->exact)
            noisy += arms * s->payload_count * s->load_count * s->link_count * s->batching_count;
        scenario_free(s);
    }
    scenario_names_free(names);
    assert_in_range(noisy, 30, 40);
}

/* --- the words --- */

static char *squeeze(const char *text)
{
    char *out = calloc(1, strlen(text) + 1);
    assert_non_null(out);
    size_t used = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        bool blank = isspace((unsigned char)text[i]) != 0;
        if (!blank)
            out[used++] = text[i];
        else if (used > 0 && out[used - 1] != ' ')
            out[used++] = ' ';
    }
    while (used > 0 && out[used - 1] == ' ')
        out[--used] = '\0';
    return out;
}

static char *read_document(const char *folder, const char *document)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/seeds/%s.txt", folder, document);
    FILE *in = fopen(path, "r");
    char *text = calloc(1, WORDS_MAX);
    assert_non_null(text);
    if (in == NULL) {
        free(text);
        return NULL;
    }
    size_t got = fread(text, 1, WORDS_MAX - 1, in);
    (void)fclose(in);
    assert_true(got > 0);
    char *squeezed = squeeze(text);
    free(text);
    return squeezed;
}

static void expect_quoted(const struct claim *c, const char *document)
{
    static const char left_out[] = "…";
    char *words = squeeze(c->words);
    char *part = words;
    while (part != NULL) {
        char *next = strstr(part, left_out);
        if (next != NULL) {
            *next = '\0';
            next += sizeof left_out - 1;
        }
        char *piece = squeeze(part);
        const char *start = piece[0] == ' ' ? piece + 1 : piece;
        if (strstr(document, start) == NULL)
            fail_msg("%s: \"%s\" does not stand in %s", c->id, start, c->document);
        free(piece);
        part = next;
    }
    free(words);
}

/* Needs the documents beside the project. */
static void words_are_the_documents_own(void **state)
{
    (void)state;
    const char *shared = getenv("ASSAY_SHARED");
    const char *folder = shared != NULL ? shared : "../shared";
    for (size_t i = 0; i < all.count; i++) {
        char *document = read_document(folder, all.all[i].document);
        if (document == NULL)
            skip();
        expect_quoted(&all.all[i], document);
        free(document);
    }
}

/* --- the documentation --- */

static void the_documentation_holds_the_tables_of_keys(void **state)
{
    (void)state;
    struct buf table;
    struct buf doc;
    struct err e = {0};
    buf_init(&table, 1 << 16);
    buf_init(&doc, 1 << 18);
    assert_int_equal(claim_describe_keys(&table, &e), RC_OK);
    FILE *in = fopen("docs/claims.md", "r");
    assert_non_null(in);
    char piece[4096];
    size_t got = 0;
    while ((got = fread(piece, 1, sizeof piece, in)) > 0)
        assert_int_equal(buf_append(&doc, piece, got, &e), RC_OK);
    assert_int_equal(fclose(in), 0);
    if (strstr((const char *)doc.data, (const char *)table.data) == NULL)
        fail_msg("docs/claims.md does not hold the tables of keys:\n%s", (const char *)table.data);
    buf_release(&doc);
    buf_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_documented_claim_is_there_once),
        cmocka_unit_test(every_arm_and_stratum_named_is_in_its_scenario),
        cmocka_unit_test(latencies_are_judged_under_paced_loads),
        cmocka_unit_test(every_measuring_scenario_is_asked_for),
        cmocka_unit_test(the_default_set_stays_small),
        cmocka_unit_test(words_are_the_documents_own),
        cmocka_unit_test(the_documentation_holds_the_tables_of_keys),
    };
    return cmocka_run_group_tests(tests, load_all, free_all);
}
