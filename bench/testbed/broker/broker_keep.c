#define _GNU_SOURCE
#include "bench/testbed/broker/broker_keep.h"
#include "bench/testbed/broker/broker_life.h"

#include "base/fs.h"
#include "base/quantity.h"
#include "bench/testbed/broker/broker_folder.h"
#include "bench/testbed/broker/broker_jvm.h"
#include "bench/testbed/broker/broker_log.h"
#include "bench/testbed/broker/broker_start.h"
#include "bench/testbed/broker/broker_state.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STOP_WITHIN_MS = 20000, KILL_WITHIN_MS = 5000, LOG_MAX = 64 << 20 };

struct kept {
    char folder[HOME_PATH_MAX]; /* VAR/broker */
    char state[HOME_PATH_MAX];
    char lock[HOME_PATH_MAX];
};

static enum rc kept_paths(const struct home *h, struct kept *k, struct err *e)
{
    enum rc rc = home_var(h, "broker", k->folder, e);
    if (rc == RC_OK)
        rc = fs_join(k->state, e, k->folder, "state");
    if (rc == RC_OK)
        rc = fs_join(k->lock, e, k->folder, "lock");
    return rc;
}

/* Whether process pid has our lock file open where broker_jvm_start put it. */
static bool holds_lock(const struct kept *k, pid_t pid)
{
    char path[FS_PATH_MAX];
    struct err unused;
    struct stat ours;
    struct stat theirs;
    return fs_join(path, &unused, "/proc", "%ld/fd/%d", (long)pid, BROKER_LOCK_FD) == RC_OK &&
           stat(path, &theirs) == 0 && stat(k->lock, &ours) == 0 && ours.st_dev == theirs.st_dev &&
           ours.st_ino == theirs.st_ino;
}

/* The process that holds the lock, state file or not; 0 when none can be seen. */
static pid_t find_holder(const struct kept *k)
{
    pid_t found = 0;
    DIR *d = opendir("/proc");
    if (d == NULL)
        return 0;
    for (struct dirent *entry = readdir(d); found == 0 && entry != NULL; entry = readdir(d)) {
        int64_t pid = 0;
        struct err unused;
        if (quantity_int(entry->d_name, 1, INT32_MAX, &pid, &unused) == RC_OK &&
            holds_lock(k, (pid_t)pid))
            found = (pid_t)pid;
    }
    (void)closedir(d);
    return found;
}

static enum rc remove_files(const struct kept *k, bool failed, const struct broker *b,
                            struct err *e)
{
    static const char *const ours[] = {"state", "server.properties", "tmp", "secret", "data"};
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof ours / sizeof ours[0]; i++) {
        char path[FS_PATH_MAX];
        rc = fs_join(path, e, k->folder, "%s", ours[i]);
        if (rc == RC_OK)
            rc = fs_remove_tree(path, e);
    }
    if (!failed && b != NULL && b->log_file[0] != '\0')
        (void)unlink(b->log_file);
    return rc;
}

static enum rc place_paths(const struct broker_options *o, const char *data,
                           struct broker_folder *folder, char *dirs, struct err *e)
{
    char logs[FS_PATH_MAX];
    enum rc rc = home_var(o->home, "log", logs, e);
    if (rc == RC_OK)
        rc = fs_make_folder(logs, e);
    if (rc == RC_OK)
        rc = fs_join(folder->log_file, e, logs, "broker.log");
    if (rc != RC_OK)
        return rc;
    return data != NULL ? fs_set(dirs, data, e) : fs_join(dirs, e, folder->path, "data");
}

static enum rc start_locked(const struct broker_options *o, const struct kept *k, const char *data,
                            struct broker_folder *folder, struct broker *out, struct err *e)
{
    char dirs[FS_PATH_MAX];
    struct broker_place place = {.folder = folder, .log_dirs = dirs, .tied = false};
    enum rc rc = place_paths(o, data, folder, dirs, e);
    if (rc != RC_OK)
        return rc;
    (void)unlink(folder->log_file);
    rc = broker_start(o, &place, out, e);
    if (rc != RC_OK)
        return rc;
    rc = broker_state_write(k->state, out, e);
    if (rc != RC_OK)
        broker_end(out);
    return rc;
}

