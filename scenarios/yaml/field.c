#define _GNU_SOURCE
#include "scenarios/yaml/field.h"

#include "base/nearest.h"
#include "base/quantity.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_SHOWN = 400 };

/* The quantity_ functions as one type. */
typedef enum rc quantity_parser(const char *text, int64_t *out, struct err *e);

static void *place(const struct field *f, void *into)
{
    return (char *)into + f->at;
}

static enum rc expect_value(const struct field *f, const struct node *n, struct err *e)
{
    if (n->kind == NODE_TEXT && !node_is_nothing(n))
        return RC_OK;
    return node_expect(n, e, "%s", f->takes);
}

static enum rc read_number(const struct field *f, const struct node *n, quantity_parser *parse,
                           void *into, struct err *e)
{
    enum rc rc = expect_value(f, n, e);
    if (rc != RC_OK)
        return rc;
    int64_t value = 0;
    rc = parse(n->text, &value, e);
    if (rc != RC_OK)
        return node_blame(n, e);
    if (value < f->lo || value > f->hi)
        return node_expect(n, e, "%s", f->takes);
    memcpy(place(f, into), &value, sizeof value);
    return RC_OK;
}

enum rc field_count(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_number(f, n, quantity_count, into, e);
}

enum rc field_size(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_number(f, n, quantity_size, into, e);
}

enum rc field_duration(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_number(f, n, quantity_duration, into, e);
}

/* A number in so small units that it is whole; what is too large for that is past any bound. least:
 * the unit. */
static enum rc keep_whole(const char *text, double units, const char *least, int64_t *out,
                          struct err *e)
{
    static const double ROUNDING = 1e-9, LARGE = 1e15;
    double whole = nearbyint(units);
    *out = whole < LARGE ? (int64_t)whole : INT64_MAX;
    if (fabs(units - whole) <= ROUNDING * units)
        return RC_OK;
    return err_set(e, RC_INPUT, "\"%.60s\": is too fine; expected a multiple of %s", text, least);
}

static enum rc parse_share(const char *text, int64_t *out, struct err *e)
{
    double share = 0;
    enum rc rc = quantity_percent(text, &share, e);
    return rc == RC_OK ? keep_whole(text, share * 1e6, "0.0001 %", out, e) : rc;
}

static enum rc parse_rate(const char *text, int64_t *out, struct err *e)
{
    double per_s = 0;
    enum rc rc = quantity_rate(text, &per_s, e);
    return rc == RC_OK ? keep_whole(text, per_s * 1e3, "0.001/s", out, e) : rc;
}

enum rc field_share(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_number(f, n, parse_share, into, e);
}

enum rc field_rate(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_number(f, n, parse_rate, into, e);
}

enum rc field_seed(const struct field *f, const struct node *n, void *into, struct err *e)
{
    enum rc rc = expect_value(f, n, e);
    if (rc != RC_OK)
        return rc;
    int64_t value = 0;
    if (quantity_int(n->text, 0, INT64_MAX, &value, e) != RC_OK)
        return node_blame(n, e);
    uint64_t seed = (uint64_t)value;
    memcpy(place(f, into), &seed, sizeof seed);
    return RC_OK;
}

static void list_words(const char *const *words, char *text)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; words[i] != NULL && used < WORDS_SHOWN; i++) {
        int more = snprintf(text + used, WORDS_SHOWN - used, "%s%s", i > 0 ? ", " : "", words[i]);
        used += more > 0 ? (size_t)more : 0;
    }
}

enum rc field_refuse_word(const struct node *n, const char *const *words, struct err *e)
{
    char all[WORDS_SHOWN];
    list_words(words, all);
    struct nearest near = {.given = n->kind == NODE_TEXT ? n->text : ""};
    for (size_t i = 0; words[i] != NULL; i++)
        nearest_offer(&near, words[i]);
    if (near.best != NULL)
        return node_expect(n, e, "\"%s\" (one of %s)", near.best, all);
    return node_expect(n, e, "one of %s", all);
}

