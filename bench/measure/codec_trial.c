#include "bench/measure/codec_trial.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* What one codec works on: compressed blocks end to end, and what they decompress to. */
struct arena {
    uint8_t *packed; /* owned */
    size_t packed_room;
    size_t *packed_ends; /* owned; one per block */
    uint8_t *back;       /* owned; as many bytes as the blocks have */
    size_t back_room;
};

/* One codec under way. */
struct codec_arm {
    struct codec_result *result;
    struct codec_work *work;  /* owned */
    size_t compress_passes;   /* that filled min_time_ns last time */
    size_t decompress_passes; /* likewise */
};

struct codec_pass {
    const struct block_list *blocks;
    struct arena *arena;
    struct codec_arm *arm;
    int64_t min_time_ns;
};

/* A whole trial under way. */
struct codec_session {
    const struct codec_trial *t;
    struct arena arena;
    struct codec_arm *arms; /* owned */
    size_t count;
};

typedef enum rc pass_run(const struct codec_pass *p, struct err *e);

static size_t packed_room(const struct block_list *l, const struct codec *c)
{
    size_t room = 0;
    for (size_t i = 0; i < l->count; i++)
        room += c->bound(block_list_at(l, i).size);
    return room;
}

static void arena_release(struct arena *a)
{
    free(a->packed);
    free(a->packed_ends);
    free(a->back);
}

/* Touches every page, so that no measurement pays for the first touch. */
static enum rc arena_open(struct arena *a, const struct codec_session *s, struct err *e)
{
    const struct block_list *l = s->t->blocks;
    a->back_room = l->bytes.size;
    a->packed_room = l->bytes.size;
    for (size_t i = 0; i < s->count; i++) {
        size_t room = packed_room(l, s->arms[i].result->choice.codec);
        a->packed_room = room > a->packed_room ? room : a->packed_room;
    }
    a->packed = malloc(a->packed_room);
    a->packed_ends = calloc(l->count, sizeof *a->packed_ends);
    a->back = malloc(a->back_room);
    if (a->packed == NULL || a->packed_ends == NULL || a->back == NULL)
        return err_set(e, RC_INFRA, "out of memory: %zu bytes of input need %zu more",
                       l->bytes.size, a->packed_room + a->back_room);
    memset(a->packed, 1, a->packed_room);
    memset(a->back, 1, a->back_room);
    return RC_OK;
}

static enum rc name_block(const struct codec_pass *p, size_t block, struct err *e)
{
    char text[CODEC_SPEC_TEXT];
    return err_wrap(e, "%s, block %zu of %zu", codec_spec_format(p->arm->result->choice, text),
                    block + 1, p->blocks->count);
}

static enum rc compress_pass(const struct codec_pass *p, struct err *e)
{
    const struct codec *c = p->arm->result->choice.codec;
    struct arena *a = p->arena;
    size_t used = 0;
    for (size_t i = 0; i < p->blocks->count; i++) {
        size_t size = 0;
        enum rc rc = c->compress(p->arm->work, block_list_at(p->blocks, i), a->packed + used,
                                 a->packed_room - used, &size, e);
        if (rc != RC_OK)
            return name_block(p, i, e);
        used += size;
        a->packed_ends[i] = used;
    }
    return RC_OK;
}

static struct span packed_at(const struct arena *a, size_t i)
{
    size_t start = i == 0 ? 0 : a->packed_ends[i - 1];
    return span_of(a->packed + start, a->packed_ends[i] - start);
}

static enum rc decompress_pass(const struct codec_pass *p, struct err *e)
{
    const struct codec *c = p->arm->result->choice.codec;
    size_t used = 0;
    for (size_t i = 0; i < p->blocks->count; i++) {
        size_t size = 0;
        size_t room = block_list_at(p->blocks, i).size;
        enum rc rc = c->decompress(p->arm->work, packed_at(p->arena, i), p->arena->back + used,
                                   room, &size, e);
        if (rc == RC_OK && size != room)
            rc = err_set(e, RC_INTEGRITY, "%zu bytes came back of %zu", size, room);
        else if (rc == RC_INPUT)
            rc = e->rc = RC_INTEGRITY; /* the codec refuses its own output */
        if (rc != RC_OK)
            return name_block(p, i, e);
        used += size;
    }
    return RC_OK;
}

static enum rc verify(const struct codec_pass *p, struct err *e)
{
    size_t at = 0;
    for (size_t i = 0; i < p->blocks->count; i++) {
        struct span plain = block_list_at(p->blocks, i);
        const uint8_t *back = p->arena->back + at;
        at += plain.size;
        if (memcmp(back, plain.data, plain.size) == 0)
            continue;
        size_t first = 0;
        while (back[first] == plain.data[first])
            first++;
        (void)err_set(e, RC_INTEGRITY, "byte %zu came back as 0x%02x, it was 0x%02x", first,
                      back[first], plain.data[first]);
        return name_block(p, i, e);
    }
    return RC_OK;
}

static enum rc timed(pass_run *run, const struct codec_pass *p, size_t passes, int64_t *out_ns,
                     struct err *e)
{
    struct instant start = clock_now();
    for (size_t i = 0; i < passes; i++) {
        enum rc rc = run(p, e);
        if (rc != RC_OK)
            return rc;
    }
    *out_ns = instant_since(clock_now(), start);
    return RC_OK;
}

/* Repeats until *passes fill min_time_ns; only that last run counts. */
static enum rc measure(pass_run *run, const struct codec_pass *p, size_t *passes,
                       double *out_bytes_per_s, struct err *e)
{
    int64_t took_ns = 0;
    enum rc rc = timed(run, p, *passes, &took_ns, e);
    while (rc == RC_OK && took_ns < p->min_time_ns) {
        *passes *= 2;
        rc = timed(run, p, *passes, &took_ns, e);
    }
    if (rc != RC_OK)
        return rc;
    double seconds = (double)(took_ns > 0 ? took_ns : 1) / NS_PER_S;
    *out_bytes_per_s = (double)p->blocks->bytes.size * (double)*passes / seconds;
    return RC_OK;
}

