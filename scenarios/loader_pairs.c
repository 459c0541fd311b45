/* Reads maps of names and values: client properties and record headers. */
#define _GNU_SOURCE
#include "scenarios/loader.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
