#include "bench/trial/trial_outcome.h"

#include <stdlib.h>

enum rc trial_outcome_open(struct trial_outcome *out, struct err *e)
{
    *out = (struct trial_outcome){0};
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < LATENCY_COUNT; i++)
        rc = hist_init(&out->latency[i], e);
    return rc;
}

void trial_outcome_release(struct trial_outcome *out)
{
    for (size_t i = 0; i < LATENCIES_MAX; i++)
        hist_release(&out->latency[i]);
    if (out->background != NULL)
        trial_outcome_release(out->background);
    free(out->background);
    out->background = NULL;
}
