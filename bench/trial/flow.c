#include "bench/trial/flow.h"

#include "bench/trial/account.h"
#include "reports/stats/statistics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An arm may bring an assay of its own, or its own libraries. */
static const char *program_of(const struct flow *f)
{
    return f->o->cell->listed != NULL ? f->o->cell->listed->program : NULL;
}

static const char *libraries_of(const struct flow *f)
{
    return f->o->cell->listed != NULL ? f->o->cell->listed->libraries : NULL;
}

const struct worker_kind *flow_kind(const struct flow *f, size_t slot)
{
    return &f->workload->kinds[shared_memory_slot(f->memory, slot)->kind];
}

struct worker_slot *flow_slot(const struct flow *f, size_t kind)
{
    return shared_memory_find(f->memory, kind, 0);
}

void *flow_region(const struct flow *f, size_t kind)
{
    return (char *)f->memory + flow_slot(f, kind)->region_at;
}

/* --- opening and closing --- */

static size_t at_start(const struct flow *f, const struct worker_kind *k)
{
    return k->at_start != NULL ? k->at_start(f->o->cell) : 1;
}

static size_t at_most(const struct flow *f, const struct worker_kind *k)
{
    return k->most != NULL ? k->most(f->o->cell) : at_start(f, k);
}

enum rc flow_make_memory(struct flow *f, const void *spec, size_t spec_bytes, struct err *e)
{
    size_t kinds = workload_kind_count(f->workload);
    struct shared_memory_plan plan = {.workload = f->workload->form.name,
                                      .spec = spec,
                                      .spec_bytes = spec_bytes,
                                      .stop = f->g->stop};
    for (size_t k = 0; k < kinds; k++)
        plan.slot_count += at_most(f, &f->workload->kinds[k]);
    struct slot_plan *slots = calloc(plan.slot_count + 1, sizeof *slots);
    f->process = calloc(plan.slot_count + 1, sizeof *f->process);
    if (slots == NULL || f->process == NULL) {
        free(slots);
        return err_set(e, RC_INFRA, "no memory for %zu workers", plan.slot_count);
    }
    size_t at = 0;
    for (size_t k = 0; k < kinds; k++) {
        const struct worker_kind *kind = &f->workload->kinds[k];
        for (size_t i = 0; i < at_most(f, kind); i++)
            slots[at++] = (struct slot_plan){
                .kind = (int32_t)k,
                .index = (int32_t)i,
                .region_bytes = kind->region_bytes != NULL ? kind->region_bytes(f) : 0};
    }
    plan.slots = slots;
    enum rc rc = shared_memory_create(&plan, &f->memory_fd, &f->memory, e);
    free(slots);
    for (size_t i = 0; rc == RC_OK && i < plan.slot_count; i++)
        f->process[i].slot = shared_memory_slot(f->memory, i);
    return rc;
}

enum rc flow_open(struct flow *f, struct err *e)
{
    enum rc rc = f->workload->setup(f, e);
    if (rc == RC_OK)
        live_metrics_watch(f->g->live, f->workload, f->memory);
    return rc;
}

void flow_close(struct flow *f, bool lost)
{
    if (f->workload == NULL)
        return;
    if (f->memory != NULL)
        shared_set(&f->memory->control, CONTROL_STOP);
    for (size_t i = 0; f->memory != NULL && i < f->memory->slot_count; i++)
        worker_end(&f->process[i], false);
    live_metrics_leave(f->g->live, f->memory);
    f->workload->teardown(f, lost);
    shared_memory_unmap(f->memory);
    if (f->memory_fd >= 0)
        (void)close(f->memory_fd);
    free(f->process);
}

/* --- its workers --- */

static enum rc start_worker(struct flow *f, size_t slot, struct err *e)
{
    struct worker_order order = {
        .kind = flow_kind(f, slot)->name,
        .slot = slot,
        .memory_fd = f->memory_fd,
        .pool_fd = f->o->pool != NULL ? f->o->pool->fd : -1,
        .namespace_fd = f->route != NULL ? links_namespace(f->g->testbed->links->links) : -1,
        .program = program_of(f),
        .libraries = libraries_of(f)};
    return worker_start(&order, &f->process[slot], e);
}

static bool is_late(const struct flow *f, const struct worker_kind *k)
{
    return k->late != NULL && k->late(f);
}

enum rc flow_start(struct flow *f, bool late, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < f->memory->slot_count; i++) {
        const struct worker_kind *k = flow_kind(f, i);
        if (is_late(f, k) == late && (size_t)f->process[i].slot->index < at_start(f, k))
            rc = start_worker(f, i, e);
    }
    return rc;
}

enum rc flow_answer(struct flow *f, struct err *e)
{
    enum request_kind kind;
    size_t slot = 0;
    enum rc rc = RC_OK;
    while (rc == RC_OK && shared_memory_take_request(f->memory, &kind, &slot)) {
        if (slot >= f->memory->slot_count)
            return err_set(e, RC_INTEGRITY, "a worker asked for slot %zu of %llu", slot,
                           (unsigned long long)f->memory->slot_count);
        struct worker_process *w = &f->process[slot];
        if (kind == REQUEST_END)
            worker_end(w, true);
        else if (worker_has_ended(w))
            rc = start_worker(f, slot, e);
    }
    return rc;
}

