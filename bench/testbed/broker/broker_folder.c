#define _GNU_SOURCE
#include "bench/testbed/broker/broker_folder.h"

#include "base/clock.h"
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char PREFIX[] = "broker-";
enum { LOCK_MODE = 0600, LOCK_TRIES = 20, LOCK_WAIT_NS = 5 * NS_PER_MS };

static enum rc open_lock(const char *folder, const char *name, int *out_fd, struct err *e)
{
    char path[FS_PATH_MAX];
    enum rc rc = fs_join(path, e, folder, "%s", name);
    if (rc != RC_OK)
        return rc;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, (mode_t)LOCK_MODE);
    if (fd < 0)
        return err_sys(e, RC_INFRA, errno, "cannot write %s", path);
    *out_fd = fd;
    return RC_OK;
}

/* Somebody who only looks holds the lock for an instant, too: that is waited out. */
static bool lock_soon(int fd)
{
    for (int i = 1; flock(fd, LOCK_EX | LOCK_NB) != 0; i++) {
        if (errno != EWOULDBLOCK || i == LOCK_TRIES)
            return false;
        clock_sleep(LOCK_WAIT_NS);
    }
    return true;
}

enum rc broker_folder_lock(const char *folder, int *out_fd, struct err *e)
{
    int fd = -1;
    enum rc rc = fs_make_folder(folder, e);
    if (rc == RC_OK)
        rc = open_lock(folder, "lock", &fd, e);
    if (rc != RC_OK)
        return rc;
    if (!lock_soon(fd)) {
        int failed = errno;
        (void)close(fd);
        if (failed == EWOULDBLOCK)
            return err_set(e, RC_INFRA, "another broker is using %s", folder);
        return err_sys(e, RC_INFRA, failed, "cannot lock %s/lock", folder);
    }
    *out_fd = fd;
    return RC_OK;
}

bool broker_folder_in_use(const char *folder)
{
    char path[FS_PATH_MAX];
    struct err unused;
    if (fs_join(path, &unused, folder, "lock") != RC_OK)
        return false;
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    bool held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    (void)close(fd);
    return held;
}

static enum rc log_path(const struct home *h, const char *name, char *out, struct err *e)
{
    char below[FS_PATH_MAX];
    enum rc rc = fs_join(below, e, "log", "%s.log", name);
    return rc == RC_OK ? home_var(h, below, out, e) : rc;
}

/* What cannot be removed now is tried again by the next start; it must not stop this one. */
static void remove_stale(const struct home *h, const char *parent)
{
    DIR *d = opendir(parent);
    if (d == NULL)
        return;
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d)) {
        char path[FS_PATH_MAX];
        char log[FS_PATH_MAX];
        struct err unused;
        if (strncmp(entry->d_name, PREFIX, sizeof PREFIX - 1) != 0 ||
            fs_join(path, &unused, parent, "%s", entry->d_name) != RC_OK ||
            broker_folder_in_use(path))
            continue;
        if (fs_remove_tree(path, &unused) == RC_OK &&
            log_path(h, entry->d_name, log, &unused) == RC_OK)
            (void)unlink(log);
    }
    (void)closedir(d);
}

static enum rc make_locked(const struct home *h, const char *parent, struct broker_folder *out,
                           struct err *e)
{
    struct broker_folder f = {.lock = -1};
    remove_stale(h, parent);
    enum rc rc = fs_join(f.path, e, parent, "%sXXXXXX", PREFIX);
    if (rc != RC_OK)
        return rc;
    if (mkdtemp(f.path) == NULL)
        return err_sys(e, RC_INFRA, errno, "cannot make a folder in %s", parent);
    rc = log_path(h, strrchr(f.path, '/') + 1, f.log_file, e);
    if (rc == RC_OK)
        rc = broker_folder_lock(f.path, &f.lock, e);
    if (rc == RC_OK)
        *out = f;
    else
        (void)rmdir(f.path);
    return rc;
}

static enum rc find_parent(const struct home *h, const char *given, char *out, struct err *e)
{
    const char *parent = given != NULL ? given : getenv("ASSAY_TMPDIR");
    if (parent == NULL || parent[0] == '\0')
        return home_var(h, "tmp", out, e);
    if (parent[0] != '/')
        return err_set(e, RC_INPUT, "ASSAY_TMPDIR: \"%s\" is not an absolute path", parent);
    return fs_set(out, parent, e);
}

enum rc broker_folder_make(const struct home *h, const char *parent, struct broker_folder *out,
                           struct err *e)
{
    char place[FS_PATH_MAX];
    char logs[FS_PATH_MAX];
    int guard = -1;
    enum rc rc = find_parent(h, parent, place, e);
    if (rc == RC_OK)
        rc = home_var(h, "log", logs, e);
    if (rc == RC_OK)
        rc = fs_make_folder(place, e);
    if (rc == RC_OK)
        rc = fs_make_folder(logs, e);
    if (rc == RC_OK)
        rc = open_lock(place, ".lock", &guard, e);
    if (rc != RC_OK)
        return rc;
    if (flock(guard, LOCK_EX) != 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot lock %s/.lock", place);
    else
        rc = make_locked(h, place, out, e);
    (void)close(guard);
    return rc;
}
