#define _GNU_SOURCE
#include "scenarios/yaml/document.h"

#include "base/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>
/* link: -lyaml */

static const char TOO_MUCH[] = "nested too deeply, or too many values, for a scenario";

struct document_reading {
    yaml_document_t yaml;
    const char *origin;
    bool numbered;
    size_t nodes; /* made so far */
};

static enum rc refuse_at(const struct document_reading *r, size_t line, struct err *e,
                         const char *say)
{
    if (r->numbered)
        return err_set(e, RC_INPUT, "%s:%zu: %s", r->origin, line + 1, say);
    return err_set(e, RC_INPUT, "%s: %s", r->origin, say);
}

static enum rc refuse_syntax(const struct document_reading *r, const yaml_parser_t *p,
                             struct err *e)
{
    char say[ERR_TEXT_MAX / 2];
    const char *problem = p->problem != NULL ? p->problem : "it cannot be read";
    if (p->error == YAML_READER_ERROR)
        (void)snprintf(say, sizeof say, "not text: %s at byte %zu; expected YAML in UTF-8", problem,
                       p->problem_offset);
    else if (p->context != NULL)
        (void)snprintf(say, sizeof say,
                       "not YAML: %s (%s that began on line %zu); expected YAML as "
                       "docs/scenarios.md shows it",
                       problem, p->context, p->context_mark.line + 1);
    else
        (void)snprintf(say, sizeof say, "not YAML: %s; expected YAML as docs/scenarios.md shows it",
                       problem);
    return refuse_at(r, p->problem_mark.line, e, say);
}

/* Copies one node and all below it. */
static enum rc grow(struct document_reading *r, int id, size_t depth, struct node **out,
                    struct err *e);

/* Line ends and tabs are text. The rest would steer a terminal that a report is shown on. */
static bool has_control(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text != '\n' && *text != '\t' && err_control_bytes(text) > 0)
            return true;
    }
    return false;
}

static enum rc grow_text(const struct document_reading *r, const yaml_node_t *from, struct node *n,
                         struct err *e)
{
    const char *text = (const char *)from->data.scalar.value;
    if (strlen(text) != from->data.scalar.length)
        return refuse_at(r, from->start_mark.line, e, "found a NUL byte in a value");
    if (has_control(text))
        return refuse_at(r, from->start_mark.line, e,
                         "found a control character in a value; expected plain text");
    n->text = strdup(text);
    n->quoted = from->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return n->text != NULL ? RC_OK : err_set(e, RC_INFRA, "no memory for a scenario");
}

static enum rc grow_list(struct document_reading *r, const yaml_node_t *from, size_t depth,
                         struct node *n, struct err *e)
{
    enum rc rc = RC_OK;
    for (yaml_node_item_t *i = from->data.sequence.items.start;
         rc == RC_OK && i < from->data.sequence.items.top; i++) {
        struct node *child = NULL;
        rc = grow(r, *i, depth + 1, &child, e);
        if (rc == RC_OK)
            rc = node_add(n, NULL, child, e);
        if (rc != RC_OK)
            node_free(child);
    }
    return rc;
}

static enum rc grow_pair(struct document_reading *r, const yaml_node_pair_t *pair, size_t depth,
                         struct node *n, struct err *e)
{
    const yaml_node_t *key = yaml_document_get_node(&r->yaml, pair->key);
    if (key->type != YAML_SCALAR_NODE)
        return refuse_at(r, key->start_mark.line, e, "found a list or map as a key");
    const char *name = (const char *)key->data.scalar.value;
    const struct node *twin = node_find(n, name);
    if (twin != NULL) {
        char say[ERR_TEXT_MAX / 4];
        char path[NODE_SHOWN];
        (void)snprintf(say, sizeof say, "%s: found a second time; it stands on line %lld already",
                       node_path(twin, path), (long long)twin->line);
        return refuse_at(r, key->start_mark.line, e, say);
    }
    struct node *child = NULL;
    enum rc rc = grow(r, pair->value, depth + 1, &child, e);
    if (rc != RC_OK || child == NULL) /* never the latter alone */
        return rc;
    child->line = r->numbered ? (int64_t)key->start_mark.line + 1 : 0;
    rc = node_add(n, name, child, e);
    if (rc != RC_OK)
        node_free(child);
    return rc;
}

static enum rc grow_map(struct document_reading *r, const yaml_node_t *from, size_t depth,
                        struct node *n, struct err *e)
{
    enum rc rc = RC_OK;
    for (const yaml_node_pair_t *p = from->data.mapping.pairs.start;
         rc == RC_OK && p < from->data.mapping.pairs.top; p++)
        rc = grow_pair(r, p, depth, n, e);
    return rc;
}

static bool tag_is_plain(const yaml_node_t *from)
{
    const char *tag = (const char *)from->tag;
    return tag == NULL || strcmp(tag, YAML_STR_TAG) == 0 || strcmp(tag, YAML_SEQ_TAG) == 0 ||
           strcmp(tag, YAML_MAP_TAG) == 0;
}

