#define _GNU_SOURCE
#include "reports/record/results.h"

#include "base/hlog.h"
#include "reports/record/record_fields.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 16, RECORDS_FIRST = 16 };
static const size_t FILE_MAX_BYTES = (size_t)1 << 31;

/* A pipe or a device would be read for ever: only regular files are opened. */
static enum rc open_regular(const char *path, const struct buf *into, int *fd, struct err *e)
{
    struct stat st;
    *fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (*fd < 0)
        return err_sys(e, RC_INPUT, errno, "cannot read %s", path);
    enum rc rc = RC_OK;
    if (fstat(*fd, &st) != 0)
        rc = err_sys(e, RC_INPUT, errno, "cannot read %s", path);
    else if (!S_ISREG(st.st_mode))
        rc = err_set(e, RC_INPUT, "%s is not a regular file", path);
    else if ((uintmax_t)st.st_size > into->max - into->size)
        rc = err_set(e, RC_INPUT, "%s has %jd bytes, at most %zu are read", path,
                     (intmax_t)st.st_size, into->max - into->size);
    if (rc != RC_OK)
        (void)close(*fd);
    return rc;
}

enum rc results_file(const char *folder, const char *file, struct buf *out, bool *missing,
                     struct err *e)
{
    char path[2 * FOLDER_PATH_MAX], chunk[READ_BYTES];
    int fd;
    (void)snprintf(path, sizeof path, "%s/%s", folder, file);
    errno = 0;
    enum rc rc = open_regular(path, out, &fd, e);
    if (missing != NULL)
        *missing = rc != RC_OK && errno == ENOENT;
    if (rc != RC_OK)
        return rc;
    ssize_t n = 1;
    while (rc == RC_OK && n != 0) {
        n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno != EINTR)
            rc = err_sys(e, RC_INPUT, errno, "cannot read %s", path);
        else if (n > 0 && buf_append(out, chunk, (size_t)n, e) != RC_OK)
            rc = err_wrap(e, "%s", path);
    }
    (void)close(fd);
    return rc;
}

/* Names and labels go to terminals and into files of lines. */
static void make_one_line(struct trial_record *r)
{
    for (const struct record_field *f = RECORD_FIELDS; f->path != NULL; f++) {
        if (f->kind == FIELD_TEXT)
            err_one_line((char *)r + f->offset);
    }
    for (size_t i = 0; i < RECORD_CODECS; i++)
        err_one_line(r->stored[i].codec);
}

static enum rc add_record(struct results *r, struct span line, struct err *e)
{
    if (r->count == r->room) {
        size_t room = r->room == 0 ? RECORDS_FIRST : r->room * 2;
        struct trial_record *grown = realloc(r->records, room * sizeof *grown);
        if (grown == NULL)
            return err_set(e, RC_INFRA, "out of memory for %zu trial records", room);
        r->records = grown;
        r->room = room;
    }
    enum rc rc = trial_record_read(line, &r->settings, &r->records[r->count], e);
    if (rc == RC_OK)
        make_one_line(&r->records[r->count++]);
    return rc;
}

/* Line by line: the whole file may not fit into memory beside the records. */
static enum rc read_lines(struct results *r, FILE *in, struct err *e)
{
    char *line = NULL;
    size_t room = 0, number = 1;
    enum rc rc = RC_OK;
    for (ssize_t n; rc == RC_OK && (n = getline(&line, &room, in)) > 0; number++) {
        if (line[n - 1] != '\n') {
            r->cut_bytes = (size_t)n;
            break;
        }
        rc = add_record(r, span_of((const uint8_t *)line, (size_t)n - 1), e);
        if (rc != RC_OK)
            (void)err_wrap(e, "%s/" FOLDER_TRIALS ":%zu", r->path, number);
    }
    if (rc == RC_OK && ferror(in))
        rc = err_sys(e, RC_INPUT, errno, "cannot read %s/" FOLDER_TRIALS, r->path);
    free(line);
    return rc;
}

/* Records of schema 1 hold their settings; then there is no such file. */
static enum rc read_settings(struct results *r, struct err *e)
{
    struct buf text;
    bool missing;
    buf_init(&text, FILE_MAX_BYTES);
    enum rc rc = results_file(r->path, FOLDER_SETTINGS, &text, &missing, e);
    if (rc != RC_OK && missing)
        rc = RC_OK;
    else if (rc == RC_OK && settings_table_read(&r->settings, buf_span(&text), e) != RC_OK)
        rc = err_wrap(e, "%s/" FOLDER_SETTINGS, r->path);
    buf_release(&text);
    return rc;
}

struct identity {
    const struct trial_record *r;
};

