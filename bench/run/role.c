#define _GNU_SOURCE
#include "bench/run/role.h"

#include "bench/measure/process.h"
#include "bench/run/receiver.h"
#include "bench/run/sender.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

const char *const ROLE_NAMES[] = {"sender", "receiver", NULL};

/* The descriptors are moved out of each other's way first, then to their places. */
static int plan_descriptors(posix_spawn_file_actions_t *acts, int board_fd, int pool_fd)
{
    enum { ASIDE = 200 };
    int trouble = posix_spawn_file_actions_adddup2(acts, board_fd, ASIDE);
    if (trouble == 0)
        trouble = posix_spawn_file_actions_adddup2(acts, pool_fd, ASIDE + 1);
    if (trouble == 0)
        trouble = posix_spawn_file_actions_adddup2(acts, ASIDE, ROLE_BOARD_FD);
    if (trouble == 0)
        trouble = posix_spawn_file_actions_adddup2(acts, ASIDE + 1, ROLE_POOL_FD);
    if (trouble == 0)
        trouble = posix_spawn_file_actions_addclose(acts, ASIDE);
    if (trouble == 0)
        trouble = posix_spawn_file_actions_addclose(acts, ASIDE + 1);
    if (trouble == 0)
        trouble = posix_spawn_file_actions_addopen(acts, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (trouble == 0)
        trouble = posix_spawn_file_actions_addopen(acts, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    return trouble;
}

enum rc role_start(enum role_kind kind, int board_fd, int pool_fd, struct role *out, struct err *e)
{
    char parent[32];
    (void)snprintf(parent, sizeof parent, "%ld", (long)getpid());
    char self[] = "assay";
    char command[] = "role";
    char name[16];
    (void)snprintf(name, sizeof name, "%s", ROLE_NAMES[kind]);
    char *argv[] = {self, command, name, parent, NULL};
    posix_spawn_file_actions_t acts;
    posix_spawnattr_t attributes;
    (void)posix_spawn_file_actions_init(&acts);
    (void)posix_spawnattr_init(&attributes);
    /* A group of its own: Ctrl-C reaches the runner alone, which ends the trial in order. */
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    *out = (struct role){.kind = kind};
    int trouble = plan_descriptors(&acts, board_fd, pool_fd);
    if (trouble == 0)
        trouble = posix_spawn(&out->pid, "/proc/self/exe", &acts, &attributes, argv, environ);
    (void)posix_spawn_file_actions_destroy(&acts);
    (void)posix_spawnattr_destroy(&attributes);
    if (trouble != 0) {
        out->pid = 0;
        return err_sys(e, RC_INFRA, trouble, "cannot start the %s", ROLE_NAMES[kind]);
    }
    return RC_OK;
}

bool role_has_ended(struct role *r)
{
    if (r->pid != 0 && !r->ended && waitpid(r->pid, &r->status, WNOHANG) == r->pid)
        r->ended = true;
    return r->pid == 0 || r->ended;
}

void role_sample(struct role *r)
{
    if (r->pid == 0 || r->ended)
        return;
    int64_t now = process_anon_bytes(r->pid);
    if (now > r->anon_peak)
        r->anon_peak = now;
}

void role_end(struct role *r)
{
    if (role_has_ended(r))
        return;
    (void)kill(r->pid, SIGKILL);
    while (waitpid(r->pid, &r->status, 0) < 0 && errno == EINTR)
        ;
    r->ended = true;
}

char *role_say_end(const struct role *r, char *text, size_t size)
{
    if (WIFSIGNALED(r->status))
        (void)snprintf(text, size, "signal %d (%s)", WTERMSIG(r->status),
                       strsignal(WTERMSIG(r->status)));
    else
        (void)snprintf(text, size, "exit code %d", WEXITSTATUS(r->status));
    return text;
}

enum rc role_live(enum role_kind kind, pid_t parent, struct err *e)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        return err_set(e, RC_INFRA, "the runner has gone");
    (void)prctl(PR_SET_NAME, kind == ROLE_SENDER ? "assay-sender" : "assay-receiver");
    process_sharp_timers();
    return kind == ROLE_SENDER ? sender_live(e) : receiver_live(e);
}
