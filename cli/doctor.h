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
#include "cli/finding.h"

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

#endif
