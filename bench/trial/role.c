#define _GNU_SOURCE
#include "bench/trial/role.h"

#include "bench/measure/process.h"
#include "bench/trial/receiver.h"
#include "bench/trial/sender.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
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

/* --- its environment --- */

static const char LIBRARY_PATH[] = "LD_LIBRARY_PATH=";

/* Ours, with folder before whatever is searched for libraries. *path and the result are the
 * caller's; NULL without memory. */
static char **make_environment(const char *folder, char **path)
{
    size_t count = 0;
    const char *before = "";
    while (environ[count] != NULL)
        count++;
    char **made = calloc(count + 2, sizeof *made);
    size_t used = 0;
    for (size_t i = 0; made != NULL && i < count; i++) {
        if (strncmp(environ[i], LIBRARY_PATH, sizeof LIBRARY_PATH - 1) == 0)
            before = environ[i] + sizeof LIBRARY_PATH - 1;
        else
            made[used++] = environ[i];
    }
    int n = made != NULL ? asprintf(path, "%s%s%s%s", LIBRARY_PATH, folder,
                                    before[0] != '\0' ? ":" : "", before)
                         : -1;
    if (n < 0) {
        *path = NULL;
        free(made);
        return NULL;
    }
    made[used] = *path;
    return made;
}

/* --- its network --- */

/* A child starts in the namespace of the thread that starts it: go there, and come back. *home: the
 * namespace to come back to; -1: there is nowhere to go. */
static enum rc enter_namespace(int fd, int *home, struct err *e)
{
    *home = -1;
    if (fd < 0)
        return RC_OK;
    *home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (*home < 0)
        return err_sys(e, RC_INFRA, errno, "cannot open the network namespace of this process");
    if (setns(fd, CLONE_NEWNET) == 0)
        return RC_OK;
    enum rc rc = err_sys(e, RC_INFRA, errno, "cannot enter the network namespace of the link");
    (void)close(*home);
    *home = -1;
    return rc;
}

static enum rc leave_namespace(int home, struct err *e)
{
    if (home < 0)
        return RC_OK;
    enum rc rc = RC_OK;
    if (setns(home, CLONE_NEWNET) != 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot return from the network namespace of the link");
    (void)close(home);
    return rc;
}

/* --- its start --- */

static int spawn(const struct role_order *o, char **environment, pid_t *pid)
{
    char parent[32];
    (void)snprintf(parent, sizeof parent, "%ld", (long)getpid());
    char self[] = "assay";
    char command[] = "role";
    char name[16];
    (void)snprintf(name, sizeof name, "%s", ROLE_NAMES[o->kind]);
    char *argv[] = {self, command, name, parent, NULL};
    posix_spawn_file_actions_t acts;
    posix_spawnattr_t attributes;
    (void)posix_spawn_file_actions_init(&acts);
    (void)posix_spawnattr_init(&attributes);
    /* A group of its own: Ctrl-C reaches the runner alone, which ends the trial in order. */
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    int trouble = plan_descriptors(&acts, o->board_fd, o->pool_fd);
    if (trouble == 0)
        trouble = posix_spawn(pid, o->program != NULL ? o->program : "/proc/self/exe", &acts,
                              &attributes, argv, environment);
    (void)posix_spawn_file_actions_destroy(&acts);
    (void)posix_spawnattr_destroy(&attributes);
    return trouble;
}

enum rc role_start(const struct role_order *o, struct role *out, struct err *e)
{
    char *path = NULL;
    char **environment = o->libraries != NULL ? make_environment(o->libraries, &path) : environ;
    int home = -1;
    *out = (struct role){.kind = o->kind};
    if (environment == NULL)
        return err_set(e, RC_INFRA, "no memory for the environment of the %s", ROLE_NAMES[o->kind]);
    enum rc rc = enter_namespace(o->namespace_fd, &home, e);
    int trouble = rc == RC_OK ? spawn(o, environment, &out->pid) : 0;
    if (rc == RC_OK)
        rc = leave_namespace(home, e);
    if (environment != environ)
        free(environment);
    free(path);
    if (trouble == 0)
        return rc;
    out->pid = 0;
    return err_sys(e, RC_INFRA, trouble, "cannot start the %s%s%s", ROLE_NAMES[o->kind],
                   o->program != NULL ? ": " : "", o->program != NULL ? o->program : "");
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
