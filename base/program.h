/*
 * Running another program to its end and reading what it says.
 *
 * Found on the PATH, without a shell; no standard input; both outputs in one.
 * Errors: RC_INFRA when it cannot be run, is ended by a signal, or says more than the caller's
 * buffer takes. Threads: safe from any thread.
 */
#ifndef ASSAY_BASE_PROGRAM_H
#define ASSAY_BASE_PROGRAM_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

struct program {
    const char *const *argv; /* borrowed; NULL-terminated; argv[0] is the name */
    const char *folder;      /* to run in; NULL: the current one */
};

/* Whether name is an executable file on the PATH. */
bool program_exists(const char *name);

/* Appends all it prints to output; *exit_code is what it ended with. */
enum rc program_run(const struct program *p, struct buf *output, int *exit_code,
                    struct err *e) MUST_CHECK;

#endif
