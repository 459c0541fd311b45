/* Reads workload: a name, or a name with keys of its own, whose lists sweep; and what its clients
 * and records are given: properties, headers, the thresholds of routes. */
#define _GNU_SOURCE
#include "scenarios/loader.h"

#include "base/quantity.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- reading --- */

static const struct workload_form *find_form(const struct draft *d, const struct node *n,
                                             char *name, struct err *e)
{
    struct node named = *n; /* a map is blamed for its only key */
    named.kind = NODE_TEXT;
    named.text = name;
    const char *names[SWEEP_MAX + 1];
    size_t count = 0;
    const struct workload_form *const *forms = d->places->workloads;
    for (; forms != NULL && forms[count] != NULL && count < SWEEP_MAX; count++) {
        if (strcmp(forms[count]->name, name) == 0)
            return forms[count];
        names[count] = forms[count]->name;
    }
    names[count] = NULL;
    (void)field_refuse_word(&named, names, e);
    return NULL;
}

/* Values that are labelled alike cannot be told apart in records. */
static enum rc refuse_twins(const struct scenario *s, size_t key, size_t before,
                            const struct node *n, struct err *e)
{
    char label[SCENARIO_LABEL], other[SCENARIO_LABEL];
    const struct workload_key *as = &s->workload->keys[key];
    for (size_t i = 0; i * before < s->parameters_count; i++) {
        (void)workload_value_label(s->workload, &s->parameters[i * before], as, label);
        for (size_t j = 0; j < i; j++) {
            (void)workload_value_label(s->workload, &s->parameters[j * before], as, other);
            if (strcmp(label, other) == 0)
                return node_refuse(field_sweep_at(n, i), e,
                                   "found \"%s\" a second time; expected each once", label);
        }
    }
    return RC_OK;
}

/* All parameters so far, once for each value of n; value v of those before stands at v * before. */
static enum rc multiply(struct scenario *s, size_t key, const struct node *n, struct err *e)
{
    const struct workload_key *as = &s->workload->keys[key];
    const struct field f = {.name = as->name, .takes = as->takes};
    size_t values = 0;
    enum rc rc = field_sweep(&f, n, &values, e);
    if (rc != RC_OK)
        return rc;
    size_t before = s->parameters_count;
    if (before * values > SWEEP_MAX)
        return node_refuse(n, e, "found more than %d combinations of what the workload is given",
                           SWEEP_MAX);
    for (size_t v = values; rc == RC_OK && v > 0; v--) {
        struct workload_value value = {0};
        rc = workload_value_read(as, field_sweep_at(n, v - 1), &value, e);
        for (size_t i = 0; rc == RC_OK && i < before; i++) {
            /* The last value first: the others are copied from where value 0 stands. */
            struct workload_parameters *p = &s->parameters[(v - 1) * before + i];
            *p = s->parameters[i];
            p->value[key] = value.number;
            p->choice[key] = value.choice;
            p->given[key] = true;
        }
    }
    if (rc != RC_OK)
        return rc;
    s->parameters_count = before * values;
    return refuse_twins(s, key, before, n, e);
}

static enum rc read_key(struct scenario *s, const struct node *n, struct err *e)
{
    const char *names[WORKLOAD_KEYS_MAX + 1] = {NULL};
    size_t keys = workload_key_count(s->workload);
    for (size_t i = 0; i < keys; i++) {
        if (strcmp(s->workload->keys[i].name, n->key) == 0)
            return multiply(s, i, n, e);
        names[i] = s->workload->keys[i].name;
    }
    if (keys == 0)
        return node_refuse(n, e, "found a key; expected none, workload %s has no keys of its own",
                           s->workload->name);
    char all[NODE_SHOWN] = "";
    size_t used = 0;
    for (size_t i = 0; i < keys && used < sizeof all; i++) {
        int more = snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? ", " : "", names[i]);
        used += more > 0 ? (size_t)more : 0;
    }
    return node_refuse(n, e, "found no key of that name; expected one of %s", all);
}

/* The key that compare: names, if no dimension is called that. */
static const struct workload_key *find_compared(const struct draft *d)
{
    const struct node *n = node_find(d->top, "compare");
    if (n == NULL || n->kind != NODE_TEXT || dimension_find(n->text) < DIMENSIONS)
        return NULL;
    for (size_t i = 0; i < workload_key_count(d->s.workload); i++)
        if (strcmp(d->s.workload->keys[i].name, n->text) == 0)
            return &d->s.workload->keys[i];
    return NULL;
}

/* Those of a compared key last, so that each of its values has the others' side by side. */
static enum rc read_keys(struct scenario *s, const struct node *keys, struct err *e)
{
    if (keys->kind != NODE_MAP)
        return node_expect(keys, e, "keys of workload %s and their values", s->workload->name);
    const struct node *last = s->compared != NULL ? node_find(keys, s->compared->name) : NULL;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < keys->count; i++)
        if (keys->item[i] != last)
            rc = read_key(s, keys->item[i], e);
    size_t before = s->parameters_count;
    if (rc == RC_OK && last != NULL)
        rc = read_key(s, last, e);
    s->compared_count = s->parameters_count / before;
    return rc;
}

static enum rc check_labels(const struct scenario *s, const struct node *n, struct err *e)
{
    char label[SCENARIO_LABEL];
    for (size_t i = 0; i < s->parameters_count; i++) {
        size_t length =
            workload_parameters_label(s->workload, &s->parameters[i], s->compared, label);
        if (length >= SCENARIO_LABEL)
            return node_refuse(n, e,
                               "found parameters with a label of %zu bytes, \"%s…\"; expected at "
                               "most %d, without keys that are given their standard value",
                               length, label, SCENARIO_LABEL - 1);
    }
    return RC_OK;
}

