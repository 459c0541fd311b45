#include "bench/trial/background.h"

#include "bench/trial/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t SEED_OF_ITS_OWN = 0x62657369; /* "besi" */

/* --- opening --- */

static void order_it(struct background_load *b, const struct flow *measured)
{
    const struct trial_order *o = measured->o;
    const struct plan *p = &b->of->plan;
    b->options = *measured->g;
    b->options.sabotage = measured->g->sabotage_background;
    if (!b->of->as->same_topic)
        b->options.partitions = (int32_t)p->cells[0].partitions;
    b->trial = (struct plan_trial){.block = o->trial->block,
                                   .position = o->trial->position,
                                   .seed = o->trial->seed ^ SEED_OF_ITS_OWN};
    (void)snprintf(b->trial.id, sizeof b->trial.id, "%.*s.background", PLAN_TRIAL_ID - 12,
                   o->trial->id);
    b->order = (struct trial_order){.cell = &p->cells[0],
                                    .group = &p->comparisons[0],
                                    .trial = &b->trial,
                                    .scenario = p->scenario,
                                    .pool = o->background_pool,
                                    .rate_per_s = p->cells[0].load.rate_per_s,
                                    .phase = o->phase};
}

enum rc background_open(struct background_load *b, const struct flow *measured, struct err *e)
{
    if (b->of == NULL)
        return RC_OK;
    bool same = b->of->as->same_topic;
    order_it(b, measured);
    b->outcome = calloc(1, sizeof *b->outcome);
    if (b->outcome == NULL)
        return err_set(e, RC_INFRA, "no memory for background load");
    enum rc rc = trial_outcome_open(b->outcome, e);
    if (rc != RC_OK)
        return rc;
    account_open(&b->options, &b->order, &b->outcome->record);
    (void)snprintf(b->outcome->record.scenario, sizeof b->outcome->record.scenario, "%s",
                   measured->out->record.scenario);
    if (same)
        (void)snprintf(b->outcome->record.topic, sizeof b->outcome->record.topic, "%s",
                       measured->out->record.topic);
    b->flow = (struct flow){.workload = b->order.cell->workload,
                            .g = &b->options,
                            .o = &b->order,
                            .out = b->outcome,
                            .route = measured->route,
                            .host = same ? measured : NULL,
                            .until_told = true,
                            .mixed = same,
                            .memory_fd = -1};
    return flow_open(&b->flow, e);
}

/* --- its life --- */

enum rc background_start(struct background_load *b, struct watch *w, struct err *e)
{
    struct flow *f = &b->flow;
    if (b->of == NULL)
        return RC_OK;
    enum rc rc = watch_warm_up(w, f, e);
    if (rc != RC_OK)
        return rc;
    shared_set(&f->memory->control, CONTROL_MEASURE);
    return watch_phase(w, f, PART_SENDS, WORKER_MEASURING, e);
}

enum rc background_finish(struct background_load *b, struct watch *w, struct err *e)
{
    struct flow *f = &b->flow;
    if (b->of == NULL)
        return RC_OK;
    b->ended_early = flow_reached(f, PART_SENDS, WORKER_DONE);
    atomic_store(&f->memory->enough, 1);
    return watch_drain(w, f, e);
}

/* --- its record --- */

/* What arrived while the other flow was measured. */
static void count_arrivals(const struct flow *f, int64_t from_ns, int64_t to_ns,
                           struct trial_background *to)
{
    struct workload_arrival one;
    double bytes = 0;
    to->arrived = 0;
    for (uint64_t i = 0; f->workload->arrival(f, i, &one); i++) {
        bool within = one.ns >= from_ns && one.ns <= to_ns;
        to->arrived += within;
        bytes += within ? one.bytes : 0;
    }
    to->bytes = (int64_t)bytes;
}

static void fill_record(const struct background_load *b, struct trial_outcome *measured)
{
    const struct trial_record *own = &b->outcome->record;
    struct trial_background *to = &measured->record.background;
    const struct delivery *d = &own->delivery;
    to->sent = trial_record_sent(own);
    to->identical = own->images.sent >= 0
                        ? own->images.identical
                        : d->sent - d->outcome[OUTCOME_REFUSED] - d->outcome[OUTCOME_LOST] -
                              d->outcome[OUTCOME_CORRUPTED];
    count_arrivals(&b->flow, measured->measured_from_ns, measured->measured_to_ns, to);
}

/* Over the measured stretch, so that both are drawn side by side. */
static void draw_timeline(const struct background_load *b, const struct trial_outcome *measured)
{
    if (b->flow.workload->draw == NULL || measured->measured_to_ns <= measured->measured_from_ns)
        return;
    timeline_open(&b->outcome->timeline, measured->measured_from_ns, measured->measured_to_ns);
    b->flow.workload->draw(&b->flow, &b->outcome->timeline);
}

enum rc background_judge(struct background_load *b, struct trial_outcome *measured, struct err *e)
{
    if (b->of == NULL)
        return RC_OK;
    struct trial_record *own = &b->outcome->record;
    enum rc rc = flow_judge(&b->flow, e);
    if (rc != RC_OK)
        return rc;
    b->judged = true;
    fill_record(b, measured);
    draw_timeline(b, measured);
    bool counts = b->trial.block > 0; /* not where a broker is warmed */
    if (counts && b->ended_early)
        account_void(own,
                     "there was room for %lld %s, and they had all been sent before the "
                     "measurement ended; expected a larger records:",
                     (long long)b->order.cell->records_max,
                     own->images.sent >= 0 ? "images" : "records");
    if (counts && measured->record.background.arrived < b->of->as->at_least)
        account_void(own,
                     "%lld arrived while measuring, and %lld are asked for; a longer measurement "
                     "or smaller images would do",
                     (long long)measured->record.background.arrived,
                     (long long)b->of->as->at_least);
    return RC_OK;
}

void background_blame(const struct background_load *b, struct trial_record *measured)
{
    const struct trial_record *own = b->outcome != NULL ? &b->outcome->record : NULL;
    if (own != NULL && own->validity == TRIAL_VOID)
        (own->integrity_hurt ? account_hurt : account_void)(measured, "background: %.*s",
                                                            RECORD_WHY_MAX - 14, own->why);
}

void background_close(struct background_load *b, bool lost, struct trial_outcome *measured)
{
    if (b->outcome == NULL)
        return;
    flow_close(&b->flow, lost);
    if (b->outcome->topic_left[0] != '\0' && measured->topic_left[0] == '\0')
        memcpy(measured->topic_left, b->outcome->topic_left, sizeof measured->topic_left);
    if (b->outcome->objects_left[0] != '\0' && measured->objects_left[0] == '\0')
        memcpy(measured->objects_left, b->outcome->objects_left, sizeof measured->objects_left);
    b->outcome->record.duration_ns = measured->record.duration_ns;
    if (b->judged) {
        measured->background = b->outcome;
    } else {
        trial_outcome_release(b->outcome);
        free(b->outcome);
    }
    b->outcome = NULL;
}
