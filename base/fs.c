#define _GNU_SOURCE
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { READ_STEP = 64 * 1024, FOLDER_MODE = 0777, DEEPEST_TREE = 200 };

enum rc fs_join(char *out, struct err *e, const char *folder, const char *fmt, ...)
{
    char name[FS_PATH_MAX];
    va_list args;
    va_start(args, fmt);
    int used = vsnprintf(name, sizeof name, fmt, args);
    va_end(args);
    size_t length = strlen(folder);
    if (used < 0 || (size_t)used + length + 2 > FS_PATH_MAX)
        return err_set(e, RC_INPUT, "the path below %.200s would be longer than %d bytes", folder,
                       FS_PATH_MAX - 1);
    memcpy(out, folder, length);
    if (length == 0 || out[length - 1] != '/')
        out[length++] = '/';
    memcpy(out + length, name, (size_t)used + 1);
    return RC_OK;
}

enum rc fs_set(char *out, const char *path, struct err *e)
{
    size_t size = strlen(path) + 1;
    if (size > FS_PATH_MAX)
        return err_set(e, RC_INPUT, "a path of %zu bytes is too long: %.80s...", size - 1, path);
    memcpy(out, path, size);
    return RC_OK;
}

bool fs_exists(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0;
}

static enum rc make_one(const char *path, struct err *e)
{
    if (mkdir(path, FOLDER_MODE) == 0)
        return RC_OK;
    int failed = errno;
    struct stat s;
    if (failed == EEXIST && stat(path, &s) == 0 && S_ISDIR(s.st_mode))
        return RC_OK;
    return err_sys(e, RC_INFRA, failed, "cannot make the folder %s", path);
}

enum rc fs_make_folder(const char *path, struct err *e)
{
    char part[FS_PATH_MAX];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return err_set(e, RC_INPUT, "\"%.80s\" cannot be the path of a folder", path);
    memcpy(part, path, length + 1);
    for (char *p = part + 1; *p != '\0'; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        enum rc rc = make_one(part, e);
        if (rc != RC_OK)
            return rc;
        *p = '/';
    }
    return make_one(part, e);
}

struct removal {
    dev_t device;
    const char *root; /* borrowed; for messages */
    struct err *e;    /* borrowed; the first failure is written there */
    enum rc rc;
};

static void removal_failed(struct removal *r, const char *name, int errnum)
{
    if (r->rc == RC_OK && errnum != ENOENT)
        r->rc = err_sys(r->e, RC_INFRA, errnum, "cannot remove %s from %s", name, r->root);
}

static void remove_entry(struct removal *r, int parent, const char *name, int depth);

static void remove_content(struct removal *r, int folder, int depth)
{
    DIR *d = fdopendir(folder);
    if (d == NULL) {
        removal_failed(r, "a folder", errno);
        (void)close(folder);
        return;
    }
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove_entry(r, dirfd(d), entry->d_name, depth + 1);
    (void)closedir(d);
}

static void remove_entry(struct removal *r, int parent, const char *name, int depth)
{
    struct stat s;
    if (fstatat(parent, name, &s, AT_SYMLINK_NOFOLLOW) != 0) {
        removal_failed(r, name, errno);
        return;
    }
    if (!S_ISDIR(s.st_mode)) {
        if (unlinkat(parent, name, 0) != 0)
            removal_failed(r, name, errno);
        return;
    }
    if (s.st_dev != r->device || depth > DEEPEST_TREE) {
        removal_failed(r, name, s.st_dev != r->device ? EXDEV : ELOOP);
        return;
    }
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) {
        removal_failed(r, name, errno);
        return;
    }
    remove_content(r, folder, depth);
    if (unlinkat(parent, name, AT_REMOVEDIR) != 0)
        removal_failed(r, name, errno);
}

