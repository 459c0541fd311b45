#include "bench/trial/live_metrics.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const char *const PHASE_NAMES[LIVE_PHASES] = {
    [LIVE_MEASUREMENT] = "measurement",
    [LIVE_WARM_UP] = "warm_up",
    [LIVE_CALIBRATION] = "calibration",
};
enum { VALIDITIES = TRIAL_REFUSED + 1 };

const struct prometheus_metric LIVE_RECORDS_SENT = {
    .name = "assay_records_sent_total",
    .help = "Kafka records handed to the client; of images, the messages they become.",
    .label = {"phase"}};
const struct prometheus_metric LIVE_RECORDS_RECEIVED = {
    .name = "assay_records_received_total", .help = "Kafka records received.", .label = {"phase"}};

/* Whatever can be asked for. */
struct totals {
    struct prometheus_samples counts;
    uint64_t finished[VALIDITIES];
    size_t ahead;
};

/* The trial that runs, in words. */
struct trial_words {
    bool running;
    enum live_phase phase;
    char run[RECORD_NAME_MAX], scenario[RECORD_NAME_MAX], trial[RECORD_NAME_MAX];
    struct trial_cell cell;
};

struct live_metrics {
    pthread_mutex_t lock; /* of all that follows; held for moments only */
    struct totals totals; /* without what stands in the memory of flows that run */
    struct {
        const struct workload *workload;
        const struct shared_memory *memory; /* borrowed; NULL: a free place */
    } flows[LIVE_FLOWS];
    struct trial_words now;
    char first_run[RECORD_NAME_MAX];
};

/* What is shown at one moment. */
struct shown {
    struct totals totals;
    struct trial_words now;
};

/* What a flow has so far; memory NULL: that there may be such flows. */
static void add_flow(struct prometheus_samples *to, const struct workload *w,
                     const struct shared_memory *m, enum live_phase phase)
{
    if (w->count != NULL)
        w->count(m, PHASE_NAMES[phase], to);
}

enum rc live_metrics_open(struct live_metrics **out, struct err *e)
{
    struct live_metrics *t = calloc(1, sizeof *t);
    if (t == NULL)
        return err_set(e, RC_INFRA, "out of memory for metrics");
    (void)pthread_mutex_init(&t->lock, NULL);
    for (const struct workload *const *w = WORKLOADS; *w != NULL; w++)
        for (size_t phase = 0; phase < LIVE_PHASES; phase++)
            add_flow(&t->totals.counts, *w, NULL, (enum live_phase)phase);
    *out = t;
    return RC_OK;
}

