#define _GNU_SOURCE
#include "bench/testbed/broker/broker_life.h"

#include "base/fs.h"
#include "bench/testbed/broker/broker_log.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

enum { LOG_TAIL = 4 << 20, LOG_ROOM = 8 << 20 /* it may grow while we read */ };

void broker_end(struct broker *b)
{
    if (b->pid <= 0 || b->ended)
        return;
    (void)kill(b->pid, SIGKILL);
    while (waitpid(b->pid, &b->wait_status, 0) < 0 && errno == EINTR)
        ;
    b->ended = true;
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
