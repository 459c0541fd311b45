/* From files to claims: find them, read each, and hold their ids apart. */
#define _GNU_SOURCE
#include "scenarios/claim_loader.h"

#include "base/fs.h"
#include "scenarios/yaml/document.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 256 };
static const char EXTENSION[] = ".yaml";

static enum rc no_memory(struct err *e)
{
    return err_set(e, RC_INFRA, "no memory for claims");
}

/* --- one claim --- */

enum rc claim_read_tests(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct claim_draft *d = into;
    if (n->kind != NODE_LIST || n->count == 0)
        return node_expect(n, e, "%s", f->takes);
    d->c.tests = calloc(n->count, sizeof *d->c.tests);
    if (d->c.tests == NULL)
        return no_memory(e);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < n->count; i++) {
        rc = claim_test_read(n->item[i], d->places, &d->c.tests[i], e);
        d->c.test_count += rc == RC_OK ? 1 : 0;
    }
    return rc;
}

static enum rc check_claim(const struct node *n, struct err *e)
{
    static const char *const needed[][2] = {
        {"id", "id: Z01"},
        {"words", "words: with the document's own"},
        {"tests", "tests: with at least one"},
    };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (node_find(n, needed[i][0]) == NULL)
            return node_refuse(n, e, "found no %s; expected %s", needed[i][0], needed[i][1]);
    return RC_OK;
}

static enum rc fill_in(struct claim *c, const struct node *n, const char *document, struct err *e)
{
    c->line = (int)n->line;
    c->document = strdup(document);
    c->file = strdup(n->origin);
    if (c->trap == NULL)
        c->trap = strdup("");
    if (c->map == NULL)
        c->map = strdup("");
    bool all = c->document != NULL && c->file != NULL && c->trap != NULL && c->map != NULL;
    return all ? RC_OK : no_memory(e);
}

/* What is appended is in all, also when it is not whole: claims_free frees it. */
/* Remarks stand beside what decides. */
static enum rc check_decided(const struct node *n, const struct claim *c, struct err *e)
{
    for (size_t i = 0; i < c->test_count; i++)
        if (!c->tests[i].remark)
            return RC_OK;
    return node_refuse(node_find(n, "tests"), e,
                       "found remarks alone; expected a test that decides");
}

static enum rc read_claim(const struct node *n, const char *document,
                          const struct claim_places *places, struct claims *all, struct err *e)
{
    struct claim_draft d = {.places = places};
    enum rc rc = field_read_all(CLAIM_FIELDS, n, &d, e);
    if (rc == RC_OK)
        rc = check_claim(n, e);
    if (rc == RC_OK)
        rc = fill_in(&d.c, n, document, e);
    if (rc == RC_OK)
        rc = check_decided(n, &d.c, e);
    const struct claim *twin = rc == RC_OK ? claim_find(all, d.c.id) : NULL;
    if (twin != NULL)
        rc = node_refuse(node_find(n, "id"), e,
                         "found \"%s\" a second time; it stands in %s:%d already", d.c.id,
                         twin->file, twin->line);
    all->all[all->count++] = d.c;
    return rc;
}

/* --- one file --- */

static enum rc read_list(const struct file_draft *d, const struct claim_places *places,
                         struct claims *all, struct err *e)
{
    const struct node *list = d->list;
    if (list->kind != NODE_LIST || list->count == 0)
        return node_expect(list, e, "a list of claims, such as - id: Z01");
    struct claim *more = realloc(all->all, (all->count + list->count) * sizeof *more);
    if (more == NULL)
        return no_memory(e);
    all->all = more;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < list->count; i++)
        rc = read_claim(list->item[i], d->document, places, all, e);
    return rc;
}

static enum rc read_document(const struct node *top, const struct claim_places *places,
                             struct claims *all, struct err *e)
{
    struct file_draft d = {0};
    enum rc rc = field_read_all(CLAIM_FILE_FIELDS, top, &d, e);
    if (rc == RC_OK && d.document == NULL)
        rc = node_refuse(top, e, "found no document; expected document: with its name");
    else if (rc == RC_OK && d.list == NULL)
        rc = node_refuse(top, e, "found no claims; expected a list of them");
    else if (rc == RC_OK)
        rc = read_list(&d, places, all, e);
    free(d.document);
    return rc;
}

enum rc claims_parse(const struct claims_text *text, const struct claim_places *places,
                     struct claims *out, struct err *e)
{
    struct node *top = NULL;
    struct claims all = {0};
    struct claim_places without = *places;
    without.folder = NULL;
    struct span yaml = span_of((const uint8_t *)text->yaml, text->size);
    enum rc rc = document_parse(yaml, text->file, true, &top, e);
    if (rc == RC_OK)
        rc = read_document(top, &without, &all, e);
    node_free(top);
    if (rc == RC_OK)
        *out = all;
    else
        claims_free(&all);
    return rc;
}

/* --- all files of a folder --- */

static bool is_ours(const char *name)
{
    size_t length = strlen(name);
    size_t end = sizeof EXTENSION - 1;
    return name[0] != '.' && length > end && strcmp(name + length - end, EXTENSION) == 0;
}

static int by_name(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

static enum rc list_files(const char *folder, char **names, size_t *count, struct err *e)
{
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return err_sys(e, RC_INPUT, errno, "%s: no folder of claims", folder);
    enum rc rc = RC_OK;
    for (const struct dirent *entry = readdir(dir); entry != NULL && rc == RC_OK;
         entry = readdir(dir)) {
        if (!is_ours(entry->d_name))
            continue;
        if (*count == FILES_MAX)
            rc = err_set(e, RC_INPUT, "%s: more than %d files of claims", folder, FILES_MAX);
        else if ((names[*count] = strdup(entry->d_name)) == NULL)
            rc = no_memory(e);
        else
            ++*count;
    }
    (void)closedir(dir);
    if (rc == RC_OK && *count == 0)
        rc = err_set(e, RC_INPUT, "%s: no claims there; expected files that end in %s", folder,
                     EXTENSION);
    qsort(names, *count, sizeof *names, by_name);
    return rc;
}

static enum rc read_file(const struct claim_places *places, const char *name, struct claims *all,
                         struct err *e)
{
    char path[FS_PATH_MAX];
    struct node *top = NULL;
    enum rc rc = fs_join(path, e, places->folder, "%s", name);
    if (rc == RC_OK)
        rc = document_read(path, &top, e);
    if (rc == RC_OK)
        rc = read_document(top, places, all, e);
    node_free(top);
    return rc;
}

enum rc claims_load(const struct claim_places *places, struct claims *out, struct err *e)
{
    char *names[FILES_MAX] = {0};
    size_t count = 0;
    struct claims all = {0};
    enum rc rc = list_files(places->folder, names, &count, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        rc = read_file(places, names[i], &all, e);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    if (rc == RC_OK)
        *out = all;
    else
        claims_free(&all);
    return rc;
}