static void void_foreign(struct flow *f, const struct worker_process *w, const char *kind)
{
    char end[64];
    const char *program = program_of(f);
    const char *libraries = libraries_of(f);
    account_void(&f->out->record,
                 "the %s%s%s%s%s did not start (%s): what stands there must be of this version "
                 "of assay and fit this machine; it says why above",
                 kind, program != NULL ? " " : "", program != NULL ? program : "",
                 libraries != NULL ? " with the libraries of " : "",
                 libraries != NULL ? libraries : "", worker_say_end(w, end, sizeof end));
}

/* RC_INTEGRITY: it has failed, or ended before its time. */
static enum rc look_at_worker(struct flow *f, struct worker_process *w, const struct worker_kind *k)
{
    char end[64];
    if (w->pid == 0)
        return RC_OK;
    bool ended = worker_has_ended(w); /* before the phase: a worker that is DONE may end at once */
    uint32_t phase = atomic_load(&w->slot->phase);
    if (phase == WORKER_FAILED) {
        (w->slot->rc == RC_INTEGRITY ? account_hurt : account_void)(&f->out->record, "%s: %s",
                                                                    k->name, w->slot->error);
        return RC_INTEGRITY;
    }
    if (!ended || phase == WORKER_DONE || k->may_die)
        return RC_OK;
    bool foreign = program_of(f) != NULL || libraries_of(f) != NULL;
    if (phase == WORKER_STARTING && foreign)
        void_foreign(f, w, k->name);
    else
        account_void(&f->out->record, "the %s ended unexpectedly: %s", k->name,
                     worker_say_end(w, end, sizeof end));
    return RC_INTEGRITY;
}

enum rc flow_look(struct flow *f)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < f->memory->slot_count; i++)
        rc = look_at_worker(f, &f->process[i], flow_kind(f, i));
    return rc;
}

void flow_sample(struct flow *f)
{
    for (size_t i = 0; i < f->memory->slot_count; i++)
        worker_sample(&f->process[i]);
}

enum rc flow_judge(struct flow *f, struct err *e)
{
    enum rc rc = f->workload->judge(f, e);
    for (size_t i = 0; i < LATENCY_COUNT; i++)
        latency_from_hist(&f->out->latency[i], &f->out->record.latency_ns[i]);
    return rc;
}

/* --- how far it is --- */

bool flow_reached(const struct flow *f, enum worker_part part, enum worker_phase phase)
{
    if (atomic_load(&f->memory->asked) != atomic_load(&f->memory->answered))
        return false; /* who was asked for may have that part */
    for (size_t i = 0; i < f->memory->slot_count; i++) {
        if (f->process[i].pid == 0 || flow_kind(f, i)->part != part)
            continue;
        if (!worker_runs(&f->process[i]) && flow_kind(f, i)->may_die)
            continue;
        uint32_t now = atomic_load(&f->process[i].slot->phase);
        if (now < phase || now == WORKER_FAILED)
            return false;
    }
    return true;
}

bool flow_reads_along(const struct flow *f)
{
    for (const struct worker_kind *k = f->workload->kinds; k->name != NULL; k++)
        if (k->part == PART_DRAINS && !is_late(f, k))
            return true;
    return false;
}

uint64_t flow_progress(const struct flow *f, enum worker_part part)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < f->memory->slot_count; i++)
        if (flow_kind(f, i)->part == part)
            sum += atomic_load(&f->process[i].slot->progress);
    return sum;
}

static uint64_t handed_over(const struct flow *f)
{
    return f->workload->handed_over != NULL ? f->workload->handed_over(f->memory)
                                            : flow_progress(f, PART_SENDS);
}

uint64_t flow_movement(const struct flow *f)
{
    uint64_t sum = handed_over(f);
    for (size_t i = 0; i < f->memory->slot_count; i++) {
        const struct worker_slot *s = f->process[i].slot;
        sum += (uint64_t)atomic_load(&s->progress) + atomic_load(&s->phase) + s->life_count;
    }
    return sum;
}

/* What a worker complains of; "" nothing. */
static const char *complaint(const struct flow *f)
{
    for (size_t i = 0; i < f->memory->slot_count; i++) {
        const struct worker_slot *s = f->process[i].slot;
        if (s->error[0] != '\0')
            return s->error;
        if (s->trouble[0] != '\0')
            return s->trouble;
    }
    return "";
}

char *flow_say(const struct flow *f, char *text)
{
    const char *why = complaint(f);
    (void)snprintf(
        text, RECORD_WHY_MAX, "%llu sent, %llu acknowledged, %llu received%s%.400s",
        (unsigned long long)handed_over(f), (unsigned long long)flow_progress(f, PART_SENDS),
        (unsigned long long)flow_progress(f, PART_DRAINS), why[0] != '\0' ? ": " : "", why);
    return text;
}
