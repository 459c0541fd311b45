/* One test of a claim: its keys, which of them its kind needs and takes, and what they mean. */
#define _GNU_SOURCE
#include "scenarios/claim_loader.h"

#include "base/fs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXTS_MAX = 64 };

/* Which kinds need a key, and which may have it. Keys that are not here are for all. */
#define KIND(k) (1U << TEST_##k)
#define CONTRAST (KIND(CHANGE) | KIND(DIFFERENCE))
#define BANDED (CONTRAST | KIND(LEVEL))
#define MEASURED (BANDED | KIND(RANKING))

static const struct key_rule {
    const char *key;
    unsigned needed, allowed;
    const char *example;
} RULES[] = {
    {"metric", MEASURED, MEASURED, "metric: e2e_p50_ns"},
    {"from", CONTRAST, CONTRAST, "from: gzip-9"},
    {"to", CONTRAST, CONTRAST, "to: zstd-3"},
    {"arm", KIND(LEVEL), KIND(LEVEL), "arm: none"},
    {"order", KIND(RANKING), KIND(RANKING), "order: [none, lz4|snappy, gzip-6]"},
    {"band", BANDED, BANDED, "band: {below: -20 %, to: -40 %}"},
    {"where", 0, MEASURED, ""},
    {"strata", 0, MEASURED, ""},
    {"tolerance", 0, MEASURED, ""},
    {"scenario", MEASURED, MEASURED,
     "scenario: with the name of a file in " CLAIM_SCENARIOS_FOLDER},
    {"full", 0, MEASURED, ""},
    {"probe", KIND(PROBE), KIND(PROBE), "probe: with the name of one"},
    {"client", KIND(CLIENT), KIND(CLIENT), "client: aiokafka-0.11.0"},
    {"codec", KIND(CLIENT), KIND(CLIENT), "codec: zstd"},
    {"expect", KIND(CLIENT), KIND(CLIENT), "expect: stored"},
    {"figures", KIND(ARITHMETIC), KIND(ARITHMETIC), "figures: {before: 850, after: 120}"},
    {"checks", KIND(ARITHMETIC), KIND(ARITHMETIC), "checks: [holds: after / before < 0.2]"},
    {"reason", KIND(NOT_BUILT), KIND(NOT_BUILT), "reason: with what is missing"},
};

static enum rc no_memory(struct err *e)
{
    return err_set(e, RC_INFRA, "no memory for claims");
}

static enum rc check_keys(const struct node *n, enum test_kind kind, struct err *e)
{
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++) {
        const struct key_rule *r = &RULES[i];
        const struct node *given = node_find(n, r->key);
        if (given == NULL && (r->needed & (1U << kind)) != 0)
            return node_refuse(n, e, "found no %s with kind: %s; expected %s", r->key,
                               TEST_KIND_NAMES[kind], r->example);
        if (given != NULL && (r->allowed & (1U << kind)) == 0)
            return node_refuse(given, e, "found with kind: %s; expected without",
                               TEST_KIND_NAMES[kind]);
    }
    return RC_OK;
}

static void free_texts(char **texts)
{
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
        free(texts[i]);
    free(texts);
}

/* A text or a list of them; into holds a char ** at f->at. */
enum rc claim_read_texts(const struct field *f, const struct node *n, void *into, struct err *e)
{
    size_t count = 0;
    enum rc rc = field_sweep(f, n, &count, e);
    if (rc != RC_OK)
        return rc;
    if (count > TEXTS_MAX)
        return node_refuse(n, e, "found %zu entries; expected at most %d", count, TEXTS_MAX);
    char **texts = calloc(count + 1, sizeof *texts);
    if (texts == NULL)
        return no_memory(e);
    struct field one = *f;
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        one.at = i * sizeof *texts;
        rc = field_text(&one, field_sweep_at(n, i), texts, e);
    }
    if (rc != RC_OK) {
        free_texts(texts);
        return rc;
    }
    memcpy((char *)into + f->at, &texts, sizeof texts);
    return RC_OK;
}

enum rc claim_read_where(const struct field *f, const struct node *n, void *into, struct err *e)
{
    (void)f;
    return field_read_all(CLAIM_WHERE_FIELDS, n, &((struct test_draft *)into)->t.where, e);
}

/* A scenario must be there to be named. */
static enum rc check_scenario(const struct test_draft *d, const struct node *n, struct err *e)
{
    char path[FS_PATH_MAX];
    if (n == NULL || d->places->folder == NULL || d->places->kept)
        return RC_OK;
    enum rc rc = fs_join(path, e, d->places->folder, "measure/%s.yaml", n->text);
    if (rc == RC_OK && !fs_exists(path))
        rc = node_expect(n, e, "the name of a file in %.300s/measure, without .yaml",
                         d->places->folder);
    return rc;
}

static enum rc check_arms(const struct node *n, struct err *e)
{
    const struct node *from = node_find(n, "from");
    const struct node *to = node_find(n, "to");
    if (from != NULL && to != NULL && strcmp(from->text, to->text) == 0)
        return node_refuse(to, e, "found \"%.40s\" on both sides; expected another arm", to->text);
    const struct node *order = node_find(n, "order");
    if (order != NULL && (order->kind != NODE_LIST || order->count < 2))
        return node_expect(order, e, "at least two arms, lowest first");
    return RC_OK;
}

static enum rc fill_in(struct test_draft *d, struct err *e)
{
    struct claim_test *t = &d->t;
    if (t->says == NULL)
        t->says = strdup("");
    if (t->given == NULL)
        t->given = strdup("");
    if (t->scenario != NULL && t->scenario_full == NULL)
        t->scenario_full = strdup(t->scenario);
    if (t->kind == TEST_LEVEL) {
        t->to = d->arm;
        d->arm = NULL;
    }
    bool all =
        t->says != NULL && t->given != NULL && (t->scenario == NULL || t->scenario_full != NULL);
    return all ? RC_OK : no_memory(e);
}

static enum rc read_draft(struct test_draft *d, const struct node *n, struct err *e)
{
    enum rc rc = field_read_all(CLAIM_TEST_FIELDS, n, d, e);
    if (rc != RC_OK)
        return rc;
    if (node_find(n, "kind") == NULL)
        return node_refuse(n, e, "found no kind; expected kind: change or another");
    rc = check_keys(n, d->t.kind, e);
    if (rc == RC_OK)
        rc = check_arms(n, e);
    if (rc == RC_OK)
        rc = check_scenario(d, node_find(n, "scenario"), e);
    if (rc == RC_OK)
        rc = check_scenario(d, node_find(n, "full"), e);
    if (rc == RC_OK && d->t.typical && d->t.kind == TEST_RANKING)
        rc = node_refuse(node_find(n, "strata"), e,
                         "found typical with kind: ranking; expected every or any, as an order has "
                         "no middle");
    if (rc == RC_OK && d->band != NULL)
        rc = claim_band_read(d, e);
    if (rc == RC_OK && d->checks != NULL)
        rc = claim_checks_read(d, e);
    return rc == RC_OK ? fill_in(d, e) : rc;
}

enum rc claim_test_read(const struct node *n, const struct claim_places *places,
                        struct claim_test *out, struct err *e)
{
    struct test_draft d = {.t = {.line = (int)n->line, .band = {.weak = NAN, .strong = NAN}},
                           .places = places};
    enum rc rc = read_draft(&d, n, e);
    for (size_t i = 0; i < d.figure_count; i++)
        free(d.figures[i].name);
    free(d.figures);
    free(d.arm);
    if (rc == RC_OK)
        *out = d.t;
    else
        claim_test_release(&d.t);
    return rc;
}
