#define _GNU_SOURCE
#include "scenarios/yaml/override.h"

#include "scenarios/yaml/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_TEXT = 64, ORIGIN_TEXT = 200 };

/* One step of a path: a key, or an index in a list. */
struct step {
    char key[STEP_TEXT]; /* empty: an index */
    size_t index;
};

static enum rc refuse_path(const char *origin, struct err *e)
{
    return err_set(e, RC_INPUT,
                   "%s: found no FIELD=VALUE; expected for example --set blocks=6, "
                   "--set 'batching.linger=5 ms' or --set 'codecs=[none, zstd-3]'",
                   origin);
}

/* Takes one step off *path; false when it is none. */
static bool take_step(const char **path, struct step *out)
{
    const char *p = *path;
    *out = (struct step){0};
    if (*p == '[') {
        size_t length = strspn(p + 1, "0123456789");
        if (length == 0 || length > 6 || p[1 + length] != ']')
            return false;
        out->index = (size_t)strtoul(p + 1, NULL, 10);
        *path = p + length + 2;
        return true;
    }
    size_t length = strcspn(p, ".[=");
    if (length == 0 || length >= STEP_TEXT)
        return false;
    memcpy(out->key, p, length);
    *path = p + length;
    return true;
}

static enum rc not_there(const struct node *n, const struct step *s, const char *origin,
                         struct err *e)
{
    char path[NODE_SHOWN];
    char found[NODE_SHOWN];
    (void)node_path(n, path);
    const char *name = path[0] != '\0' ? path : "the scenario";
    if (s->key[0] != '\0')
        return err_set(e, RC_INPUT, "%s: %s: found %s, which has no key \"%s\"; expected %s",
                       origin, name, node_show(n, found), s->key,
                       n->kind == NODE_LIST ? "an index first, as in field[0].key=value"
                                            : "the whole value, as in 'field={key: value}'");
    if (n->kind == NODE_LIST)
        return err_set(e, RC_INPUT, "%s: %s: found %zu entries; expected an index from 0", origin,
                       name, n->count);
    return err_set(e, RC_INPUT, "%s: %s: found no list; expected the field without [%zu]", origin,
                   name, s->index);
}

/* The node a step leads to; a missing key of a map is made, empty, and holds a map or a value. */
static enum rc follow(struct node *n, const struct step *s, const char *origin, struct node **out,
                      struct err *e)
{
    if (s->key[0] == '\0') {
        if (n->kind != NODE_LIST || s->index >= n->count)
            return not_there(n, s, origin, e);
        *out = n->item[s->index];
        return RC_OK;
    }
    if (n->kind != NODE_MAP)
        return not_there(n, s, origin, e);
    struct node *found = node_find(n, s->key);
    if (found == NULL) {
        found = node_new(NODE_MAP, origin, 0);
        if (found == NULL)
            return err_set(e, RC_INFRA, "no memory for a scenario");
        enum rc rc = node_add(n, s->key, found, e);
        if (rc != RC_OK) {
            node_free(found);
            return rc;
        }
    }
    *out = found;
    return RC_OK;
}

static enum rc find_place(struct node *top, const char *path, const char *origin, struct node **out,
                          struct err *e)
{
    struct node *at = top;
    const char *rest = path;
    do {
        struct step s;
        if (at != top && *rest == '.')
            rest++;
        if (!take_step(&rest, &s))
            return refuse_path(origin, e);
        enum rc rc = follow(at, &s, origin, &at, e);
        if (rc != RC_OK)
            return rc;
    } while (*rest == '.' || *rest == '[');
    if (*rest != '=')
        return refuse_path(origin, e);
    *out = at;
    return RC_OK;
}

enum rc override_apply(struct node *top, const char *text, struct err *e)
{
    char origin[ORIGIN_TEXT];
    (void)snprintf(origin, sizeof origin, "--set %.150s", text);
    if (strchr(text, '=') == NULL || text[0] == '[')
        return refuse_path(origin, e);
    struct node *value = NULL;
    enum rc rc = document_parse(span_str(strchr(text, '=') + 1), origin, false, &value, e);
    if (rc != RC_OK)
        return rc;
    struct node *place = NULL;
    rc = find_place(top, text, origin, &place, e);
    if (rc != RC_OK) {
        node_free(value);
        return rc;
    }
    node_replace(place, value);
    return RC_OK;
}