enum rc broker_keep_start(const struct broker_options *o, const char *data, struct broker *out,
                          struct err *e)
{
    struct kept k;
    struct broker_folder folder = {.lock = -1};
    if (data != NULL && data[0] != '/')
        return err_set(e, RC_INPUT, "--data %s: the broker's folder must be an absolute path",
                       data);
    enum rc rc = kept_paths(o->home, &k, e);
    if (rc == RC_OK)
        rc = fs_make_folder(k.folder, e);
    if (rc == RC_OK && broker_folder_in_use(k.folder))
        return err_set(e, RC_INFRA,
                       "a broker is running already; assay broker status shows it, assay broker "
                       "stop ends it");
    if (rc == RC_OK)
        rc = fs_set(folder.path, k.folder, e);
    if (rc == RC_OK)
        rc = broker_folder_lock(k.folder, &folder.lock, e);
    if (rc != RC_OK)
        return rc;
    struct err unused;
    (void)!remove_files(&k, true, NULL, &unused); /* of one that died */
    struct broker b;
    rc = start_locked(o, &k, data, &folder, &b, e);
    (void)close(folder.lock);
    if (rc == RC_OK) {
        b.lock = -1;
        *out = b;
    } else {
        (void)!remove_files(&k, true, NULL, &unused);
    }
    return rc;
}

static void say_why_dead(const struct broker *b, struct err *why)
{
    struct buf log;
    struct err unused;
    char cause[BROKER_CAUSE_MAX] = "";
    buf_init(&log, LOG_MAX);
    if (fs_read(b->log_file, &log, &unused) == RC_OK)
        (void)broker_log_cause(buf_span(&log), cause);
    buf_release(&log);
    (void)err_set(
        why, RC_INFRA, "the kept broker (process %ld) died: %s; its log: %s", (long)b->pid,
        cause[0] != '\0' ? cause : "it was killed, or the machine was started anew", b->log_file);
}

enum rc broker_keep_look(const struct home *h, struct broker *out, bool *running, struct err *why,
                         struct err *e)
{
    struct kept k;
    struct broker b;
    enum rc rc = kept_paths(h, &k, e);
    if (rc != RC_OK)
        return rc;
    why->text[0] = '\0';
    why->rc = RC_OK;
    *running = false;
    if (!fs_exists(k.state)) {
        if (broker_folder_in_use(k.folder))
            (void)err_set(why, RC_INFRA,
                          "a broker is just starting, or its start was cut short; assay broker "
                          "stop ends it");
        return RC_OK;
    }
    rc = broker_state_read(k.state, &b, e);
    if (rc != RC_OK)
        return rc;
    *running = broker_folder_in_use(k.folder) && holds_lock(&k, b.pid);
    if (!*running)
        say_why_dead(&b, why);
    *out = b;
    return RC_OK;
}

/* Signals through a descriptor of the process, so that no other can get its number meanwhile. */
static enum rc end_process(const struct kept *k, pid_t pid, struct err *e)
{
    int process = pidfd_open(pid, 0);
    if (process < 0)
        return errno == ESRCH ? RC_OK
                              : err_sys(e, RC_INFRA, errno, "cannot reach process %ld", (long)pid);
    struct pollfd ended = {.fd = process, .events = POLLIN};
    enum rc rc = RC_OK;
    if (!holds_lock(k, pid))
        rc = RC_OK; /* ended since we looked */
    else if (pidfd_send_signal(process, SIGTERM, NULL, 0) != 0 && errno != ESRCH)
        rc = err_sys(e, RC_INFRA, errno, "cannot end the broker (process %ld)", (long)pid);
    else if (poll(&ended, 1, STOP_WITHIN_MS) <= 0 &&
             (pidfd_send_signal(process, SIGKILL, NULL, 0) != 0 ||
              poll(&ended, 1, KILL_WITHIN_MS) <= 0))
        rc = err_set(e, RC_INFRA, "the broker (process %ld) does not end", (long)pid);
    (void)close(process);
    return rc;
}

enum rc broker_keep_stop(const struct home *h, bool *was_running, struct err *e)
{
    struct kept k;
    struct broker b = {.pid = 0};
    struct err why;
    enum rc rc = kept_paths(h, &k, e);
    if (rc == RC_OK)
        rc = broker_keep_look(h, &b, was_running, &why, e);
    if (rc != RC_OK || !fs_exists(k.folder))
        return rc;
    if (!*was_running && broker_folder_in_use(k.folder)) {
        b.pid = find_holder(&k);
        *was_running = b.pid > 0;
    }
    if (*was_running)
        rc = end_process(&k, b.pid, e);
    int lock = -1;
    if (rc == RC_OK)
        rc = broker_folder_lock(k.folder, &lock, e);
    if (rc != RC_OK)
        return rc;
    rc = remove_files(&k, !*was_running, &b, e);
    (void)close(lock);
    return rc;
}
