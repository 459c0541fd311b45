#define _GNU_SOURCE
#include "bench/run/trial.h"

#include "base/clock.h"
#include "bench/measure/host.h"
#include "bench/run/account.h"
#include "bench/run/board.h"
#include "bench/run/image_store.h"
#include "bench/run/role.h"
#include "bench/run/spec.h"
#include "bench/run/topic.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int64_t POLL_NS = 2 * NS_PER_MS;
static const int64_t SAMPLE_NS = 50 * NS_PER_MS;
static const int64_t SAMPLE_IMAGES_NS =
    10 * NS_PER_MS; /* memory that comes and goes by the image */
static const int64_t BLAME_NS = 50 * NS_PER_MS;
enum { BLAME_LOOKS = 10 };

struct trial {
    const struct trial_ground *g;
    const struct trial_order *o;
    struct trial_record *record;
    struct board *board;
    int board_fd;
    struct role sender, receiver;
    const struct link_route *route; /* over a limited link; NULL: none */
    bool topic_is_ours;             /* created by this trial, so deleted by it */
    uint64_t seen;                  /* sum of all progress at the last look */
    struct instant moved;           /* when it last grew */
    struct instant sampled;         /* when memory was last looked at */
    enum rc void_rc;                /* why a role's failure voids the trial */
};

static const char *program_of(const struct trial *t)
{
    return t->o->cell->listed != NULL ? t->o->cell->listed->program : NULL;
}

static const char *libraries_of(const struct trial *t)
{
    return t->o->cell->listed != NULL ? t->o->cell->listed->libraries : NULL;
}

/* Its roles are not simply this program. */
static bool is_foreign(const struct trial *t)
{
    return program_of(t) != NULL || libraries_of(t) != NULL;
}

static enum rc start_role(struct trial *t, enum role_kind kind, struct role *out, struct err *e)
{
    struct role_order order = {.kind = kind,
                               .board_fd = t->board_fd,
                               .pool_fd = t->o->pool->fd,
                               .namespace_fd =
                                   t->route != NULL ? links_namespace(t->g->routes->links) : -1,
                               .program = program_of(t),
                               .libraries = libraries_of(t)};
    return role_start(&order, out, e);
}

/* Whether the trial can go on: RC_INTEGRITY means it is void (the record says why). */
static enum rc look_at_role(struct trial *t, struct role *r, struct role_state *state)
{
    char end[64];
    if (r->pid == 0)
        return RC_OK;
    bool ended = role_has_ended(r); /* before the phase: a role that is DONE may end at once */
    uint32_t phase = atomic_load(&state->phase);
    if (phase == ROLE_FAILED) {
        account_void(t->record, "%s: %s", ROLE_NAMES[r->kind], state->error);
        t->void_rc = (enum rc)state->rc;
        return RC_INTEGRITY;
    }
    if (ended && phase == ROLE_STARTING && is_foreign(t)) {
        account_void(t->record,
                     "the %s%s%s%s%s did not start (%s): what stands there must be of this version "
                     "of assay and fit this machine; it says why above",
                     ROLE_NAMES[r->kind], program_of(t) != NULL ? " " : "",
                     program_of(t) != NULL ? program_of(t) : "",
                     libraries_of(t) != NULL ? " with the libraries of " : "",
                     libraries_of(t) != NULL ? libraries_of(t) : "",
                     role_say_end(r, end, sizeof end));
        t->void_rc = RC_INFRA;
        return RC_INTEGRITY;
    }
    if (ended && phase != ROLE_DONE) {
        account_void(t->record, "the %s ended unexpectedly: %s", ROLE_NAMES[r->kind],
                     role_say_end(r, end, sizeof end));
        return RC_INTEGRITY;
    }
    return RC_OK;
}

static uint64_t progress_sum(struct board *b)
{
    return (uint64_t)atomic_load(&b->sender.progress) + atomic_load(&b->receiver.progress) +
           atomic_load(&b->sent_count) + atomic_load(&b->sender.phase) +
           atomic_load(&b->receiver.phase);
}

