/*
 * A role is a child process of its own: sender or receiver of one trial.
 *
 * Its CPU and memory are the kernel's accounts of that process, its client and allocator are fresh,
 * and a crash or hang is one void trial. It is this same program, or another assay, started again
 * with a hidden subcommand; the board and the pool are handed over as descriptors. It dies with its
 * parent. Threads: main thread only (a role dies with the thread that started it).
 */
#ifndef ASSAY_BENCH_TRIAL_ROLE_H
#define ASSAY_BENCH_TRIAL_ROLE_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/types.h>

enum role_kind { ROLE_SENDER, ROLE_RECEIVER };
extern const char *const ROLE_NAMES[];        /* by enum role_kind */
enum { ROLE_BOARD_FD = 3, ROLE_POOL_FD = 4 }; /* where a role finds its memory */

struct role {
    enum role_kind kind;
    pid_t pid;         /* 0: not running */
    bool ended;        /* reaped */
    int status;        /* of waitpid, when ended */
    int64_t anon_peak; /* bytes; sampled by role_sample */
};

/* What a role is started with; borrowed. */
struct role_order {
    enum role_kind kind;
    int board_fd, pool_fd;
    int namespace_fd;      /* network namespace it lives in; -1: the runner's */
    const char *program;   /* the assay that it is; NULL: this one */
    const char *libraries; /* folder of shared objects that are loaded first; NULL: none */
};

enum rc role_start(const struct role_order *o, struct role *out, struct err *e) MUST_CHECK;
/* Reaps without waiting; true once it has ended. */
bool role_has_ended(struct role *r);
/* Notes the anonymous memory it holds now. */
void role_sample(struct role *r);
/* Ends it (SIGKILL) if it still runs, and reaps it. */
void role_end(struct role *r);
/* How it ended, in words: "exit code 5", "signal 11 (Segmentation fault)". Returns text. */
char *role_say_end(const struct role *r, char *text, size_t size);

/* The life of a role process, from main to its end. parent: the process that started it; when that
 * has gone already, the role ends at once. */
enum rc role_live(enum role_kind kind, pid_t parent, struct err *e) MUST_CHECK;

#endif
