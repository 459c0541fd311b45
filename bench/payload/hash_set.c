#include "bench/payload/hash_set.h"

#include <errno.h>
#include <stdlib.h>

enum { FIRST_ROOM = 1024 };

/* The place of hash, or the free place where it belongs. Needs a free place. */
static size_t place_of(const uint64_t *places, size_t room, uint64_t hash)
{
    size_t i = (size_t)hash & (room - 1);
    while (places[i] != 0 && places[i] != hash)
        i = (i + 1) & (room - 1);
    return i;
}

static enum rc grow(struct hash_set *s, struct err *e)
{
    size_t room = s->room == 0 ? FIRST_ROOM : s->room * 2;
    uint64_t *places = calloc(room, sizeof *places);
    if (places == NULL)
        return err_sys(e, RC_INFRA, errno, "cannot hold the hashes of %zu records", s->size);
    for (size_t i = 0; i < s->room; i++)
        if (s->places[i] != 0)
            places[place_of(places, room, s->places[i])] = s->places[i];
    free(s->places);
    s->places = places;
    s->room = room;
    return RC_OK;
}

enum rc hash_set_add(struct hash_set *s, uint64_t hash, bool *is_new, struct err *e)
{
    if (s->size * 2 >= s->room) {
        enum rc rc = grow(s, e);
        if (rc != RC_OK)
            return rc;
    }
    size_t i = place_of(s->places, s->room, hash);
    *is_new = s->places[i] == 0;
    if (*is_new) {
        s->places[i] = hash;
        s->size++;
    }
    return RC_OK;
}

void hash_set_release(struct hash_set *s)
{
    if (s == NULL)
        return;
    free(s->places);
    *s = (struct hash_set){.places = NULL};
}
