#include "bench/trial/watch.h"

#include "bench/trial/account.h"

#include <assert.h>

static const int64_t POLL_NS = 2 * NS_PER_MS;
static const int64_t SAMPLE_NS = 50 * NS_PER_MS;
static const int64_t SAMPLE_IMAGES_NS =
    10 * NS_PER_MS; /* memory that comes and goes by the image */

void watch_add(struct watch *w, struct stream *s)
{
    assert(w->count < WATCH_STREAMS);
    w->stream[w->count++] = s;
}

static enum rc look_at_progress(struct watch *w, struct stream *s)
{
    char said[RECORD_WHY_MAX];
    uint64_t sum = stream_progress(s);
    struct instant now = clock_now();
    if (sum != w->seen) {
        w->seen = sum;
        w->moved = now;
    }
    bool images = s->board->spec.image_max_bytes > 0;
    if (instant_since(now, w->sampled) >= (images ? SAMPLE_IMAGES_NS : SAMPLE_NS)) {
        for (size_t i = 0; i < w->count; i++)
            stream_sample(w->stream[i]);
        w->sampled = now;
    }
    if (instant_since(now, w->moved) < w->timeout_ns)
        return RC_OK;
    account_void(&s->out->record, "no progress for %lld s: %.400s",
                 (long long)(w->timeout_ns / NS_PER_S), stream_say(s, said));
    return RC_INTEGRITY;
}

static enum rc look(struct watch *w, struct stream *s, struct err *e)
{
    if (*w->g->stop != 0)
        return err_set(e, RC_INTERRUPTED, "interrupted");
    enum rc rc = w->g->broker_lost != NULL ? w->g->broker_lost(w->g->ctx, e) : RC_OK;
    for (size_t i = 0; rc == RC_OK && i < w->count; i++)
        rc = stream_look(w->stream[i]);
    return rc == RC_OK ? look_at_progress(w, s) : rc;
}

enum rc watch_phase(struct watch *w, struct stream *s, struct role_state *state,
                    enum role_phase phase, struct err *e)
{
    w->moved = clock_now();
    for (;;) {
        uint32_t now = atomic_load(&state->phase);
        if (now >= phase && now != ROLE_FAILED)
            return RC_OK;
        enum rc rc = look(w, s, e);
        if (rc != RC_OK)
            return rc;
        board_wait(&state->phase, now, POLL_NS);
    }
}

enum rc watch_receipts(struct watch *w, struct stream *s, uint32_t count, struct err *e)
{
    w->moved = clock_now();
    while (atomic_load(&s->board->receiver.progress) < count) {
        enum rc rc = look(w, s, e);
        if (rc != RC_OK)
            return rc;
        clock_sleep(POLL_NS);
    }
    return RC_OK;
}
