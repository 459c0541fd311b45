#include "reports/summary/strata_choice.h"

#include "base/nearest.h"
#include "base/quantity.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char NATURAL[] = "natural";
enum { LABELS_SHOWN = 400 };

/* The label that the arms share; "" where they differ. */
static const char *label_of(const struct trial_cell *common, enum dimension d, char *size)
{
    return d == DIMENSION_RECORD_BYTES ? trial_cell_label(common, d, size)
                                       : trial_cell_text(common, d);
}

/* --- reading --- */

static enum rc find_key(const char *name, enum dimension *out, struct err *e)
{
    struct nearest near = {.given = name};
    char all[LABELS_SHOWN] = "";
    size_t used = 0;
    for (int d = 0; d < DIMENSIONS; d++) {
        nearest_offer(&near, DIMENSION_NAMES[d].only);
        *out = (enum dimension)d;
        if (strcmp(DIMENSION_NAMES[d].only, name) == 0)
            return RC_OK;
        int n = snprintf(all + used, sizeof all - used, "%s%s", d > 0 ? ", " : "",
                         DIMENSION_NAMES[d].only);
        used += n > 0 ? (size_t)n : 0;
    }
    return err_set(e, RC_INPUT, "--only: found the condition \"%.60s\"; expected %s%s%s%s", name,
                   near.best != NULL ? "\"" : "one of ", near.best != NULL ? near.best : "",
                   near.best != NULL ? "\", one of " : "", all);
}

static enum rc add_value(struct strata_choice *c, enum dimension key, struct span value,
                         struct err *e)
{
    if (c->count == CHOICE_VALUES)
        return err_set(e, RC_INPUT, "--only: more than %d values", CHOICE_VALUES);
    if (value.size == 0 || value.size >= RECORD_NAME_MAX)
        return err_set(e, RC_INPUT, "--only: %s has no value, or one of more than %d characters",
                       DIMENSION_NAMES[key].only, RECORD_NAME_MAX - 1);
    struct choice_value *v = &c->all[c->count];
    *v = (struct choice_value){.key = key};
    (void)snprintf(v->text, sizeof v->text, "%.*s", (int)value.size, (const char *)value.data);
    if (key == DIMENSION_RECORD_BYTES && strcmp(v->text, NATURAL) != 0) {
        if (quantity_size(v->text, &v->bytes, e) != RC_OK)
            return err_wrap(e, "--only: %s (or \"natural\")", DIMENSION_NAMES[key].only);
        if (v->bytes == 0)
            return err_set(e, RC_INPUT, "--only: %s: a record of 0 B is none",
                           DIMENSION_NAMES[key].only);
    }
    c->count++;
    return RC_OK;
}

/* Up to a comma that no blank follows, or the end. */
static size_t piece_length(const char *text)
{
    size_t n = 0;
    while (text[n] != '\0' && (text[n] != ',' || text[n + 1] == ' '))
        n++;
    return n;
}

enum rc strata_choice_add(struct strata_choice *c, const char *text, struct err *e)
{
    enum dimension key = DIMENSIONS;
    enum rc rc = RC_OK;
    for (bool more = true; rc == RC_OK && more;) {
        size_t length = piece_length(text);
        const char *value = text, *equals = memchr(text, '=', length);
        if (equals != NULL) {
            char name[RECORD_NAME_MAX];
            (void)snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
            rc = find_key(name, &key, e);
            value = equals + 1;
        } else if (key == DIMENSIONS) {
            return err_set(e, RC_INPUT,
                           "--only: \"%.60s\" is no KEY=VALUE; expected for example "
                           "payload=iot,link=unlimited",
                           text);
        }
        if (rc == RC_OK)
            rc = add_value(c, key, span_of(value, length - (size_t)(value - text)), e);
        more = text[length] == ',';
        text += length + more;
    }
    return rc;
}

char *strata_choice_text(const struct strata_choice *c, char *text)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < c->count && used < CHOICE_TEXT; i++) {
        int n = snprintf(text + used, CHOICE_TEXT - used, "%s%s=%s", i > 0 ? "," : "",
                         DIMENSION_NAMES[c->all[i].key].only, c->all[i].text);
        used += n > 0 ? (size_t)n : 0;
    }
    return text;
}

