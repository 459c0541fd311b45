#define _GNU_SOURCE
#include "bench/broker/broker.h"

#include "base/fs.h"
#include "bench/broker/broker_folder.h"
#include "bench/broker/broker_log.h"
#include "bench/broker/broker_start.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOG_TAIL = 4 << 20, LOG_ROOM = 8 << 20 /* it may grow while we read */ };

enum rc broker_open(const struct broker_options *o, struct broker *out, struct err *e)
{
    struct broker_folder folder = {.lock = -1};
    enum rc rc = broker_folder_make(o->home, o->folder, &folder, e);
    if (rc != RC_OK)
        return rc;
    char dirs[FS_PATH_MAX];
    struct broker_place place = {.folder = &folder, .log_dirs = dirs, .tied = true};
    rc = fs_join(dirs, e, folder.path, "data");
    if (rc == RC_OK)
        rc = broker_start(o, &place, out, e);
    if (rc == RC_OK)
        return RC_OK;
    struct err unused;
    (void)!fs_remove_tree(folder.path, &unused);
    (void)close(folder.lock);
    if (rc == RC_INTERRUPTED)
        (void)unlink(folder.log_file);
    return rc;
}

void broker_end(struct broker *b)
{
    if (b->pid <= 0 || b->ended)
        return;
    (void)kill(b->pid, SIGKILL);
    while (waitpid(b->pid, &b->wait_status, 0) < 0 && errno == EINTR)
        ;
    b->ended = true;
}

void broker_close(struct broker *b, bool failed)
{
    if (b == NULL || b->pid <= 0)
        return;
    broker_end(b);
    /* What cannot be removed is stale from here on: the next start tries again. */
    struct err unused;
    (void)!fs_remove_tree(b->folder, &unused);
    if (!failed)
        (void)unlink(b->log_file);
    if (b->lock >= 0)
        (void)close(b->lock);
    b->pid = 0;
    b->lock = -1;
}

bool broker_alive(struct broker *b)
{
    if (b->pid <= 0 || b->ended)
        return false;
    int status = 0;
    if (waitpid(b->pid, &status, WNOHANG) != b->pid)
        return true;
    b->ended = true;
    b->wait_status = status;
    return false;
}

static void read_cause(const char *log_file, char *out)
{
    struct buf log;
    struct err unused;
    buf_init(&log, LOG_ROOM);
    out[0] = '\0';
    if (fs_read_tail(log_file, LOG_TAIL, &log, &unused) == RC_OK)
        (void)broker_log_cause(buf_span(&log), out);
    buf_release(&log);
}

enum rc broker_why_dead(struct broker *b, struct err *e)
{
    if (broker_alive(b))
        return err_set(e, RC_INFRA, "the broker (process %ld) is alive but does not answer",
                       (long)b->pid);
    int s = b->wait_status;
    char cause[BROKER_CAUSE_MAX];
    read_cause(b->log_file, cause);
    if (cause[0] != '\0')
        return err_set(e, RC_INFRA, "the broker died: %s; its log: %s", cause, b->log_file);
    if (WIFSIGNALED(s))
        return err_set(e, RC_INFRA, "the broker died: killed by signal %d (%s)%s; its log: %s",
                       WTERMSIG(s), strsignal(WTERMSIG(s)),
                       WTERMSIG(s) == SIGKILL ? ", by somebody or by the kernel for want of memory"
                                              : "",
                       b->log_file);
    return err_set(e, RC_INFRA,
                   "the broker ended with exit code %d and gave no reason; its log: %s",
                   WEXITSTATUS(s), b->log_file);
}
