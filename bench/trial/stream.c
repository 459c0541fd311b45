#define _GNU_SOURCE
#include "bench/trial/stream.h"

#include "bench/trial/account.h"
#include "bench/trial/image_store.h"
#include "bench/trial/spec.h"
#include "bench/trial/topic.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *program_of(const struct stream *s)
{
    return s->o->cell->listed != NULL ? s->o->cell->listed->program : NULL;
}

static const char *libraries_of(const struct stream *s)
{
    return s->o->cell->listed != NULL ? s->o->cell->listed->libraries : NULL;
}

/* Its roles are not simply this program. */
static bool is_foreign(const struct stream *s)
{
    return program_of(s) != NULL || libraries_of(s) != NULL;
}

/* --- opening and closing --- */

enum rc stream_open(struct stream *s, struct err *e)
{
    struct trial_spec spec;
    enum rc rc = spec_fill(s->g, s->o, s->out->record.topic,
                           s->route != NULL ? s->g->routes->advertised : NULL, &spec, e);
    if (rc == RC_OK) {
        spec.until_told = s->until_told;
        spec.mixed = s->mixed;
        topic_lay_out(s->g, &spec);
        s->three_topics = spec.topics > 0;
    }
    if (rc == RC_OK && !s->guest)
        rc = topic_prepare(s->g, s->o->cell, &spec, &s->topics_made, e);
    if (rc == RC_OK)
        rc = board_create(&spec, &s->board_fd, &s->board, e);
    if (rc == RC_OK)
        tally_watch(s->g->tally, s->board);
    explicit_bzero(spec.cluster, sizeof spec.cluster);
    object_store_config_wipe(&spec.store);
    return rc;
}

/* After the roles, whether they ended in order or were killed. */
static void empty_store(const struct stream *s)
{
    struct err why;
    bool used = s->board != NULL && s->board->spec.store.bucket[0] != '\0';
    if (used && image_store_empty(s->g->store, &why) != RC_OK)
        (void)snprintf(s->out->objects_left, sizeof s->out->objects_left, "%.*s",
                       RECORD_WHY_MAX - 1, why.text);
}

void stream_close(struct stream *s, bool lost)
{
    if (s->board != NULL)
        board_set(&s->board->control, CONTROL_STOP);
    role_end(&s->sender);
    role_end(&s->receiver);
    tally_leave(s->g->tally, s->board);
    empty_store(s);
    if (!lost)
        topic_delete(s->g, s->out->record.topic, s->three_topics, s->topics_made,
                     s->out->topic_left);
    board_unmap(s->board);
    if (s->board_fd >= 0)
        (void)close(s->board_fd);
}

/* --- its roles --- */

enum rc stream_start(struct stream *s, enum role_kind kind, struct err *e)
{
    struct role_order order = {.kind = kind,
                               .board_fd = s->board_fd,
                               .pool_fd = s->o->pool->fd,
                               .namespace_fd =
                                   s->route != NULL ? links_namespace(s->g->routes->links) : -1,
                               .program = program_of(s),
                               .libraries = libraries_of(s)};
    return role_start(&order, kind == ROLE_SENDER ? &s->sender : &s->receiver, e);
}

static void void_foreign(struct stream *s, const struct role *r)
{
    char end[64];
    const char *program = program_of(s);
    const char *libraries = libraries_of(s);
    account_void(&s->out->record,
                 "the %s%s%s%s%s did not start (%s): what stands there must be of this version "
                 "of assay and fit this machine; it says why above",
                 ROLE_NAMES[r->kind], program != NULL ? " " : "", program != NULL ? program : "",
                 libraries != NULL ? " with the libraries of " : "",
                 libraries != NULL ? libraries : "", role_say_end(r, end, sizeof end));
    s->void_rc = RC_INFRA;
}

/* Whether the stream can go on: RC_INTEGRITY means it is void (the record says why). */
static enum rc look_at_role(struct stream *s, struct role *r, struct role_state *state)
{
    char end[64];
    if (r->pid == 0)
        return RC_OK;
    bool ended = role_has_ended(r); /* before the phase: a role that is DONE may end at once */
    uint32_t phase = atomic_load(&state->phase);
    if (phase == ROLE_FAILED) {
        account_void(&s->out->record, "%s: %s", ROLE_NAMES[r->kind], state->error);
        s->void_rc = (enum rc)state->rc;
        return RC_INTEGRITY;
    }
    if (ended && phase == ROLE_STARTING && is_foreign(s)) {
        void_foreign(s, r);
        return RC_INTEGRITY;
    }
    if (ended && phase != ROLE_DONE) {
        account_void(&s->out->record, "the %s ended unexpectedly: %s", ROLE_NAMES[r->kind],
                     role_say_end(r, end, sizeof end));
        return RC_INTEGRITY;
    }
    return RC_OK;
}