/* --- matching --- */

static bool ends_word(char c)
{
    return c == '\0' || c == ' ' || c == ',' || c == '/';
}

static bool takes_from(const char *value, const char *label)
{
    for (;;) {
        while (*value == ' ')
            value++;
        if (*value == '\0')
            return ends_word(*label);
        while (*label == ' ')
            label++;
        if (tolower((unsigned char)*value) != tolower((unsigned char)*label))
            return false;
        value++;
        label++;
    }
}

/* From its beginning, or from where a part of it begins. */
static bool takes_label(const char *value, const char *label)
{
    const char *part = label;
    while (part != NULL && !takes_from(value, part)) {
        part = strstr(part, ", ");
        part += part != NULL ? sizeof ", " - 1 : 0;
    }
    return part != NULL;
}

static bool takes(const struct choice_value *v, const struct trial_cell *common)
{
    if (v->key == DIMENSION_RECORD_BYTES)
        return v->bytes == (common->record_bytes > 0 ? common->record_bytes : 0);
    const char *label = label_of(common, v->key, NULL);
    return label[0] == '\0' || takes_label(v->text, label);
}

bool strata_choice_takes(const struct strata_choice *c, const struct trial_cell *common)
{
    bool asked[DIMENSIONS] = {false}, met[DIMENSIONS] = {false};
    for (size_t i = 0; i < c->count; i++) {
        asked[c->all[i].key] = true;
        met[c->all[i].key] = met[c->all[i].key] || takes(&c->all[i], common);
    }
    for (int k = 0; k < DIMENSIONS; k++)
        if (asked[k] && !met[k])
            return false;
    return true;
}

/* --- what there is --- */

static void offer_label(struct strata_offer *o, enum dimension key, const char *label)
{
    for (size_t i = 0; i < o->count[key]; i++)
        if (strcmp(o->labels[key][i], label) == 0)
            return;
    if (label[0] != '\0' && o->count[key] < CHOICE_OFFERS)
        (void)snprintf(o->labels[key][o->count[key]++], RECORD_NAME_MAX, "%s", label);
}

void strata_offer_add(struct strata_offer *o, const struct trial_cell *common)
{
    char size[RECORD_NAME_MAX];
    for (int d = 0; d < DIMENSIONS; d++)
        offer_label(o, (enum dimension)d, label_of(common, (enum dimension)d, size));
}

static bool is_offered(const struct choice_value *v, const struct strata_offer *o)
{
    char size[QUANTITY_TEXT];
    const char *right = v->text;
    if (v->key == DIMENSION_RECORD_BYTES)
        right = v->bytes > 0 ? quantity_format_size(v->bytes, size) : NATURAL;
    for (size_t i = 0; i < o->count[v->key]; i++)
        if (takes_label(right, o->labels[v->key][i]))
            return true;
    return o->count[v->key] == CHOICE_OFFERS;
}

/* Labels have commas of their own, so they stand between quotes. */
static void list_labels(const struct strata_offer *o, enum dimension key, char *text)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < o->count[key] && used < LABELS_SHOWN; i++) {
        int n = snprintf(text + used, LABELS_SHOWN - used, "%s\"%s\"", i > 0 ? ", " : "",
                         o->labels[key][i]);
        used += n > 0 ? (size_t)n : 0;
    }
}

enum rc strata_choice_check(const struct strata_choice *c, const struct strata_offer *o,
                            struct err *e)
{
    char labels[LABELS_SHOWN];
    for (size_t i = 0; i < c->count; i++) {
        const struct choice_value *v = &c->all[i];
        if (is_offered(v, o))
            continue;
        if (o->count[v->key] == 0)
            return err_set(e, RC_INPUT,
                           "--only: the arms of the claims asked for differ in the %s, so none of "
                           "it can be chosen; expected what the arms share, such as the payload",
                           DIMENSION_NAMES[v->key].only);
        list_labels(o, v->key, labels);
        return err_set(e, RC_INPUT,
                       "--only: no comparison of the claims asked for has the %s \"%s\"; expected"
                       " one of %s",
                       DIMENSION_NAMES[v->key].only, v->text, labels);
    }
    return RC_OK;
}
