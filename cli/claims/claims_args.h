/*
 * The options of `assay claims`, read into the request that what measures takes.
 *
 * Ownership: claims_args_release frees all. Must not be moved once read. Threads: main only.
 */
#ifndef ASSAY_CLI_CLAIMS_CLAIMS_ARGS_H
#define ASSAY_CLI_CLAIMS_CLAIMS_ARGS_H

#include "bench/claims/claims_request.h"
#include "cli/run_args.h"

struct claims_args {
    struct run_args run; /* blocks are kept apart, in the request */
    struct claims_request request;
    bool enforce;
};

extern const struct option_row CLAIMS_OPTIONS[];

/* Errors name the option or the id and the nearest known one. With --resume the folder's own
 * claims_run is read, and may not differ from what was asked now. */
enum rc claims_args_read(const struct args *a, struct claims_args *out, struct err *e) MUST_CHECK;
void claims_args_release(struct claims_args *c); /* zeroed is fine */

#endif
