#include "bench/trial/rendezvous.h"

#include <unistd.h>

/* Comes to a phase, and waits to be told to go on. */
static enum rc meet(struct worker *w, enum worker_phase at, enum flow_control until, struct err *e)
{
    shared_set(&w->slot->phase, at);
    return worker_wait_control(w->memory, until) ? RC_OK : err_set(e, RC_INTERRUPTED, "stopped");
}

enum rc worker_rendezvous(struct worker *w, rendezvous_part *send, void *ctx, struct err *e)
{
    struct worker_slot *me = w->slot;
    enum rc rc = meet(w, WORKER_READY, CONTROL_WARM_UP, e);
    if (rc == RC_OK)
        rc = send(ctx, false, e);
    if (rc == RC_OK)
        rc = meet(w, WORKER_WARM, CONTROL_MEASURE, e);
    if (rc != RC_OK)
        return rc;
    me->cpu_start = process_cpu_self();
    shared_set(&me->phase, WORKER_MEASURING);
    rc = send(ctx, true, e);
    me->cpu_end = process_cpu_self();
    me->anon_bytes = process_anon_bytes(getpid());
    return rc;
}
