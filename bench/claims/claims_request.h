/*
 * What is asked of the documented claims: which of them, how thoroughly, on which testbed.
 *
 * Ownership: claims and claims_run are owned by whoever fills the request in; while a job goes on,
 * what it learns is added to claims_run. Threads: main only.
 */
#ifndef ASSAY_BENCH_CLAIMS_CLAIMS_REQUEST_H
#define ASSAY_BENCH_CLAIMS_CLAIMS_REQUEST_H

#include "bench/run/run_request.h"
#include "reports/claims/claims_run.h"
#include "scenarios/claim.h"

struct claims_request {
    struct run_request *run;      /* borrowed; cluster, folder, who is told */
    struct claims claims;         /* all that are known */
    struct claims_run claims_run; /* of these, those selected, and how */
    bool clients, probes;         /* may be asked */
    char blocks[48];              /* override "blocks=N" of scenarios that are not exact; "" */
};

#endif
