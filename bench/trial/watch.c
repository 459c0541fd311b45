#include "bench/trial/watch.h"

#include "bench/trial/account.h"

#include <assert.h>

static const int64_t POLL_NS = 2 * NS_PER_MS;

static void sample(struct watch *w, const struct flow *f, struct instant now)
{
    if (instant_since(now, w->sampled) < f->workload->sample_ns)
        return;
    for (size_t i = 0; i < w->count; i++)
        flow_sample(w->flow[i]);
    w->sampled = now;
}

static enum rc look_at_progress(struct watch *w, struct flow *f)
{
    char said[RECORD_WHY_MAX];
    uint64_t sum = flow_movement(f);
    struct instant now = clock_now();
    if (sum != w->seen) {
        w->seen = sum;
        w->moved = now;
    }
    sample(w, f, now);
    if (instant_since(now, w->moved) < w->timeout_ns)
        return RC_OK;
    account_void(&f->out->record, "no progress for %lld s: %.400s",
                 (long long)(w->timeout_ns / NS_PER_S), flow_say(f, said));
    return RC_INTEGRITY;
}

static enum rc look(struct watch *w, struct flow *f, struct err *e)
{
    if (*w->g->stop != 0)
        return err_set(e, RC_INTERRUPTED, "interrupted");
    enum rc rc = testbed_check(w->g->testbed, e);
    for (size_t i = 0; rc == RC_OK && i < w->count; i++)
        rc = flow_look(w->flow[i]);
    for (size_t i = 0; rc == RC_OK && i < w->count; i++)
        rc = flow_answer(w->flow[i], e);
    for (size_t i = 0; rc == RC_OK && i < w->count; i++)
        if (w->flow[i]->workload->tick != NULL)
            rc = w->flow[i]->workload->tick(w->flow[i], e);
    return rc == RC_OK ? look_at_progress(w, f) : rc;
}

/* The word to sleep on: the phase of the first worker that is not so far. NULL: all are. */
static _Atomic uint32_t *behind(const struct flow *f, enum worker_part part,
                                enum worker_phase phase)
{
    for (size_t i = 0; i < f->memory->slot_count; i++) {
        struct worker_process *p = &f->process[i];
        if (worker_runs(p) && flow_kind(f, i)->part == part &&
            atomic_load(&p->slot->phase) < (uint32_t)phase)
            return &p->slot->phase;
    }
    return NULL;
}

enum rc watch_phase(struct watch *w, struct flow *f, enum worker_part part, enum worker_phase phase,
                    struct err *e)
{
    w->moved = clock_now();
    while (!flow_reached(f, part, phase)) {
        enum rc rc = look(w, f, e);
        if (rc != RC_OK)
            return rc;
        _Atomic uint32_t *word = behind(f, part, phase);
        uint32_t seen = word != NULL ? atomic_load(word) : 0;
        if (word != NULL && seen < (uint32_t)phase)
            shared_wait(word, seen, POLL_NS);
    }
    return RC_OK;
}

/* Waits until the workers of f that drain have finished so much together. */
static enum rc watch_receipts(struct watch *w, struct flow *f, uint64_t count, struct err *e)
{
    w->moved = clock_now();
    while (flow_progress(f, PART_DRAINS) < count) {
        enum rc rc = look(w, f, e);
        if (rc != RC_OK)
            return rc;
        clock_sleep(POLL_NS);
    }
    return RC_OK;
}

enum rc watch_warm_up(struct watch *w, struct flow *f, struct err *e)
{
    assert(w->count < WATCH_FLOWS);
    w->flow[w->count++] = f;
    enum rc rc = flow_start(f, false, e);
    if (rc == RC_OK)
        rc = watch_phase(w, f, PART_DRAINS, WORKER_READY, e);
    if (rc == RC_OK)
        rc = watch_phase(w, f, PART_SENDS, WORKER_READY, e);
    if (rc != RC_OK)
        return rc;
    shared_set(&f->memory->control, CONTROL_WARM_UP);
    rc = watch_phase(w, f, PART_SENDS, WORKER_WARM, e);
    if (rc == RC_OK && flow_reads_along(f))
        rc = watch_receipts(w, f, (uint64_t)f->o->cell->warmup_records, e);
    return rc;
}

enum rc watch_drain(struct watch *w, struct flow *f, struct err *e)
{
    enum rc rc = watch_phase(w, f, PART_SENDS, WORKER_DONE, e);
    if (rc == RC_OK && f->workload->sent != NULL)
        rc = f->workload->sent(f, e);
    if (rc == RC_OK)
        rc = flow_start(f, true, e);
    if (rc == RC_OK)
        rc = watch_phase(w, f, PART_DRAINS, WORKER_READY, e);
    if (rc != RC_OK)
        return rc;
    shared_set(&f->memory->control, CONTROL_DRAIN);
    return watch_phase(w, f, PART_DRAINS, WORKER_DONE, e);
}
