#define XXH_INLINE_ALL
#include "base/hash.h"

#include <stdlib.h>
#include <xxhash.h>

struct hash_stream {
    XXH3_state_t *state; /* owned; never NULL */
};

static uint64_t never_none(uint64_t h)
{
    return h != 0 ? h : 1;
}

uint64_t hash_bytes(struct span bytes)
{
    return never_none(XXH3_64bits(bytes.data, bytes.size));
}

enum rc hash_stream_open(struct hash_stream **out, struct err *e)
{
    struct hash_stream *s = malloc(sizeof *s);
    XXH3_state_t *state = XXH3_createState();
    if (s == NULL || state == NULL) {
        free(s);
        (void)XXH3_freeState(state);
        return err_set(e, RC_INFRA, "out of memory for a hash");
    }
    s->state = state;
    hash_stream_restart(s);
    *out = s;
    return RC_OK;
}

void hash_stream_close(struct hash_stream *s)
{
    if (s == NULL)
        return;
    (void)XXH3_freeState(s->state);
    free(s);
}

void hash_stream_restart(struct hash_stream *s)
{
    (void)XXH3_64bits_reset(s->state);
}

void hash_stream_add(struct hash_stream *s, struct span piece)
{
    (void)XXH3_64bits_update(s->state, piece.data, piece.size);
}

uint64_t hash_stream_value(const struct hash_stream *s)
{
    return never_none(XXH3_64bits_digest(s->state));
}