static enum rc grow(struct document_reading *r, int id, size_t depth, struct node **out,
                    struct err *e)
{
    const yaml_node_t *from = yaml_document_get_node(&r->yaml, id);
    size_t line = from->start_mark.line;
    if (depth > DOCUMENT_DEPTH_MAX || ++r->nodes > DOCUMENT_NODES_MAX)
        return refuse_at(r, line, e, TOO_MUCH);
    if (!tag_is_plain(from))
        return refuse_at(r, line, e, "found a YAML tag (!…); expected the value alone");
    enum node_kind kind = from->type == YAML_MAPPING_NODE    ? NODE_MAP
                          : from->type == YAML_SEQUENCE_NODE ? NODE_LIST
                                                             : NODE_TEXT;
    struct node *n = node_new(kind, r->origin, r->numbered ? (int64_t)line + 1 : 0);
    if (n == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    enum rc rc = kind == NODE_MAP    ? grow_map(r, from, depth, n, e)
                 : kind == NODE_LIST ? grow_list(r, from, depth, n, e)
                                     : grow_text(r, from, n, e);
    if (rc != RC_OK) {
        node_free(n);
        return rc;
    }
    *out = n;
    return RC_OK;
}

/* What stands behind the first document: nothing, or it is refused. */
static enum rc expect_end(const struct document_reading *r, yaml_parser_t *p, struct err *e)
{
    yaml_document_t second;
    if (!yaml_parser_load(p, &second))
        return refuse_syntax(r, p, e);
    const yaml_node_t *root = yaml_document_get_root_node(&second);
    enum rc rc = RC_OK;
    if (root != NULL)
        rc = refuse_at(r, root->start_mark.line, e, "found a second document; expected one");
    yaml_document_delete(&second);
    return rc;
}

/* Walks the text without building anything: libyaml's time grows with the square of the depth. What
 * is not YAML is left to load, which says why. */
static enum rc check_depth(const struct document_reading *r, yaml_parser_t *p, struct err *e)
{
    enum rc rc = RC_OK;
    size_t open = 0;
    yaml_event_type_t type = YAML_NO_EVENT;
    while (rc == RC_OK && type != YAML_STREAM_END_EVENT) {
        yaml_event_t event;
        if (!yaml_parser_parse(p, &event))
            break;
        type = event.type;
        if (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT)
            open++;
        if (type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT)
            open--;
        if (open > DOCUMENT_DEPTH_MAX + 1)
            rc = refuse_at(r, event.start_mark.line, e, TOO_MUCH);
        yaml_event_delete(&event);
    }
    return rc;
}

static enum rc load(struct document_reading *r, yaml_parser_t *p, struct node **out, struct err *e)
{
    if (!yaml_parser_load(p, &r->yaml))
        return refuse_syntax(r, p, e);
    struct node *top = NULL;
    enum rc rc = RC_OK;
    if (yaml_document_get_root_node(&r->yaml) == NULL)
        rc = refuse_at(r, 0, e,
                       r->numbered ? "found nothing; expected keys and values"
                                   : "found nothing; expected a value after the =");
    else
        rc = grow(r, 1, 0, &top, e);
    yaml_document_delete(&r->yaml);
    if (rc == RC_OK)
        rc = expect_end(r, p, e);
    if (rc != RC_OK) {
        node_free(top);
        return rc;
    }
    *out = top;
    return RC_OK;
}

/* A fresh parser over text: checks the depth (out is NULL), or builds the tree. */
static enum rc with_parser(struct document_reading *r, struct span text, struct node **out,
                           struct err *e)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return err_set(e, RC_INFRA, "no memory to read %s", r->origin);
    static const uint8_t nothing = 0;
    yaml_parser_set_input_string(&parser, text.size > 0 ? text.data : &nothing, text.size);
    enum rc rc = out == NULL ? check_depth(r, &parser, e) : load(r, &parser, out, e);
    yaml_parser_delete(&parser);
    return rc;
}

enum rc document_parse(struct span text, const char *origin, bool numbered, struct node **out,
                       struct err *e)
{
    struct document_reading r = {.origin = origin, .numbered = numbered};
    if (text.size > DOCUMENT_BYTES_MAX)
        return err_set(e, RC_INPUT, "%s: %zu bytes; expected at most %d", origin, text.size,
                       DOCUMENT_BYTES_MAX);
    enum rc rc = with_parser(&r, text, NULL, e);
    return rc == RC_OK ? with_parser(&r, text, out, e) : rc;
}

static enum rc slurp(FILE *f, const char *path, struct buf *into, struct err *e)
{
    char piece[4096];
    size_t got = 0;
    while ((got = fread(piece, 1, sizeof piece, f)) > 0) {
        if (into->size + got > DOCUMENT_BYTES_MAX)
            return err_set(e, RC_INPUT, "%s: larger than %d bytes; expected a scenario", path,
                           DOCUMENT_BYTES_MAX);
        enum rc rc = buf_append(into, piece, got, e);
        if (rc != RC_OK)
            return rc;
    }
    return ferror(f) ? err_sys(e, RC_INPUT, errno, "%s: cannot be read", path) : RC_OK;
}

enum rc document_read(const char *path, struct node **out, struct err *e)
{
    struct stat about;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) /* opening a pipe would wait */
        return err_set(e, RC_INPUT, "%s: found no regular file; expected a YAML file", path);
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return err_sys(e, RC_INPUT, errno, "%s: cannot be opened", path);
    struct buf text;
    buf_init(&text, DOCUMENT_BYTES_MAX);
    enum rc rc = slurp(f, path, &text, e);
    (void)fclose(f);
    if (rc == RC_OK)
        rc = document_parse(buf_span(&text), path, true, out, e);
    buf_release(&text);
    return rc;
}
