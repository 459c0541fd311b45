/* Reads what is sent: generators by name, files looked for where they may lie. */
#define _GNU_SOURCE
#include "scenarios/loader.h"

#include "core/encode/policy.h"

#include <ctype.h>
#include <dirent.h>
#include <libgen.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LABEL_MAX = 60, TYPES_MAX = 32 };

static const char *const CUT_WORDS[] = {"lines", "whole", "slices", NULL};
static const char *const LINE_EXTENSIONS[] = {".csv", ".jsonl", ".log",  ".ndjson",
                                              ".tsv", ".txt",   ".text", NULL};

static enum rc copy_text(const char *text, char **out, struct err *e)
{
    free(*out);
    *out = strdup(text);
    return *out != NULL ? RC_OK : err_set(e, RC_INFRA, "no memory for a scenario");
}

/* --- the keys of one payload --- */

static enum rc read_cut(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct field word = *f;
    int which = 0;
    word.at = 0;
    enum rc rc = field_word(&word, n, &which, e);
    if (rc == RC_OK)
        rc = copy_text(CUT_WORDS[which], &((struct payload_choice *)into)->cut, e);
    return rc;
}

static enum rc read_type(const struct field *f, const struct node *n, void *into, struct err *e)
{
    (void)f;
    if (n->kind == NODE_TEXT && policy_find(n->text) != NULL)
        return copy_text(n->text, &((struct payload_choice *)into)->data_type, e);
    const char *types[TYPES_MAX + 1];
    size_t count = 0;
    for (; count < TYPES_MAX && POLICY[count].data_type != NULL; count++)
        types[count] = POLICY[count].data_type;
    types[count] = NULL;
    return field_refuse_word(n, types, e);
}

static enum rc read_label(const struct field *f, const struct node *n, void *into, struct err *e)
{
    enum rc rc = field_text(f, n, into, e);
    if (rc != RC_OK)
        return rc;
    if (strlen(n->text) > LABEL_MAX)
        return node_expect(n, e, "%s", f->takes);
    for (const char *c = n->text; *c != '\0'; c++)
        if (iscntrl((unsigned char)*c))
            return node_expect(n, e, "%s", f->takes);
    return RC_OK;
}

static enum rc read_sizes(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct payload_choice *p = into;
    struct field one = *f;
    one.at = 0;
    if (n->kind != NODE_LIST || n->count < 2 || n->count > SWEEP_MAX)
        return node_expect(n, e, "a list of 2 to %d sizes, such as [1 MB, 20 MB]", SWEEP_MAX);
    p->sizes = calloc(n->count, sizeof *p->sizes);
    if (p->sizes == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    enum rc rc = RC_OK;
    for (; rc == RC_OK && p->size_count < n->count; p->size_count++)
        rc = field_size(&one, n->item[p->size_count], &p->sizes[p->size_count], e);
    return rc;
}

const struct field PAYLOAD_FIELDS[] = {
    {.name = "generator",
     .takes = "the name of a generator",
     .standard = "none",
     .says = "seeded records modelled on real data, see `assay list payloads`",
     .read = field_text,
     .at = offsetof(struct payload_choice, kind)},
    {.name = "data",
     .takes = "a file or folder",
     .standard = "none",
     .says = "real records; looked for beside the scenario, then in the data that "
             "scripts/fetch-data brings",
     .read = field_text,
     .at = offsetof(struct payload_choice, data)},
    {.name = "cut",
     .takes = "lines, whole or slices",
     .standard = "must be given with data",
     .says = "a record is a line, a file, or record_bytes of a file",
     .read = read_cut,
     .words = CUT_WORDS},
    {.name = "record_bytes",
     .takes = "natural, or a size with unit, 1 B to 1 GB",
     .standard = "those of the scenario",
     .says = "this payload's own size; for generators and slices",
     .read = read_natural_size,
     .at = offsetof(struct payload_choice, record_bytes),
     .lo = 1,
     .hi = RECORD_BYTES_MAX},
    {.name = "sizes",
     .takes = "a list of sizes with unit, 1 B to 1 GB",
     .standard = "none",
     .says = "in place of record_bytes, of a generator: its records have these sizes in turn",
     .read = read_sizes,
     .lo = 1,
     .hi = RECORD_BYTES_MAX},
    {.name = "type",
     .takes = "a data type of the codec policy",
     .standard = "a generator's own",
     .says = "decides what the codec `policy` means for it",
     .read = read_type},
    {.name = "name",
     .takes = "a label of at most 60 characters",
     .standard = "the generator's or file's name",
     .says = "how tables and records call it",
     .read = read_label,
     .at = offsetof(struct payload_choice, name)},
    {.name = NULL},
};

/* --- files --- */

static bool can_read(const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0 || access(path, R_OK) != 0)
        return false;
    return S_ISREG(about.st_mode) || S_ISDIR(about.st_mode);
}

