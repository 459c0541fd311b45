/* The null workload: a worker that notes what it would have sent, without Kafka. What a trial of it
 * costs is what the instrument costs. */
#include "base/clock.h"
#include "bench/measure/pacer.h"
#include "bench/trial/flow.h"
#include "bench/trial/live_counts.h"
#include "bench/trial/note.h"
#include "bench/workload/workload_table.h"

#include <unistd.h>

static const int64_t SAMPLE_NS = 50 * NS_PER_MS;
enum { KIND_WORKER };

struct null_spec {
    struct load load; /* its steps stand below */
    struct load_step steps[LOAD_STEPS_MAX];
    int64_t records, warmup, window_ns;
    double max_rate_per_s;
    uint64_t seed;
    bool until_told;
};

struct null_region {
    int64_t due_ns; /* of the first measured record */
};

/* Behind it: a note's offset is the sequence, its time when it was noted. */
static struct note_list *notes_of(const struct null_region *r)
{
    return (struct note_list *)(void *)((char *)(uintptr_t)r + sizeof *r);
}

/* --- the worker --- */

struct null_worker {
    struct worker *w;
    const struct null_spec *spec;
    struct null_region *region;
    struct pacer pacer;
    uint64_t next;
};

static bool must_stop(const struct null_worker *n, int64_t stop_ns, int64_t now_ns)
{
    const struct shared_memory *m = n->w->memory;
    return now_ns >= stop_ns || atomic_load(&m->control) == CONTROL_STOP ||
           (n->spec->until_told && atomic_load(&m->enough) != 0);
}

static void note_until(struct null_worker *n, uint64_t until, int64_t window_ns)
{
    struct instant start = clock_now();
    int64_t stop_ns = window_ns > 0 ? start.ns + window_ns : INT64_MAX;
    struct load load = n->spec->load;
    load.steps = load.step_count > 0 ? n->spec->steps : NULL;
    if (n->next < (uint64_t)n->spec->warmup)
        load = load_of_warm_up(&load);
    pacer_start(&n->pacer, &load, n->spec->max_rate_per_s, n->spec->seed + n->next, start);
    while (n->next < until) {
        int64_t due_ns = pacer_next(&n->pacer);
        if (due_ns == PACER_OVER)
            return;
        int64_t now_ns = clock_now().ns;
        if (must_stop(n, stop_ns, now_ns))
            return;
        if (n->next == (uint64_t)n->spec->warmup)
            n->region->due_ns = due_ns;
        note_list_add(notes_of(n->region),
                      (struct note){.offset = (int64_t)n->next++, .ns = now_ns});
        worker_progress(n->w->slot, 1);
    }
}

static enum rc live_as_worker(struct worker *w, struct err *e)
{
    struct null_worker n = {.w = w, .spec = shared_memory_spec(w->memory), .region = w->region};
    struct worker_slot *me = w->slot;
    shared_set(&me->phase, WORKER_READY);
    if (!worker_wait_control(w->memory, CONTROL_WARM_UP))
        return err_set(e, RC_INTERRUPTED, "stopped");
    note_until(&n, (uint64_t)n.spec->warmup, 0);
    shared_set(&me->phase, WORKER_WARM);
    if (!worker_wait_control(w->memory, CONTROL_MEASURE))
        return err_set(e, RC_INTERRUPTED, "stopped");
    me->cpu_start = process_cpu_self();
    shared_set(&me->phase, WORKER_MEASURING);
    note_until(&n, (uint64_t)n.spec->records, n.spec->window_ns);
    me->cpu_end = process_cpu_self();
    me->anon_bytes = process_anon_bytes(getpid());
    return RC_OK;
}

/* --- the conductor's side --- */

static size_t region_bytes(const struct flow *f)
{
    return sizeof(struct null_region) + note_list_bytes((uint64_t)f->o->cell->records_max);
}

