#define _GNU_SOURCE
#include "bench/link/network_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

enum { ANCHOR_FAILED = 1 };

struct anchor {
    int said; /* pipe: the errno of unshare, 0 when it is done */
};

static int live_as_anchor(void *ctx)
{
    const struct anchor *a = ctx;
    int trouble = unshare(CLONE_NEWNET) == 0 ? 0 : errno;
    if (write(a->said, &trouble, sizeof trouble) != sizeof trouble || trouble != 0)
        return ANCHOR_FAILED;
    for (;;)
        (void)pause();
}

static enum rc hear(int pipe, struct err *e)
{
    int trouble = 0;
    ssize_t got;
    do
        got = read(pipe, &trouble, sizeof trouble);
    while (got < 0 && errno == EINTR);
    if (got != sizeof trouble)
        return err_set(e, RC_INFRA, "the process that should hold a network namespace has ended");
    if (trouble == EPERM)
        return err_set(e, RC_INFRA, "only root (CAP_SYS_ADMIN) may make a network namespace");
    if (trouble != 0)
        return err_sys(e, RC_INFRA, trouble, "cannot make a network namespace");
    return RC_OK;
}

static enum rc start(int keep, struct network_namespace *n, struct err *e)
{
    int ends[2];
    char path[64];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_sys(e, RC_INFRA, errno, "cannot make a pipe");
    struct anchor a = {.said = ends[1]};
    const int kept[] = {ends[1], keep};
    const struct link_work work = {
        .name = "assay-link", .live = live_as_anchor, .ctx = &a, .keep = kept, .kept = 2};
    enum rc rc = link_child_start(&work, &n->anchor, e);
    (void)close(ends[1]);
    if (rc == RC_OK)
        rc = hear(ends[0], e);
    (void)close(ends[0]);
    if (rc != RC_OK)
        return rc;
    (void)snprintf(path, sizeof path, "/proc/%ld/ns/net", (long)n->anchor.pid);
    n->fd = open(path, O_RDONLY | O_CLOEXEC);
    return n->fd >= 0 ? RC_OK : err_sys(e, RC_INFRA, errno, "cannot open %s", path);
}

enum rc network_namespace_open(int keep, struct network_namespace *out, struct err *e)
{
    *out = (struct network_namespace){.fd = -1};
    enum rc rc = start(keep, out, e);
    if (rc != RC_OK)
        network_namespace_close(out);
    return rc;
}

void network_namespace_close(struct network_namespace *n)
{
    link_child_end(&n->anchor);
    if (n->fd >= 0)
        (void)close(n->fd);
    n->fd = -1;
}

struct visit {
    int fd;
    enum rc (*what)(void *ctx, struct err *e);
    void *ctx;
    struct err *e;
    enum rc rc;
};

static void *go_inside(void *ctx)
{
    struct visit *v = ctx;
    if (setns(v->fd, CLONE_NEWNET) != 0)
        v->rc = err_sys(v->e, RC_INFRA, errno, "cannot enter the link's network namespace");
    else
        v->rc = v->what(v->ctx, v->e);
    return NULL;
}

enum rc network_namespace_inside(const struct network_namespace *n,
                                 enum rc (*what)(void *ctx, struct err *e), void *ctx,
                                 struct err *e)
{
    pthread_t thread;
    struct visit v = {.fd = n->fd, .what = what, .ctx = ctx, .e = e};
    int trouble = pthread_create(&thread, NULL, go_inside, &v);
    if (trouble != 0)
        return err_sys(e, RC_INFRA, trouble, "cannot start a thread");
    (void)pthread_join(thread, NULL);
    return v.rc;
}
