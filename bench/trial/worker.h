/*
 * A worker: a process of a flow, such as its sender or its receiver.
 *
 * Its CPU and memory are the kernel's accounts of that process, its client and allocator are fresh,
 * and a crash or hang is one void trial, unless its kind may die. It is this same program, or
 * another assay, started again with a hidden subcommand; shared memory and payload pool are handed
 * over as descriptors. It dies with its parent. A worker may live several times: each life is an
 * incarnation in its slot, with the CPU that wait4 tells, so that a killed one counts as well.
 * Threads: main thread only (a worker dies with the thread that started it).
 */
#ifndef ASSAY_BENCH_TRIAL_WORKER_H
#define ASSAY_BENCH_TRIAL_WORKER_H

#include "bench/trial/shared_memory.h"

#include <sys/types.h>

enum { WORKER_MEMORY_FD = 3, WORKER_POOL_FD = 4 }; /* where a worker finds its memory */

/* What a worker's own code is given; lasts as long as the process. */
struct worker {
    struct shared_memory *memory;
    struct worker_slot *slot;
    void *region; /* its own, zero at its first life; NULL: its kind has none */
};

/* The conductor's side of a worker. The slot tells the same to others, but is not believed: it
 * stands in memory that the worker can write. Zeroed: not running. */
struct worker_process {
    struct worker_slot *slot;
    pid_t pid;  /* of its last life; 0: it never lived */
    bool ended; /* reaped */
    int status; /* of wait4, when ended */
};

/* What a worker is started with; borrowed. */
struct worker_order {
    const char *kind; /* its name, for messages */
    size_t slot;      /* its number in the shared memory */
    int memory_fd;
    int pool_fd;           /* -1: it needs none */
    int namespace_fd;      /* network namespace it lives in; -1: that of the conductor */
    const char *program;   /* the assay that it is; NULL: this one */
    const char *libraries; /* folder of shared objects that are loaded first; NULL: none */
};

/* Begins its next life; its slot becomes STARTING. */
enum rc worker_start(const struct worker_order *o, struct worker_process *w,
                     struct err *e) MUST_CHECK;
bool worker_runs(const struct worker_process *w);
/* Reaps without waiting; true once it has ended, or never lived. */
bool worker_has_ended(struct worker_process *w);
/* Notes the anonymous memory it holds now. */
void worker_sample(struct worker_process *w);
/* Ends it (SIGKILL) if it still runs, and reaps it. asked: by a worker of its flow. */
void worker_end(struct worker_process *w, bool asked);
/* CPU of what is measured, of all its lives: of one that was killed up to its end. */
struct cpu_use worker_cpu(const struct worker_slot *s);
/* How it ended, in words: "exit code 5", "signal 11 (Segmentation fault)". Returns text. */
char *worker_say_end(const struct worker_process *w, char *text, size_t size);

/* The life of a worker's process, from main to its end. parent: the process that started it; when
 * that has gone already, the worker ends at once. RC_INPUT: the slot is not there, or of another
 * kind. */
enum rc worker_live(const char *kind, size_t slot, pid_t parent, struct err *e) MUST_CHECK;

#endif
