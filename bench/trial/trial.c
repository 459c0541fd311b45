#include "bench/trial/trial.h"

#include "base/clock.h"
#include "base/quantity.h"
#include "bench/measure/host.h"
#include "bench/trial/account.h"
#include "bench/trial/background.h"

#include <stdio.h>
#include <stdlib.h>

static const int64_t BLAME_NS = 50 * NS_PER_MS;
enum { BLAME_LOOKS = 10 };

struct trial {
    const struct trial_options *g;
    const struct trial_order *o;
    struct trial_record *record;
    struct flow flow; /* that is measured */
    struct background_load background;
    struct watch watch;
};

/* --- its way --- */

static enum rc measure(struct trial *t, struct err *e)
{
    struct disturbance before = host_disturbance();
    bool stores = (t->flow.workload->needs(t->o->cell) & NEED_STORE) != 0;
    int64_t broker_ns = testbed_cpu_ns(t->g->testbed, t->g->testbed->cluster_part);
    int64_t store_ns = stores ? testbed_cpu_ns(t->g->testbed, TESTBED_STORE) : -1;
    shared_set(&t->flow.memory->control, CONTROL_MEASURE);
    enum rc rc = watch_drain(&t->watch, &t->flow, e);
    if (rc != RC_OK)
        return rc;
    if (store_ns >= 0)
        t->record->use.store_ns = testbed_cpu_ns(t->g->testbed, TESTBED_STORE) - store_ns;
    if (broker_ns >= 0) {
        t->record->use.broker_ns =
            testbed_cpu_ns(t->g->testbed, t->g->testbed->cluster_part) - broker_ns;
        t->record->use.broker_rss_bytes =
            testbed_resident_bytes(t->g->testbed, t->g->testbed->cluster_part);
    }
    struct disturbance after = host_disturbance();
    if (before.steal_ns >= 0)
        t->record->steal_ns = after.steal_ns - before.steal_ns;
    if (before.cpu_pressure_ns >= 0)
        t->record->cpu_pressure_ns = after.cpu_pressure_ns - before.cpu_pressure_ns;
    return RC_OK;
}

/* --- opening and closing --- */

/* A call that failed because the broker has died is told as that. A socket closes a moment before
 * the process is seen to have ended. */
static enum rc blame_broker(const struct trial *t, struct err *e)
{
    struct err why = {0};
    for (int i = 0; i < BLAME_LOOKS; i++) {
        if (testbed_check(t->g->testbed, &why) != RC_OK) {
            *e = why;
            break;
        }
        clock_sleep(BLAME_NS);
    }
    return RC_INFRA;
}

/* Over which link the roles will talk. A link that is not what it should be voids the trial before
 * it begins: RC_INTEGRITY. */
static enum rc choose_route(struct trial *t, struct err *e)
{
    const struct link_choice *link = &t->o->cell->link;
    struct trial_record *r = t->record;
    (void)snprintf(r->link_kind, sizeof r->link_kind, "%s",
                   t->g->testbed->embedded ? "loopback" : "");
    if (!link_is_limited(link))
        return RC_OK;
    t->flow.route =
        t->g->testbed->links != NULL ? link_paths_find(t->g->testbed->links, link) : NULL;
    if (t->flow.route == NULL)
        return err_set(e, RC_INFRA, "the link of %s was not opened", r->trial);
    (void)snprintf(r->link_kind, sizeof r->link_kind, "%.*s", RECORD_NAME_MAX - 1,
                   links_kind(t->g->testbed->links->links));
    r->link_up_bit_per_s = t->flow.route->measured.up_bit_per_s;
    r->link_down_bit_per_s = t->flow.route->measured.down_bit_per_s;
    if (t->flow.route->trouble[0] == '\0')
        return link_paths_use(t->g->testbed->links, t->flow.route, e);
    account_void(r, "%s", t->flow.route->trouble);
    return RC_INTEGRITY;
}

