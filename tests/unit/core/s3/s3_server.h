/*
 * A real S3 server for tests: versitygw, which checks signatures. Found in $VERSITYGW, on the PATH
 * or in var/versitygw of the project; a test without one says SKIPPED and why.
 */
#ifndef ASSAY_TESTS_UNIT_S3_SERVER_H
#define ASSAY_TESTS_UNIT_S3_SERVER_H

#include "base/clock.h"
#include "base/fs.h"
#include "core/s3/object_store.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define S3_KEY "assay-test-key"
#define S3_SECRET "assay-test-secret"
#define S3_BUCKET "imagery"

struct s3_server {
    char folder[64], program[FS_PATH_MAX];
    char endpoint[64];
    int port;
    pid_t pid; /* 0: not running */
};

static inline bool s3_server_find(struct s3_server *s)
{
    const char *candidates[] = {getenv("VERSITYGW"), "var/versitygw/versitygw"};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++)
        if (candidates[i] != NULL && access(candidates[i], X_OK) == 0) {
            (void)snprintf(s->program, sizeof s->program, "%s", candidates[i]);
            return true;
        }
    return false;
}

static inline int s3_free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    (void)bind(fd, (struct sockaddr *)&a, sizeof a);
    (void)getsockname(fd, (struct sockaddr *)&a, &n);
    (void)close(fd);
    return ntohs(a.sin_port);
}

static inline bool s3_server_answers(const struct s3_server *s)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)s->port),
                            .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool up = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
    (void)close(fd);
    return up;
}

/* Starts it on the same port and folder as before. */
static inline bool s3_server_start(struct s3_server *s)
{
    char address[64], data[96], sidecar[96];
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", s->port);
    (void)snprintf(data, sizeof data, "%s/data", s->folder);
    (void)snprintf(sidecar, sizeof sidecar, "%s/sidecar", s->folder);
    s->pid = fork();
    if (s->pid == 0) {
        int null = open("/dev/null", O_RDWR);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(null, 1);
        (void)dup2(null, 2);
        execl(s->program, "versitygw", "--port", address, "--access", S3_KEY, "--secret", S3_SECRET,
              "--quiet", "posix", "--sidecar", sidecar, data, (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 600 && !s3_server_answers(s); i++)
        clock_sleep(20 * (int64_t)NS_PER_MS);
    return s3_server_answers(s);
}

static inline bool s3_server_open(struct s3_server *s)
{
    char path[96];
    *s = (struct s3_server){.folder = "/tmp/assay-test-s3-XXXXXX"};
    if (!s3_server_find(s) || mkdtemp(s->folder) == NULL)
        return false;
    (void)snprintf(path, sizeof path, "%s/data", s->folder);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof path, "%s/sidecar", s->folder);
    (void)mkdir(path, 0700);
    s->port = s3_free_port();
    (void)snprintf(s->endpoint, sizeof s->endpoint, "http://127.0.0.1:%d", s->port);
    return s3_server_start(s);
}

static inline void s3_server_kill(struct s3_server *s)
{
    if (s->pid > 0) {
        (void)kill(s->pid, SIGKILL);
        (void)waitpid(s->pid, NULL, 0);
    }
    s->pid = 0;
}

static inline void s3_server_close(struct s3_server *s)
{
    struct err ignored;
    s3_server_kill(s);
    if (fs_remove_tree(s->folder, &ignored) != RC_OK)
        (void)fprintf(stderr, "%s\n", ignored.text);
}

static int s3_files_seen;
static inline int s3_count_file(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)path;
    (void)at;
    s3_files_seen += kind == FTW_F && st->st_size > 0;
    return 0;
}
/* Files of content that the server holds, parts of unfinished uploads included. */
static inline int s3_server_files(const struct s3_server *s)
{
    char path[96];
    (void)snprintf(path, sizeof path, "%s/data", s->folder);
    s3_files_seen = 0;
    (void)nftw(path, s3_count_file, 16, FTW_PHYS);
    return s3_files_seen;
}

static inline void s3_server_config(const struct s3_server *s, struct object_store_config *c)
{
    object_store_config_init(c);
    (void)snprintf(c->endpoint, sizeof c->endpoint, "%s", s->endpoint);
    (void)snprintf(c->bucket, sizeof c->bucket, S3_BUCKET);
    (void)snprintf(c->region, sizeof c->region, "us-east-1");
    (void)snprintf(c->access_key, sizeof c->access_key, S3_KEY);
    (void)snprintf(c->secret_key, sizeof c->secret_key, S3_SECRET);
    c->session_token[0] = '\0';
    c->stall_ns = 5 * (int64_t)NS_PER_S;
    c->attempts = 2;
}

#endif