static void count_sizes(const struct codec_pass *p)
{
    struct codec_result *r = p->arm->result;
    r->plain_bytes = p->blocks->bytes.size;
    r->packed_bytes = p->arena->packed_ends[p->blocks->count - 1];
    r->grown_blocks = 0;
    for (size_t i = 0; i < p->blocks->count; i++)
        if (packed_at(p->arena, i).size > block_list_at(p->blocks, i).size)
            r->grown_blocks++;
}

static enum rc run_arm(const struct codec_pass *p, size_t repeat, struct err *e)
{
    struct codec_arm *arm = p->arm;
    struct codec_result *r = arm->result;
    enum rc rc = measure(compress_pass, p, &arm->compress_passes, &r->compress.samples[repeat], e);
    if (rc == RC_OK)
        rc =
            measure(decompress_pass, p, &arm->decompress_passes, &r->decompress.samples[repeat], e);
    if (rc == RC_OK)
        rc = verify(p, e);
    if (rc == RC_OK)
        count_sizes(p);
    return rc;
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void summarise(struct codec_speed *s, size_t repeats, double *sorted)
{
    memcpy(sorted, s->samples, repeats * sizeof *sorted);
    qsort(sorted, repeats, sizeof *sorted, ascending);
    s->min = sorted[0];
    s->max = sorted[repeats - 1];
    s->median = (sorted[(repeats - 1) / 2] + sorted[repeats / 2]) / 2;
}

static enum rc run_repeats(struct codec_session *s, struct err *e)
{
    const struct codec_trial *t = s->t;
    enum rc rc = RC_OK;
    for (size_t repeat = 0; rc == RC_OK && repeat < t->repeats; repeat++)
        for (size_t k = 0; rc == RC_OK && k < s->count; k++) {
            if (t->progress != NULL)
                t->progress(t->context, repeat * s->count + k, t->repeats * s->count);
            struct codec_pass p = {.blocks = t->blocks,
                                   .arena = &s->arena,
                                   .arm = &s->arms[(k + repeat) % s->count],
                                   .min_time_ns = t->min_time_ns};
            rc = run_arm(&p, repeat, e);
        }
    return rc;
}

static enum rc open_arm(struct codec_arm *arm, size_t repeats, struct err *e)
{
    struct codec_result *r = arm->result;
    r->compress.samples = calloc(repeats, sizeof(double));
    r->decompress.samples = calloc(repeats, sizeof(double));
    if (r->compress.samples == NULL || r->decompress.samples == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu repeats", repeats);
    return r->choice.codec->open(codec_spec_level(r->choice), &arm->work, e);
}

static void session_release(struct codec_session *s)
{
    for (size_t i = 0; s->arms != NULL && i < s->count; i++)
        s->arms[i].result->choice.codec->close(s->arms[i].work);
    free(s->arms);
    arena_release(&s->arena);
}

static enum rc run_open(struct codec_session *s, struct codec_result *results, struct err *e)
{
    s->arms = calloc(s->count, sizeof *s->arms);
    if (s->arms == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu codecs", s->count);
    for (size_t i = 0; i < s->count; i++)
        s->arms[i] =
            (struct codec_arm){.result = &results[i], .compress_passes = 1, .decompress_passes = 1};
    enum rc rc = arena_open(&s->arena, s, e);
    for (size_t i = 0; rc == RC_OK && i < s->count; i++)
        rc = open_arm(&s->arms[i], s->t->repeats, e);
    return rc;
}

enum rc codec_trial_run(const struct codec_trial *t, const struct codec_spec *choices, size_t count,
                        struct codec_result *results, struct err *e)
{
    if (count == 0 || t->repeats == 0 || t->blocks->bytes.size == 0)
        return err_set(e, RC_INPUT, "nothing to measure: %zu codecs, %zu repeats, %zu bytes", count,
                       t->repeats, t->blocks->bytes.size);
    memset(results, 0, count * sizeof *results);
    for (size_t i = 0; i < count; i++)
        results[i].choice = choices[i];
    struct codec_session s = {.t = t, .count = count};
    double *sorted = calloc(t->repeats, sizeof *sorted);
    enum rc rc = RC_OK;
    if (sorted == NULL)
        rc = err_set(e, RC_INFRA, "out of memory for %zu repeats", t->repeats);
    if (rc == RC_OK)
        rc = run_open(&s, results, e);
    if (rc == RC_OK)
        rc = run_repeats(&s, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        summarise(&results[i].compress, t->repeats, sorted);
        summarise(&results[i].decompress, t->repeats, sorted);
    }
    session_release(&s);
    free(sorted);
    if (rc != RC_OK)
        codec_trial_release(results, count);
    return rc;
}

void codec_trial_release(struct codec_result *results, size_t count)
{
    for (size_t i = 0; results != NULL && i < count; i++) {
        free(results[i].compress.samples);
        free(results[i].decompress.samples);
        results[i].compress.samples = NULL;
        results[i].decompress.samples = NULL;
    }
}

double codec_result_ratio(const struct codec_result *r)
{
    return (double)r->plain_bytes / (double)r->packed_bytes;
}

double codec_result_reduction(const struct codec_result *r)
{
    return 1 - (double)r->packed_bytes / (double)r->plain_bytes;
}

double codec_speed_spread(const struct codec_speed *s)
{
    return (s->max - s->min) / s->median;
}
