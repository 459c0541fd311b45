/* Images of random bytes and their chunk records, for the tests of reassembly. */
#ifndef ASSAY_TESTS_UNIT_IMAGE_SCENE_H
#define ASSAY_TESTS_UNIT_IMAGE_SCENE_H

#include "base/crc32c.h"
#include "base/rng.h"
#include "core/image/reassembly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SCENE_JSON = 160 };

struct scene_image {
    uint8_t *bytes; /* owned */
    char json[SCENE_JSON];
    struct chunk_image cut;
};

static inline void scene_image_make(struct scene_image *i, uint64_t seed, size_t size,
                                    size_t chunk_size)
{
    struct rng r;
    struct err e = {0};
    i->bytes = malloc(size);
    assert_non_null(i->bytes);
    rng_init(&r, seed, 77);
    rng_fill(&r, i->bytes, size);
    (void)snprintf(i->json, sizeof i->json,
                   "{\"timestamp\":\"2025-10-13T10:00:00Z\",\"format\":\"tiff\","
                   "\"source_id\":\"image \\\"%llu\\\"\"}",
                   (unsigned long long)seed);
    i->cut = (struct chunk_image){.metadata = span_str(i->json),
                                  .image_crc = crc32c(span_of(i->bytes, size))};
    rng_fill(&r, i->cut.id.bytes, IMAGE_ID_BYTES);
    assert_int_equal(chunk_image_cut(&i->cut, size, chunk_size, &e), RC_OK);
}

static inline void scene_image_free(struct scene_image *i)
{
    free(i->bytes);
}

/* The record of one chunk; the caller frees its data. */
static inline struct span scene_record(const struct scene_image *i, uint32_t index)
{
    struct err e = {0};
    size_t size = chunk_record_size(&i->cut, index);
    uint8_t *record = malloc(size);
    assert_non_null(record);
    memcpy(chunk_data_at(record, &i->cut), i->bytes + (size_t)index * i->cut.chunk_size,
           chunk_data_size(&i->cut, index));
    assert_int_equal(chunk_seal(record, &i->cut, index, &e), RC_OK);
    return span_of(record, size);
}

static inline void scene_record_free(struct span record)
{
    free((void *)(uintptr_t)record.data);
}

/* Adds one chunk at a time of so many milliseconds; the step is the caller's to release. */
static inline enum reassembly_outcome scene_add(struct reassembly *r, const struct scene_image *i,
                                                uint32_t index, int64_t at_ms,
                                                struct reassembly_step *step)
{
    struct err e = {0};
    struct span record = scene_record(i, index);
    struct instant now = {.ns = 1 + at_ms * NS_PER_MS};
    if (reassembly_add(r, record, now, step, &e) != RC_OK)
        fail_msg("%s", e.text);
    scene_record_free(record);
    return step->outcome;
}

/* The image in step is this one, byte for byte; releases it. */
static inline void scene_must_be(struct reassembly_step *step, const struct scene_image *i)
{
    assert_int_equal(step->outcome, CHUNK_COMPLETED);
    assert_memory_equal(step->image.id.bytes, i->cut.id.bytes, IMAGE_ID_BYTES);
    assert_int_equal(step->image.image.size, i->cut.total_size);
    assert_memory_equal(step->image.image.data, i->bytes, i->cut.total_size);
    assert_int_equal(step->image.metadata.size, strlen(i->json));
    assert_memory_equal(step->image.metadata.data, i->json, strlen(i->json));
    reassembled_release(&step->image);
}

/* What was reported, in order. */
enum { SCENE_LOSSES = 512 };
struct scene_losses {
    struct reassembly_loss rows[SCENE_LOSSES];
    size_t count;
};

static inline void scene_note_loss(void *ctx, const struct reassembly_loss *loss)
{
    struct scene_losses *l = ctx;
    assert_true(l->count < SCENE_LOSSES);
    assert_true(loss->metadata.size > 0 && loss->why[0] != '\0');
    l->rows[l->count] = *loss;
    l->rows[l->count++].metadata = span_of(NULL, 0);
}

#endif