static void tear_down(struct trial *t, struct trial_outcome *out)
{
    struct err ignored;
    /* A lost broker of our own has taken the topics with it. */
    bool lost = testbed_check(t->g->testbed, &ignored) != RC_OK;
    background_blame(&t->background, t->record);
    background_close(&t->background, lost, out);
    flow_close(&t->flow, lost);
}

/* Each phase of the load begins an event. */
static void draw_phases(const struct trial *t, struct timeline *line)
{
    const struct load *load = &t->o->cell->load;
    int64_t at_ns = line->from_ns;
    for (size_t i = 0; load->kind == LOAD_PHASES && i < load->step_count; i++) {
        char says[TIMELINE_SAYS], lasts[QUANTITY_TEXT];
        (void)snprintf(says, sizeof says, "%.6g/s for %s", load->steps[i].rate_per_s,
                       quantity_format_duration(load->steps[i].ns, lasts));
        timeline_event(line, at_ns, "phase", says);
        at_ns += load->steps[i].ns;
    }
}

static void draw_timeline(const struct trial *t, struct trial_outcome *out)
{
    if (t->flow.workload->draw == NULL || out->measured_to_ns <= out->measured_from_ns)
        return;
    timeline_open(&out->timeline, out->measured_from_ns, out->measured_to_ns);
    t->flow.workload->draw(&t->flow, &out->timeline);
    draw_phases(t, &out->timeline);
}

/* A stretch in which nothing was due says nothing: the trial is void, RC_INTEGRITY. */
static enum rc check_measured(struct trial *t)
{
    if (t->record->validity != TRIAL_VALID || t->record->measured_records != 0)
        return RC_OK;
    account_void(t->record, "found no record due in the measured stretch; expected a longer "
                            "duration or a higher rate");
    return RC_INTEGRITY;
}

static enum rc run_flows(struct trial *t, struct trial_outcome *out, struct err *e)
{
    enum rc rc = choose_route(t, e);
    if (rc == RC_OK)
        rc = flow_open(&t->flow, e);
    if (rc == RC_OK)
        rc = background_open(&t->background, &t->flow, e);
    if (rc == RC_OK)
        rc = background_start(&t->background, &t->watch, e);
    if (rc == RC_OK)
        rc = watch_warm_up(&t->watch, &t->flow, e);
    if (rc == RC_OK)
        rc = measure(t, e);
    if (rc == RC_OK)
        rc = background_finish(&t->background, &t->watch, e);
    if (rc == RC_OK)
        rc = flow_judge(&t->flow, e);
    if (rc == RC_OK)
        rc = background_judge(&t->background, out, e);
    if (rc == RC_OK)
        rc = check_measured(t);
    if (rc == RC_OK)
        draw_timeline(t, out);
    return rc;
}

enum rc trial_run(const struct trial_options *g, const struct trial_order *o,
                  struct trial_outcome *out, struct err *e)
{
    struct instant start = clock_now();
    struct trial t = {
        .g = g,
        .o = o,
        .record = &out->record,
        .flow = {.workload = o->cell->workload, .g = g, .o = o, .out = out, .memory_fd = -1},
        .background = {.of = o->cell->background, .flow = {.memory_fd = -1}},
        .watch = {.g = g, .timeout_ns = o->scenario->trial_timeout_ns}};
    t.flow.mixed = o->cell->background != NULL && o->cell->background->as->same_topic;
    enum rc rc = trial_outcome_open(out, e);
    if (rc != RC_OK)
        return rc;
    account_open(g, o, &out->record);
    live_metrics_begin(g->live, o->phase, &out->record);
    rc = run_flows(&t, out, e);
    out->record.duration_ns = instant_since(clock_now(), start);
    tear_down(&t, out);
    live_metrics_end(g->live);
    if (rc == RC_INFRA)
        rc = blame_broker(&t, e);
    /* RC_INTEGRITY from a look: the trial is void and its record says so; the run goes on. */
    return rc == RC_INTEGRITY && out->record.validity == TRIAL_VOID ? RC_OK : rc;
}