/* The folder a path starts from: that of the file its node stands in, or the current one. */
static void folder_of(const struct node *n, const char *file, char *out)
{
    const char *slash = strrchr(file, '/');
    if (n->line == 0 || slash == NULL)
        (void)snprintf(out, PATH_MAX, ".");
    else
        (void)snprintf(out, PATH_MAX, "%.*s", (int)(slash - file), file);
}

enum rc data_find(const struct draft *d, const struct node *n, char **data, struct err *e)
{
    char folder[PATH_MAX];
    char path[2 * PATH_MAX];
    folder_of(n, d->file, folder);
    if ((*data)[0] == '/') {
        if (can_read(*data))
            return RC_OK;
        return node_expect(n, e, "an existing file or folder that can be read");
    }
    (void)snprintf(path, sizeof path, "%s/%s", folder, *data);
    if (can_read(path))
        return copy_text(path, data, e);
    if (d->places->data == NULL)
        return node_expect(n, e, "a file or folder in %s", folder);
    (void)snprintf(path, sizeof path, "%s/%s", d->places->data, *data);
    if (can_read(path))
        return copy_text(path, data, e);
    return node_expect(n, e,
                       "a file or folder in %s or %s; run scripts/fetch-data to bring the data "
                       "that built-in scenarios use",
                       folder, d->places->data);
}

static enum rc name_after_path(const char *path, struct payload_choice *p, struct err *e)
{
    char copy[PATH_MAX];
    (void)snprintf(copy, sizeof copy, "%s", path);
    char *base = basename(copy);
    if (strlen(base) > LABEL_MAX)
        base[LABEL_MAX] = '\0';
    return copy_text(base, &p->name, e);
}

static enum rc finish_files(const struct draft *d, const struct node *n, struct payload_choice *p,
                            struct err *e)
{
    const struct node *data = n->kind == NODE_MAP ? node_find(n, "data") : n;
    if (p->size_count > 0)
        return node_refuse(node_find(n, "sizes"), e,
                           "found sizes with data; expected a generator, or a folder of "
                           "files of these sizes with cut: whole");
    if (p->cut == NULL)
        return node_refuse(n, e,
                           "found data without cut; expected cut: lines, whole or "
                           "slices");
    enum rc rc = RC_OK;
    if (p->name == NULL)
        rc = name_after_path(p->data, p, e);
    if (rc == RC_OK)
        rc = data_find(d, data, &p->data, e);
    if (rc != RC_OK || strcmp(p->cut, "slices") == 0)
        return rc;
    if (p->record_bytes > 0)
        return node_refuse(n, e, "found record_bytes with cut: %s; expected cut: slices", p->cut);
    p->record_bytes = 0; /* lines and whole files have the size they have */
    return RC_OK;
}

/* --- generators --- */

static enum rc finish_generator(const struct draft *d, const struct node *n,
                                struct payload_choice *p, struct err *e)
{
    const struct node *kind = n->kind == NODE_MAP ? node_find(n, "generator") : n;
    const char *const *known = d->places->generators;
    size_t i = 0;
    while (known[i] != NULL && strcmp(known[i], p->kind) != 0)
        i++;
    if (known[i] == NULL)
        return field_refuse_word(kind, known, e);
    if (p->cut != NULL)
        return node_refuse(n, e, "found cut with a generator; expected cut with data");
    if (p->size_count > 0 && p->record_bytes != PAYLOAD_SWEPT)
        return node_refuse(n, e, "found both record_bytes and sizes; expected one of them");
    if (p->size_count > 0)
        p->record_bytes = 0; /* none that a sweep could change */
    enum rc rc = RC_OK;
    if (p->name == NULL)
        rc = copy_text(p->kind, &p->name, e);
    if (rc == RC_OK && p->data_type == NULL && policy_find(p->kind) != NULL)
        rc = copy_text(p->kind, &p->data_type, e);
    return rc;
}

