#define _GNU_SOURCE
#include "bench/gate/gate_ref.h"

#include "base/program.h"
#include "base/quantity.h"
#include "reports/gate/gate_cases.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARMS = 3, FILE_BYTES_MAX = 1 << 20 };
static const int64_t LINGER_MAX_MS = 900000;

static enum rc no_memory(struct err *e)
{
    return err_set(e, RC_INFRA, "out of memory for the arms of the gate");
}

void gate_ref_release(struct gate_ref *r)
{
    for (size_t i = 0; i < GATE_REF_PROPERTIES; i++) {
        free(r->properties[i]);
        r->properties[i] = NULL;
    }
}

/* --- what a path is --- */

static bool is_elf(const char *path)
{
    unsigned char magic[4] = {0};
    FILE *f = fopen(path, "re");
    bool elf = f != NULL && fread(magic, 1, sizeof magic, f) == sizeof magic &&
               memcmp(magic, "\177ELF", sizeof magic) == 0;
    if (f != NULL)
        (void)fclose(f);
    return elf;
}

/* It says so itself: "assay 0.1.0". */
static enum rc check_program(const char *ref, const char *path, struct err *e)
{
    const char *argv[] = {path, "--version", NULL};
    struct program p = {.argv = argv};
    struct buf says;
    struct err ignored;
    int code = -1;
    if (access(path, X_OK) != 0)
        return err_sys(e, RC_INPUT, errno, "%s is a program that cannot be run", ref);
    buf_init(&says, FILE_BYTES_MAX);
    enum rc rc = program_run(&p, &says, &code, &ignored);
    bool fine = rc == RC_OK && code == 0 && says.size > 0 &&
                strncmp((const char *)says.data, "assay ", strlen("assay ")) == 0;
    buf_release(&says);
    if (fine)
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "%s is a program, but not assay (its --version does not say so); a REF is an "
                   "assay binary, a folder of shared objects or a file of client properties",
                   ref);
}

/* "libzstd.so", "librdkafka.so.1" */
static bool is_library(const char *name)
{
    const char *so = strstr(name, ".so");
    return strncmp(name, "lib", strlen("lib")) == 0 && so != NULL &&
           (so[strlen(".so")] == '\0' || so[strlen(".so")] == '.');
}

static bool holds_libraries(const char *folder)
{
    DIR *d = opendir(folder);
    bool found = false;
    for (struct dirent *at = d != NULL ? readdir(d) : NULL; at != NULL && !found; at = readdir(d))
        found = is_library(at->d_name);
    if (d != NULL)
        (void)closedir(d);
    return found;
}

/* The dynamic loader says which files it would load. A folder of which it takes none would compare
 * the installed libraries with themselves. */
static enum rc check_loaded(const char *ref, const char *folder, struct err *e)
{
    char path[FS_PATH_MAX + 32], from[FS_PATH_MAX + 8], self[FS_PATH_MAX] = "";
    struct buf says;
    int exit_code = 0;
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
        return err_sys(e, RC_INFRA, errno, "cannot find the program that runs");
    (void)snprintf(path, sizeof path, "LD_LIBRARY_PATH=%s", folder);
    (void)snprintf(from, sizeof from, "=> %s/", folder);
    const char *const argv[] = {"env", path, "LD_TRACE_LOADED_OBJECTS=1", self, NULL};
    struct program p = {.argv = argv};
    buf_init(&says, FILE_BYTES_MAX);
    enum rc rc = program_run(&p, &says, &exit_code, e);
    if (rc == RC_OK)
        rc = buf_append(&says, "", 1, e);
    if (rc == RC_OK && strstr((const char *)says.data, from) == NULL)
        rc = err_set(e, RC_INPUT,
                     "%s: assay loads none of the shared objects in it; expected one that is named "
                     "as it asks for it, such as librdkafka.so.1 or libzstd.so.1",
                     ref);
    buf_release(&says);
    return rc;
}

/* --- properties --- */

static char *strip(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    for (size_t n = strlen(text); n > 0 && isspace((unsigned char)text[n - 1]); n--)
        text[n - 1] = '\0';
    return text;
}

