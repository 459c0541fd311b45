#define _GNU_SOURCE
#include "bench/testbed/store/store_server.h"

#include "base/clock.h"
#include "base/fs.h"
#include "bench/testbed/broker/broker_folder.h"
#include "bench/testbed/broker/broker_ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char PROGRAM[] = "versitygw/versitygw";
static const char VERSION_FILE[] = "versitygw/version";
static const int64_t READY_NS = 30 * (int64_t)NS_PER_S;
static const int64_t LOOK_NS = 20 * NS_PER_MS;
enum { KEY_BYTES = 16, KEPT_FD = 3, FOLDER_MODE = 0700, VERSION_MAX = 256 };

/* What the child is given; all of it made before the fork. */
struct store_start {
    char program[HOME_PATH_MAX], data[HOME_PATH_MAX], sidecar[HOME_PATH_MAX];
    char address[STORE_SERVER_TEXT / 2], access[2 * STORE_SERVER_TEXT],
        secret[2 * STORE_SERVER_TEXT];
    char *environment[4];
    int log;
};

bool store_server_is_installed(const struct home *h)
{
    char program[HOME_PATH_MAX];
    struct err ignored;
    return home_var(h, PROGRAM, program, &ignored) == RC_OK && access(program, X_OK) == 0;
}

static enum rc make_key(char *text, struct err *e)
{
    unsigned char bytes[KEY_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return err_sys(e, RC_INFRA, errno, "no random bytes for the keys of the object store");
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return RC_OK;
}

static enum rc make_below(const struct store_server *s, const char *name, char *out, struct err *e)
{
    enum rc rc = fs_join(out, e, s->folder, "%s", name);
    if (rc == RC_OK && mkdir(out, FOLDER_MODE) != 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot make %s", out);
    return rc;
}

static void read_version(const struct home *h, struct store_server *s)
{
    char path[HOME_PATH_MAX];
    struct err ignored;
    struct buf text;
    buf_init(&text, VERSION_MAX);
    if (home_var(h, VERSION_FILE, path, &ignored) == RC_OK &&
        fs_read(path, &text, &ignored) == RC_OK && text.size > 0)
        (void)snprintf(s->version, sizeof s->version, "%.*s",
                       (int)strcspn((const char *)text.data, "\r\n"), (const char *)text.data);
    buf_release(&text);
}

/* Keys go by the environment, which others cannot read as they can a command line. */
static enum rc prepare(const struct home *h, struct store_server *s, struct store_start *a,
                       struct err *e)
{
    static char no_home[] = "HOME=/nonexistent";
    enum rc rc = make_key(s->access_key, e);
    if (rc == RC_OK)
        rc = make_key(s->secret_key, e);
    if (rc == RC_OK)
        rc = home_var(h, PROGRAM, a->program, e);
    if (rc == RC_OK)
        rc = make_below(s, "data", a->data, e);
    if (rc == RC_OK)
        rc = make_below(s, "sidecar", a->sidecar, e);
    if (rc == RC_OK)
        rc = broker_ports_pick(&s->port, 1, e);
    (void)snprintf(a->address, sizeof a->address, "127.0.0.1:%d", s->port);
    (void)snprintf(s->endpoint, sizeof s->endpoint, "http://%s", a->address);
    (void)snprintf(a->access, sizeof a->access, "ROOT_ACCESS_KEY=%s", s->access_key);
    (void)snprintf(a->secret, sizeof a->secret, "ROOT_SECRET_KEY=%s", s->secret_key);
    a->environment[0] = a->access;
    a->environment[1] = a->secret;
    a->environment[2] = no_home;
    return rc;
}

/* In the child, after fork: nothing that allocates. */
static void become_server(struct store_start *a, int lock, pid_t parent)
{
    char port[] = "--port", quiet[] = "--quiet", posix[] = "posix", sidecar[] = "--sidecar";
    char *argv[] = {a->program, port, a->address, quiet, posix, sidecar, a->sidecar, a->data, NULL};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(127);
    (void)setpgid(0, 0); /* Ctrl-C reaches the runner alone */
    int nothing = open("/dev/null", O_RDONLY);
    (void)dup2(nothing, STDIN_FILENO);
    (void)dup2(a->log, STDOUT_FILENO);
    (void)dup2(a->log, STDERR_FILENO);
    if (lock == KEPT_FD)
        (void)fcntl(lock, F_SETFD, 0);
    else
        (void)dup2(lock, KEPT_FD);
    (void)close_range(KEPT_FD + 1, ~0U, 0);
    (void)execve(a->program, argv, a->environment);
    _exit(127);
}

static bool answers(const struct store_server *s)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)s->port),
                            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool up = fd >= 0 && connect(fd, (const struct sockaddr *)&a, sizeof a) == 0;
    if (fd >= 0)
        (void)close(fd);
    return up;
}

