/*
 * How long does it take to make a record of a 20 MB image and an image of the record again: base64
 * in JSON against the binary envelope? Both in C, each as fast as it is known to be here, round by
 * round in turn; the answer is that of the rounds' ratios. And, for the documents' own 850 ms, the
 * same JSON by Python's json and base64.
 */
#include "base/program.h"
#include "bench/probe/probe_imagery.h"
#include "bench/probe/probes.h"
#include "core/image/envelope.h"
#include "core/image/image_document.h"
#include "core/image/image_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of 15 rounds the 4th and the 12th bound the median at 96 % (order statistics, binomial). */
enum {
    IMAGE_BYTES = 20000000,
    ROUNDS = 15,
    MEDIAN = 7,
    LOW = 3,
    HIGH = 11,
    SEED = 12,
    HUNDRED = 100
};
static const double PROMISED_LEFT = 0.14; /* of the time, after 86 % less */

static const char *const PYTHON[] = {
    "python3", "-c",
    "import base64, json, os, time\n"
    "image = os.urandom(20000000)\n"
    "def once():\n"
    "    begin = time.perf_counter()\n"
    "    record = json.dumps({'timestamp': '2025-10-13T10:00:00Z', 'source_id': 'landsat_nrt',\n"
    "        'format': 'tiff', 'data': base64.b64encode(image).decode()}).encode()\n"
    "    there = time.perf_counter()\n"
    "    back = base64.b64decode(json.loads(record)['data'])\n"
    "    end = time.perf_counter()\n"
    "    assert back == image\n"
    "    return there - begin, end - begin\n"
    "once()\n"
    "rounds = [once() for _ in range(9)]\n"
    "middle = lambda values: sorted(values)[4] * 1000\n"
    "print('%.1f %.1f' % (middle([r[0] for r in rounds]), middle([r[1] for r in rounds])))\n",
    NULL};

struct serialization {
    uint8_t *image, *record; /* owned */
    struct buf json, decoded;
    double document_ms[ROUNDS], envelope_ms[ROUNDS], left[ROUNDS]; /* there and back */
    double document_made_ms[ROUNDS], envelope_made_ms[ROUNDS];     /* there alone */
};

static double ms_since(struct instant begin)
{
    return (double)instant_since(clock_now(), begin) / NS_PER_MS;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double median(const double *values)
{
    double sorted[ROUNDS];
    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, ROUNDS, sizeof *sorted, by_size);
    return sorted[MEDIAN];
}

static enum rc same(const struct serialization *t, struct span image, struct err *e)
{
    if (image.size == IMAGE_BYTES && memcmp(image.data, t->image, IMAGE_BYTES) == 0)
        return RC_OK;
    return err_set(e, RC_INTEGRITY, "the image that came out is not the one that went in");
}

static enum rc document_once(struct serialization *t, double *made_ms, double *ms, struct err *e)
{
    struct span bytes = span_of(t->image, IMAGE_BYTES);
    struct image_source source = image_source_of(&bytes);
    struct image_metadata m;
    struct instant begin = clock_now();
    enum rc rc = image_document_write(buf_span(&t->json), &source, t->record, e);
    *made_ms = ms_since(begin);
    if (rc == RC_OK)
        rc = image_document_read(span_of(t->record, image_document_size(t->json.size, IMAGE_BYTES)),
                                 &t->decoded, &m, e);
    *ms = ms_since(begin);
    return rc == RC_OK ? same(t, buf_span(&t->decoded), e) : rc;
}

static enum rc envelope_once(struct serialization *t, double *made_ms, double *ms, struct err *e)
{
    struct envelope env = {.kind = ENVELOPE_IMAGE,
                           .metadata = buf_span(&t->json),
                           .data = span_of(t->image, IMAGE_BYTES)};
    struct envelope back = {.data = span_of(NULL, 0)};
    struct image_metadata m;
    struct instant begin = clock_now();
    enum rc rc = envelope_write(&env, t->record, e);
    *made_ms = ms_since(begin);
    if (rc == RC_OK)
        rc = envelope_read(span_of(t->record, envelope_size(t->json.size, IMAGE_BYTES)), &back, e);
    if (rc == RC_OK)
        rc = metadata_read(back.metadata, &m, e);
    *ms = ms_since(begin);
    return rc == RC_OK ? same(t, back.data, e) : rc;
}