static enum rc set_up_null(struct flow *f, struct err *e)
{
    const struct plan_cell *c = f->o->cell;
    struct null_spec spec = {.load = c->load,
                             .records = c->records_max,
                             .warmup = c->warmup_records,
                             .window_ns = c->window_ns,
                             .max_rate_per_s = f->g->max_rate_per_s,
                             .seed = f->o->trial->seed,
                             .until_told = f->until_told};
    if (load_by_clock(&c->load))
        spec.load.rate_per_s = f->o->rate_per_s;
    for (size_t i = 0; i < c->load.step_count; i++)
        spec.steps[i] = c->load.steps[i];
    spec.load.steps = NULL;
    spec.load.trace = NULL;
    enum rc rc = flow_make_memory(f, &spec, sizeof spec, e);
    if (rc == RC_OK)
        notes_of(flow_region(f, KIND_WORKER))->room = (uint64_t)spec.records;
    return rc;
}

static void tear_down_null(struct flow *f, bool lost)
{
    (void)f;
    (void)lost;
}

static void count_null(const struct shared_memory *m, struct live_counts *to)
{
    const struct null_region *r = shared_memory_region(m, KIND_WORKER);
    to->records_sent = atomic_load_explicit(&notes_of(r)->count, memory_order_relaxed);
    to->records_received = to->records_sent;
}

/* Every note is a record that was sent and received by nobody, at once. */
static enum rc judge_null(struct flow *f, struct err *e)
{
    (void)e;
    struct trial_record *r = &f->out->record;
    const struct null_region *region = flow_region(f, KIND_WORKER);
    const struct note_list *notes = notes_of(region);
    const struct null_spec *spec = shared_memory_spec(f->memory);
    const struct worker_slot *w = flow_slot(f, KIND_WORKER);
    int64_t count = (int64_t)atomic_load(&notes->count);
    r->delivery.sent = r->delivery.acknowledged = r->delivery.received = count;
    r->measured_records = count - spec->warmup;
    r->use.sender.user_ns = w->cpu_end.user_ns - w->cpu_start.user_ns;
    r->use.sender.system_ns = w->cpu_end.system_ns - w->cpu_start.system_ns;
    r->use.sender.peak_anon_bytes = w->anon_peak > w->anon_bytes ? w->anon_peak : w->anon_bytes;
    if (r->measured_records <= 0)
        return RC_OK;
    f->out->measured_from_ns = region->due_ns;
    f->out->measured_to_ns = notes->note[count - 1].ns;
    r->window_ns = f->out->measured_to_ns - f->out->measured_from_ns;
    if (r->window_ns > 0)
        r->throughput.records_per_s = (double)r->measured_records * NS_PER_S / (double)r->window_ns;
    return RC_OK;
}

static struct workload_arrivals arrived_between(const struct flow *f, int64_t from_ns,
                                                int64_t to_ns)
{
    const struct note_list *notes = notes_of(flow_region(f, KIND_WORKER));
    uint64_t count = atomic_load(&notes->count);
    struct workload_arrivals n = {0};
    for (uint64_t i = 0; i < count; i++)
        n.count += notes->note[i].ns >= from_ns && notes->note[i].ns <= to_ns;
    return n;
}

static unsigned need_nothing(const struct plan_cell *c)
{
    (void)c;
    return 0;
}

static const struct worker_kind KINDS[] = {
    [KIND_WORKER] = {.name = "worker",
                     .spread = SPREAD_EACH_MACHINE,
                     .part = PART_SENDS,
                     .region_bytes = region_bytes,
                     .live = live_as_worker},
    {.name = NULL},
};

const struct workload WORKLOAD_NULL = {
    .name = "null",
    .says = "a worker that only notes, without Kafka: what the instrument costs by itself",
    .kinds = KINDS,
    .sample_ns = SAMPLE_NS,
    .needs = need_nothing,
    .setup = set_up_null,
    .judge = judge_null,
    .teardown = tear_down_null,
    .count = count_null,
    .arrived = arrived_between,
};
