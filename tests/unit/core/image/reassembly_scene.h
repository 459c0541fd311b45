/* A reassembly and four small images of four chunks, set up anew for every test. */
#ifndef ASSAY_TESTS_UNIT_REASSEMBLY_SCENE_H
#define ASSAY_TESTS_UNIT_REASSEMBLY_SCENE_H

#include "base/fs.h"
#include "tests/unit/core/image/image_scene.h"

#include <unistd.h>

enum { IMAGES = 4, SIZE = 1000, CHUNK_SIZE = 300, CHUNKS = 4, MINUTE_MS = 60000 };

struct reassembly_scene {
    struct reassembly_config config;
    struct scene_losses losses;
    struct scene_image image[IMAGES];
    struct reassembly *r;
    struct reassembly_step step;
    char folder[64];
};

static inline void open_with(struct reassembly_scene *s)
{
    struct err e = {0};
    if (reassembly_open(&s->config, scene_note_loss, &s->losses, &s->r, &e) != RC_OK)
        fail_msg("%s", e.text);
}

static inline int setup(void **state)
{
    struct reassembly_scene *s = calloc(1, sizeof *s);
    assert_non_null(s);
    reassembly_config_init(&s->config);
    for (size_t i = 0; i < IMAGES; i++)
        scene_image_make(&s->image[i], i, SIZE, CHUNK_SIZE);
    *state = s;
    return 0;
}

static inline int teardown(void **state)
{
    struct reassembly_scene *s = *state;
    struct err e = {0};
    reassembly_close(s->r);
    for (size_t i = 0; i < IMAGES; i++)
        scene_image_free(&s->image[i]);
    if (s->folder[0] != '\0')
        assert_int_equal(fs_remove_tree(s->folder, &e), RC_OK);
    free(s);
    return 0;
}

static inline void use_folder(struct reassembly_scene *s)
{
    (void)snprintf(s->folder, sizeof s->folder, "/tmp/test_reassembly.XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    s->config.folder = s->folder;
}

static inline struct reassembly_counts counts_of(const struct reassembly_scene *s)
{
    struct reassembly_counts n;
    reassembly_counts(s->r, &n);
    return n;
}

/* Chunks from..to-1 of an image; only the last may complete it. */
static inline void add_some(struct reassembly_scene *s, size_t image, uint32_t from, uint32_t to,
                            int64_t at_ms)
{
    for (uint32_t i = from; i < to; i++)
        assert_int_equal(scene_add(s->r, &s->image[image], i, at_ms, &s->step), CHUNK_TAKEN);
}

static inline struct span damaged(const struct scene_image *i, uint32_t index, size_t at)
{
    struct span record = scene_record(i, index);
    ((uint8_t *)(uintptr_t)record.data)[at] ^= 0x10;
    return record;
}

static inline enum reassembly_outcome add_record(struct reassembly_scene *s, struct span record)
{
    struct err e = {0};
    assert_int_equal(reassembly_add(s->r, record, (struct instant){.ns = 1}, &s->step, &e), RC_OK);
    scene_record_free(record);
    return s->step.outcome;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
