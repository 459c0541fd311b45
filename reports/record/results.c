#define _GNU_SOURCE
#include "reports/record/results.h"

#include "reports/record/record_integrity.h"
#include "reports/record/results_twins.h"

#include "base/hlog.h"
#include "reports/record/record_fields.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 16, PIECES = 4, PIECE_BYTES = 1 << 20 };
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

/* Lines of trials.jsonl that one thread reads. */
struct piece {
    const char *path;
    off_t from, to;
    size_t lines, number;           /* that end in a newline; of the first, from 1 */
    struct trial_record *records;   /* where the first goes */
    struct settings_table settings; /* of schema 1; owned */
    size_t cut_bytes;
    enum rc (*work)(struct piece *, struct err *);
    pthread_t thread;
    bool started;
    enum rc rc;
    struct err err;
};

static FILE *open_piece(const struct piece *p, struct err *e)
{
    FILE *in = fopen(p->path, "re");
    if (in == NULL || fseeko(in, p->from, SEEK_SET) != 0)
        (void)err_sys(e, RC_INPUT, errno, "cannot read %s", p->path);
    else
        return in;
    if (in != NULL)
        (void)fclose(in);
    return NULL;
}

static enum rc count_lines(struct piece *p, struct err *e)
{
    char chunk[READ_BYTES];
    FILE *in = open_piece(p, e);
    if (in == NULL)
        return RC_INPUT;
    off_t left = p->to - p->from;
    for (size_t n = 1; n > 0 && left > 0; left -= (off_t)n) {
        n = fread(chunk, 1, left < READ_BYTES ? (size_t)left : sizeof chunk, in);
        const char *end = chunk + n;
        for (const char *at = chunk; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
            p->lines++;
    }
    (void)fclose(in);
    return left == 0 ? RC_OK : err_set(e, RC_INPUT, "cannot read all of %s", p->path);
}

/* Line by line: the whole file may not fit into memory beside the records. */
static enum rc read_lines(struct piece *p, struct err *e)
{
    char *line = NULL;
    size_t room = 0, i = 0;
    off_t at = p->from;
    enum rc rc = RC_OK;
    FILE *in = open_piece(p, e);
    if (in == NULL)
        return RC_INPUT;
    for (ssize_t n; rc == RC_OK && i < p->lines && (n = getline(&line, &room, in)) > 0; at += n) {
        struct span text = span_of((const uint8_t *)line, (size_t)n - (line[n - 1] == '\n'));
        rc = trial_record_read(text, &p->settings, &p->records[i], e);
        if (rc == RC_OK) {
            make_one_line(&p->records[i]);
            record_void_contradiction(&p->records[i++]);
        } else {
            (void)err_wrap(e, "%s:%zu", p->path, p->number + i);
        }
    }
    if (rc == RC_OK && (i < p->lines || ferror(in)))
        rc = err_set(e, RC_INPUT, "cannot read all of %s", p->path);
    p->cut_bytes = (size_t)(p->to - at);
    free(line);
    (void)fclose(in);
    return rc;
}

static void *work_on(void *piece)
{
    struct piece *p = piece;
    p->rc = p->work(p, &p->err);
    return NULL;
}

/* Every piece in a thread of its own; where there is none to be had, one after the other. The first
 * failure counts. */
static enum rc each_piece(struct piece *all, size_t count,
                          enum rc (*work)(struct piece *, struct err *), struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count; i++) {
        all[i].work = work;
        all[i].started = i > 0 && pthread_create(&all[i].thread, NULL, work_on, &all[i]) == 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (all[i].started)
            (void)pthread_join(all[i].thread, NULL);
        else
            (void)work_on(&all[i]);
        if (rc == RC_OK && all[i].rc != RC_OK)
            rc = err_set(e, all[i].rc, "%s", all[i].err.text);
    }
    return rc;
}

/* Where the line ends that byte at lies in. */
static off_t line_end(int fd, off_t at, off_t size)
{
    char chunk[READ_BYTES];
    for (ssize_t n; (n = pread(fd, chunk, sizeof chunk, at)) > 0; at += n) {
        const char *end = memchr(chunk, '\n', (size_t)n);
        if (end != NULL)
            return at + (end - chunk) + 1 < size ? at + (end - chunk) + 1 : size;
    }
    return size;
}

static size_t cut_up(int fd, off_t size, const char *path, struct piece *all)
{
    off_t count = size / PIECE_BYTES < PIECES ? size / PIECE_BYTES + 1 : PIECES;
    for (off_t i = 0, from = 0; i < count; from = all[i++].to) {
        off_t to = i + 1 == count ? size : line_end(fd, size / count * (i + 1), size);
        all[i] = (struct piece){.path = path, .from = from, .to = to > from ? to : from};
    }
    return (size_t)count;
}

static enum rc make_room(struct results *r, size_t count, struct err *e)
{
    r->records = malloc((count + 1) * sizeof *r->records);
    r->room = count + 1;
    return r->records != NULL ? RC_OK
                              : err_set(e, RC_INFRA, "out of memory for %zu trial records", count);
}

static enum rc join_settings(struct results *r, const struct settings_table *t, struct err *e)
{
    char id[SETTINGS_ID_MAX];
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < t->count; i++)
        rc = settings_table_add(&r->settings, t->rows[i].lines, id, NULL, e);
    return rc;
}

static enum rc read_pieces(struct results *r, struct piece *all, size_t count, struct err *e)
{
    size_t lines = 0;
    enum rc rc = each_piece(all, count, count_lines, e);
    for (size_t i = 0; i < count; lines += all[i++].lines)
        all[i].number = lines + 1;
    if (rc == RC_OK)
        rc = make_room(r, lines, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        all[i].records = r->records + all[i].number - 1;
    if (rc == RC_OK)
        rc = each_piece(all, count, read_lines, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        r->cut_bytes += all[i].cut_bytes;
        rc = join_settings(r, &all[i].settings, e);
    }
    r->count = lines;
    for (size_t i = 0; i < count; i++)
        settings_table_release(&all[i].settings);
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

static enum rc read_trials(struct results *r, struct err *e)
{
    char path[2 * FOLDER_PATH_MAX];
    struct piece pieces[PIECES];
    struct stat st;
    struct buf limit;
    int fd = -1;
    buf_init(&limit, FILE_MAX_BYTES);
    (void)snprintf(path, sizeof path, "%s/" FOLDER_TRIALS, r->path);
    errno = 0;
    enum rc rc = open_regular(path, &limit, &fd, e);
    if (rc != RC_OK && errno == ENOENT)
        rc =
            err_set(e, RC_INPUT, "%s has no " FOLDER_TRIALS ": it is not a result folder", r->path);
    if (rc != RC_OK)
        return rc;
    if (fstat(fd, &st) != 0)
        rc = err_sys(e, RC_INPUT, errno, "cannot read %s", path);
    if (rc == RC_OK)
        rc = read_settings(r, e);
    if (rc == RC_OK)
        rc = read_pieces(r, pieces, cut_up(fd, st.st_size, path, pieces), e);
    if (rc == RC_OK && r->count == 0)
        rc = err_set(e, RC_INPUT,
                     "%s/" FOLDER_TRIALS " holds no finished trial: the run ended before its first",
                     r->path);
    if (rc == RC_OK)
        rc = results_refuse_twins(r, e);
    (void)close(fd);
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