static enum rc look_at_progress(struct trial *t)
{
    uint64_t sum = progress_sum(t->board);
    struct instant now = clock_now();
    if (sum != t->seen) {
        t->seen = sum;
        t->moved = now;
    }
    bool images = t->board->spec.image_max_bytes > 0;
    if (instant_since(now, t->sampled) >= (images ? SAMPLE_IMAGES_NS : SAMPLE_NS)) {
        role_sample(&t->sender);
        role_sample(&t->receiver);
        t->sampled = now;
    }
    if (instant_since(now, t->moved) < t->o->scenario->trial_timeout_ns)
        return RC_OK;
    account_void(t->record, "no progress for %lld s: %llu sent, %u acknowledged, %u received%s%s",
                 (long long)(t->o->scenario->trial_timeout_ns / NS_PER_S),
                 (unsigned long long)atomic_load(&t->board->sent_count),
                 (unsigned)atomic_load(&t->board->sender.progress),
                 (unsigned)atomic_load(&t->board->receiver.progress),
                 t->board->sender.error[0] != '\0' ? ": " : "", t->board->sender.error);
    return RC_INTEGRITY;
}

static enum rc look(struct trial *t, struct err *e)
{
    if (*t->g->stop != 0)
        return err_set(e, RC_INTERRUPTED, "interrupted");
    if (t->g->broker_lost != NULL) {
        enum rc rc = t->g->broker_lost(t->g->ctx, e);
        if (rc != RC_OK)
            return rc;
    }
    enum rc rc = look_at_role(t, &t->sender, &t->board->sender);
    if (rc == RC_OK)
        rc = look_at_role(t, &t->receiver, &t->board->receiver);
    return rc == RC_OK ? look_at_progress(t) : rc;
}

static enum rc await(struct trial *t, struct role_state *state, enum role_phase phase,
                     struct err *e)
{
    for (;;) {
        uint32_t now = atomic_load(&state->phase);
        if (now >= phase && now != ROLE_FAILED)
            return RC_OK;
        enum rc rc = look(t, e);
        if (rc != RC_OK)
            return rc;
        board_wait(&state->phase, now, POLL_NS);
    }
}

static enum rc await_receipts(struct trial *t, uint32_t count, struct err *e)
{
    while (atomic_load(&t->board->receiver.progress) < count) {
        enum rc rc = look(t, e);
        if (rc != RC_OK)
            return rc;
        clock_sleep(POLL_NS);
    }
    return RC_OK;
}

static enum rc start_receiver(struct trial *t, struct err *e)
{
    enum rc rc = start_role(t, ROLE_RECEIVER, &t->receiver, e);
    return rc == RC_OK ? await(t, &t->board->receiver, ROLE_READY, e) : rc;
}

/* Both roles up and warm, clients connected, the warm-up records received. */
static enum rc warm_up(struct trial *t, struct err *e)
{
    bool beside = !t->board->spec.receiver_after;
    enum rc rc = start_role(t, ROLE_SENDER, &t->sender, e);
    if (rc == RC_OK && beside)
        rc = start_receiver(t, e);
    if (rc == RC_OK)
        rc = await(t, &t->board->sender, ROLE_READY, e);
    if (rc != RC_OK)
        return rc;
    board_set(&t->board->control, CONTROL_WARM_UP);
    rc = await(t, &t->board->sender, ROLE_WARM, e);
    if (rc == RC_OK && beside)
        rc = await_receipts(t, (uint32_t)t->board->spec.warmup, e);
    return rc;
}

static enum rc find_ends(struct trial *t, struct err *e)
{
    struct watermarks marks[LEDGER_PARTITIONS];
    enum rc rc =
        admin_watermarks(t->g->admin, t->board->spec.topic, t->board->spec.partitions, marks, e);
    for (int32_t p = 0; rc == RC_OK && p < t->board->spec.partitions; p++)
        t->board->end_offset[p] = marks[p].latest;
    return rc;
}

static enum rc send_and_drain(struct trial *t, struct err *e)
{
    board_set(&t->board->control, CONTROL_MEASURE);
    enum rc rc = await(t, &t->board->sender, ROLE_DONE, e);
    if (rc == RC_OK)
        rc = find_ends(t, e);
    if (rc == RC_OK && t->board->spec.receiver_after)
        rc = start_receiver(t, e);
    if (rc != RC_OK)
        return rc;
    board_set(&t->board->control, CONTROL_DRAIN);
    return await(t, &t->board->receiver, ROLE_DONE, e);
}

