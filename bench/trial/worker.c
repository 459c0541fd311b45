#define _GNU_SOURCE
#include "bench/trial/worker.h"

#include "base/clock.h"
#include "bench/workload/workload.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Descriptors are moved out of each other's way first, then to their places. */
static int plan_descriptors(posix_spawn_file_actions_t *acts, int memory_fd, int pool_fd)
{
    enum { ASIDE = 200 };
    const int from[] = {memory_fd, pool_fd};
    const int to[] = {WORKER_MEMORY_FD, WORKER_POOL_FD};
    size_t count = pool_fd >= 0 ? 2 : 1;
    int trouble = 0;
    for (size_t i = 0; trouble == 0 && i < count; i++)
        trouble = posix_spawn_file_actions_adddup2(acts, from[i], ASIDE + (int)i);
    for (size_t i = 0; trouble == 0 && i < count; i++)
        trouble = posix_spawn_file_actions_adddup2(acts, ASIDE + (int)i, to[i]);
    for (size_t i = 0; trouble == 0 && i < count; i++)
        trouble = posix_spawn_file_actions_addclose(acts, ASIDE + (int)i);
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

static int spawn(const struct worker_order *o, char **environment, pid_t *pid)
{
    char parent[32], slot[32];
    (void)snprintf(parent, sizeof parent, "%ld", (long)getpid());
    (void)snprintf(slot, sizeof slot, "%zu", o->slot);
    char self[] = "assay";
    char command[] = "worker";
    char kind[WORKLOAD_NAME_MAX];
    (void)snprintf(kind, sizeof kind, "%s", o->kind);
    char *argv[] = {self, command, kind, slot, parent, NULL};
    posix_spawn_file_actions_t acts;
    posix_spawnattr_t attributes;
    (void)posix_spawn_file_actions_init(&acts);
    (void)posix_spawnattr_init(&attributes);
    /* A group of its own: Ctrl-C reaches the conductor alone, which ends the trial in order. */
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    int trouble = plan_descriptors(&acts, o->memory_fd, o->pool_fd);
    if (trouble == 0)
        trouble = posix_spawn(pid, o->program != NULL ? o->program : "/proc/self/exe", &acts,
                              &attributes, argv, environment);
    (void)posix_spawn_file_actions_destroy(&acts);
    (void)posix_spawnattr_destroy(&attributes);
    return trouble;
}

/* Of the last life; lives past the room share the last place. */
static uint32_t life_place(const struct worker_slot *s)
{
    uint32_t last = s->life_count < INCARNATIONS ? s->life_count : INCARNATIONS;
    return last > 0 ? last - 1 : 0;
}

static struct incarnation *life_of(struct worker_slot *s)
{
    return &s->lives[life_place(s)];
}

/* Before its process is there, which may look at it. */
static void begin_life(struct worker_slot *s)
{
    s->life_count++;
    *life_of(s) = (struct incarnation){.from_ns = clock_now().ns};
    atomic_store(&s->phase, WORKER_STARTING);
}

static void note_process(struct worker_process *w, pid_t pid)
{
    w->pid = pid;
    w->ended = false;
    life_of(w->slot)->pid = (int32_t)pid;
}

enum rc worker_start(const struct worker_order *o, struct worker_process *w, struct err *e)
{
    char *path = NULL;
    char **environment = o->libraries != NULL ? make_environment(o->libraries, &path) : environ;
    int home = -1;
    pid_t pid = 0;
    if (environment == NULL)
        return err_set(e, RC_INFRA, "no memory for the environment of the %s", o->kind);
    begin_life(w->slot);
    enum rc rc = enter_namespace(o->namespace_fd, &home, e);
    int trouble = rc == RC_OK ? spawn(o, environment, &pid) : 0;
    if (rc == RC_OK)
        rc = leave_namespace(home, e);
    if (environment != environ)
        free(environment);
    free(path);
    if (pid > 0 && trouble == 0)
        note_process(w, pid);
    if (trouble == 0)
        return rc;
    return err_sys(e, RC_INFRA, trouble, "cannot start the %s%s%s", o->kind,
                   o->program != NULL ? ": " : "", o->program != NULL ? o->program : "");
}

/* --- its end --- */

static int64_t ns_of(struct timeval t)
{
    return (int64_t)t.tv_sec * NS_PER_S + (int64_t)t.tv_usec * NS_PER_US;
}

static struct cpu_use cpu_between(struct cpu_use from, struct cpu_use to)
{
    return (struct cpu_use){.user_ns = to.user_ns - from.user_ns,
                            .system_ns = to.system_ns - from.system_ns};
}

/* What the last life measured; whole: its CPU by wait4, when it has ended. A worker that is done
 * says itself when it was: what it clears up then is not measured. */
static struct cpu_use measured_in_life(const struct worker_slot *s, struct cpu_use whole)
{
    uint32_t phase = atomic_load(&s->phase);
    if (phase < WORKER_MEASURING)
        return (struct cpu_use){.user_ns = 0};
    return cpu_between(s->cpu_start, phase == WORKER_DONE ? s->cpu_end : whole);
}

static bool reap(struct worker_process *w, int options)
{
    enum { KIB = 1024 };
    struct rusage use;
    pid_t got = 0;
    do
        got = wait4(w->pid, &w->status, options, &use);
    while (got < 0 && errno == EINTR);
    if (got != w->pid)
        return false;
    struct incarnation *life = life_of(w->slot);
    life->status = w->status;
    life->to_ns = clock_now().ns;
    life->cpu = (struct cpu_use){.user_ns = ns_of(use.ru_utime), .system_ns = ns_of(use.ru_stime)};
    life->peak_bytes = (int64_t)use.ru_maxrss * KIB;
    struct cpu_use measured = measured_in_life(w->slot, life->cpu);
    w->slot->cpu_before.user_ns += measured.user_ns;
    w->slot->cpu_before.system_ns += measured.system_ns;
    w->ended = true;
    return true;
}

bool worker_runs(const struct worker_process *w)
{
    return w->pid != 0 && !w->ended;
}

bool worker_has_ended(struct worker_process *w)
{
    return !worker_runs(w) || reap(w, WNOHANG);
}

void worker_sample(struct worker_process *w)
{
    if (!worker_runs(w))
        return;
    int64_t now = process_anon_bytes(w->pid);
    if (now > w->slot->anon_peak)
        w->slot->anon_peak = now;
}

void worker_end(struct worker_process *w, bool asked)
{
    if (worker_has_ended(w))
        return;
    life_of(w->slot)->asked_to_end = asked;
    (void)kill(w->pid, SIGKILL);
    (void)reap(w, 0);
    w->ended = true;
}

struct cpu_use worker_cpu(const struct worker_slot *s)
{
    struct cpu_use sum = s->cpu_before;
    if (s->life_count > 0 && s->lives[life_place(s)].to_ns == 0) {
        struct cpu_use now = measured_in_life(s, s->cpu_end);
        sum.user_ns += now.user_ns;
        sum.system_ns += now.system_ns;
    }
    return sum;
}

char *worker_say_end(const struct worker_process *w, char *text, size_t size)
{
    if (WIFSIGNALED(w->status))
        (void)snprintf(text, size, "signal %d (%s)", WTERMSIG(w->status),
                       strsignal(WTERMSIG(w->status)));
    else
        (void)snprintf(text, size, "exit code %d", WEXITSTATUS(w->status));
    return text;
}

/* --- its life --- */

/* The kind that a slot is of; NULL: this is no such slot. */
static const struct worker_kind *kind_of(const struct shared_memory *m, const char *kind,
                                         size_t slot)
{
    const struct workload *workload = workload_find(m->workload);
    if (workload == NULL || slot >= m->slot_count)
        return NULL;
    const struct worker_kind *k = &workload->kinds[shared_memory_slot(m, slot)->kind];
    return strcmp(k->name, kind) == 0 ? k : NULL;
}

static enum rc live(struct worker *w, const struct worker_kind *kind, struct err *e)
{
    char name[WORKLOAD_NAME_MAX];
    (void)snprintf(name, sizeof name, "assay-%s", kind->name);
    (void)prctl(PR_SET_NAME, name);
    process_sharp_timers();
    process_allowed_cpus(w->slot->cpus, sizeof w->slot->cpus);
    enum rc rc = kind->live(w, e);
    if (rc != RC_OK)
        return worker_fail(w->slot, e);
    shared_set(&w->slot->phase, WORKER_DONE);
    return RC_OK;
}

enum rc worker_live(const char *kind, size_t slot, pid_t parent, struct err *e)
{
    struct worker w = {0};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        return err_set(e, RC_INFRA, "the process that started this worker has gone");
    enum rc rc = shared_memory_map(WORKER_MEMORY_FD, &w.memory, e);
    if (rc != RC_OK)
        return rc;
    const struct worker_kind *k = kind_of(w.memory, kind, slot);
    if (k == NULL) {
        rc = err_set(e, RC_INPUT, "the workload \"%.*s\" has no %s in slot %zu", WORKLOAD_NAME_MAX,
                     w.memory->workload, kind, slot);
    } else {
        w.slot = shared_memory_slot(w.memory, slot);
        w.region = w.slot->region_bytes > 0 ? shared_memory_region(w.memory, slot) : NULL;
        rc = live(&w, k, e);
    }
    shared_memory_unmap(w.memory);
    return rc;
}
