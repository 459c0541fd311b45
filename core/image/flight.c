#include "core/image/flight.h"

#include "base/hash.h"

#include <stdlib.h>

enum { BUCKETS = 4096, BITS = 8 };

size_t flights_bytes(void)
{
    return BUCKETS * sizeof(struct flight *);
}

static size_t seen_bytes(const struct chunk_image *image)
{
    return ((size_t)image->count + BITS - 1) / BITS;
}

uint64_t flight_bytes(const struct chunk_image *image)
{
    return sizeof(struct flight) + image->metadata.size +
           (uint64_t)image->count * sizeof(uint32_t) + seen_bytes(image);
}

enum rc flights_init(struct flights *all, struct err *e)
{
    *all = (struct flights){.buckets = calloc(BUCKETS, sizeof(struct flight *))};
    return all->buckets != NULL ? RC_OK : err_set(e, RC_INFRA, "out of memory for a table");
}

static void flight_free(struct flight *f)
{
    free((void *)(uintptr_t)f->image.metadata.data); /* our copy */
    free(f->crcs);
    free(f->seen);
    image_space_release(&f->space);
    free(f);
}

void flights_release(struct flights *all)
{
    for (struct flight *f = all->oldest, *newer = NULL; f != NULL; f = newer) {
        newer = f->newer;
        flight_free(f);
    }
    free(all->buckets);
    *all = (struct flights){.count = 0};
}

static struct flight **bucket_of(const struct flights *all, const struct image_id *id)
{
    return &all->buckets[hash_bytes(span_of(id->bytes, sizeof id->bytes)) % BUCKETS];
}

struct flight *flights_find(const struct flights *all, const struct image_id *id)
{
    struct flight *f = *bucket_of(all, id);
    while (f != NULL && memcmp(f->image.id.bytes, id->bytes, sizeof id->bytes) != 0)
        f = f->next;
    return f;
}

static void link_newest(struct flights *all, struct flight *f)
{
    f->older = all->newest;
    f->newer = NULL;
    if (all->newest != NULL)
        all->newest->newer = f;
    else
        all->oldest = f;
    all->newest = f;
}

static void unlink_age(struct flights *all, struct flight *f)
{
    *(f->older != NULL ? &f->older->newer : &all->oldest) = f->newer;
    *(f->newer != NULL ? &f->newer->older : &all->newest) = f->older;
}

/* Memory of a flight without its space. */
static enum rc fill(struct flight *f, const struct chunk_image *image, struct err *e)
{
    uint8_t *metadata = malloc(image->metadata.size);
    f->image = *image;
    f->image.metadata = span_of(metadata, metadata != NULL ? image->metadata.size : 0);
    f->crcs = malloc((size_t)image->count * sizeof *f->crcs);
    f->seen = calloc(seen_bytes(image), 1);
    f->space.fd = -1;
    if (metadata == NULL || f->crcs == NULL || f->seen == NULL)
        return err_set(e, RC_INFRA, "out of memory for an image of %u chunks", image->count);
    memcpy(metadata, image->metadata.data, image->metadata.size);
    return RC_OK;
}

enum rc flights_add(struct flights *all, const struct chunk_image *image, const char *folder,
                    struct flight **out, struct err *e)
{
    struct flight *f = calloc(1, sizeof *f);
    if (f == NULL)
        return err_set(e, RC_INFRA, "out of memory for an image in flight");
    enum rc rc = fill(f, image, e);
    if (rc == RC_OK)
        rc = image_space_open(&f->space, (size_t)image->total_size, folder, e);
    if (rc != RC_OK) {
        flight_free(f);
        return rc;
    }
    f->in_file = folder != NULL;
    struct flight **bucket = bucket_of(all, &image->id);
    f->next = *bucket;
    *bucket = f;
    link_newest(all, f);
    all->count++;
    *out = f;
    return RC_OK;
}

void flights_remove(struct flights *all, struct flight *f)
{
    struct flight **at = bucket_of(all, &f->image.id);
    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    unlink_age(all, f);
    all->count--;
    flight_free(f);
}

void flights_touch(struct flights *all, struct flight *f)
{
    unlink_age(all, f);
    link_newest(all, f);
}

bool flight_has(const struct flight *f, uint32_t index)
{
    return (f->seen[index / BITS] >> index % BITS & 1) != 0;
}

void flight_note(struct flight *f, uint32_t index, uint32_t crc)
{
    f->seen[index / BITS] |= (uint8_t)(1U << index % BITS);
    f->crcs[index] = crc;
    f->received++;
    f->received_size += chunk_data_size(&f->image, index);
}
