/* From a name or file to a scenario: find it, apply --set, read the keys, check the whole. */
#define _GNU_SOURCE
#include "scenarios/loader.h"

#include "base/hash.h"
#include "base/nearest.h"
#include "scenarios/yaml/document.h"
#include "scenarios/yaml/override.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char EXTENSION[] = ".yaml";
enum { NAMES_MAX = 256, NAMES_SHOWN = 600, FINGERPRINT_MAX = 1 << 26 };

static size_t stem_length(const char *name)
{
    size_t length = strlen(name);
    size_t end = sizeof EXTENSION - 1;
    bool has = length > end && strcmp(name + length - end, EXTENSION) == 0;
    return has ? length - end : length;
}

static enum rc name_after_file(struct draft *d, struct err *e)
{
    const char *slash = strrchr(d->file, '/');
    const char *base = slash != NULL ? slash + 1 : d->file;
    d->s.name = strndup(base, stem_length(base));
    if (d->s.about == NULL)
        d->s.about = strdup("");
    d->s.file = strdup(d->file);
    bool all = d->s.name != NULL && d->s.about != NULL && d->s.file != NULL;
    return all ? RC_OK : err_set(e, RC_INFRA, "no memory for a scenario");
}

/* Fills d->s from a tree; on failure what it holds is still to be released. */
static enum rc read_draft(struct draft *d, struct err *e)
{
    draft_defaults(d);
    enum rc rc = name_after_file(d, e);
    if (rc == RC_OK)
        rc = old_key_refuse(d->top, e);
    if (rc == RC_OK)
        rc = field_read_all(SCENARIO_FIELDS, d->top, d, e);
    if (rc == RC_OK)
        rc = draft_finish(d, e);
    if (rc == RC_OK)
        rc = backgrounds_finish(d, e);
    return rc;
}

/* What decides the numbers of a trial: all keys but those that say how it is called and how often
 * it is run, and what traces hold. */
static enum rc take_fingerprint(struct draft *d, struct err *e)
{
    static const char *const OTHERS[] = {"name", "about", "blocks"};
    struct buf said;
    enum rc rc = RC_OK;
    buf_init(&said, FINGERPRINT_MAX);
    for (size_t i = 0; rc == RC_OK && i < d->top->count; i++) {
        size_t k = 0;
        while (k < sizeof OTHERS / sizeof *OTHERS && strcmp(d->top->item[i]->key, OTHERS[k]) != 0)
            k++;
        if (k == sizeof OTHERS / sizeof *OTHERS)
            rc = node_write(d->top->item[i], &said, e);
    }
    for (size_t i = 0; rc == RC_OK && i < d->s.load_count; i++)
        if (d->s.loads[i].step_count > 0)
            rc = buf_append(&said, d->s.loads[i].steps,
                            d->s.loads[i].step_count * sizeof *d->s.loads[i].steps, e);
    d->s.fingerprint = hash_bytes(buf_span(&said));
    buf_release(&said);
    return rc;
}

static enum rc build(struct node *top, const char *file, const struct scenario_places *places,
                     struct scenario **out, struct err *e)
{
    struct draft d = {.places = places, .file = file, .top = top};
    enum rc rc = read_draft(&d, e);
    if (rc == RC_OK)
        rc = take_fingerprint(&d, e);
    struct scenario *s = NULL;
    if (rc == RC_OK) {
        s = malloc(sizeof *s);
        if (s == NULL)
            rc = err_set(e, RC_INFRA, "no memory for a scenario");
    }
    if (rc != RC_OK) {
        scenario_release(&d.s);
        return rc;
    }
    *s = d.s;
    *out = s;
    return RC_OK;
}

/* True when a --set puts something at or below the key. */
static bool sets_key(const char *text, const char *key)
{
    size_t size = strlen(key);
    return strncmp(text, key, size) == 0 && (text[size] == '\0' || strchr("=.[ ", text[size]));
}

/* --data takes the place of the payloads and of their sizes: a --set of either would say nothing.
 */
static enum rc refuse_beside_data(const char *text, const char *corpus, struct err *e)
{
    if (sets_key(text, "record_bytes"))
        return err_set(
            e, RC_INPUT,
            "--set %s: found it with --data, whose records have the size they have; expected"
            " files of that size, or in the place of --data: --set "
            "'payloads=[{data: %s, cut: slices}]'",
            text, corpus);
    if (sets_key(text, "payloads"))
        return err_set(e, RC_INPUT,
                       "--set %s: found it with --data, which takes the place of every payload; "
                       "expected one of them",
                       text);
    return RC_OK;
}

static enum rc apply_overrides(struct node *top, const struct scenario_places *places,
                               const struct scenario_override *overrides, size_t count,
                               struct err *e)
{
    if (top->kind != NODE_MAP)
        return node_expect(top, e, "keys and values, such as codecs: [none, zstd-3]");
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        if (places->corpus != NULL)
            rc = refuse_beside_data(overrides[i].text, places->corpus, e);
        if (rc == RC_OK)
            rc = override_apply(top, overrides[i].text, e);
    }
    return rc;
}