enum rc field_word(const struct field *f, const struct node *n, void *into, struct err *e)
{
    for (int i = 0; n->kind == NODE_TEXT && f->words[i] != NULL; i++) {
        if (strcmp(f->words[i], n->text) == 0) {
            memcpy(place(f, into), &i, sizeof i);
            return RC_OK;
        }
    }
    return field_refuse_word(n, f->words, e);
}

enum rc field_flag(const struct field *f, const struct node *n, void *into, struct err *e)
{
    bool yes = n->kind == NODE_TEXT && strcmp(n->text, "true") == 0;
    bool no = n->kind == NODE_TEXT && strcmp(n->text, "false") == 0;
    if (!yes && !no)
        return node_expect(n, e, "true or false");
    memcpy(place(f, into), &yes, sizeof yes);
    return RC_OK;
}

enum rc field_text(const struct field *f, const struct node *n, void *into, struct err *e)
{
    enum rc rc = expect_value(f, n, e);
    if (rc != RC_OK)
        return rc;
    size_t length = strlen(n->text);
    while (length > 0 && strchr(" \n", n->text[length - 1]) != NULL)
        length--;
    if (length == 0)
        return node_expect(n, e, "%s", f->takes);
    char *copy = strndup(n->text, length);
    if (copy == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    char *old = NULL;
    memcpy(&old, place(f, into), sizeof old);
    free(old);
    memcpy(place(f, into), &copy, sizeof copy);
    return RC_OK;
}

static enum rc refuse_key(const struct field *table, const struct node *n, struct err *e)
{
    struct nearest near = {.given = n->key};
    const char *names[64];
    size_t count = 0;
    for (const struct field *f = table; f->name != NULL; f++) {
        nearest_offer(&near, f->name);
        if (count + 1 < sizeof names / sizeof names[0])
            names[count++] = f->name;
    }
    names[count] = NULL;
    if (near.best != NULL)
        return node_refuse(n, e, "found an unknown key; expected \"%s\"", near.best);
    char all[WORDS_SHOWN];
    list_words(names, all);
    return node_refuse(n, e, "found an unknown key; expected one of %s", all);
}

enum rc field_read_all(const struct field *table, const struct node *map, void *into, struct err *e)
{
    if (map->kind != NODE_MAP)
        return node_expect(map, e, "keys and values, such as %s: …", table->name);
    for (size_t i = 0; i < map->count; i++) {
        const struct node *n = map->item[i];
        const struct field *f = table;
        while (f->name != NULL && strcmp(f->name, n->key) != 0)
            f++;
        enum rc rc = f->name != NULL ? f->read(f, n, into, e) : refuse_key(table, n, e);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

enum rc field_sweep(const struct field *f, const struct node *n, size_t *out_count, struct err *e)
{
    if (node_is_nothing(n) || (n->kind == NODE_LIST && n->count == 0))
        return node_expect(n, e, "%s", f->takes);
    *out_count = n->kind == NODE_LIST ? n->count : 1;
    return RC_OK;
}

const struct node *field_sweep_at(const struct node *n, size_t i)
{
    assert(n->kind == NODE_LIST ? i < n->count : i == 0);
    return n->kind == NODE_LIST ? n->item[i] : n;
}

enum rc field_describe(const char *title, const struct field *table, struct buf *out, struct err *e)
{
    enum rc rc =
        buf_appendf(out, e, "### %s\n\n| key | takes | default | |\n|---|---|---|---|\n", title);
    for (const struct field *f = table; rc == RC_OK && f->name != NULL; f++)
        rc = buf_appendf(out, e, "| `%s` | %s | %s | %s |\n", f->name, f->takes, f->standard,
                         f->says);
    return rc == RC_OK ? buf_appendf(out, e, "\n") : rc;
}