static enum rc await(struct store_server *s, const volatile sig_atomic_t *stop, struct err *e)
{
    struct instant start = clock_now();
    while (!answers(s)) {
        if (stop != NULL && *stop != 0)
            return err_set(e, RC_INTERRUPTED, "interrupted");
        if (!store_server_alive(s))
            return err_set(e, RC_INFRA, "the object store (versitygw) ended at once");
        if (instant_since(clock_now(), start) > READY_NS)
            return err_set(e, RC_INFRA, "the object store (versitygw) did not answer within %d s",
                           (int)(READY_NS / NS_PER_S));
        clock_sleep(LOOK_NS);
    }
    return RC_OK;
}

static enum rc start_server(struct store_server *s, struct store_start *a, struct err *e)
{
    char log[HOME_PATH_MAX];
    enum rc rc = fs_join(log, e, s->folder, "log");
    if (rc != RC_OK)
        return rc;
    a->log = open(log, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (a->log < 0)
        return err_sys(e, RC_INFRA, errno, "cannot write %s", log);
    pid_t parent = getpid();
    s->pid = fork();
    if (s->pid == 0)
        become_server(a, s->lock, parent);
    if (s->pid < 0)
        rc = err_sys(e, RC_INFRA, errno, "cannot start %s", a->program);
    (void)close(a->log);
    return rc;
}

enum rc store_server_open(const struct home *h, const volatile sig_atomic_t *stop,
                          struct store_server *out, struct err *e)
{
    struct broker_folder folder = {.lock = -1};
    struct store_start a = {.log = -1};
    *out = (struct store_server){.lock = -1};
    if (!store_server_is_installed(h))
        return err_set(e, RC_INFRA,
                       "an object store is needed and versitygw is not installed: scripts/setup "
                       "builds it, or name a store with --s3-endpoint and --s3-bucket");
    enum rc rc = broker_folder_make(h, NULL, &folder, e);
    if (rc != RC_OK)
        return rc;
    out->lock = folder.lock;
    (void)snprintf(out->folder, sizeof out->folder, "%s", folder.path);
    read_version(h, out);
    rc = prepare(h, out, &a, e);
    if (rc == RC_OK)
        rc = start_server(out, &a, e);
    if (rc == RC_OK)
        rc = await(out, stop, e);
    explicit_bzero(&a, sizeof a);
    if (rc != RC_OK)
        store_server_close(out);
    return rc;
}

bool store_server_alive(struct store_server *s)
{
    int status = 0;
    if (s->pid > 0 && waitpid(s->pid, &status, WNOHANG) == s->pid)
        s->pid = -1;
    return s->pid > 0;
}

void store_server_access(const struct store_server *s, const char *bucket,
                         struct object_store_config *c)
{
    (void)snprintf(c->endpoint, sizeof c->endpoint, "%s", s->endpoint);
    (void)snprintf(c->access_key, sizeof c->access_key, "%s", s->access_key);
    (void)snprintf(c->secret_key, sizeof c->secret_key, "%s", s->secret_key);
    (void)snprintf(c->bucket, sizeof c->bucket, "%s", bucket);
    (void)snprintf(c->region, sizeof c->region, "us-east-1");
    c->session_token[0] = c->ca_file[0] = '\0';
}

void store_server_close(struct store_server *s)
{
    struct err unused;
    if (s == NULL || s->folder[0] == '\0')
        return;
    if (s->pid > 0) {
        (void)kill(s->pid, SIGKILL);
        while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    /* What cannot be removed is stale from here on: the next start tries again. */
    (void)!fs_remove_tree(s->folder, &unused);
    if (s->lock >= 0)
        (void)close(s->lock);
    explicit_bzero(s->secret_key, sizeof s->secret_key);
    *s = (struct store_server){.lock = -1};
}
