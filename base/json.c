#include "base/json.h"

#include <jansson.h>
#include <string.h>
/* link: -ljansson */

const char *const JSON_KIND_NAMES[] = {
    [JSON_KIND_NULL] = "null",          [JSON_KIND_BOOL] = "true or false",
    [JSON_KIND_INT] = "a whole number", [JSON_KIND_REAL] = "a fraction",
    [JSON_KIND_TEXT] = "a text",        [JSON_KIND_ARRAY] = "an array",
    [JSON_KIND_OBJECT] = "an object",   NULL,
};

/* jansson wants to count references in values that are only read here. */
static json_t *raw(const struct json *v)
{
    return (json_t *)(uintptr_t)v;
}

static struct json *wrapped(json_t *v)
{
    return (struct json *)(void *)v;
}

enum rc json_parse(struct span text, struct json **out, struct err *e)
{
    json_error_t why;
    if (text.size == 0)
        return err_set(e, RC_INPUT, "is empty where JSON was expected");
    json_t *root = json_loadb((const char *)text.data, text.size,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (root == NULL && memchr(text.data, '\n', text.size) == NULL)
        return err_set(e, RC_INPUT, "not valid JSON at column %d: %s", why.column, why.text);
    if (root == NULL)
        return err_set(e, RC_INPUT, "not valid JSON at line %d, column %d: %s", why.line,
                       why.column, why.text);
    *out = wrapped(root);
    return RC_OK;
}

void json_free(struct json *root)
{
    json_decref(raw(root));
}

enum json_kind json_kind(const struct json *v)
{
    static const enum json_kind kinds[] = {
        [JSON_OBJECT] = JSON_KIND_OBJECT, [JSON_ARRAY] = JSON_KIND_ARRAY,
        [JSON_STRING] = JSON_KIND_TEXT,   [JSON_INTEGER] = JSON_KIND_INT,
        [JSON_REAL] = JSON_KIND_REAL,     [JSON_TRUE] = JSON_KIND_BOOL,
        [JSON_FALSE] = JSON_KIND_BOOL,    [JSON_NULL] = JSON_KIND_NULL,
    };
    return kinds[json_typeof(raw(v))];
}

const struct json *json_get(const struct json *object, const char *name)
{
    return wrapped(json_object_get(raw(object), name));
}

bool json_bool(const struct json *v)
{
    return json_is_true(raw(v));
}

int64_t json_int(const struct json *v)
{
    return json_integer_value(raw(v));
}

double json_number(const struct json *v)
{
    return json_number_value(raw(v));
}

const char *json_text(const struct json *v)
{
    const char *text = json_string_value(raw(v));
    return text != NULL ? text : "";
}

size_t json_size(const struct json *v)
{
    return json_is_array(raw(v)) ? json_array_size(raw(v)) : json_object_size(raw(v));
}

const struct json *json_at(const struct json *array, size_t i)
{
    return wrapped(json_array_get(raw(array), i));
}

static bool fill_member(struct json_member *m)
{
    if (m->at == NULL)
        return false;
    m->name = json_object_iter_key(m->at);
    m->value = wrapped(json_object_iter_value(m->at));
    return true;
}

bool json_first(const struct json *object, struct json_member *m)
{
    m->at = json_object_iter(raw(object));
    return fill_member(m);
}

bool json_next(const struct json *object, struct json_member *m)
{
    m->at = json_object_iter_next(raw(object), m->at);
    return fill_member(m);
}