enum rc scenario_parse(const struct scenario_text *text, const struct scenario_places *places,
                       const struct scenario_override *overrides, size_t override_count,
                       struct scenario **out, struct err *e)
{
    struct node *top = NULL;
    enum rc rc = document_parse(text->yaml, text->file, true, &top, e);
    if (rc == RC_OK)
        rc = apply_overrides(top, places, overrides, override_count, e);
    if (rc == RC_OK)
        rc = build(top, text->file, places, out, e);
    node_free(top);
    return rc;
}

static int by_name(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

enum rc scenario_names(const struct scenario_places *places, char ***out, struct err *e)
{
    char **names = calloc(NAMES_MAX + 1, sizeof *names);
    if (names == NULL)
        return err_set(e, RC_INFRA, "no memory for the names of scenarios");
    size_t count = 0;
    DIR *dir = places->scenarios != NULL ? opendir(places->scenarios) : NULL;
    enum rc rc = RC_OK;
    for (const struct dirent *entry = dir != NULL ? readdir(dir) : NULL;
         entry != NULL && rc == RC_OK && count < NAMES_MAX; entry = readdir(dir)) {
        size_t length = stem_length(entry->d_name);
        if (entry->d_name[0] == '.' || entry->d_name[length] == '\0')
            continue;
        names[count] = strndup(entry->d_name, length);
        if (names[count++] == NULL)
            rc = err_set(e, RC_INFRA, "no memory for the names of scenarios");
    }
    if (dir != NULL)
        (void)closedir(dir);
    if (rc != RC_OK) {
        scenario_names_free(names);
        return rc;
    }
    qsort(names, count, sizeof *names, by_name);
    *out = names;
    return RC_OK;
}

static enum rc refuse_name(const char *name, char **names, struct err *e)
{
    char all[NAMES_SHOWN] = "none";
    size_t used = 0;
    struct nearest near = {.given = name};
    for (size_t i = 0; names[i] != NULL && used < sizeof all; i++) {
        nearest_offer(&near, names[i]);
        int more = snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? ", " : "", names[i]);
        used += more > 0 ? (size_t)more : 0;
    }
    if (near.best != NULL)
        return err_set(e, RC_INPUT,
                       "scenario \"%.60s\": found none of that name; expected \"%s\" (built "
                       "in: %s; or the path of a .yaml file)",
                       name, near.best, all);
    return err_set(e, RC_INPUT,
                   "scenario \"%.60s\": found none of that name; expected one of %s, or the "
                   "path of a .yaml file",
                   name, all);
}

/* The file of a name or path. */
static enum rc find_file(const char *name, const struct scenario_places *places, char *path,
                         struct err *e)
{
    if (strchr(name, '/') != NULL || name[stem_length(name)] != '\0') {
        if (strlen(name) >= PATH_MAX)
            return err_set(e, RC_INPUT, "%.60s…: the path is too long", name);
        (void)snprintf(path, PATH_MAX, "%s", name);
        return RC_OK;
    }
    char **names = NULL;
    enum rc rc = scenario_names(places, &names, e);
    if (rc != RC_OK)
        return rc;
    size_t i = 0;
    while (names[i] != NULL && strcmp(names[i], name) != 0)
        i++;
    if (names[i] == NULL)
        rc = refuse_name(name, names, e);
    else if (snprintf(path, PATH_MAX, "%s/%s%s", places->scenarios, name, EXTENSION) >= PATH_MAX)
        rc = err_set(e, RC_INPUT, "%s: the path is too long", places->scenarios);
    scenario_names_free(names);
    return rc;
}

enum rc scenario_load(const char *name_or_file, const struct scenario_places *places,
                      const struct scenario_override *overrides, size_t override_count,
                      struct scenario **out, struct err *e)
{
    char path[PATH_MAX];
    struct node *top = NULL;
    enum rc rc = find_file(name_or_file, places, path, e);
    if (rc == RC_OK)
        rc = document_read(path, &top, e);
    if (rc == RC_OK)
        rc = apply_overrides(top, places, overrides, override_count, e);
    if (rc == RC_OK)
        rc = build(top, path, places, out, e);
    node_free(top);
    return rc;
}

enum rc scenario_about(const char *name, const struct scenario_places *places, char **out,
                       struct err *e)
{
    char path[PATH_MAX];
    struct node *top = NULL;
    enum rc rc = find_file(name, places, path, e);
    if (rc == RC_OK)
        rc = document_read(path, &top, e);
    if (rc != RC_OK)
        return rc;
    const struct node *about = top->kind == NODE_MAP ? node_find(top, "about") : NULL;
    char *text = strdup(about != NULL && about->kind == NODE_TEXT ? about->text : "");
    node_free(top);
    if (text == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' '))
        text[--length] = '\0';
    *out = text;
    return RC_OK;
}
