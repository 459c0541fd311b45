/*
 * A process that holds up a link: it does one thing, holds only the descriptors it was given, is
 * out of reach of Ctrl-C, and dies with the process that started it, also after SIGKILL.
 *
 * Started by fork alone, so before any thread. Threads: main thread only (the kernel ties the child
 * to the thread that started it).
 */
#ifndef ASSAY_BENCH_LINK_LINK_CHILD_H
#define ASSAY_BENCH_LINK_LINK_CHILD_H

#include "base/err.h"

#include <stddef.h>
#include <sys/types.h>

struct link_child {
    pid_t pid;        /* 0: not running */
    const char *name; /* borrowed; for messages and for ps, at most 15 characters */
};

struct link_work {
    const char *name;       /* borrowed, must outlive the child's struct */
    int (*live)(void *ctx); /* in the child; what it returns is its exit code */
    void *ctx;
    const int *keep; /* descriptors that stay open beside 0, 1 and 2; -1 are passed over */
    size_t kept;
};

enum rc link_child_start(const struct link_work *w, struct link_child *out,
                         struct err *e) MUST_CHECK;
/* RC_INFRA with how it ended when it has ended. */
enum rc link_child_check(struct link_child *c, struct err *e) MUST_CHECK;
/* Ends it (SIGKILL) and reaps it; a zeroed struct is fine. */
void link_child_end(struct link_child *c);

#endif
