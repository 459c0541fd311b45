/*
 * Reading JSON (RFC 8259), strictly: one value and nothing after it, no name twice in an object,
 * valid UTF-8, integers that fit int64_t. Writing is json_writer.h.
 *
 * Ownership: json_parse hands out the root, json_free frees it and all below; every other value and
 * text is borrowed from the root. Accessors that find another kind return the value named beside
 * them. Threads: one owner per root.
 */
#ifndef ASSAY_BASE_JSON_H
#define ASSAY_BASE_JSON_H

#include "base/err.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json; /* one value */

enum json_kind {
    JSON_KIND_NULL,
    JSON_KIND_BOOL,
    JSON_KIND_INT,
    JSON_KIND_REAL,
    JSON_KIND_TEXT,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT
};
extern const char *const JSON_KIND_NAMES[]; /* "null" "true or false" "whole number" ... */

/* On failure *out is untouched and e says at which line and column what was wrong (of a text of one
 * line, the column only): RC_INPUT. */
enum rc json_parse(struct span text, struct json **out, struct err *e) MUST_CHECK;
void json_free(struct json *root); /* NULL is fine */

enum json_kind json_kind(const struct json *v);
const struct json *json_get(const struct json *object, const char *name); /* NULL: not there */
bool json_bool(const struct json *v);                                     /* false */
int64_t json_int(const struct json *v);                                   /* 0 */
double json_number(const struct json *v);                                 /* whole numbers too; 0 */
const char *json_text(const struct json *v);                              /* "" */

size_t json_size(const struct json *v); /* elements of an array or members of an object; 0 */
const struct json *json_at(const struct json *array, size_t i); /* NULL */

/* for (bool more = json_first(o, &m); more; more = json_next(o, &m)), in the order of the text. */
struct json_member {
    const char *name;
    const struct json *value;
    void *at;
};
bool json_first(const struct json *object, struct json_member *m);
bool json_next(const struct json *object, struct json_member *m);

#endif
