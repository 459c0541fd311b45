/*
 * What assay needs of a machine, as a table of checks; assay doctor prints their results.
 *
 * A check fills one result: one line of what was seen, and what cures it. It never fails itself:
 * what cannot be found out is a result, too.
 * Ownership: plain memory. Threads: main only.
 */
#ifndef ASSAY_CLI_DOCTOR_DOCTOR_H
#define ASSAY_CLI_DOCTOR_DOCTOR_H

#include "base/home.h"
#include "cli/command.h"

enum check_level {
    CHECK_FINE,
    CHECK_NOTE,    /* assay works; numbers or features suffer */
    CHECK_LACK,    /* assay run cannot work like this */
    CHECK_REFUSAL, /* a limit that a record does not pass */
};

enum { CHECK_SAYS = 256, CHECK_CURE = 256 };

struct check_result {
    enum check_level level;
    char says[CHECK_SAYS];
    char cure[CHECK_CURE]; /* a command or a step; empty when there is nothing to cure */
};

/* Formats says, in one line, and cure; cure NULL: none. */
void check_result_set(struct check_result *r, enum check_level level, const char *cure,
                      const char *fmt, ...) PRINTF_LIKE(4, 5);

struct doctor_check {
    const char *name; /* "java"; NULL ends the table */
    void (*look)(const struct home *h, struct check_result *r);
};

extern const struct doctor_check DOCTOR_PARTS[];   /* programs and files assay needs */
extern const struct doctor_check DOCTOR_MACHINE[]; /* the machine under the measurement */

/* --size: hands a result per limit on the way of a record to show, in the order in which the
 * record meets them. RC_INFRA names the first that refuses. */
typedef void doctor_show(void *ctx, const char *name, const struct check_result *r);
enum rc doctor_size(const struct args *a, doctor_show *show, void *ctx, struct err *e) MUST_CHECK;

#endif