static enum rc measure(struct trial *t, struct err *e)
{
    struct disturbance before = host_disturbance();
    int64_t broker_ns = t->g->broker_pid > 0 ? clock_process_cpu_ns(t->g->broker_pid) : -1;
    int64_t store_ns = t->g->store_pid > 0 ? clock_process_cpu_ns(t->g->store_pid) : -1;
    enum rc rc = send_and_drain(t, e);
    if (rc != RC_OK)
        return rc;
    if (store_ns >= 0 && t->board->spec.store.bucket[0] != '\0')
        t->record->use.store_ns = clock_process_cpu_ns(t->g->store_pid) - store_ns;
    if (broker_ns >= 0) {
        t->record->use.broker_ns = clock_process_cpu_ns(t->g->broker_pid) - broker_ns;
        t->record->use.broker_rss_bytes = process_resident_bytes(t->g->broker_pid);
    }
    struct disturbance after = host_disturbance();
    if (before.steal_ns >= 0)
        t->record->steal_ns = after.steal_ns - before.steal_ns;
    if (before.cpu_pressure_ns >= 0)
        t->record->cpu_pressure_ns = after.cpu_pressure_ns - before.cpu_pressure_ns;
    return RC_OK;
}

static void note_role(struct trial *t, const struct role *r, const struct role_state *s,
                      struct role_use *use)
{
    use->user_ns = s->cpu_end.user_ns - s->cpu_start.user_ns;
    use->system_ns = s->cpu_end.system_ns - s->cpu_start.system_ns;
    use->peak_anon_bytes = r->anon_peak > s->anon_bytes ? r->anon_peak : s->anon_bytes;
    bool sender = r->kind == ROLE_SENDER;
    int64_t sends = t->board->spec.messages > 0 ? t->board->spec.messages : t->board->spec.records;
    use->ledger_bytes = sender ? sends * (int64_t)sizeof(struct sent_entry)
                               : (int64_t)(t->board->received_room * sizeof(struct received_entry));
    use->pool_bytes = sender ? (int64_t)t->o->pool->mapping_bytes : 0;
    (void)snprintf(use->cpus, sizeof use->cpus, "%s", s->cpus);
}

static enum rc settle(struct trial *t, struct trial_outcome *out, struct err *e)
{
    struct trial_record *r = t->record;
    note_role(t, &t->sender, &t->board->sender, &r->use.sender);
    note_role(t, &t->receiver, &t->board->receiver, &r->use.receiver);
    (void)snprintf(r->sender_settings, sizeof r->sender_settings, "%s", t->board->sender.settings);
    (void)snprintf(r->receiver_settings, sizeof r->receiver_settings, "%s",
                   t->board->receiver.settings);
    (void)snprintf(r->client_library, sizeof r->client_library, "%s", t->board->sender.library);
    (void)snprintf(r->codec_library, sizeof r->codec_library, "%s", t->board->sender.codec_library);
    r->bytes.wire_sent = t->board->sender.wire.sent;
    r->bytes.wire_received = t->board->receiver.wire.received;
    enum rc rc = account_ledger(t->o, t->board, out, e);
    if (rc == RC_OK)
        rc = account_stored(t->g, t->board, r, e);
    return rc;
}

static enum rc prepare(struct trial *t, struct err *e)
{
    struct trial_spec spec;
    enum rc rc = spec_fill(t->g, t->o, t->record->topic,
                           t->route != NULL ? t->g->routes->advertised : NULL, &spec, e);
    if (rc == RC_OK)
        rc = topic_prepare(t->g, t->o->cell, &spec, &t->topic_is_ours, e);
    if (rc == RC_OK)
        rc = board_create(&spec, &t->board_fd, &t->board, e);
    explicit_bzero(spec.cluster, sizeof spec.cluster);
    object_store_config_wipe(&spec.store);
    return rc;
}

/* After the roles, whether they ended in order or were killed. */
static void empty_store(const struct trial *t, struct trial_outcome *out)
{
    struct err why;
    bool used = t->board != NULL && t->board->spec.store.bucket[0] != '\0';
    if (used && image_store_empty(t->g->store, &why) != RC_OK)
        (void)snprintf(out->objects_left, sizeof out->objects_left, "%.*s", RECORD_WHY_MAX - 1,
                       why.text);
}

