/*
 * What the user asked of `assay claims`: which claims, how thoroughly, where to.
 *
 * Ownership: claims_request_release frees the claims and the claims_run. Threads: main only.
 */
#ifndef ASSAY_CLI_CLAIMS_REQUEST_H
#define ASSAY_CLI_CLAIMS_REQUEST_H

#include "cli/run_request.h"
#include "reports/claims/claims_run.h"
#include "scenarios/claim.h"

enum { CLAIMS_LOOKS_MOST = 24 };

struct claims_request {
    struct run_request run;       /* cluster, out, quiet, json; blocks are kept apart below */
    struct claims claims;         /* owned; all that are known */
    struct claims_run claims_run; /* owned; of these, those selected, and how */
    bool enforce, resume, clients, probes;
    char blocks[48]; /* override "blocks=N" of scenarios that are not exact; "" */
};

extern const struct option_row CLAIMS_OPTIONS[];

/* Errors name the option or the id and the nearest known one. With --resume the folder's own
 * claims_run is read, and may not differ from what was asked now. */
enum rc claims_request_read(const struct args *a, struct claims_request *out,
                            struct err *e) MUST_CHECK;
void claims_request_release(struct claims_request *r); /* zeroed is fine */

#endif
