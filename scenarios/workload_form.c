#include "scenarios/workload_form.h"

#include "base/quantity.h"
#include "scenarios/scenario.h"
#include "scenarios/yaml/field.h"

#include <stdio.h>
#include <string.h>

size_t workload_key_count(const struct workload_form *form)
{
    size_t count = 0;
    while (form->keys != NULL && form->keys[count].name != NULL)
        count++;
    return count;
}

/* --- common keys --- */

/* What belongs to any run of trials. */
static const char *const ALL_TAKE[] = {"name",     "about",   "workload", "compare",
                                       "baseline", "records", "duration", "warmup",
                                       "blocks",   "seed",    "timeout",  NULL};

const char *const WORKLOAD_SENDING_KEYS[] = {
    "codecs",     "payloads",   "record_bytes",  "encodings",   "batching",
    "load",       "link",       "links",         "background",  "arms",
    "brokers",    "partitions", "keys",          "headers",     "exact",
    "receiver",   "pool",       "chunk",         "direct_max",  "chunked_max",
    "reassembly", "properties", "measure_bytes", "message_max", NULL};

static bool is_among(const char *const *words, const char *word)
{
    while (words != NULL && *words != NULL && strcmp(*words, word) != 0)
        words++;
    return words != NULL && *words != NULL;
}

bool workload_takes(const struct workload_form *form, const char *key)
{
    return is_among(ALL_TAKE, key) ||
           is_among(form != NULL ? form->takes : WORKLOAD_SENDING_KEYS, key);
}

/* --- kinds of values --- */

static enum rc read_word(const struct field *f, const struct node *n, void *into, struct err *e)
{
    int word = 0;
    enum rc rc = field_word(f, n, &word, e);
    *(int64_t *)into = word;
    return rc;
}

static void say_count(const struct workload_key *key, int64_t value, char *text)
{
    (void)key;
    (void)snprintf(text, QUANTITY_TEXT, "%lld", (long long)value);
}

static void say_size(const struct workload_key *key, int64_t value, char *text)
{
    (void)key;
    (void)quantity_format_size(value, text);
}

static void say_duration(const struct workload_key *key, int64_t value, char *text)
{
    (void)key;
    (void)quantity_format_duration(value, text);
}

static void say_share(const struct workload_key *key, int64_t value, char *text)
{
    (void)key;
    (void)snprintf(text, QUANTITY_TEXT, "%.7g %%", (double)value / 1e4);
}

static void say_rate(const struct workload_key *key, int64_t value, char *text)
{
    (void)key;
    (void)snprintf(text, QUANTITY_TEXT, "%.9g/s", (double)value / 1e3);
}

static void say_word(const struct workload_key *key, int64_t value, char *text)
{
    (void)snprintf(text, QUANTITY_TEXT, "%s", key->words[value]);
}

/* A choice is none of them: it is read and said by the row that is taken. */
static const struct key_kind {
    enum rc (*read)(const struct field *f, const struct node *n, void *into, struct err *e);
    void (*say)(const struct workload_key *key, int64_t value, char *text);
} KEY_KINDS[WORKLOAD_KINDS] = {
    [WORKLOAD_COUNT] = {field_count, say_count},
    [WORKLOAD_SIZE] = {field_size, say_size},
    [WORKLOAD_DURATION] = {field_duration, say_duration},
    [WORKLOAD_SHARE] = {field_share, say_share},
    [WORKLOAD_RATE] = {field_rate, say_rate},
    [WORKLOAD_WORD] = {read_word, say_word},
};

static enum rc read_plain(const struct workload_key *key, const struct node *n, int64_t *out,
                          struct err *e)
{
    const struct field f = {
        .name = key->name, .takes = key->takes, .lo = key->lo, .hi = key->hi, .words = key->words};
    return KEY_KINDS[key->kind].read(&f, n, out, e);
}

enum rc workload_value_read(const struct workload_key *key, const struct node *n,
                            struct workload_value *out, struct err *e)
{
    *out = (struct workload_value){.number = 0};
    if (key->kind != WORKLOAD_CHOICE)
        return read_plain(key, n, &out->number, e);
    bool map = n->kind == NODE_MAP && n->count == 1;
    const char *name = map ? n->item[0]->key : n->kind == NODE_TEXT ? n->text : "";
    for (const struct workload_key *c = key->choices; c->name != NULL; c++, out->choice++)
        if (strcmp(c->name, name) == 0 && map == (c->kind != WORKLOAD_NOTHING))
            return map ? read_plain(c, n->item[0], &out->number, e) : RC_OK;
    return node_expect(n, e, "%s", key->takes);
}

/* --- labels --- */

/* "order key", "work wait 5.00 ms", "work none". */
char *workload_value_label(const struct workload_form *form, const struct workload_parameters *p,
                           const struct workload_key *key, char *text)
{
    char value[QUANTITY_TEXT] = "";
    size_t i = (size_t)(key - form->keys);
    bool chosen = key->kind == WORKLOAD_CHOICE;
    const struct workload_key *plain = chosen ? &key->choices[p->choice[i]] : key;
    if (plain->kind != WORKLOAD_NOTHING)
        KEY_KINDS[plain->kind].say(plain, p->value[i], value);
    (void)snprintf(text, SCENARIO_LABEL, "%s%s%s%s%s", key->name, chosen ? " " : "",
                   chosen ? plain->name : "", value[0] != '\0' ? " " : "", value);
    return text;
}

size_t workload_parameters_label(const struct workload_form *form,
                                 const struct workload_parameters *p,
                                 const struct workload_key *without, char *text)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; form != NULL && i < workload_key_count(form); i++) {
        char one[SCENARIO_LABEL];
        if (!p->given[i] || &form->keys[i] == without)
            continue;
        (void)workload_value_label(form, p, &form->keys[i], one);
        size_t room = used < SCENARIO_LABEL ? SCENARIO_LABEL - used : 0;
        int more = snprintf(room > 0 ? text + used : NULL, room, "%s%s", used > 0 ? ", " : "", one);
        used += more > 0 ? (size_t)more : 0;
    }
    return used;
}
