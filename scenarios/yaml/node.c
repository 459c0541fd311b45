#define _GNU_SOURCE
#include "scenarios/yaml/node.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SHOWN = 60, PREFIX = 512 };

struct node *node_new(enum node_kind kind, const char *origin, int64_t line)
{
    struct node *n = calloc(1, sizeof *n);
    if (n == NULL)
        return NULL;
    n->kind = kind;
    n->line = line;
    n->origin = strdup(origin);
    if (n->origin == NULL) {
        free(n);
        return NULL;
    }
    return n;
}

void node_free(struct node *n)
{
    if (n == NULL)
        return;
    for (size_t i = 0; i < n->count; i++)
        node_free(n->item[i]);
    free(n->item);
    free(n->key);
    free(n->text);
    free(n->origin);
    free(n);
}

enum rc node_add(struct node *parent, const char *key, struct node *child, struct err *e)
{
    assert((parent->kind == NODE_MAP) == (key != NULL));
    char *name = key != NULL ? strdup(key) : NULL;
    struct node **more = realloc(parent->item, (parent->count + 1) * sizeof(struct node *));
    if (more != NULL)
        parent->item = more;
    if (more == NULL || (key != NULL && name == NULL)) {
        free(name);
        return err_set(e, RC_INFRA, "no memory for a scenario");
    }
    parent->item[parent->count++] = child;
    child->parent = parent;
    child->key = name;
    return RC_OK;
}

void node_replace(struct node *old, struct node *value)
{
    struct node *parent = old->parent;
    assert(parent != NULL);
    for (size_t i = 0; i < parent->count; i++)
        if (parent->item[i] == old)
            parent->item[i] = value;
    value->parent = parent;
    value->key = old->key;
    old->key = NULL;
    node_free(old);
}

struct node *node_find(const struct node *map, const char *key)
{
    assert(map->kind == NODE_MAP);
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->item[i]->key, key) == 0)
            return map->item[i];
    return NULL;
}

bool node_is_nothing(const struct node *n)
{
    if (n->kind != NODE_TEXT || n->quoted)
        return false;
    return n->text[0] == '\0' || strcmp(n->text, "~") == 0 || strcmp(n->text, "null") == 0;
}

static size_t index_in(const struct node *parent, const struct node *n)
{
    size_t i = 0;
    while (parent->item[i] != n)
        i++;
    return i;
}

char *node_path(const struct node *n, char *text)
{
    if (n->parent == NULL) {
        text[0] = '\0';
        return text;
    }
    (void)node_path(n->parent, text);
    size_t used = strlen(text);
    char *end = text + used;
    size_t room = NODE_SHOWN - used;
    if (n->key == NULL)
        (void)snprintf(end, room, "[%zu]", index_in(n->parent, n));
    else
        (void)snprintf(end, room, "%s%.*s", used > 0 ? "." : "", TEXT_SHOWN, n->key);
    return text;
}

char *node_show(const struct node *n, char *text)
{
    if (node_is_nothing(n))
        (void)snprintf(text, NODE_SHOWN, "nothing");
    else if (n->kind == NODE_TEXT)
        (void)snprintf(text, NODE_SHOWN, "\"%.*s\"", TEXT_SHOWN, n->text);
    else if (n->count == 0)
        (void)snprintf(text, NODE_SHOWN, "an empty %s", n->kind == NODE_LIST ? "list" : "map");
    else
        (void)snprintf(text, NODE_SHOWN, "a %s", n->kind == NODE_LIST ? "list" : "map");
    return text;
}

enum rc node_write(const struct node *n, struct buf *out, struct err *e)
{
    static const char KINDS[] = {[NODE_TEXT] = 't', [NODE_LIST] = 'l', [NODE_MAP] = 'm'};
    const char *key = n->key != NULL ? n->key : "";
    const char *text = n->kind == NODE_TEXT ? n->text : "";
    const char kind[] = {KINDS[n->kind], n->quoted ? 'q' : ' '};
    const char end = '.';
    enum rc rc = buf_append(out, kind, sizeof kind, e);
    if (rc == RC_OK)
        rc = buf_append(out, key, strlen(key) + 1, e);
    if (rc == RC_OK)
        rc = buf_append(out, text, strlen(text) + 1, e);
    for (size_t i = 0; rc == RC_OK && i < n->count; i++)
        rc = node_write(n->item[i], out, e);
    return rc == RC_OK ? buf_append(out, &end, 1, e) : rc;
}

static void prefix(const struct node *n, char *text)
{
    char path[NODE_SHOWN];
    (void)node_path(n, path);
    int used = n->line > 0 ? snprintf(text, PREFIX, "%.300s:%lld", n->origin, (long long)n->line)
                           : snprintf(text, PREFIX, "%.300s", n->origin);
    if (path[0] != '\0' && used > 0)
        (void)snprintf(text + used, (size_t)(PREFIX - used), ": %s", path);
}

enum rc node_blame(const struct node *n, struct err *e)
{
    char where[PREFIX];
    prefix(n, where);
    (void)err_wrap(e, "%s", where);
    if (e != NULL)
        e->rc = RC_INPUT;
    return RC_INPUT;
}

enum rc node_refuse(const struct node *n, struct err *e, const char *fmt, ...)
{
    char say[ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(say, sizeof say, fmt, args);
    va_end(args);
    (void)err_set(e, RC_INPUT, "%s", say);
    return node_blame(n, e);
}

enum rc node_expect(const struct node *n, struct err *e, const char *fmt, ...)
{
    char say[ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(say, sizeof say, fmt, args);
    va_end(args);
    char found[NODE_SHOWN];
    (void)err_set(e, RC_INPUT, "found %s; expected %s", node_show(n, found), say);
    return node_blame(n, e);
}
