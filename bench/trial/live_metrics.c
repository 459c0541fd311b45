#include "bench/trial/live_metrics.h"

#include "base/prometheus.h"
#include "core/image/reassembly_status.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char *const PHASE_NAMES[LIVE_PHASES] = {
    [LIVE_MEASUREMENT] = "measurement",
    [LIVE_WARM_UP] = "warm_up",
    [LIVE_CALIBRATION] = "calibration",
};
enum { VALIDITIES = TRIAL_REFUSED + 1 };

/* What one phase has sent and received. */
struct counts {
    uint64_t records_sent, records_received;
    uint64_t images_received, images_sent[METRIC_ROUTES];
};

/* Whatever can be asked for. */
struct totals {
    struct counts of[LIVE_PHASES];
    struct image_metrics images;
    struct reassembly_counts reassembly;
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

enum rc live_metrics_open(struct live_metrics **out, struct err *e)
{
    struct live_metrics *t = calloc(1, sizeof *t);
    if (t == NULL)
        return err_set(e, RC_INFRA, "out of memory for metrics");
    (void)pthread_mutex_init(&t->lock, NULL);
    image_metrics_init(&t->totals.images);
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

/* --- summing up --- */

static void add_reassembly(struct reassembly_counts *to, const struct reassembly_counts *n)
{
    to->in_flight += n->in_flight;
    to->memory_bytes += n->memory_bytes;
    to->file_bytes += n->file_bytes;
    to->chunks_taken += n->chunks_taken;
    to->chunks_duplicate += n->chunks_duplicate;
    to->chunks_late += n->chunks_late;
    to->chunks_damaged += n->chunks_damaged;
    for (size_t end = 0; end < REASSEMBLY_ENDS; end++)
        to->ended[end] += n->ended[end];
}

/* What the flow in a place has so far, added to the totals. */
static void add_flow(struct totals *to, const struct workload *w, const struct shared_memory *m,
                     enum live_phase phase)
{
    struct live_counts n = {.records_sent = 0};
    struct counts *c = &to->of[phase];
    image_metrics_init(&n.images);
    if (w->count != NULL)
        w->count(m, &n);
    c->records_sent += n.records_sent;
    c->records_received += n.records_received;
    c->images_received += n.images_received;
    for (size_t route = 0; route < METRIC_ROUTES; route++)
        c->images_sent[route] += n.images_sent[route];
    image_metrics_add(&to->images, &n.images);
    add_reassembly(&to->reassembly, &n.reassembly);
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

void live_metrics_stored(struct live_metrics *t, const char *format, const struct trial_record *r)
{
    if (t == NULL || r->ratio <= 0 || t->now.phase != LIVE_MEASUREMENT || r->validity == TRIAL_VOID)
        return;
    int64_t objects = r->bytes.objects > 0 ? r->bytes.objects : 0;
    lock(t);
    image_metrics_compressed(&t->totals.images, format, (uint64_t)r->bytes.payload,
                             (uint64_t)(r->bytes.stored + objects));
    unlock(t);
}

void live_metrics_leave(struct live_metrics *t, const struct shared_memory *m)
{
    if (t == NULL || m == NULL)
        return;
    lock(t);
    size_t place = place_of(t, m);
    if (place < LIVE_FLOWS) {
        add_flow(&t->totals, t->flows[place].workload, m, t->now.phase);
        t->flows[place].memory = NULL;
    }
    t->totals.reassembly.in_flight = 0;
    t->totals.reassembly.memory_bytes = 0;
    t->totals.reassembly.file_bytes = 0;
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

static void write_counts(struct prometheus_writer *w, const struct shown *s, const char *name,
                         const char *help, size_t offset)
{
    prometheus_head(w, name, "counter", help);
    for (size_t i = 0; i < LIVE_PHASES; i++) {
        const struct prometheus_label labels[] = {{"phase", PHASE_NAMES[i]}, {NULL, NULL}};
        uint64_t value = 0;
        memcpy(&value, (const char *)&s->totals.of[i] + offset, sizeof value);
        prometheus_count(w, name, labels, value);
    }
}

static void write_images_sent(struct prometheus_writer *w, const struct shown *s)
{
    static const char NAME[] = "assay_images_sent_total";
    prometheus_head(w, NAME, "counter",
                    "Images sent, by what for and by which route; every one, as in the counters "
                    "by type.");
    for (size_t i = 0; i < LIVE_PHASES; i++)
        for (size_t route = 0; route < METRIC_ROUTES; route++) {
            const struct prometheus_label labels[] = {
                {"phase", PHASE_NAMES[i]}, {"route", ROUTE_NAMES[route]}, {NULL, NULL}};
            prometheus_count(w, NAME, labels, s->totals.of[i].images_sent[route]);
        }
}

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

static enum rc write_own(const struct shown *s, struct buf *out, struct err *e)
{
    struct prometheus_writer w;
    prometheus_writer_init(&w, out, e);
    write_now(&w, s);
    write_trials(&w, s);
    write_counts(&w, s, "assay_records_sent_total",
                 "Kafka records handed to the client; of images, the messages they become.",
                 offsetof(struct counts, records_sent));
    write_counts(&w, s, "assay_records_received_total", "Kafka records received.",
                 offsetof(struct counts, records_received));
    write_images_sent(&w, s);
    write_counts(&w, s, "assay_images_received_total",
                 "Images that arrived whole, by whatever route.",
                 offsetof(struct counts, images_received));
    return prometheus_writer_end(&w);
}

static void look(struct live_metrics *t, struct shown *s)
{
    lock(t);
    *s = (struct shown){.now = t->now};
    memcpy(s->totals.of, t->totals.of, sizeof s->totals.of);
    memcpy(s->totals.finished, t->totals.finished, sizeof s->totals.finished);
    s->totals.ahead = t->totals.ahead;
    s->totals.reassembly = t->totals.reassembly;
    image_metrics_init(&s->totals.images);
    image_metrics_add(&s->totals.images, &t->totals.images);
    for (size_t i = 0; i < LIVE_FLOWS; i++)
        if (t->flows[i].memory != NULL)
            add_flow(&s->totals, t->flows[i].workload, t->flows[i].memory, t->now.phase);
    unlock(t);
}

enum rc live_metrics_write(void *ctx, struct buf *out, struct err *e)
{
    struct shown s;
    look(ctx, &s);
    enum rc rc = image_metrics_write(&s.totals.images, out, e);
    if (rc == RC_OK)
        rc = reassembly_counts_prometheus(&s.totals.reassembly, out, e);
    return rc == RC_OK ? write_own(&s, out, e) : rc;
}

void live_metrics_run(void *ctx, char *text)
{
    struct live_metrics *t = ctx;
    lock(t);
    memcpy(text, t->first_run, sizeof t->first_run);
    unlock(t);
}
