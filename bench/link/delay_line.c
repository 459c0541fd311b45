#include "bench/link/delay_line.h"

#include <stdlib.h>
#include <string.h>

/* How far ahead bytes are taken, and how early it is worth asking again. */
#define AHEAD_NS (10 * (int64_t)NS_PER_MS)
#define AGAIN_NS (5 * (int64_t)NS_PER_MS)

enum { BITS_PER_BYTE = 8, PARCELS_PER_S = 2000 };

void delay_line_set(struct delay_line *l, int64_t bit_per_s, int64_t delay_ns)
{
    token_bucket_set(&l->bucket, bit_per_s);
    l->delay_ns = delay_ns;
}

void delay_line_release(struct delay_line *l)
{
    while (l->first != NULL) {
        struct parcel *p = l->first;
        l->first = p->next;
        free(p);
    }
    *l = (struct delay_line){.first = NULL};
}

size_t delay_line_parcel(const struct delay_line *l)
{
    int64_t size = l->bucket.bit_per_s / BITS_PER_BYTE / PARCELS_PER_S;
    if (l->bucket.bit_per_s == 0 || size > PARCEL_MAX)
        return PARCEL_MAX;
    return size < PARCEL_MIN ? PARCEL_MIN : (size_t)size;
}

bool delay_line_takes(const struct delay_line *l, struct instant now)
{
    return l->bytes < DELAY_LINE_MAX && instant_since(l->bucket.free, now) < AHEAD_NS;
}

struct instant delay_line_ask_again(const struct delay_line *l)
{
    if (l->bytes >= DELAY_LINE_MAX)
        return (struct instant){.ns = 0};
    return l->bucket.free.ns > AGAIN_NS ? instant_after(l->bucket.free, -AGAIN_NS) : l->bucket.free;
}

struct instant delay_line_pass(struct delay_line *l, struct instant now, size_t size)
{
    struct instant due = instant_after(token_bucket_take(&l->bucket, now, size), l->delay_ns);
    if (l->last != NULL && due.ns < l->last->due.ns)
        return l->last->due;
    return due;
}

bool delay_line_put(struct delay_line *l, struct instant due, void *owner, const void *data,
                    size_t size)
{
    struct parcel *p = malloc(sizeof *p + size);
    if (p == NULL)
        return false;
    *p = (struct parcel){.due = due, .owner = owner, .size = size};
    if (size > 0)
        memcpy(p->data, data, size);
    if (l->first == NULL)
        l->first = p;
    else
        l->last->next = p;
    l->last = p;
    l->bytes += size;
    return true;
}

struct parcel *delay_line_get(struct delay_line *l, struct instant now)
{
    struct parcel *p = l->first;
    if (p == NULL || p->due.ns > now.ns)
        return NULL;
    l->first = p->next;
    if (l->first == NULL)
        l->last = NULL;
    l->bytes -= p->size;
    p->next = NULL;
    return p;
}

struct instant delay_line_due(const struct delay_line *l)
{
    return l->first == NULL ? (struct instant){.ns = 0} : l->first->due;
}
