#define _GNU_SOURCE
#include "bench/testbed/broker/broker_life.h"

#include "base/clock.h"
#include "base/fs.h"
#include "bench/testbed/broker/broker_log.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { LOG_TAIL = 4 << 20, LOG_ROOM = 8 << 20 /* it may grow while we read */ };
static const int64_t GRACE_NS = 20 * (int64_t)NS_PER_S;
static const int64_t LOOK_NS = 20 * (int64_t)NS_PER_MS;

static int64_t duration_of(struct timeval t)
{
    return (int64_t)t.tv_sec * NS_PER_S + (int64_t)t.tv_usec * NS_PER_US;
}

/* Whether the process has ended; without WNOHANG waits until it has. */
static bool reap(struct broker *b, int flags)
{
    struct rusage use;
    int status = 0;
    pid_t got = 0;
    do
        got = wait4(b->pid, &status, flags, &use);
    while (got < 0 && errno == EINTR);
    if (got != b->pid && (flags & WNOHANG) != 0)
        return false;
    if (got == b->pid) {
        b->ended_cpu_ns += duration_of(use.ru_utime) + duration_of(use.ru_stime);
        b->wait_status = status;
    }
    b->ended = true;
    return true;
}

void broker_end(struct broker *b)
{
    if (b->pid <= 0 || b->ended)
        return;
    (void)kill(b->pid, SIGKILL);
    (void)reap(b, 0);
}

void broker_end_gracefully(struct broker *b)
{
    struct instant asked = clock_now();
    if (b->pid > 0 && !b->ended)
        (void)kill(b->pid, SIGTERM);
    while (broker_alive(b) && instant_since(clock_now(), asked) < GRACE_NS)
        clock_sleep(LOOK_NS);
    broker_end(b);
}

bool broker_alive(struct broker *b)
{
    return b->pid > 0 && !b->ended && !reap(b, WNOHANG);
}

int64_t broker_cpu_ns(const struct broker *b)
{
    int64_t running = b->pid > 0 && !b->ended ? clock_process_cpu_ns(b->pid) : 0;
    return b->ended_cpu_ns + (running > 0 ? running : 0);
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
    char cause[BROKER_CAUSE_MAX] = "";
    /* Java does not kill itself like that: what its log complains of is something else. */
    if (!WIFSIGNALED(s) || WTERMSIG(s) != SIGKILL)
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