enum rc read_workload(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct draft *d = into;
    struct scenario *s = &d->s;
    bool map = n->kind == NODE_MAP;
    if ((map && n->count != 1) || n->kind == NODE_LIST)
        return node_expect(n, e, "%s", f->takes);
    s->workload = find_form(d, n, map ? n->item[0]->key : n->text, e);
    if (s->workload == NULL)
        return RC_INPUT;
    s->parameters = calloc(SWEEP_MAX, sizeof *s->parameters);
    if (s->parameters == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    s->parameters_count = 1;
    for (size_t i = 0; i < workload_key_count(s->workload); i++)
        s->parameters[0].value[i] = s->workload->keys[i].standard;
    s->compared = find_compared(d);
    s->compared_count = 1;
    enum rc rc = map ? read_keys(s, n->item[0], e) : RC_OK;
    return rc == RC_OK ? check_labels(s, map ? n->item[0] : n, e) : rc;
}

/* --- what it takes --- */

enum rc workload_refuse_key(const struct draft *d, const struct node *n, struct err *e)
{
    return node_refuse(n, e,
                       "found it with workload %s, to which it means nothing; expected to leave it "
                       "out",
                       d->s.workload != NULL ? d->s.workload->name : "records");
}

enum rc workload_check(const struct draft *d, struct err *e)
{
    for (size_t i = 0; i < d->top->count; i++)
        if (!workload_takes(d->s.workload, d->top->item[i]->key))
            return workload_refuse_key(d, d->top->item[i], e);
    return RC_OK;
}

enum rc codecs_leave_out(struct draft *d, struct err *e)
{
    d->s.codecs = calloc(1, sizeof *d->s.codecs);
    if (d->s.codecs == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    d->s.codecs[0].choice.codec = codec_find("none");
    d->s.codec_count = 1;
    return RC_OK;
}

enum rc routes_check(const struct draft *d, struct err *e)
{
    const int64_t direct_standard = 20000000, chunked_standard = 100000000;
    char direct[QUANTITY_TEXT], chunked[QUANTITY_TEXT];
    const struct scenario *s = &d->s;
    int64_t direct_max = s->direct_max_bytes > 0 ? s->direct_max_bytes : direct_standard;
    int64_t chunked_max = s->chunked_max_bytes > 0 ? s->chunked_max_bytes : chunked_standard;
    if (chunked_max >= direct_max)
        return RC_OK;
    const struct node *n =
        node_find(d->top, s->chunked_max_bytes > 0 ? "chunked_max" : "direct_max");
    return node_refuse(
        n != NULL ? n : d->top, e, "found %s, below direct_max, %s; expected at least that",
        quantity_format_size(chunked_max, chunked), quantity_format_size(direct_max, direct));
}

/* --- properties and headers: maps of names and values --- */

enum { PAIRS_MAX = 64, PAIR_TEXT_MAX = 1000 };

/* Properties that a key of the scenario, or an option of run, decides. */
static const struct {
    const char *property;
    const char *instead;
} DECIDED[] = {
    {"batch.num.messages", "batching: {records: …}"},
    {"batch.size", "batching: {bytes: …}"},
    {"bootstrap.servers", "assay run --bootstrap HOST:PORT"},
    {"compression.codec", "codecs"},
    {"compression.level", "codecs"},
    {"compression.type", "codecs"},
    {"linger.ms", "batching: {linger: …}"},
    {"message.max.bytes", "message_max"},
    {"metadata.broker.list", "assay run --bootstrap HOST:PORT"},
    {"queue.buffering.max.ms", "batching: {linger: …}"},
    {NULL, NULL},
};

static bool plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (iscntrl((unsigned char)*text))
            return false;
    return true;
}

static enum rc read_pair(const struct node *n, char **out, struct err *e)
{
    if (n->kind != NODE_TEXT || !plain(n->text) || strlen(n->text) > PAIR_TEXT_MAX)
        return node_expect(n, e, "one line of text");
    if (n->key[0] == '\0' || !plain(n->key) || strchr(n->key, '=') != NULL ||
        strlen(n->key) > PAIR_TEXT_MAX)
        return node_refuse(n, e,
                           "found a name that is empty or has a \"=\"; expected a "
                           "plain name");
    if (asprintf(out, "%s=%s", n->key, n->text) >= 0)
        return RC_OK;
    *out = NULL;
    return err_set(e, RC_INFRA, "no memory for a scenario");
}

static enum rc read_pairs(const struct field *f, const struct node *n, char ***out, struct err *e)
{
    if (n->kind != NODE_MAP)
        return node_expect(n, e, "%s", f->takes);
    if (n->count > PAIRS_MAX)
        return node_refuse(n, e, "found %zu entries; expected at most %d", n->count, PAIRS_MAX);
    *out = calloc(n->count + 1, sizeof **out);
    if (*out == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < n->count; i++)
        rc = read_pair(n->item[i], &(*out)[i], e);
    return rc;
}

enum rc read_headers(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_pairs(f, n, &((struct draft *)into)->s.headers, e);
}

enum rc read_client_properties(const struct field *f, const struct node *n, char ***out,
                               struct err *e)
{
    for (size_t i = 0; n->kind == NODE_MAP && i < n->count; i++)
        for (size_t j = 0; DECIDED[j].property != NULL; j++)
            if (strcmp(n->item[i]->key, DECIDED[j].property) == 0)
                return node_refuse(n->item[i], e,
                                   "found a property that assay sets itself; expected %s",
                                   DECIDED[j].instead);
    return read_pairs(f, n, out, e);
}

enum rc read_properties(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_client_properties(f, n, &((struct draft *)into)->s.properties, e);
}
