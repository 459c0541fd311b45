/* The null workload: a worker that notes what it would have sent, without Kafka. What a trial of it
 * costs is what the instrument costs. */
#include "base/clock.h"
#include "bench/measure/note.h"
#include "bench/trial/account.h"
#include "bench/trial/flow.h"
#include "bench/trial/rendezvous.h"
#include "bench/trial/shared_load.h"
#include "bench/workload/workload_table.h"

static const int64_t SAMPLE_NS = 50 * NS_PER_MS;
enum { KIND_WORKER };
enum { KEY_NOTES }; /* of a scenario, in the order of KEYS */
enum { NOTES_MOST = 64 };

struct null_spec {
    struct shared_load load;
    int64_t records, warmup, window_ns;
    int64_t notes; /* of each record */
    bool until_told;
};

struct null_region {
    int64_t due_ns, last_ns; /* of the first measured record, and when the last was noted */
    _Atomic uint64_t count;  /* records */
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

static bool must_stop(const struct null_worker *n)
{
    const struct shared_memory *m = n->w->memory;
    return atomic_load(&m->control) == CONTROL_STOP ||
           (n->spec->until_told && atomic_load(&m->enough) != 0);
}

static void note_until(struct null_worker *n, uint64_t until, int64_t window_ns)
{
    (void)shared_load_start(&n->spec->load, n->next < (uint64_t)n->spec->warmup, n->next,
                            clock_now(), &n->pacer);
    pacer_end_after(&n->pacer, window_ns);
    while (n->next < until) {
        int64_t due_ns = pacer_next(&n->pacer);
        if (due_ns == PACER_OVER || must_stop(n))
            return;
        int64_t now_ns = clock_now().ns;
        if (n->next == (uint64_t)n->spec->warmup)
            n->region->due_ns = due_ns;
        for (int64_t i = 0; i < n->spec->notes; i++)
            note_list_add(notes_of(n->region),
                          (struct note){.offset = (int64_t)n->next, .ns = now_ns});
        n->region->last_ns = now_ns;
        n->next++;
        atomic_store_explicit(&n->region->count, n->next, memory_order_release);
        worker_progress(n->w->slot, 1);
    }
}

static enum rc note_part(void *ctx, bool measured, struct err *e)
{
    struct null_worker *n = ctx;
    (void)e;
    note_until(n, (uint64_t)(measured ? n->spec->records : n->spec->warmup),
               measured ? n->spec->window_ns : 0);
    return RC_OK;
}

static enum rc live_as_worker(struct worker *w, struct err *e)
{
    struct null_worker n = {.w = w, .spec = shared_memory_spec(w->memory), .region = w->region};
    return worker_rendezvous(w, note_part, &n, e);
}

/* --- the conductor's side --- */

static uint64_t notes_at_most(const struct plan_cell *c)
{
    return (uint64_t)(c->records_max * c->parameters->value[KEY_NOTES]);
}

/* Notes are all that it holds. */
static void hold_notes(const struct plan_cell *c, struct plan_estimate *out)
{
    out->ledger_bytes = (int64_t)note_list_bytes(notes_at_most(c));
    out->disk_bytes = 0;
}

static size_t region_bytes(const struct flow *f)
{
    return sizeof(struct null_region) + note_list_bytes(notes_at_most(f->o->cell));
}

static enum rc set_up_null(struct flow *f, struct err *e)
{
    const struct plan_cell *c = f->o->cell;
    struct null_spec spec = {.records = c->records_max,
                             .warmup = c->warmup_records,
                             .window_ns = c->window_ns,
                             .notes = c->parameters->value[KEY_NOTES],
                             .until_told = f->until_told};
    shared_load_fill(f, &spec.load);
    enum rc rc = flow_make_memory(f, &spec, sizeof spec, e);
    if (rc == RC_OK)
        notes_of(flow_region(f, KIND_WORKER))->room = (uint64_t)(spec.records * spec.notes);
    return rc;
}

static void tear_down_null(struct flow *f, bool lost)
{
    (void)f;
    (void)lost;
}

static void count_null(const struct shared_memory *m, const char *phase,
                       struct prometheus_samples *to)
{
    const struct null_region *r = m != NULL ? shared_memory_region(m, KIND_WORKER) : NULL;
    prometheus_samples_add(
        to, (struct prometheus_sample){
                .metric = &LIVE_RECORDS_SENT,
                .label = {phase},
                .value = r != NULL ? atomic_load_explicit(&r->count, memory_order_relaxed) : 0});
}

/* Its records are made, and sent nowhere. */
static enum rc judge_null(struct flow *f, struct err *e)
{
    (void)e;
    struct trial_record *r = &f->out->record;
    const struct null_region *region = flow_region(f, KIND_WORKER);
    const struct null_spec *spec = shared_memory_spec(f->memory);
    int64_t count = (int64_t)atomic_load(&region->count);
    r->delivery.sent = count;
    r->measured_records = count - spec->warmup;
    account_worker(flow_slot(f, KIND_WORKER), &r->use.sender);
    if (r->measured_records <= 0)
        return RC_OK;
    f->out->measured_from_ns = region->due_ns;
    f->out->measured_to_ns = region->last_ns;
    r->window_ns = f->out->measured_to_ns - f->out->measured_from_ns;
    if (r->window_ns > 0)
        r->throughput.records_per_s = (double)r->measured_records * NS_PER_S / (double)r->window_ns;
    return RC_OK;
}

static bool arrival(const struct flow *f, uint64_t i, struct workload_arrival *out)
{
    const struct note_list *notes = notes_of(flow_region(f, KIND_WORKER));
    uint64_t each = (uint64_t)((const struct null_spec *)shared_memory_spec(f->memory))->notes;
    if (each == 0 || i * each >= atomic_load(&notes->count))
        return false;
    *out = (struct workload_arrival){.ns = notes->note[i * each].ns};
    return true;
}

static unsigned need_nothing(const struct plan_cell *c)
{
    (void)c;
    return 0;
}

static struct workload_message message_of_nothing(const struct plan_cell *c, int64_t record_bytes)
{
    (void)c;
    return (struct workload_message){.bytes = record_bytes, .largest = record_bytes, .messages = 1};
}

static const struct workload_key KEYS[] = {
    [KEY_NOTES] = {.name = "notes",
                   .kind = WORKLOAD_COUNT,
                   .lo = 0,
                   .hi = NOTES_MOST,
                   .standard = 1,
                   .takes = "a count, 0 to 64",
                   .says = "what the worker notes of each record"},
    {.name = NULL},
};

static const char *const TAKEN[] = {"load", NULL};

static const struct worker_kind KINDS[] = {
    [KIND_WORKER] = {.name = "worker",
                     .spread = SPREAD_EACH_MACHINE,
                     .part = PART_SENDS,
                     .region_bytes = region_bytes,
                     .live = live_as_worker},
    {.name = NULL},
};

const struct workload WORKLOAD_NULL = {
    .form = {.name = "null",
             .says = "a worker that only notes, without Kafka: what the instrument costs by itself",
             .keys = KEYS,
             .takes = TAKEN},
    .kinds = KINDS,
    .sample_ns = SAMPLE_NS,
    .needs = need_nothing,
    .message = message_of_nothing,
    .hold = hold_notes,
    .setup = set_up_null,
    .judge = judge_null,
    .teardown = tear_down_null,
    .count = count_null,
    .arrival = arrival,
};