static enum rc read_linger(const char *value, int64_t *out_ns, struct err *e)
{
    int64_t ms = 0;
    enum rc rc = quantity_int(value, 0, LINGER_MAX_MS, &ms, e);
    if (rc == RC_OK)
        *out_ns = ms * 1000000;
    return rc;
}

/* Codec and batching are the arm's, all else the client's. *taken: it was one of those. */
static enum rc take_own(struct gate_ref *r, const char *key, const char *value, bool *taken,
                        struct err *e)
{
    *taken = true;
    if (strcmp(key, "linger.ms") == 0 || strcmp(key, "queue.buffering.max.ms") == 0)
        return read_linger(value, &r->linger_ns, e);
    if (strcmp(key, "batch.num.messages") == 0)
        return quantity_int(value, 1, BATCH_RECORDS_MAX, &r->batch_records, e);
    if (strcmp(key, "batch.size") == 0)
        return quantity_int(value, 1, BATCH_BYTES_MAX, &r->batch_bytes, e);
    if (strcmp(key, "compression.type") == 0 || strcmp(key, "compression.codec") == 0) {
        r->over.has_codec = true;
        return codec_spec_parse(value, &r->over.codec.choice, e);
    }
    *taken = false;
    return RC_OK;
}

static enum rc add_property(struct gate_ref *r, char *line, size_t *count, struct err *e)
{
    bool taken = false;
    char *equals = strchr(line, '=');
    if (equals == NULL || equals == line) /* not shown: it may be a password */
        return err_set(e, RC_INPUT, "found no key and '='; expected key=value");
    *equals = '\0';
    const char *key = strip(line), *value = strip(equals + 1);
    if (take_own(r, key, value, &taken, e) != RC_OK)
        return err_wrap(e, "%s", key);
    if (taken)
        return RC_OK;
    if (*count == GATE_REF_PROPERTIES)
        return err_set(e, RC_INPUT, "more than %d properties", GATE_REF_PROPERTIES);
    if (asprintf(&r->properties[*count], "%s=%s", key, value) < 0) {
        r->properties[*count] = NULL;
        return no_memory(e);
    }
    *count += 1;
    return RC_OK;
}

static enum rc read_properties(struct gate_ref *r, const char *path, struct err *e)
{
    struct buf text;
    size_t count = 0;
    int number = 0;
    char *rest;
    buf_init(&text, FILE_BYTES_MAX);
    enum rc rc = fs_read(path, &text, e);
    char *at = text.size > 0 ? (char *)text.data : NULL;
    while (rc == RC_OK && at != NULL && *at != '\0') {
        rest = strchr(at, '\n');
        if (rest != NULL)
            *rest++ = '\0';
        char *line = strip(at);
        number++;
        if (*line != '\0' && *line != '#')
            rc = add_property(r, line, &count, e);
        at = rest;
    }
    buf_release(&text);
    return rc == RC_OK || number == 0 ? rc : err_wrap(e, "%s:%d", path, number);
}

/* --- a ref --- */

static enum rc read_file(struct gate_ref *r, const char *ref, const char *path, struct err *e)
{
    if (is_elf(path)) {
        (void)snprintf(r->program, sizeof r->program, "%s", path);
        (void)snprintf(r->says, sizeof r->says, "%s (program)", ref);
        return check_program(ref, path, e);
    }
    (void)snprintf(r->says, sizeof r->says, "%s (client properties)", ref);
    return read_properties(r, path, e);
}

enum rc gate_ref_read(const char *ref, enum rc missing, struct gate_ref *out, struct err *e)
{
    struct stat st;
    *out = (struct gate_ref){.batch_records = -1, .batch_bytes = -1, .linger_ns = -1};
    if (ref == NULL) {
        (void)snprintf(out->says, sizeof out->says, "as installed");
        return RC_OK;
    }
    char *path = realpath(ref, NULL);
    if (path == NULL || stat(path, &st) != 0) {
        free(path);
        return err_set(e, missing, "%s%s does not exist",
                       missing == RC_BASELINE ? "no baseline: " : "", ref);
    }
    enum rc rc =
        strlen(path) < FS_PATH_MAX ? RC_OK : err_set(e, RC_INPUT, "%s: the path is too long", ref);
    if (rc == RC_OK && S_ISREG(st.st_mode)) {
        rc = read_file(out, ref, path, e);
    } else if (rc == RC_OK && S_ISDIR(st.st_mode) && holds_libraries(path)) {
        (void)snprintf(out->libraries, sizeof out->libraries, "%s", path);
        (void)snprintf(out->says, sizeof out->says, "%s (shared objects)", ref);
        rc = check_loaded(ref, path, e);
    } else if (rc == RC_OK) {
        rc = err_set(e, RC_INPUT,
                     "%s is %s; a REF is an assay binary, a folder of shared objects, a file of "
                     "client properties or, with another folder, a result folder",
                     ref,
                     S_ISDIR(st.st_mode)
                         ? "a folder without shared objects (no lib*.so*) and without "
                           "results (no trials.jsonl)"
                         : "neither a file nor a folder");
    }
    free(path);
    if (rc != RC_OK)
        gate_ref_release(out);
    return rc;
}