void live_metrics_close(struct live_metrics *t)
{
    if (t == NULL)
        return;
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

static void lock(struct live_metrics *t)
{
    (void)pthread_mutex_lock(&t->lock);
}

static void unlock(struct live_metrics *t)
{
    (void)pthread_mutex_unlock(&t->lock);
}

/* --- what happens --- */

void live_metrics_begin(struct live_metrics *t, enum live_phase phase, const struct trial_record *r)
{
    if (t == NULL)
        return;
    lock(t);
    t->now = (struct trial_words){.running = true, .phase = phase, .cell = r->cell};
    memcpy(t->now.run, r->run, sizeof t->now.run);
    memcpy(t->now.scenario, r->scenario, sizeof t->now.scenario);
    memcpy(t->now.trial, r->trial, sizeof t->now.trial);
    if (t->first_run[0] == '\0')
        memcpy(t->first_run, r->run, sizeof t->first_run);
    unlock(t);
}

/* The place of this memory, or with NULL one that is free; LIVE_FLOWS: there is none. */
static size_t place_of(const struct live_metrics *t, const struct shared_memory *m)
{
    size_t i = 0;
    while (i < LIVE_FLOWS && t->flows[i].memory != m)
        i++;
    return i;
}

void live_metrics_watch(struct live_metrics *t, const struct workload *w,
                        const struct shared_memory *m)
{
    if (t == NULL)
        return;
    lock(t);
    size_t place = place_of(t, NULL);
    if (place < LIVE_FLOWS) {
        t->flows[place].workload = w;
        t->flows[place].memory = m;
    }
    unlock(t);
}

void live_metrics_add(struct live_metrics *t, const struct prometheus_samples *more)
{
    if (t == NULL)
        return;
    lock(t);
    prometheus_samples_add_all(&t->totals.counts, more);
    unlock(t);
}

void live_metrics_leave(struct live_metrics *t, const struct shared_memory *m)
{
    if (t == NULL || m == NULL)
        return;
    lock(t);
    size_t place = place_of(t, m);
    if (place < LIVE_FLOWS) {
        add_flow(&t->totals.counts, t->flows[place].workload, m, t->now.phase);
        prometheus_samples_end_gauges(&t->totals.counts);
        t->flows[place].memory = NULL;
    }
    unlock(t);
}

void live_metrics_end(struct live_metrics *t)
{
    if (t == NULL)
        return;
    lock(t);
    t->now.running = false;
    unlock(t);
}

void live_metrics_finished(struct live_metrics *t, enum validity validity)
{
    if (t == NULL)
        return;
    lock(t);
    t->totals.finished[validity]++;
    unlock(t);
}

void live_metrics_ahead(struct live_metrics *t, size_t trials)
{
    if (t == NULL)
        return;
    lock(t);
    t->totals.ahead = trials;
    unlock(t);
}

/* --- as text --- */

static void write_trials(struct prometheus_writer *w, const struct shown *s)
{
    static const char PLANNED[] = "assay_trials_planned";
    static const char FINISHED[] = "assay_trials_finished_total";
    uint64_t planned = s->totals.ahead;
    for (size_t i = 0; i < VALIDITIES; i++)
        planned += s->totals.finished[i];
    prometheus_head(w, PLANNED, "gauge",
                    "Trials finished and those still wanted, as far as planned by now.");
    prometheus_count(w, PLANNED, NULL, planned);
    prometheus_head(w, FINISHED, "counter", "Trials recorded, by what they are good for.");
    for (size_t i = 0; i < VALIDITIES; i++) {
        const struct prometheus_label labels[] = {{"validity", VALIDITY_NAMES[i]}, {NULL, NULL}};
        prometheus_count(w, FINISHED, labels, s->totals.finished[i]);
    }
}

static void write_now(struct prometheus_writer *w, const struct shown *s)
{
    static const char BUILD[] = "assay_build_info";
    static const char NOW[] = "assay_trial_info";
    const struct trial_words *t = &s->now;
    const struct prometheus_label version[] = {{"version", ASSAY_VERSION}, {NULL, NULL}};
#define LABEL_OF(id, member, ...) {#member, t->cell.member},
    const struct prometheus_label words[] = {{"run_id", t->run},
                                             {"scenario", t->scenario},
                                             {"trial", t->trial},
                                             {"phase", PHASE_NAMES[t->phase]},
                                             DIMENSION_ROWS(LABEL_OF){NULL, NULL}};
    prometheus_head(w, BUILD, "gauge", "Which assay this is; always 1.");
    prometheus_count(w, BUILD, version, 1);
    prometheus_head(w, NOW, "gauge", "What is being measured; always 1, absent between trials.");
    if (t->running)
        prometheus_count(w, NOW, words, 1);
}

static void look(struct live_metrics *t, struct shown *s)
{
    lock(t);
    *s = (struct shown){.totals = t->totals, .now = t->now};
    for (size_t i = 0; i < LIVE_FLOWS; i++)
        if (t->flows[i].memory != NULL)
            add_flow(&s->totals.counts, t->flows[i].workload, t->flows[i].memory, t->now.phase);
    unlock(t);
}

enum rc live_metrics_write(void *ctx, struct buf *out, struct err *e)
{
    struct shown s;
    struct prometheus_writer w;
    look(ctx, &s);
    prometheus_writer_init(&w, out, e);
    prometheus_samples_write(&s.totals.counts, &w);
    write_now(&w, &s);
    write_trials(&w, &s);
    return prometheus_writer_end(&w);
}

void live_metrics_run(void *ctx, char *text)
{
    struct live_metrics *t = ctx;
    lock(t);
    memcpy(text, t->first_run, sizeof t->first_run);
    unlock(t);
}
