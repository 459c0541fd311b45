#define _GNU_SOURCE
#include "base/program.h"

#include "base/fs.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_STEP = 4096, WORDS_MAX = 64 };

bool program_exists(const char *name)
{
    const char *path = getenv("PATH");
    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");
        char folder[FS_PATH_MAX];
        char file[FS_PATH_MAX];
        struct err unused;
        if (length > 0 && length < sizeof folder) {
            memcpy(folder, path, length);
            folder[length] = '\0';
            struct stat s;
            if (fs_join(file, &unused, folder, "%s", name) == RC_OK && stat(file, &s) == 0 &&
                S_ISREG(s.st_mode) && access(file, X_OK) == 0)
                return true;
        }
        path += length + (path[length] == ':');
    }
    return false;
}

static enum rc read_output(int fd, const char *name, struct buf *output, struct err *e)
{
    for (;;) {
        uint8_t piece[READ_STEP];
        ssize_t got = read(fd, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_sys(e, RC_INFRA, errno, "cannot read what %s says", name);
        if (got == 0)
            return RC_OK;
        if (buf_append(output, piece, (size_t)got, e) != RC_OK)
            return err_set(e, RC_INFRA, "%s says more than %zu bytes", name, output->max);
    }
}

static int prepare(posix_spawn_file_actions_t *actions, const struct program *p, int out)
{
    int failed = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(actions, out, STDERR_FILENO);
    if (failed == 0 && p->folder != NULL)
        failed = posix_spawn_file_actions_addchdir_np(actions, p->folder);
    return failed;
}

static enum rc start(const struct program *p, int out, pid_t *child, struct err *e)
{
    char *words[WORDS_MAX] = {NULL};
    assert(p->argv[0] != NULL);
    for (size_t i = 0; p->argv[i] != NULL; i++) {
        if (i + 1 == WORDS_MAX)
            return err_set(e, RC_INPUT, "%s is given more than %d words", p->argv[0],
                           WORDS_MAX - 1);
        memcpy(&words[i], &p->argv[i], sizeof words[i]); /* posix_spawnp changes none of them */
    }
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed == 0) {
        failed = prepare(&actions, p, out);
        if (failed == 0)
            failed = posix_spawnp(child, p->argv[0], &actions, NULL, words, environ);
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    return failed == 0 ? RC_OK : err_sys(e, RC_INFRA, failed, "cannot run %s", p->argv[0]);
}

static enum rc finish(pid_t child, const char *name, int *exit_code, struct err *e)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return err_sys(e, RC_INFRA, errno, "cannot wait for %s", name);
    if (!WIFEXITED(status))
        return err_set(e, RC_INFRA, "%s was ended by signal %d", name, WTERMSIG(status));
    *exit_code = WEXITSTATUS(status);
    return RC_OK;
}

enum rc program_run(const struct program *p, struct buf *output, int *exit_code, struct err *e)
{
    int ends[2];
    pid_t child = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_sys(e, RC_INFRA, errno, "cannot make a pipe for %s", p->argv[0]);
    enum rc rc = start(p, ends[1], &child, e);
    (void)close(ends[1]);
    if (rc == RC_OK) {
        rc = read_output(ends[0], p->argv[0], output, e);
        struct err late;
        enum rc ended = finish(child, p->argv[0], exit_code, rc == RC_OK ? e : &late);
        rc = rc == RC_OK ? ended : rc;
    }
    (void)close(ends[0]);
    return rc;
}
