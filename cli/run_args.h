/*
 * The options by which a command is told what to run: RUN_OPTIONS, or a part of them. They are read
 * into the request that what measures takes; the rest is for the command itself.
 *
 * Ownership: run_args_release frees the cluster (wiping its secrets) and the arrays; texts are
 * borrowed from the arguments. Must not be moved once read. Threads: main only.
 */
#ifndef ASSAY_CLI_RUN_ARGS_H
#define ASSAY_CLI_RUN_ARGS_H

#include "bench/run/run_request.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/run_export.h"

struct run_args {
    struct run_request request;      /* its listener is the progress below */
    char blocks[48], partitions[48]; /* overrides made of --blocks and --partitions */
    int64_t max_bytes;               /* of all trials of a scenario; 0: none */
    bool plan_only, quiet, json;
    struct progress progress;
    struct run_export export; /* read; run_args_export opens it */
};

extern const struct option_row RUN_OPTIONS[];

/* Errors name the option. From here on Ctrl-C asks the run to end in order. */
enum rc run_args_read(const struct args *a, struct run_args *out, struct err *e) MUST_CHECK;
/* Live metrics, if they are asked for. Closed by run_args_release. */
enum rc run_args_export(struct run_args *r, struct err *e) MUST_CHECK;
void run_args_release(struct run_args *r); /* zeroed is fine */

#endif