/* The first round of each is not counted: its memory is new. */
static enum rc measure(struct serialization *t, struct err *e)
{
    double ignored[2];
    enum rc rc = document_once(t, &ignored[0], &ignored[1], e);
    if (rc == RC_OK)
        rc = envelope_once(t, &ignored[0], &ignored[1], e);
    for (size_t i = 0; i < ROUNDS && rc == RC_OK; i++) {
        rc = document_once(t, &t->document_made_ms[i], &t->document_ms[i], e);
        if (rc == RC_OK)
            rc = envelope_once(t, &t->envelope_made_ms[i], &t->envelope_ms[i], e);
        t->left[i] = t->envelope_ms[i] / t->document_ms[i];
    }
    if (rc == RC_OK)
        qsort(t->left, ROUNDS, sizeof *t->left, by_size);
    return rc;
}

/* "224.1 334.7": two times above zero. */
static bool read_times(const char *text, double *made_ms, double *ms)
{
    char *rest = NULL;
    *made_ms = strtod(text, &rest);
    *ms = strtod(rest, NULL);
    return *made_ms > 0 && *ms > 0;
}

/* One sentence on Python, whatever came of it. */
static void ask_python(double envelope_ms, double envelope_made_ms, char *text, size_t room)
{
    const struct program p = {.argv = PYTHON};
    struct buf output;
    struct err why = {0};
    int code = 0;
    double made_ms = 0, ms = 0;
    buf_init(&output, PROBE_TEXT);
    if (!program_exists("python3"))
        (void)snprintf(text, room, "Python: no python3 here");
    else if (program_run(&p, &output, &code, &why) != RC_OK || code != 0 || output.size == 0 ||
             !read_times((const char *)output.data, &made_ms, &ms))
        (void)snprintf(text, room, "Python: its program failed with %d", code);
    else
        (void)snprintf(text, room,
                       "Python's json and base64, as most services do it: %.0f ms to make it, %.0f "
                       "ms there and back; against that the envelope takes %.0f %% and %.0f %% "
                       "less",
                       made_ms, ms, HUNDRED * (1 - envelope_made_ms / made_ms),
                       HUNDRED * (1 - envelope_ms / ms));
    buf_release(&output);
}

static enum probe_answer answer_of(const struct serialization *t)
{
    if (t->left[HIGH] <= PROMISED_LEFT)
        return PROBE_CONFIRMED;
    return t->left[LOW] > PROMISED_LEFT ? PROBE_CONTRADICTED : PROBE_NO_ANSWER;
}

static enum rc answer_time(const struct serialization *t, struct probe_result *out)
{
    char python[PROBE_TEXT / 2];
    double document = median(t->document_ms), env = median(t->envelope_ms);
    double document_made = median(t->document_made_ms), env_made = median(t->envelope_made_ms);
    ask_python(env, env_made, python, sizeof python);
    return probe_answered(
        out, answer_of(t),
        "20 MB image, medians of %d rounds in memory, there and back: base64 JSON %.1f ms, "
        "envelope "
        "%.1f ms, %.0f %% less (96 %% interval of the rounds %.0f to %.0f %%), %.1f times as fast; "
        "made alone: %.1f and %.1f ms, %.0f %% less. The documents: 850 and 120 ms, 86 %% less. "
        "%s",
        ROUNDS, document, env, HUNDRED * (1 - t->left[MEDIAN]), HUNDRED * (1 - t->left[HIGH]),
        HUNDRED * (1 - t->left[LOW]), document / env, document_made, env_made,
        HUNDRED * (1 - env_made / document_made), python);
}

static enum rc ask_time(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    (void)g;
    struct serialization t = {.image = NULL};
    struct image_metadata m = image_rule_metadata("landsat_nrt", "tiff");
    buf_init(&t.json, PROBE_TEXT);
    buf_init(&t.decoded, (size_t)IMAGE_BYTES + PROBE_TEXT);
    enum rc rc = probe_random_bytes(IMAGE_BYTES, SEED, &t.image, e);
    if (rc == RC_OK)
        rc = metadata_write(&m, &t.json, e);
    if (rc == RC_OK && (t.record = malloc(image_document_size(t.json.size, IMAGE_BYTES))) == NULL)
        rc = err_set(e, RC_INFRA, "out of memory for an image of 20 MB");
    if (rc == RC_OK)
        rc = measure(&t, e);
    if (rc == RC_OK)
        rc = answer_time(&t, out);
    buf_release(&t.json);
    buf_release(&t.decoded);
    free(t.record);
    free(t.image);
    return rc;
}

const struct probe PROBE_SERIALIZATION_TIME = {
    .name = "serialization-time",
    .says = "a 20 MB image is serialized in 86 % less time as an envelope than as base64 JSON",
    .expected_s = 3,
    .run = ask_time,
};