enum rc stream_look(struct stream *s)
{
    enum rc rc = look_at_role(s, &s->sender, &s->board->sender);
    return rc == RC_OK ? look_at_role(s, &s->receiver, &s->board->receiver) : rc;
}

uint64_t stream_progress(struct stream *s)
{
    struct board *b = s->board;
    return (uint64_t)atomic_load(&b->sender.progress) + atomic_load(&b->receiver.progress) +
           atomic_load(&b->sent_count) + atomic_load(&b->sender.phase) +
           atomic_load(&b->receiver.phase);
}

char *stream_say(struct stream *s, char *text)
{
    struct board *b = s->board;
    const char *why = b->sender.error[0] != '\0' ? b->sender.error : b->sender.trouble;
    (void)snprintf(text, RECORD_WHY_MAX, "%llu sent, %u acknowledged, %u received%s%.400s",
                   (unsigned long long)atomic_load(&b->sent_count),
                   (unsigned)atomic_load(&b->sender.progress),
                   (unsigned)atomic_load(&b->receiver.progress), why[0] != '\0' ? ": " : "", why);
    return text;
}

void stream_sample(struct stream *s)
{
    role_sample(&s->sender);
    role_sample(&s->receiver);
}

/* --- its end --- */

enum rc stream_find_ends(struct stream *s, struct err *e)
{
    char name[TOPIC_NAME_MAX];
    struct watermarks marks[LEDGER_PARTITIONS];
    const struct trial_spec *spec = &s->board->spec;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < topic_count(spec); i++) {
        int32_t first = topic_first(spec, i);
        int32_t count = topic_partitions(spec, i);
        rc = topic_name(spec->topic, spec->topics > 0, i, name, e);
        if (rc == RC_OK)
            rc = admin_watermarks(s->g->admin, name, count, marks, e);
        for (int32_t p = 0; rc == RC_OK && p < count; p++)
            s->board->end_offset[first + p] = marks[p].latest;
    }
    return rc;
}

static void note_role(const struct stream *s, const struct role *r, const struct role_state *state,
                      struct role_use *use)
{
    const struct board *b = s->board;
    use->user_ns = state->cpu_end.user_ns - state->cpu_start.user_ns;
    use->system_ns = state->cpu_end.system_ns - state->cpu_start.system_ns;
    use->peak_anon_bytes = r->anon_peak > state->anon_bytes ? r->anon_peak : state->anon_bytes;
    bool sender = r->kind == ROLE_SENDER;
    int64_t sends = b->spec.messages > 0 ? b->spec.messages : b->spec.records;
    use->ledger_bytes = sender ? sends * (int64_t)sizeof(struct sent_entry)
                               : (int64_t)(b->received_room * sizeof(struct received_entry));
    use->pool_bytes = sender ? (int64_t)s->o->pool->mapping_bytes : 0;
    (void)snprintf(use->cpus, sizeof use->cpus, "%s", state->cpus);
}

enum rc stream_settle(struct stream *s, struct err *e)
{
    struct trial_record *r = &s->out->record;
    struct board *b = s->board;
    note_role(s, &s->sender, &b->sender, &r->use.sender);
    note_role(s, &s->receiver, &b->receiver, &r->use.receiver);
    (void)snprintf(r->sender_settings, sizeof r->sender_settings, "%s", b->sender.settings);
    (void)snprintf(r->receiver_settings, sizeof r->receiver_settings, "%s", b->receiver.settings);
    (void)snprintf(r->client_library, sizeof r->client_library, "%s", b->sender.library);
    (void)snprintf(r->codec_library, sizeof r->codec_library, "%s", b->sender.codec_library);
    r->bytes.wire_sent = b->sender.wire.sent;
    r->bytes.wire_received = b->receiver.wire.received;
    enum rc rc = account_ledger(s->o, b, s->out, e);
    if (rc == RC_OK)
        rc = account_stored(s->g, b, r, e);
    if (rc == RC_OK)
        tally_stored(s->g->tally, b, r);
    return rc;
}
