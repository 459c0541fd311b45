/*
 * Reassembly against a reference, on random images, orders and faults: chunks lost, copied, damaged
 * in head or data, contradicting each other, images that are not what their chunks name; from
 * several partitions, with much room and with little. Whatever happens: an image is handed out at
 * most once and only byte for byte right; every other image of which anything readable came is
 * reported exactly once; the budget holds after every step.
 */
#define _GNU_SOURCE
#include "base/fs.h"
#include "tests/unit/core/image/image_scene.h"

#include <unistd.h>

enum { ROUNDS = 300, IMAGES_MAX = 40, CHUNKS_MAX = 24, EVENTS_MAX = 4096, SMALL = 3 };

enum fault { FAULT_NONE, FAULT_DATA, FAULT_HEAD, FAULT_CONFLICT };

struct event {
    uint32_t image, index;
    enum fault fault;
};

/* What the reference knows of an image. */
struct known {
    bool has[CHUNKS_MAX];
    uint32_t received, damaged;
    bool begun;              /* something came whose head could be read */
    enum reassembly_end end; /* REASSEMBLY_ENDS: in flight */
    bool corrupt;            /* its chunks name a CRC it does not have */
    int handed_out, reported;
};

struct round {
    struct rng rng;
    struct scene_image images[IMAGES_MAX];
    struct known known[IMAGES_MAX];
    size_t image_count;
    struct event events[EVENTS_MAX];
    size_t event_count;
    struct reassembly_config config;
    struct reassembly *r;
    bool tight; /* a small budget: who gives way is not foretold */
};

static size_t image_of_id(const struct round *t, const struct image_id *id)
{
    for (size_t k = 0; k < t->image_count; k++)
        if (memcmp(t->images[k].cut.id.bytes, id->bytes, IMAGE_ID_BYTES) == 0)
            return k;
    fail_msg("an image that nobody sent");
    return 0;
}

static void must_match(const struct known *k, const struct reassembly_loss *loss)
{
    assert_int_equal(loss->received, k->received);
    assert_int_equal(loss->damaged, k->damaged);
    size_t missing = 0;
    for (uint32_t i = 0; i < loss->count && missing < REASSEMBLY_MISSING; i++)
        if (!k->has[i])
            assert_int_equal(loss->missing[missing++], i);
    assert_int_equal(loss->missing_count, missing);
}

static void on_loss(void *ctx, const struct reassembly_loss *loss)
{
    struct round *t = ctx;
    size_t i = image_of_id(t, &loss->id);
    struct known *k = &t->known[i];
    k->reported++;
    assert_int_equal(k->handed_out, 0);
    assert_int_equal(loss->metadata.size, strlen(t->images[i].json));
    if (loss->end != REASSEMBLY_TOO_LARGE)
        must_match(k, loss);
    if (t->tight && (loss->end == REASSEMBLY_EVICTED || loss->end == REASSEMBLY_TOO_LARGE))
        k->end = loss->end;
    else if (loss->end == REASSEMBLY_CLOSED && k->end == REASSEMBLY_ENDS)
        k->end = REASSEMBLY_CLOSED;
    else
        assert_int_equal(loss->end, k->end);
}

static void add_event(struct round *t, size_t image, uint32_t index, enum fault fault)
{
    assert_true(t->event_count < EVENTS_MAX);
    t->events[t->event_count++] =
        (struct event){.image = (uint32_t)image, .index = index, .fault = fault};
}

/* The chunks of an image, some of them lost, copied, damaged or contradicting. */
static void plan_image(struct round *t, size_t k)
{
    size_t size = 1 + (size_t)rng_below(&t->rng, 3000);
    size_t count = 1 + (size_t)rng_below(&t->rng, CHUNKS_MAX);
    scene_image_make(&t->images[k], rng_u64(&t->rng), size, (size + count - 1) / count);
    t->known[k] = (struct known){.end = REASSEMBLY_ENDS};
    if (rng_below(&t->rng, 20) == 0) {
        t->known[k].corrupt = true;
        t->images[k].bytes[rng_below(&t->rng, size)] ^= 1;
    }
    uint64_t bad = rng_below(&t->rng, 3) == 0 ? 12 : 1000; /* one in so many */
    for (uint32_t i = 0; i < t->images[k].cut.count; i++) {
        if (rng_below(&t->rng, bad) != 0)
            add_event(t, k, i, FAULT_NONE);
        if (rng_below(&t->rng, 10) == 0)
            add_event(t, k, i, FAULT_NONE);
        if (rng_below(&t->rng, bad) == 0)
            add_event(t, k, i, (enum fault)(1 + rng_below(&t->rng, 3)));
    }
}

static void shuffle(struct round *t)
{
    for (size_t i = t->event_count; i > 1; i--) {
        size_t j = (size_t)rng_below(&t->rng, i);
        struct event swap = t->events[i - 1];
        t->events[i - 1] = t->events[j];
        t->events[j] = swap;
    }
}

