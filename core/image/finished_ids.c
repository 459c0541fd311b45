#include "core/image/finished_ids.h"

#include "base/hash.h"

#include <stdlib.h>

size_t finished_ids_bytes(size_t room)
{
    return room * (sizeof(struct finished_id) + sizeof(size_t));
}

enum rc finished_ids_init(struct finished_ids *f, size_t room, struct err *e)
{
    *f = (struct finished_ids){.room = room};
    if (room == 0)
        return RC_OK;
    f->ring = calloc(room, sizeof *f->ring);
    f->buckets = malloc(room * sizeof *f->buckets);
    if (f->ring == NULL || f->buckets == NULL) {
        finished_ids_release(f);
        return err_set(e, RC_INFRA, "out of memory for %zu image ids", room);
    }
    for (size_t i = 0; i < room; i++)
        f->buckets[i] = FINISHED_NONE;
    return RC_OK;
}

void finished_ids_release(struct finished_ids *f)
{
    free(f->ring);
    free(f->buckets);
    *f = (struct finished_ids){.room = 0};
}

static size_t *bucket_of(const struct finished_ids *f, const struct image_id *id)
{
    return &f->buckets[hash_bytes(span_of(id->bytes, sizeof id->bytes)) % f->room];
}

static void unlink_oldest(struct finished_ids *f, size_t oldest)
{
    size_t *at = bucket_of(f, &f->ring[oldest].id);
    while (*at != oldest)
        at = &f->ring[*at].next;
    *at = f->ring[oldest].next;
}

void finished_ids_add(struct finished_ids *f, const struct image_id *id, bool complete)
{
    if (f->room == 0)
        return;
    size_t place = f->newest;
    if (f->count == f->room)
        unlink_oldest(f, place);
    else
        f->count++;
    size_t *bucket = bucket_of(f, id);
    f->ring[place] = (struct finished_id){.id = *id, .next = *bucket, .complete = complete};
    *bucket = place;
    f->newest = (place + 1) % f->room;
}

const struct finished_id *finished_ids_find(const struct finished_ids *f, const struct image_id *id)
{
    if (f->room == 0)
        return NULL;
    for (size_t i = *bucket_of(f, id); i != FINISHED_NONE; i = f->ring[i].next)
        if (memcmp(f->ring[i].id.bytes, id->bytes, sizeof id->bytes) == 0)
            return &f->ring[i];
    return NULL;
}