/* By scenario and trial, then by line. */
static int by_identity(const void *a, const void *b)
{
    const struct trial_record *x = ((const struct identity *)a)->r;
    const struct trial_record *y = ((const struct identity *)b)->r;
    int order = strcmp(x->scenario, y->scenario);
    if (order == 0)
        order = strcmp(x->trial, y->trial);
    return order != 0 ? order : (x > y) - (x < y);
}

/* Counting a trial twice would narrow every spread. Every record is one line. */
static enum rc refuse_twins(const struct results *r, struct err *e)
{
    struct identity *sorted = calloc(r->count + 1, sizeof *sorted);
    enum rc rc = RC_OK;
    if (sorted == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu trial records", r->count);
    for (size_t i = 0; i < r->count; i++)
        sorted[i].r = &r->records[i];
    qsort(sorted, r->count, sizeof *sorted, by_identity);
    for (size_t i = 1; rc == RC_OK && i < r->count; i++) {
        const struct trial_record *one = sorted[i - 1].r, *twin = sorted[i].r;
        if (strcmp(one->scenario, twin->scenario) == 0 && strcmp(one->trial, twin->trial) == 0)
            rc = err_set(e, RC_INPUT,
                         "%s/" FOLDER_TRIALS ":%td: trial %s of scenario %s is on line %td already",
                         r->path, twin - r->records + 1, twin->trial, twin->scenario,
                         one - r->records + 1);
    }
    free(sorted);
    return rc;
}

static enum rc read_trials(struct results *r, struct err *e)
{
    char path[2 * FOLDER_PATH_MAX];
    struct buf limit;
    int fd = -1;
    buf_init(&limit, FILE_MAX_BYTES);
    (void)snprintf(path, sizeof path, "%s/" FOLDER_TRIALS, r->path);
    errno = 0;
    enum rc rc = open_regular(path, &limit, &fd, e);
    if (rc != RC_OK && errno == ENOENT)
        rc =
            err_set(e, RC_INPUT, "%s has no " FOLDER_TRIALS ": it is not a result folder", r->path);
    FILE *in = rc == RC_OK ? fdopen(fd, "r") : NULL;
    if (rc == RC_OK && in == NULL) {
        rc = err_sys(e, RC_INFRA, errno, "cannot read %s", path);
        (void)close(fd);
    }
    if (rc == RC_OK)
        rc = read_settings(r, e);
    if (rc == RC_OK)
        rc = read_lines(r, in, e);
    if (rc == RC_OK && r->count == 0)
        rc = err_set(e, RC_INPUT,
                     "%s/" FOLDER_TRIALS " holds no finished trial: the run ended before its first",
                     r->path);
    if (rc == RC_OK)
        rc = refuse_twins(r, e);
    if (in != NULL)
        (void)fclose(in);
    return rc;
}

enum rc results_read(const char *folder, struct results *out, struct err *e)
{
    struct folder f;
    *out = (struct results){.records = NULL};
    enum rc rc = folder_open(folder, &f, e);
    if (rc == RC_OK) {
        (void)snprintf(out->path, sizeof out->path, "%s", f.path);
        rc = read_trials(out, e);
    }
    if (rc != RC_OK)
        results_release(out);
    return rc;
}

void results_release(struct results *r)
{
    if (r == NULL)
        return;
    free(r->records);
    settings_table_release(&r->settings);
    *r = (struct results){.records = NULL};
}

enum rc results_hists(const struct results *r, size_t record, struct hist *const *into,
                      size_t *found, struct err *e)
{
    char name[FOLDER_PATH_MAX];
    struct buf log;
    bool missing;
    *found = 0;
    buf_init(&log, FILE_MAX_BYTES);
    (void)folder_hist_name(&r->records[record], name);
    enum rc rc = results_file(r->path, name, &log, &missing, e);
    bool absent = rc != RC_OK && missing;
    if (absent)
        rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && !absent && i < LATENCY_COUNT; i++) {
        size_t count = 0;
        if (into[i] != NULL &&
            (rc = hlog_read(buf_span(&log), LATENCIES[i].name, into[i], &count, e)) != RC_OK)
            (void)err_wrap(e, "%s/%s", r->path, name);
        *found += count > 0;
    }
    buf_release(&log);
    return rc;
}

enum rc results_timeline(const struct results *r, size_t record, struct timeline *out, bool *found,
                         struct err *e)
{
    char name[FOLDER_PATH_MAX];
    struct buf text;
    bool missing = false;
    buf_init(&text, FILE_MAX_BYTES);
    (void)folder_timeline_name(&r->records[record], name);
    enum rc rc = results_file(r->path, name, &text, &missing, e);
    *found = rc == RC_OK;
    if (rc == RC_OK && (rc = timeline_read(buf_span(&text), out, e)) != RC_OK)
        (void)err_wrap(e, "%s/%s", r->path, name);
    buf_release(&text);
    return missing ? RC_OK : rc;
}
