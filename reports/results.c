#include "reports/results.h"

#include "base/hlog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_BYTES = 1 << 16, RECORDS_FIRST = 16 };
static const size_t FILE_MAX_BYTES = (size_t)1 << 31;

enum rc results_file(const char *folder, const char *file, struct buf *out, bool *missing,
                     struct err *e)
{
    char path[2 * FOLDER_PATH_MAX], chunk[READ_BYTES];
    (void)snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *in = fopen(path, "rbe");
    if (missing != NULL)
        *missing = in == NULL && errno == ENOENT;
    if (in == NULL)
        return err_sys(e, RC_INPUT, errno, "cannot read %s", path);
    enum rc rc = RC_OK;
    size_t n;
    while (rc == RC_OK && (n = fread(chunk, 1, sizeof chunk, in)) > 0)
        rc = buf_append(out, chunk, n, e);
    if (rc == RC_OK && ferror(in) != 0)
        rc = err_sys(e, RC_INPUT, errno, "cannot read %s", path);
    (void)fclose(in);
    return rc;
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
    enum rc rc = trial_record_read(line, &r->records[r->count], e);
    r->count += rc == RC_OK;
    return rc;
}

static enum rc read_lines(struct results *r, struct span text, struct err *e)
{
    for (size_t number = 1; text.size > 0; number++) {
        const uint8_t *end = memchr(text.data, '\n', text.size);
        if (end == NULL) {
            r->cut_bytes = text.size;
            return RC_OK;
        }
        size_t length = (size_t)(end - text.data);
        if (add_record(r, span_of(text.data, length), e) != RC_OK)
            return err_wrap(e, "%s/" FOLDER_TRIALS ":%zu", r->path, number);
        text = span_of(end + 1, text.size - length - 1);
    }
    return RC_OK;
}

static enum rc read_trials(struct results *r, struct err *e)
{
    struct buf text;
    bool missing;
    buf_init(&text, FILE_MAX_BYTES);
    enum rc rc = results_file(r->path, FOLDER_TRIALS, &text, &missing, e);
    if (rc != RC_OK && missing)
        rc =
            err_set(e, RC_INPUT, "%s has no " FOLDER_TRIALS ": it is not a result folder", r->path);
    if (rc == RC_OK)
        rc = read_lines(r, buf_span(&text), e);
    if (rc == RC_OK && r->count == 0)
        rc = err_set(e, RC_INPUT,
                     "%s/" FOLDER_TRIALS " holds no finished trial: the run ended before its first",
                     r->path);
    buf_release(&text);
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
    *r = (struct results){.records = NULL};
}

enum rc results_hist(const struct results *r, size_t record, const char *tag, struct hist *into,
                     bool *found, struct err *e)
{
    char name[FOLDER_PATH_MAX];
    struct buf log;
    bool missing;
    size_t count = 0;
    buf_init(&log, FILE_MAX_BYTES);
    (void)folder_hist_name(&r->records[record], name);
    enum rc rc = results_file(r->path, name, &log, &missing, e);
    if (rc != RC_OK && missing)
        rc = RC_OK;
    else if (rc == RC_OK && hlog_read(buf_span(&log), tag, into, &count, e) != RC_OK)
        rc = err_wrap(e, "%s/%s", r->path, name);
    *found = rc == RC_OK && count > 0;
    buf_release(&log);
    return rc;
}