static void tear_down(struct trial *t, struct trial_outcome *out)
{
    struct err ignored;
    if (t->board != NULL)
        board_set(&t->board->control, CONTROL_STOP);
    role_end(&t->sender);
    role_end(&t->receiver);
    empty_store(t, out);
    /* A lost broker of our own has taken the topic with it. */
    bool lost = t->g->broker_lost != NULL && t->g->broker_lost(t->g->ctx, &ignored) != RC_OK;
    if (t->topic_is_ours && !lost &&
        admin_delete_topic(t->g->admin, t->record->topic, &ignored) != RC_OK)
        (void)snprintf(out->topic_left, sizeof out->topic_left, "%s", t->record->topic);
    board_unmap(t->board);
    if (t->board_fd >= 0)
        (void)close(t->board_fd);
}

/* A call that failed because the broker has died is told as that. A socket closes a moment before
 * the process is seen to have ended. */
static enum rc blame_broker(const struct trial *t, struct err *e)
{
    struct err why = {0};
    for (int i = 0; t->g->broker_lost != NULL && i < BLAME_LOOKS; i++) {
        if (t->g->broker_lost(t->g->ctx, &why) != RC_OK) {
            *e = why;
            break;
        }
        clock_sleep(BLAME_NS);
    }
    return RC_INFRA;
}

static enum rc open_outcome(struct trial_outcome *out, struct err *e)
{
    *out = (struct trial_outcome){0};
    enum rc rc = hist_init(&out->e2e, e);
    if (rc == RC_OK)
        rc = hist_init(&out->ack, e);
    if (rc == RC_OK)
        rc = hist_init(&out->service, e);
    return rc;
}

/* Over which link the roles will talk. A link that is not what it should be voids the trial before
 * it begins: RC_INTEGRITY. */
static enum rc choose_route(struct trial *t, struct err *e)
{
    const struct link_sweep *link = &t->o->cell->link;
    struct trial_record *r = t->record;
    (void)snprintf(r->link_kind, sizeof r->link_kind, "%s", t->g->broker_pid > 0 ? "loopback" : "");
    if (!link_is_limited(link))
        return RC_OK;
    t->route = t->g->routes != NULL ? routes_find(t->g->routes, link) : NULL;
    if (t->route == NULL)
        return err_set(e, RC_INFRA, "the link of %s was not opened", r->trial);
    (void)snprintf(r->link_kind, sizeof r->link_kind, "%.*s", RECORD_NAME_MAX - 1,
                   links_kind(t->g->routes->links));
    r->link_up_bit_per_s = t->route->measured.up_bit_per_s;
    r->link_down_bit_per_s = t->route->measured.down_bit_per_s;
    if (t->route->trouble[0] == '\0')
        return routes_use(t->g->routes, t->route, e);
    account_void(r, "%s", t->route->trouble);
    t->void_rc = RC_INFRA;
    return RC_INTEGRITY;
}

enum rc trial_run(const struct trial_ground *g, const struct trial_order *o,
                  struct trial_outcome *out, struct err *e)
{
    struct instant start = clock_now();
    struct trial t = {.g = g, .o = o, .record = &out->record, .board_fd = -1, .moved = start};
    enum rc rc = open_outcome(out, e);
    if (rc != RC_OK)
        return rc;
    account_open(g, o, &out->record);
    rc = choose_route(&t, e);
    if (rc == RC_OK)
        rc = prepare(&t, e);
    if (rc == RC_OK)
        rc = warm_up(&t, e);
    if (rc == RC_OK)
        rc = measure(&t, e);
    if (rc == RC_OK)
        rc = settle(&t, out, e);
    out->record.duration_ns = instant_since(clock_now(), start);
    tear_down(&t, out);
    if (rc == RC_INFRA)
        rc = blame_broker(&t, e);
    out->void_rc = rc == RC_OK || t.void_rc == RC_INTEGRITY ? RC_INTEGRITY : RC_INFRA;
    /* RC_INTEGRITY from look: the trial is void and its record says so; the run goes on. */
    return rc == RC_INTEGRITY && out->record.validity == TRIAL_VOID ? RC_OK : rc;
}

void trial_outcome_release(struct trial_outcome *out)
{
    hist_release(&out->e2e);
    hist_release(&out->ack);
    hist_release(&out->service);
}
