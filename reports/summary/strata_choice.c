#include "reports/summary/strata_choice.h"

#include "base/nearest.h"
#include "base/quantity.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char NATURAL[] = "natural";
enum { LABELS_SHOWN = 400 };

static const char *batch_of(const struct trial_cell *c)
{
    return c->batching;
}
static const char *load_of(const struct trial_cell *c)
{
    return c->load;
}
static const char *payload_of(const struct trial_cell *c)
{
    return c->payload;
}
static const char *link_of(const struct trial_cell *c)
{
    return c->link[0] != '\0' ? c->link : "unlimited"; /* records before links */
}

/* label NULL: a size, which is a number. */
static const struct {
    const char *name;
    const char *(*label)(const struct trial_cell *c);
} KEYS[CHOICE_KEYS] = {
    [CHOICE_PAYLOAD] = {"payload", payload_of}, [CHOICE_RECORD_BYTES] = {"record_bytes", NULL},
    [CHOICE_BATCH] = {"batch", batch_of},       [CHOICE_LOAD] = {"load", load_of},
    [CHOICE_LINK] = {"link", link_of},
};

/* --- reading --- */

static enum rc find_key(const char *name, enum choice_key *out, struct err *e)
{
    struct nearest near = {.given = name};
    for (int k = 0; k < CHOICE_KEYS; k++) {
        nearest_offer(&near, KEYS[k].name);
        *out = (enum choice_key)k;
        if (strcmp(KEYS[k].name, name) == 0)
            return RC_OK;
    }
    return err_set(e, RC_INPUT,
                   "--only: found the condition \"%.60s\"; expected %s%s%spayload, "
                   "record_bytes, batch, load or link",
                   name, near.best != NULL ? "\"" : "", near.best != NULL ? near.best : "one of ",
                   near.best != NULL ? "\", one of " : "");
}

static enum rc add_value(struct strata_choice *c, enum choice_key key, struct span value,
                         struct err *e)
{
    if (c->count == CHOICE_VALUES)
        return err_set(e, RC_INPUT, "--only: more than %d values", CHOICE_VALUES);
    if (value.size == 0 || value.size >= RECORD_NAME_MAX)
        return err_set(e, RC_INPUT, "--only: %s has no value, or one of more than %d characters",
                       KEYS[key].name, RECORD_NAME_MAX - 1);
    struct choice_value *v = &c->all[c->count];
    *v = (struct choice_value){.key = key};
    (void)snprintf(v->text, sizeof v->text, "%.*s", (int)value.size, (const char *)value.data);
    if (KEYS[key].label == NULL && strcmp(v->text, NATURAL) != 0) {
        if (quantity_size(v->text, &v->bytes, e) != RC_OK)
            return err_wrap(e, "--only: %s (or \"natural\")", KEYS[key].name);
        if (v->bytes == 0)
            return err_set(e, RC_INPUT, "--only: %s: a record of 0 B is none", KEYS[key].name);
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
    enum choice_key key = CHOICE_KEYS;
    enum rc rc = RC_OK;
    for (bool more = true; rc == RC_OK && more;) {
        size_t length = piece_length(text);
        const char *value = text, *equals = memchr(text, '=', length);
        if (equals != NULL) {
            char name[RECORD_NAME_MAX];
            (void)snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
            rc = find_key(name, &key, e);
            value = equals + 1;
        } else if (key == CHOICE_KEYS) {
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
                         KEYS[c->all[i].key].name, c->all[i].text);
        used += n > 0 ? (size_t)n : 0;
    }
    return text;
}

/* --- matching --- */

static bool ends_word(char c)
{
    return c == '\0' || c == ' ' || c == ',' || c == '/';
}

static bool takes_label(const char *value, const char *label)
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

static bool takes(const struct choice_value *v, const struct trial_cell *common)
{
    if (KEYS[v->key].label == NULL)
        return v->bytes == (common->record_bytes > 0 ? common->record_bytes : 0);
    const char *label = KEYS[v->key].label(common);
    return label[0] == '\0' || takes_label(v->text, label);
}

bool strata_choice_takes(const struct strata_choice *c, const struct trial_cell *common)
{
    bool asked[CHOICE_KEYS] = {false}, met[CHOICE_KEYS] = {false};
    for (size_t i = 0; i < c->count; i++) {
        asked[c->all[i].key] = true;
        met[c->all[i].key] = met[c->all[i].key] || takes(&c->all[i], common);
    }
    for (int k = 0; k < CHOICE_KEYS; k++)
        if (asked[k] && !met[k])
            return false;
    return true;
}

/* --- what there is --- */

static void offer_label(struct strata_offer *o, enum choice_key key, const char *label)
{
    for (size_t i = 0; i < o->count[key]; i++)
        if (strcmp(o->labels[key][i], label) == 0)
            return;
    if (label[0] != '\0' && o->count[key] < CHOICE_OFFERS)
        (void)snprintf(o->labels[key][o->count[key]++], RECORD_NAME_MAX, "%s", label);
}

void strata_offer_add(struct strata_offer *o, const struct trial_cell *common)
{
    char size[QUANTITY_TEXT];
    for (int k = 0; k < CHOICE_KEYS; k++) {
        if (KEYS[k].label != NULL)
            offer_label(o, (enum choice_key)k, KEYS[k].label(common));
        else if (common->record_bytes > 0)
            offer_label(o, (enum choice_key)k, quantity_format_size(common->record_bytes, size));
        else
            offer_label(o, (enum choice_key)k, NATURAL);
    }
}

static bool is_offered(const struct choice_value *v, const struct strata_offer *o)
{
    char size[QUANTITY_TEXT];
    const char *right = v->text;
    if (KEYS[v->key].label == NULL)
        right = v->bytes > 0 ? quantity_format_size(v->bytes, size) : NATURAL;
    for (size_t i = 0; i < o->count[v->key]; i++)
        if (takes_label(right, o->labels[v->key][i]))
            return true;
    return o->count[v->key] == CHOICE_OFFERS;
}

/* Labels have commas of their own, so they stand between quotes. */
static void list_labels(const struct strata_offer *o, enum choice_key key, char *text)
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
        list_labels(o, v->key, labels);
        return err_set(e, RC_INPUT,
                       "--only: no comparison of the claims asked for has the %s \"%s\"; expected"
                       " one of %s",
                       KEYS[v->key].name, v->text, labels);
    }
    return RC_OK;
}
