/* What can be asked of a reassembly, and its names and defaults. */
#include "core/image/reassembly_state.h"

#include <stdlib.h>

const char *const REASSEMBLY_END_NAMES[] = {
    [REASSEMBLY_COMPLETE] = "complete", [REASSEMBLY_TIMED_OUT] = "timed_out",
    [REASSEMBLY_EVICTED] = "evicted",   [REASSEMBLY_TOO_LARGE] = "too_large",
    [REASSEMBLY_CONFLICT] = "conflict", [REASSEMBLY_CORRUPT] = "corrupt",
    [REASSEMBLY_FAILED] = "failed",     [REASSEMBLY_CLOSED] = "closed",
    [REASSEMBLY_ENDS] = NULL,
};

enum { REMEMBERED = 4096, IN_FLIGHT_MAX = 10000 };
static const int64_t MEMORY_BYTES = INT64_C(256000000);
static const int64_t FILE_BYTES = INT64_C(64000000000);
static const int64_t FILE_ABOVE_BYTES = INT64_C(5000000);
static const int64_t IMAGE_MAX_BYTES = INT64_C(2000000000);

void reassembly_config_init(struct reassembly_config *c)
{
    *c = (struct reassembly_config){.memory_bytes = MEMORY_BYTES,
                                    .file_bytes = FILE_BYTES,
                                    .file_above_bytes = FILE_ABOVE_BYTES,
                                    .timeout_ns = REASSEMBLY_TIMEOUT_NS,
                                    .image_max_bytes = IMAGE_MAX_BYTES,
                                    .in_flight_max = IN_FLIGHT_MAX,
                                    .remembered = REMEMBERED};
}

void reassembled_release(struct reassembled *image)
{
    if (image == NULL)
        return;
    if (image->image.data != NULL)
        image_space_free(image->image, image->mapped);
    free((void *)(uintptr_t)image->metadata.data); /* ours again */
    *image = (struct reassembled){.took_ns = 0};
}

void reassembly_counts(const struct reassembly *r, struct reassembly_counts *out)
{
    *out = r->counts;
}

static struct reassembly_image describe(const struct flight *f, struct instant now)
{
    return (struct reassembly_image){.id = f->image.id,
                                     .total_size = f->image.total_size,
                                     .received_size = f->received_size,
                                     .count = f->image.count,
                                     .received = f->received,
                                     .damaged = f->damaged,
                                     .age_ns = instant_since(now, f->first),
                                     .idle_ns = instant_since(now, f->last),
                                     .in_file = f->in_file,
                                     .metadata = f->image.metadata};
}

void reassembly_each(const struct reassembly *r, struct instant now,
                     void (*see)(void *ctx, const struct reassembly_image *i), void *ctx)
{
    struct instant at = now.ns > r->now.ns ? now : r->now;
    for (const struct flight *f = r->flights.oldest; f != NULL; f = f->newer) {
        struct reassembly_image i = describe(f, at);
        see(ctx, &i);
    }
}

bool reassembly_find(const struct reassembly *r, const struct image_id *id, struct instant now,
                     struct reassembly_image *out)
{
    const struct flight *f = flights_find(&r->flights, id);
    if (f != NULL)
        *out = describe(f, now.ns > r->now.ns ? now : r->now);
    return f != NULL;
}
