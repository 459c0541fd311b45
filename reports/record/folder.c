#define _GNU_SOURCE
#include "reports/record/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FOLDER_MODE = 0777,
    FILE_MODE = 0666,
    NUMBERED_MAX = 1000,
    LINE_MAX_BYTES = 1 << 20,
    SETTINGS_LINES_MAX = 64,
    READ_BYTES = 1 << 14
};
static const char RESULTS[] = "results";
static const char SAFE[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

static enum rc write_all(int fd, struct span s, const char *path, struct err *e)
{
    while (s.size > 0) {
        ssize_t n = write(fd, s.data, s.size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, RC_INFRA, errno, "cannot write %s", path);
        s = span_of(s.data + n, s.size - (size_t)n);
    }
    return RC_OK;
}

/* Makes path and whatever of its parents is missing. */
static enum rc make_folders(const char *path, struct err *e)
{
    char part[FOLDER_PATH_MAX];
    (void)snprintf(part, sizeof part, "%s", path);
    for (char *at = part + 1;; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char cut = *at;
        *at = '\0';
        if (mkdir(part, FOLDER_MODE) != 0 && errno != EEXIST)
            return err_sys(e, RC_INPUT, errno, "cannot make the folder %s", part);
        *at = cut;
        if (cut == '\0')
            return RC_OK;
    }
}

static enum rc check_empty(const char *path, struct err *e)
{
    DIR *dir = opendir(path);
    if (dir == NULL && errno == ENOENT)
        return RC_OK;
    if (dir == NULL)
        return err_sys(e, RC_INPUT, errno, "cannot use %s as the result folder", path);
    const struct dirent *entry;
    bool empty = true;
    while (empty && (entry = readdir(dir)) != NULL)
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    (void)closedir(dir);
    if (!empty)
        return err_set(e, RC_INPUT,
                       "%s is not empty; results are never overwritten: choose another folder, or "
                       "remove it first",
                       path);
    return RC_OK;
}

static void take_path(struct folder *f, const char *path)
{
    (void)snprintf(f->path, sizeof f->path, "%s", path);
    size_t length = strlen(f->path);
    while (length > 1 && f->path[length - 1] == '/')
        f->path[--length] = '\0';
}

const char *folder_name(const struct folder *f)
{
    const char *slash = strrchr(f->path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : f->path;
}

void folder_safe_name(char *text)
{
    for (char *at = text; *at != '\0'; at++) {
        if (strchr(SAFE, *at) == NULL)
            *at = '_';
    }
}

/* results/20261121-071500-quick, and -2, -3 ... while that is taken. Making it is what claims it:
 * runs that start at the same moment get folders of their own. */
static enum rc make_up_folder(const char *scenario, struct folder *f, struct err *e)
{
    char date[WALLTIME_TEXT], stamp[WALLTIME_TEXT], name[RECORD_NAME_MAX], path[FOLDER_PATH_MAX];
    size_t used = 0;
    walltime_format(clock_wall(), date);
    for (const char *at = date; *at != '\0' && *at != 'Z'; at++) {
        if (*at != '-' && *at != ':')
            stamp[used++] = *at == 'T' ? '-' : *at;
    }
    stamp[used] = '\0';
    (void)snprintf(name, sizeof name, "%s", scenario);
    folder_safe_name(name);
    enum rc rc = make_folders(RESULTS, e);
    for (int number = 1; rc == RC_OK && number < NUMBERED_MAX; number++) {
        char again[16] = "";
        if (number > 1)
            (void)snprintf(again, sizeof again, "-%d", number);
        (void)snprintf(path, sizeof path, "%s/%s-%s%s", RESULTS, stamp, name, again);
        take_path(f, path);
        if (mkdir(path, FOLDER_MODE) == 0)
            return RC_OK;
        if (errno != EEXIST)
            rc = err_sys(e, RC_INPUT, errno, "cannot make the folder %s", path);
    }
    if (rc == RC_OK)
        rc = err_set(e, RC_INPUT, "%s and those before it are taken: name a folder", f->path);
    return rc;
}

/* Two that append to one file would measure the same trials twice. */
static enum rc lock_trials(int fd, const char *path, struct err *e)
{
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return RC_OK;
    return err_set(e, RC_INPUT, "%s is being written by another run", path);
}

static enum rc open_trials(struct folder *f, struct err *e)
{
    char path[FOLDER_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/" FOLDER_TRIALS, f->path);
    f->trials_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    if (f->trials_fd < 0)
        return err_sys(e, RC_INPUT, errno, "cannot create %s", path);
    return lock_trials(f->trials_fd, path, e);
}

enum rc folder_create(const char *out, const char *scenario, struct folder *f, struct err *e)
{
    *f = (struct folder){.trials_fd = -1};
    if (out != NULL && (out[0] == '\0' || strlen(out) >= sizeof f->path / 2))
        return err_set(e, RC_INPUT, "the result folder's name must have 1 to %zu bytes",
                       sizeof f->path / 2 - 1);
    if (out != NULL)
        take_path(f, out);
    enum rc rc = out != NULL ? check_empty(f->path, e) : make_up_folder(scenario, f, e);
    if (rc == RC_OK)
        rc = make_folders(f->path, e);
    return rc == RC_OK ? open_trials(f, e) : rc;
}

/* Removes what follows the last newline: the part of a line that a kill left. */
static enum rc cut_last_line(int fd, const char *path, struct err *e)
{
    char last = '\n';
    off_t size = lseek(fd, 0, SEEK_END);
    off_t keep = size;
    while (keep > 0 && pread(fd, &last, 1, keep - 1) == 1 && last != '\n')
        keep--;
    if (size < 0 || (keep < size && ftruncate(fd, keep) != 0))
        return err_sys(e, RC_INFRA, errno, "cannot remove the cut last line of %s", path);
    return RC_OK;
}

static enum rc read_known(int fd, struct settings_table *t, struct err *e)
{
    char chunk[READ_BYTES];
    struct buf text;
    ssize_t n = 0;
    enum rc rc = RC_OK;
    buf_init(&text, LINE_MAX_BYTES * SETTINGS_LINES_MAX);
    for (off_t at = 0; rc == RC_OK && (n = pread(fd, chunk, sizeof chunk, at)) > 0; at += n)
        rc = buf_append(&text, chunk, (size_t)n, e);
    if (rc == RC_OK && n < 0)
        rc = err_sys(e, RC_INPUT, errno, "cannot read " FOLDER_SETTINGS);
    if (rc == RC_OK)
        rc = settings_table_read(t, buf_span(&text), e);
    buf_release(&text);
    return rc;
}

/* A line that a kill cut would spoil the next one; those that stand there are not added again. */
static enum rc reopen_settings(struct folder *f, struct err *e)
{
    char path[FOLDER_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/" FOLDER_SETTINGS, f->path);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return RC_OK;
    if (fd < 0)
        return err_sys(e, RC_INPUT, errno, "cannot open %s", path);
    enum rc rc = cut_last_line(fd, path, e);
    if (rc == RC_OK && read_known(fd, &f->settings, e) != RC_OK)
        rc = err_wrap(e, "%s", path);
    (void)close(fd);
    return rc;
}

static enum rc reopen_trials(struct folder *f, struct err *e)
{
    char path[FOLDER_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/" FOLDER_TRIALS, f->path);
    f->trials_fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
    if (f->trials_fd < 0 && errno == ENOENT)
        return err_set(e, RC_INPUT, "%s has no " FOLDER_TRIALS ": it is not a result folder",
                       f->path);
    if (f->trials_fd < 0)
        return err_sys(e, RC_INPUT, errno, "cannot open %s", path);
    enum rc rc = lock_trials(f->trials_fd, path, e);
    if (rc == RC_OK)
        rc = reopen_settings(f, e);
    return rc == RC_OK ? cut_last_line(f->trials_fd, path, e) : rc;
}

enum rc folder_reopen(const char *path, struct folder *f, bool *empty, struct err *e)
{
    struct stat st;
    struct err ignored;
    *f = (struct folder){.trials_fd = -1};
    *empty = stat(path, &st) != 0 && errno == ENOENT;
    if (*empty)
        return RC_OK;
    enum rc rc = folder_open(path, f, e);
    if (rc != RC_OK)
        return rc;
    *empty = check_empty(f->path, &ignored) == RC_OK;
    rc = *empty ? RC_OK : reopen_trials(f, e);
    if (rc != RC_OK)
        folder_close(f);
    return rc;
}

bool folder_is_bare(const struct folder *f)
{
    struct stat st;
    return f->trials_fd >= 0 && fstat(f->trials_fd, &st) == 0 && st.st_size == 0;
}

enum rc folder_open(const char *path, struct folder *f, struct err *e)
{
    struct stat st;
    *f = (struct folder){.trials_fd = -1};
    if (strlen(path) >= sizeof f->path / 2)
        return err_set(e, RC_INPUT, "the result folder's name is too long");
    if (stat(path, &st) != 0)
        return err_sys(e, RC_INPUT, errno, "cannot open the result folder %s", path);
    if (!S_ISDIR(st.st_mode))
        return err_set(e, RC_INPUT,
                       "%s is a file; give the result folder that holds " FOLDER_TRIALS, path);
    take_path(f, path);
    return RC_OK;
}

void folder_close(struct folder *f)
{
    if (f != NULL)
        settings_table_release(&f->settings);
    if (f == NULL || f->trials_fd < 0)
        return;
    (void)close(f->trials_fd);
    f->trials_fd = -1;
}

void folder_discard(struct folder *f)
{
    static const char *const files[] = {FOLDER_ENVIRONMENT, FOLDER_SETTINGS, FOLDER_BACKGROUND,
                                        FOLDER_TRIALS};
    bool empty = folder_is_bare(f);
    folder_close(f);
    for (size_t i = 0; empty && i < sizeof files / sizeof *files; i++) {
        char path[FOLDER_PATH_MAX + 32];
        (void)snprintf(path, sizeof path, "%s/%s", f->path, files[i]);
        (void)unlink(path);
    }
    if (empty)
        (void)rmdir(f->path);
}

static enum rc append_line(const char *path, const struct buf *line, struct err *e)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, FILE_MODE);
    if (fd < 0)
        return err_sys(e, RC_INFRA, errno, "cannot open %s", path);
    enum rc rc = write_all(fd, buf_span(line), path, e);
    if (rc == RC_OK && fsync(fd) != 0 && errno != EINVAL)
        rc = err_sys(e, RC_INFRA, errno, "cannot flush %s", path);
    (void)close(fd);
    return rc;
}

enum rc folder_add_settings(struct folder *f, const char *lines, char id[SETTINGS_ID_MAX],
                            struct err *e)
{
    char path[FOLDER_PATH_MAX + 32];
    struct buf line;
    bool added = false;
    enum rc rc = settings_table_add(&f->settings, lines, id, &added, e);
    if (rc != RC_OK || !added)
        return rc;
    (void)snprintf(path, sizeof path, "%s/" FOLDER_SETTINGS, f->path);
    buf_init(&line, LINE_MAX_BYTES);
    rc = settings_write_line(lines, id, &line, e);
    if (rc == RC_OK)
        rc = append_line(path, &line, e);
    buf_release(&line);
    return rc;
}

/* The line of a record, which must read as it was written: one that cannot be read makes a whole
 * folder unreadable. */
static enum rc make_line(const struct trial_record *r, struct buf *line, struct err *e)
{
    struct trial_record back;
    struct err why;
    enum rc rc = trial_record_write(r, line, e);
    if (rc != RC_OK)
        return rc;
    struct span without_end = span_of(line->data, line->size - 1);
    if (trial_record_read(without_end, NULL, &back, &why) == RC_OK)
        return RC_OK;
    return err_set(e, RC_INFRA,
                   "the record of trial %s of %s cannot be read back, a fault of assay: %s",
                   r->trial, r->scenario, why.text);
}

enum rc folder_append(struct folder *f, const struct trial_record *r, struct err *e)
{
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    enum rc rc = make_line(r, &line, e);
    if (rc == RC_OK)
        rc = write_all(f->trials_fd, buf_span(&line), FOLDER_TRIALS, e);
    if (rc == RC_OK && fsync(f->trials_fd) != 0 && errno != EINVAL)
        rc = err_sys(e, RC_INFRA, errno, "cannot flush " FOLDER_TRIALS);
    buf_release(&line);
    return rc == RC_OK ? RC_OK : err_wrap(e, "%s", f->path);
}

enum rc folder_append_background(struct folder *f, const struct trial_record *r, struct err *e)
{
    char path[FOLDER_PATH_MAX + 32];
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    (void)snprintf(path, sizeof path, "%s/" FOLDER_BACKGROUND, f->path);
    enum rc rc = make_line(r, &line, e);
    if (rc == RC_OK)
        rc = append_line(path, &line, e);
    buf_release(&line);
    return rc;
}

static enum rc write_beside(const char *path, struct span content, struct err *e)
{
    char beside[2 * FOLDER_PATH_MAX + 64];
    (void)snprintf(beside, sizeof beside, "%s.part", path);
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
    if (fd < 0)
        return err_sys(e, RC_INFRA, errno, "cannot create %s", beside);
    enum rc rc = write_all(fd, content, beside, e);
    if (close(fd) != 0 && rc == RC_OK)
        rc = err_sys(e, RC_INFRA, errno, "cannot write %s", beside);
    if (rc == RC_OK && rename(beside, path) != 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot rename %s to %s", beside, path);
    if (rc != RC_OK)
        (void)unlink(beside);
    return rc;
}

enum rc folder_write(struct folder *f, const char *file, struct span content, struct err *e)
{
    char path[2 * FOLDER_PATH_MAX];
    const char *slash = strrchr(file, '/');
    if (slash != NULL) {
        (void)snprintf(path, sizeof path, "%s/%.*s", f->path, (int)(slash - file), file);
        if (mkdir(path, FOLDER_MODE) != 0 && errno != EEXIST)
            return err_sys(e, RC_INFRA, errno, "cannot make the folder %s", path);
    }
    (void)snprintf(path, sizeof path, "%s/%s", f->path, file);
    return write_beside(path, content, e);
}
