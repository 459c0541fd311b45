/*
 * What assay needs of a machine, as a table of checks; assay doctor prints what they find.
 *
 * A check fills one finding; it never fails itself: what cannot be found out is a finding, too.
 * Ownership: plain memory. Threads: main only.
 */
#ifndef ASSAY_CLI_DOCTOR_H
#define ASSAY_CLI_DOCTOR_H

#include "base/home.h"
#include "cli/command.h"

enum finding_level {
    FINDING_FINE,
    FINDING_NOTE, /* assay works; numbers or features suffer */
    FINDING_LACK, /* assay run cannot work like this */
};

enum { FINDING_SAYS = 256, FINDING_CURE = 256 };

struct finding {
    enum finding_level level;
    char says[FINDING_SAYS];
    char cure[FINDING_CURE]; /* a command or a step; empty when there is nothing to cure */
};

struct doctor_check {
    const char *name; /* "java"; NULL ends the table */
    void (*look)(const struct home *h, struct finding *f);
};

extern const struct doctor_check DOCTOR_PARTS[];   /* programs and files assay needs */
extern const struct doctor_check DOCTOR_MACHINE[]; /* the machine under the measurement */

/* --size: hands a finding per limit on the way of a record to show, in the order in which the
 * record meets them. RC_INFRA names the first that refuses. */
typedef void doctor_show(void *ctx, const char *name, const struct finding *f);
enum rc doctor_size(const struct args *a, doctor_show *show, void *ctx, struct err *e) MUST_CHECK;

/* Formats says and cure of a finding; cure NULL: none. */
void finding_set(struct finding *f, enum finding_level level, const char *cure, const char *fmt,
                 ...) __attribute__((format(printf, 4, 5)));

#endif
