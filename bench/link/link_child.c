#define _GNU_SOURCE
#include "bench/link/link_child.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_ORPHAN = 120 };

static void set_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    static const int reset[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};
    for (size_t i = 0; i < sizeof reset / sizeof reset[0]; i++)
        (void)signal(reset[i], SIG_DFL);
    (void)signal(SIGPIPE, SIG_IGN);
}

/* Smallest descriptor of keep that is at least from; UINT_MAX when there is none. */
static unsigned next_kept(const struct link_work *w, unsigned from)
{
    unsigned next = UINT_MAX;
    for (size_t i = 0; i < w->kept; i++)
        if (w->keep[i] >= 0 && (unsigned)w->keep[i] >= from && (unsigned)w->keep[i] < next)
            next = (unsigned)w->keep[i];
    return next;
}

static void close_others(const struct link_work *w)
{
    unsigned from = STDERR_FILENO + 1;
    for (unsigned kept = next_kept(w, from); kept != UINT_MAX; kept = next_kept(w, from)) {
        if (kept > from)
            (void)close_range(from, kept - 1, 0);
        from = kept + 1;
    }
    (void)close_range(from, UINT_MAX, 0);
}

static _Noreturn void be_child(const struct link_work *w, pid_t parent)
{
    (void)setpgid(0, 0);
    set_signals();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(CHILD_ORPHAN);
    (void)prctl(PR_SET_NAME, w->name);
    close_others(w);
    _exit(w->live(w->ctx));
}

enum rc link_child_start(const struct link_work *w, struct link_child *out, struct err *e)
{
    *out = (struct link_child){.name = w->name};
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0)
        be_child(w, parent);
    if (child < 0)
        return err_sys(e, RC_INFRA, errno, "cannot start a process for %s", w->name);
    out->pid = child;
    return RC_OK;
}

enum rc link_child_check(struct link_child *c, struct err *e)
{
    int status = 0;
    if (c->pid == 0)
        return err_set(e, RC_INFRA, "%s does not run", c->name);
    if (waitpid(c->pid, &status, WNOHANG) != c->pid)
        return RC_OK;
    c->pid = 0;
    if (WIFSIGNALED(status))
        return err_set(e, RC_INFRA, "%s was ended by signal %d (%s)", c->name, WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    return err_set(e, RC_INFRA, "%s has ended with exit code %d", c->name, WEXITSTATUS(status));
}

void link_child_end(struct link_child *c)
{
    if (c->pid == 0)
        return;
    (void)kill(c->pid, SIGKILL);
    while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    c->pid = 0;
}