static void begin(struct round *t, uint64_t seed, const char *folder)
{
    struct err e = {0};
    memset(t, 0, sizeof *t);
    rng_init(&t->rng, seed, 1);
    t->image_count = 1 + (size_t)rng_below(&t->rng, IMAGES_MAX);
    for (size_t k = 0; k < t->image_count; k++)
        plan_image(t, k);
    if (rng_below(&t->rng, 4) != 0)
        shuffle(t);
    reassembly_config_init(&t->config);
    t->config.file_above_bytes = (int64_t)rng_below(&t->rng, 3000);
    t->config.folder = rng_below(&t->rng, 2) == 0 ? folder : NULL;
    t->tight = seed % SMALL == 0;
    if (t->tight) {
        t->config.memory_bytes = 250000 + (int64_t)rng_below(&t->rng, 20000);
        t->config.file_bytes = (int64_t)rng_below(&t->rng, 20000);
    }
    assert_int_equal(reassembly_open(&t->config, on_loss, t, &t->r, &e), RC_OK);
}

static struct span make_record(struct round *t, const struct event *v)
{
    struct scene_image *image = &t->images[v->image];
    if (v->fault != FAULT_CONFLICT) {
        struct span record = scene_record(image, v->index);
        size_t at = v->fault == FAULT_DATA ? record.size - 1 : 8 + (size_t)rng_below(&t->rng, 60);
        if (v->fault != FAULT_NONE)
            ((uint8_t *)(uintptr_t)record.data)[at] ^= 4;
        return record;
    }
    image->cut.image_crc ^= 1;
    struct span record = scene_record(image, v->index);
    image->cut.image_crc ^= 1;
    return record;
}

/* What must come of a chunk, when nothing gives way for lack of room. */
static enum reassembly_outcome foretell(struct round *t, const struct event *v)
{
    struct known *k = &t->known[v->image];
    if (v->fault == FAULT_HEAD)
        return CHUNK_DAMAGED;
    if (k->end == REASSEMBLY_COMPLETE)
        return CHUNK_DUPLICATE;
    if (k->end != REASSEMBLY_ENDS)
        return CHUNK_LATE;
    /* The first to come is believed, whoever it is: a conflict needs two. */
    if (v->fault == FAULT_CONFLICT) {
        assert_true(k->begun);
        k->end = REASSEMBLY_CONFLICT;
        return CHUNK_ENDED;
    }
    k->begun = true;
    if (v->fault == FAULT_DATA) {
        k->damaged++;
        return CHUNK_DAMAGED;
    }
    if (k->has[v->index])
        return CHUNK_DUPLICATE;
    k->has[v->index] = true;
    if (++k->received < t->images[v->image].cut.count)
        return CHUNK_TAKEN;
    k->end = k->corrupt ? REASSEMBLY_CORRUPT : REASSEMBLY_COMPLETE;
    return k->corrupt ? CHUNK_ENDED : CHUNK_COMPLETED;
}

static void check_budget(const struct round *t)
{
    struct reassembly_counts n;
    reassembly_counts(t->r, &n);
    assert_true(n.memory_bytes >= 0 && n.memory_bytes <= t->config.memory_bytes);
    assert_true(n.file_bytes >= 0 && n.file_bytes <= t->config.file_bytes);
    assert_true(n.memory_peak_bytes <= t->config.memory_bytes);
}

static void deliver(struct round *t, const struct event *v)
{
    struct known *k = &t->known[v->image];
    if (v->fault == FAULT_CONFLICT && !k->begun)
        return;
    struct err e = {0};
    struct reassembly_step step;
    struct span record = make_record(t, v);
    struct known before = *k;
    enum reassembly_outcome right = foretell(t, v);
    enum reassembly_outcome wanted = right;
    assert_int_equal(reassembly_add(t->r, record, (struct instant){.ns = 1}, &step, &e), RC_OK);
    scene_record_free(record);
    if (t->tight && k->end == REASSEMBLY_TOO_LARGE && before.end == REASSEMBLY_ENDS)
        wanted = CHUNK_ENDED; /* it was its own first chunk */
    assert_int_equal(step.outcome, wanted);
    if (step.outcome == CHUNK_COMPLETED) {
        k->handed_out++;
        scene_must_be(&step, &t->images[v->image]);
    }
    assert_null(step.image.image.data);
    check_budget(t);
}

static void end(struct round *t)
{
    reassembly_close(t->r);
    for (size_t i = 0; i < t->image_count; i++) {
        const struct known *k = &t->known[i];
        assert_int_equal(k->handed_out, k->end == REASSEMBLY_COMPLETE);
        assert_int_equal(k->reported, k->begun && k->end != REASSEMBLY_COMPLETE);
        scene_image_free(&t->images[i]);
    }
}

static void test_random_faults(void **state)
{
    (void)state;
    struct err e = {0};
    char folder[] = "/tmp/test_reassembly_random.XXXXXX";
    struct round *t = malloc(sizeof *t);
    assert_true(mkdtemp(folder) != NULL && t != NULL);
    size_t complete = 0, evicted = 0, other = 0;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        begin(t, seed, folder);
        for (size_t i = 0; i < t->event_count; i++)
            deliver(t, &t->events[i]);
        end(t);
        for (size_t i = 0; i < t->image_count; i++) {
            complete += t->known[i].end == REASSEMBLY_COMPLETE;
            evicted += t->known[i].end == REASSEMBLY_EVICTED;
            other += t->known[i].end != REASSEMBLY_COMPLETE && t->known[i].begun;
        }
    }
    print_message("%zu images complete, %zu gave way, %zu not complete in all\n", complete, evicted,
                  other);
    assert_true(complete > 1000 && evicted > 100 && other > 500);
    free(t);
    assert_int_equal(fs_remove_tree(folder, &e), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_faults)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