/* --- arms --- */

static char **copy_properties(char *const *from)
{
    size_t n = 0;
    while (from[n] != NULL)
        n++;
    char **copy = calloc(n + 1, sizeof *copy);
    for (size_t i = 0; copy != NULL && i < n; i++)
        copy[i] = strdup(from[i]);
    return copy;
}

static bool sets_batching(const struct gate_ref *r)
{
    return r->batch_records >= 0 || r->batch_bytes >= 0 || r->linger_ns >= 0;
}

static struct batching batching_of(const struct scenario *s, const struct gate_ref *r)
{
    struct batching b = s->batchings[0];
    if (r->batch_records >= 0)
        b.records = r->batch_records;
    if (r->batch_bytes >= 0)
        b.bytes = r->batch_bytes;
    if (r->linger_ns >= 0)
        b.linger_ns = r->linger_ns;
    return b;
}

static enum rc fill_arm(const struct scenario *s, const char *name, const struct gate_ref *r,
                        struct arm_choice *out, struct err *e)
{
    *out = r->over;
    out->name = strdup(name);
    out->has_batching = sets_batching(r);
    out->batching = batching_of(s, r);
    if (r->program[0] != '\0')
        out->program = strdup(r->program);
    if (r->libraries[0] != '\0')
        out->libraries = strdup(r->libraries);
    if (r->properties[0] != NULL)
        out->properties = copy_properties(r->properties);
    bool whole = out->name != NULL && (r->program[0] == '\0' || out->program != NULL) &&
                 (r->libraries[0] == '\0' || out->libraries != NULL) &&
                 (r->properties[0] == NULL || out->properties != NULL);
    return whole ? RC_OK : no_memory(e);
}

static enum rc check_sweeps(const struct scenario *s, const struct gate_ref *r, struct err *e)
{
    if (s->arm_count > 0)
        return err_set(e, RC_INPUT,
                       "%s lists arms of its own; the gate puts baseline and candidate in their "
                       "place, so gate a scenario without arms:",
                       s->name);
    if (sets_batching(r) && s->batching_count > 1)
        return err_set(e, RC_INPUT,
                       "%s sets batching, and %s sweeps it; give one with --set batching=...",
                       r->says, s->name);
    if (r->over.has_codec && s->codec_count > 1)
        return err_set(e, RC_INPUT,
                       "%s sets the codec, and %s sweeps it; give one with --set codecs=...",
                       r->says, s->name);
    return RC_OK;
}

enum rc gate_ref_apply(struct scenario *s, const struct gate_ref *baseline,
                       const struct gate_ref *candidate, struct err *e)
{
    enum rc rc = check_sweeps(s, baseline, e);
    if (rc == RC_OK)
        rc = check_sweeps(s, candidate, e);
    if (rc != RC_OK)
        return rc;
    s->arms = calloc(ARMS, sizeof *s->arms);
    if (s->arms == NULL)
        return no_memory(e);
    s->arm_count = ARMS;
    s->compare = DIMENSION_ARM;
    s->baseline_arm = 0;
    rc = fill_arm(s, GATE_ARM_BASELINE, baseline, &s->arms[0], e);
    if (rc == RC_OK)
        rc = fill_arm(s, GATE_ARM_AGAIN, baseline, &s->arms[1], e);
    if (rc == RC_OK)
        rc = fill_arm(s, GATE_ARM_CANDIDATE, candidate, &s->arms[2], e);
    return rc;
}