enum rc fs_remove_tree(const char *path, struct err *e)
{
    struct stat s;
    if (lstat(path, &s) != 0)
        return errno == ENOENT ? RC_OK : err_sys(e, RC_INFRA, errno, "cannot look at %s", path);
    struct removal r = {.device = s.st_dev, .root = path, .e = e, .rc = RC_OK};
    remove_entry(&r, AT_FDCWD, path, 0);
    return r.rc;
}

static enum rc read_all(int fd, const char *path, struct buf *into, struct err *e)
{
    for (;;) {
        size_t room = into->max - into->size < READ_STEP ? into->max - into->size : READ_STEP;
        enum rc rc = buf_reserve(into, into->size + room, e);
        if (rc != RC_OK)
            return rc;
        uint8_t probe;
        ssize_t got = read(fd, room > 0 ? into->data + into->size : &probe, room > 0 ? room : 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_sys(e, RC_INFRA, errno, "cannot read %s", path);
        if (got > 0 && room == 0)
            return err_set(e, RC_INPUT, "%s is larger than the %zu bytes allowed here", path,
                           into->max);
        into->size += (size_t)got;
        if (into->data != NULL)
            into->data[into->size] = '\0';
        if (got == 0)
            return RC_OK;
    }
}

static enum rc read_from(const char *path, size_t last, struct buf *into, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_sys(e, RC_INFRA, errno, "cannot read %s", path);
    struct stat s;
    enum rc rc = RC_OK;
    if (fstat(fd, &s) != 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot read %s", path);
    else if (!S_ISREG(s.st_mode) && !S_ISCHR(s.st_mode) && !S_ISFIFO(s.st_mode))
        rc = err_set(e, RC_INFRA, "cannot read %s: not a file", path);
    else if ((uintmax_t)s.st_size > last && lseek(fd, s.st_size - (off_t)last, SEEK_SET) < 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot read the end of %s", path);
    size_t before = into->size;
    if (rc == RC_OK)
        rc = read_all(fd, path, into, e);
    if (rc != RC_OK)
        into->size = before;
    (void)close(fd);
    return rc;
}

enum rc fs_read(const char *path, struct buf *into, struct err *e)
{
    return read_from(path, SIZE_MAX, into, e);
}

enum rc fs_read_tail(const char *path, size_t size, struct buf *into, struct err *e)
{
    return read_from(path, size, into, e);
}

static enum rc write_all(int fd, const char *path, struct span content, struct err *e)
{
    while (content.size > 0) {
        ssize_t put = write(fd, content.data, content.size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_sys(e, RC_INFRA, errno, "cannot write %s", path);
        content = span_of(content.data + put, content.size - (size_t)put);
    }
    if (fsync(fd) != 0)
        return err_sys(e, RC_INFRA, errno, "cannot write %s", path);
    return RC_OK;
}

enum rc fs_write(const char *path, struct span content, unsigned mode, struct err *e)
{
    char part[FS_PATH_MAX];
    int used = snprintf(part, sizeof part, "%s.%ld.part", path, (long)getpid());
    if (used < 0 || (size_t)used >= sizeof part)
        return err_set(e, RC_INPUT, "the path %.200s... is too long", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        return err_sys(e, RC_INFRA, errno, "cannot write %s", part);
    enum rc rc = write_all(fd, part, content, e);
    if (close(fd) != 0 && rc == RC_OK)
        rc = err_sys(e, RC_INFRA, errno, "cannot write %s", part);
    if (rc == RC_OK && rename(part, path) != 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot replace %s", path);
    if (rc != RC_OK)
        (void)unlink(part);
    return rc;
}

enum rc fs_free_space(const char *path, int64_t *out_bytes, struct err *e)
{
    struct statvfs v;
    if (statvfs(path, &v) != 0)
        return err_sys(e, RC_INFRA, errno, "cannot tell the free space of %s", path);
    *out_bytes = (int64_t)v.f_bavail * (int64_t)v.f_frsize;
    return RC_OK;
}
