/*
 * A value of a YAML document that remembers where it stood: a tree of texts, lists and maps.
 *
 * Every node knows its line and its path ("payloads[1].cut"), so that whoever refuses it can say
 * where. Values are text: "5 ms" and 5 alike; what they mean is the reader's business.
 * Ownership: node_free frees a tree; a child belongs to its parent. Threads: one owner.
 */
#ifndef ASSAY_SCENARIOS_YAML_NODE_H
#define ASSAY_SCENARIOS_YAML_NODE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    bool quoted;         /* text in quotes: never "nothing" */
    char *key;           /* owned; in a map; NULL elsewhere */
    char *text;          /* owned; NODE_TEXT only */
    char *origin;        /* owned; file name, or "--set field=value" */
    int64_t line;        /* from 1; 0: the origin has no lines worth showing */
    struct node **item;  /* owned; of a list or map, in order */
    size_t count;        /* items */
    struct node *parent; /* borrowed; NULL at the top */
};

/* An empty node that says it comes from there; NULL without memory. */
struct node *node_new(enum node_kind kind, const char *origin, int64_t line);
void node_free(struct node *n); /* NULL is fine */

/* Appends a child, whose ownership is taken on success; key is NULL in a list. */
enum rc node_add(struct node *parent, const char *key, struct node *child,
                 struct err *e) MUST_CHECK;
/* Puts value in the place of old, which is freed; value takes over its key. */
void node_replace(struct node *old, struct node *value);
/* The value under a key of a map, or NULL. */
struct node *node_find(const struct node *map, const char *key);

bool node_is_nothing(const struct node *n); /* nothing at all, ~ and null, unquoted */

/* "payloads[1].cut"; "" at the top. text holds NODE_SHOWN bytes; both return it. */
enum { NODE_SHOWN = 160 };
char *node_path(const struct node *n, char *text);
char *node_show(const struct node *n, char *text); /* what was found: "\"5\"", "a list" */

/* Appends what the tree says, and not where it stood: equal bytes mean equal trees. */
enum rc node_write(const struct node *n, struct buf *out, struct err *e) MUST_CHECK;

/* "FILE:LINE: FIELD: " and the sentence. Returns RC_INPUT. */
enum rc node_refuse(const struct node *n, struct err *e, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* "FILE:LINE: FIELD: found SHOWN; expected " and the sentence. Returns RC_INPUT. */
enum rc node_expect(const struct node *n, struct err *e, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Puts "FILE:LINE: FIELD: " before what e says. Returns RC_INPUT. */
enum rc node_blame(const struct node *n, struct err *e);

#endif