static enum rc read_payload(const struct draft *d, const struct node *n, struct payload_choice *p,
                            struct err *e)
{
    enum rc rc = RC_OK;
    p->record_bytes = PAYLOAD_SWEPT;
    if (n->kind == NODE_TEXT && !node_is_nothing(n))
        rc = copy_text(n->text, &p->kind, e);
    else
        rc = field_read_all(PAYLOAD_FIELDS, n, p, e);
    if (rc != RC_OK)
        return rc;
    if ((p->kind != NULL) == (p->data != NULL))
        return node_refuse(n, e, "found %s; expected one of them",
                           p->kind != NULL ? "both generator and data"
                                           : "neither generator nor data");
    return p->kind != NULL ? finish_generator(d, n, p, e) : finish_files(d, n, p, e);
}

enum rc read_payloads(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct draft *d = into;
    size_t count = 0;
    if (d->places->corpus != NULL)
        return RC_OK; /* --data takes their place */
    enum rc rc = field_sweep(f, n, &count, e);
    if (rc != RC_OK)
        return rc;
    if (count > SWEEP_MAX)
        return node_refuse(n, e, "found %zu entries; expected at most %d", count, SWEEP_MAX);
    d->s.payloads = calloc(count, sizeof *d->s.payloads);
    if (d->s.payloads == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        const struct node *item = field_sweep_at(n, i);
        struct payload_choice *p = &d->s.payloads[i];
        d->s.payload_count = i + 1;
        rc = read_payload(d, item, p, e);
        for (size_t j = 0; rc == RC_OK && j < i; j++)
            if (strcmp(d->s.payloads[j].name, p->name) == 0)
                rc = node_refuse(item, e,
                                 "found the name \"%s\" a second time; expected a name: of "
                                 "its own",
                                 p->name);
    }
    return rc;
}

/* --- --data --- */

static bool has_extension(const char *name, const char *const *extensions)
{
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot != NULL && extensions[i] != NULL; i++)
        if (strcasecmp(dot, extensions[i]) == 0)
            return true;
    return false;
}

/* Of the files directly in it, and there are any. */
static bool folder_has(const char *path, const char *const *extensions)
{
    DIR *dir = opendir(path);
    if (dir == NULL)
        return false;
    size_t such = 0;
    size_t others = 0;
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] == '.')
            continue;
        if (has_extension(entry->d_name, extensions))
            such++;
        else
            others++;
    }
    (void)closedir(dir);
    return such > 0 && others == 0;
}

/* A file with one of the extensions, or a folder whose files all have. */
static bool is_all_of(const char *path, const char *const *extensions)
{
    struct stat about;
    bool folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
    return folder ? folder_has(path, extensions) : has_extension(path, extensions);
}

bool data_looks_like_images(const char *path)
{
    static const char *const RECORD_EXTENSIONS[] = {".csv", ".jsonl", ".log",  ".ndjson", ".tsv",
                                                    ".txt", ".text",  ".json", ".xml",    NULL};
    return !is_all_of(path, RECORD_EXTENSIONS);
}

enum rc payloads_replace(struct draft *d, struct err *e)
{
    const char *path = d->places->corpus;
    struct stat about;
    if (!can_read(path) || stat(path, &about) != 0)
        return err_set(
            e, RC_INPUT,
            "--data %s: %s; expected a file or folder of real records: .csv .jsonl "
            ".log .ndjson .text .tsv .txt are cut into lines, any other file is one record",
            path,
            access(path, F_OK) != 0 ? "found no such file or folder"
                                    : "found nothing that can be read");
    d->s.payloads = calloc(1, sizeof *d->s.payloads);
    if (d->s.payloads == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    d->s.payload_count = 1;
    struct payload_choice *p = d->s.payloads;
    bool lines = is_all_of(path, LINE_EXTENSIONS);
    enum rc rc = copy_text(path, &p->data, e);
    if (rc == RC_OK)
        rc = copy_text(lines ? "lines" : "whole", &p->cut, e);
    if (rc == RC_OK)
        rc = name_after_path(path, p, e);
    return rc;
}

bool payload_is_nothing(const struct payload_choice *p)
{
    return p->kind == NULL && p->data == NULL;
}

enum rc payloads_leave_out(struct draft *d, struct err *e)
{
    d->s.payloads = calloc(1, sizeof *d->s.payloads);
    if (d->s.payloads == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    d->s.payload_count = 1;
    return copy_text("none", &d->s.payloads[0].name, e);
}
