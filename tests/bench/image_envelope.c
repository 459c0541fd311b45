/*
 * What it costs to make a record of an image of 20 MB, as ratios within one run:
 *   envelope, written      / one memcpy and one CRC-32C of the image     goal: at most x1.20
 *   envelope, in place     / one CRC-32C of the image                    goal: at most x1.20
 *   envelope, read         / one CRC-32C of the image                    goal: at most x1.20
 *   base64 JSON, written   / the base64 library alone                    goal: at most x1.10
 *   base64 JSON, read      / the base64 library alone                    goal: at most x1.10
 * base64 JSON twice: core/stream's for measuring, and the image path's own when it is rolled back.
 * Each pair takes turns, and the least CPU time of all turns counts, as neighbours on the machine
 * only ever add to it. Ends with 1 when a goal is missed. Usage: image_envelope [BYTES]
 */
#include "base/clock.h"
#include "base/crc32c.h"
#include "base/rng.h"
#include "core/encode/encoding.h"
#include "core/image/envelope.h"
#include "core/image/image_document.h"
#include "core/image/image_source.h"

#include <modp_b64.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TURNS = 41, IMAGE_BYTES = 20000000 };
static const char METADATA[] =
    "{\"timestamp\":\"2025-10-13T10:00:00Z\",\"satellite\":\"Landsat-8\",\"sensor\":\"OLI\","
    "\"resolution_m\":30,\"format\":\"tiff\",\"source_id\":\"landsat_nrt\"}";
static const struct encoding_note NOTE = {
    .timestamp = "2025-10-13T10:00:00Z", .sensor = "OLI", .format = "tiff"};

struct envelope_bench {
    struct span image;
    uint8_t *out;    /* owned; room for any of the records */
    uint8_t *record; /* owned; a sealed envelope */
    size_t record_size;
    uint8_t *document; /* owned; a base64 JSON document */
    size_t document_size;
    struct buf decoded;
    uint32_t crc; /* so that no sum is optimised away */
};

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "image_envelope: %s failed\n", what);
    exit(1);
}

static void write_envelope(struct envelope_bench *s)
{
    struct envelope env = {
        .kind = ENVELOPE_IMAGE, .metadata = span_str(METADATA), .data = s->image};
    must(envelope_write(&env, s->out, NULL) == RC_OK, "writing an envelope");
}

static void copy_then_sum(struct envelope_bench *s)
{
    memcpy(s->out, s->image.data, s->image.size);
    s->crc ^= crc32c(span_of(s->out, s->image.size));
}

static void seal_envelope(struct envelope_bench *s)
{
    must(envelope_seal(s->record, ENVELOPE_IMAGE, span_str(METADATA), s->image.size, NULL) == RC_OK,
         "sealing an envelope");
}

static void sum(struct envelope_bench *s)
{
    s->crc ^= crc32c(s->image);
}

static void read_envelope(struct envelope_bench *s)
{
    struct envelope env;
    must(envelope_read(span_of(s->record, s->record_size), &env, NULL) == RC_OK, "reading");
}

static void write_document(struct envelope_bench *s)
{
    must(encoding_write(ENCODING_BASE64_JSON, &NOTE, s->image, s->out, NULL) == RC_OK, "base64");
}

static void encode_alone(struct envelope_bench *s)
{
    must(modp_b64_encode((char *)s->out, (const char *)s->image.data, s->image.size) > 0, "base64");
}

static void read_document(struct envelope_bench *s)
{
    struct encoding_read r;
    must(encoding_read_document(span_of(s->document, s->document_size), s->out, s->document_size,
                                &r, NULL) == RC_OK,
         "reading base64");
}

static void decode_alone(struct envelope_bench *s)
{
    /* The letters stand between the same quotes. */
    size_t head = encoding_size(ENCODING_BASE64_JSON, &NOTE, 0) - 2;
    must(modp_b64_decode((char *)s->out, (const char *)s->document + head,
                         s->document_size - head - 2) == s->image.size,
         "reading base64");
}

static void write_image_document(struct envelope_bench *s)
{
    struct image_source source = image_source_of(&s->image);
    must(image_document_write(span_str(METADATA), &source, s->out, NULL) == RC_OK, "base64");
}

static void read_image_document(struct envelope_bench *s)
{
    struct image_metadata m;
    must(image_document_read(span_of(s->document, s->document_size), &s->decoded, &m, NULL) ==
             RC_OK,
         "reading base64");
}

static const struct pair {
    const char *what, *beside;
    void (*ours)(struct envelope_bench *s);
    void (*theirs)(struct envelope_bench *s);
    double goal;
} PAIRS[] = {
    {"envelope, written", "memcpy and CRC-32C", write_envelope, copy_then_sum, 1.2},
    {"envelope, in place", "CRC-32C", seal_envelope, sum, 1.2},
    {"envelope, read", "CRC-32C", read_envelope, sum, 1.2},
    {"base64 JSON, written", "library alone", write_document, encode_alone, 1.1},
    {"base64 JSON, read", "library alone", read_document, decode_alone, 1.1},
    {"image document, written", "library alone", write_image_document, encode_alone, 1.1},
    {"image document, read", "library alone", read_image_document, decode_alone, 1.1},
};

static double took(void (*call)(struct envelope_bench *s), struct envelope_bench *s)
{
    int64_t start = clock_process_cpu_ns(getpid());
    call(s);
    return (double)(clock_process_cpu_ns(getpid()) - start);
}

/* Whether the goal was met. */
static bool compare(const struct pair *p, struct envelope_bench *s)
{
    double ours = 0;
    double theirs = 0;
    for (int i = 0; i < 2 * TURNS; i++) {
        bool mine = i % 4 == 0 || i % 4 == 3; /* who goes first changes every turn */
        double ns = took(mine ? p->ours : p->theirs, s);
        double *best = mine ? &ours : &theirs;
        if (*best <= 0 || ns < *best)
            *best = ns;
    }
    bool met = ours / theirs <= p->goal;
    (void)printf("  %-23s x%.3f of %-20s (%.2f ms, %.1f GB/s); goal %.2f%s\n", p->what,
                 ours / theirs, p->beside, ours / NS_PER_MS, (double)s->image.size / ours, p->goal,
                 met ? "" : ": missed");
    return met;
}

int main(int argc, char **argv)
{
    size_t size = argc > 1 ? (size_t)strtoull(argv[1], NULL, 10) : IMAGE_BYTES;
    struct envelope_bench s = {.record_size = envelope_size(sizeof METADATA - 1, size),
                               .document_size = encoding_size(ENCODING_BASE64_JSON, &NOTE, size)};
    uint8_t *image = malloc(size);
    buf_init(&s.decoded, s.document_size);
    s.out = malloc(s.document_size + s.record_size);
    s.record = malloc(s.record_size);
    s.document = malloc(s.document_size);
    must(image != NULL && s.out != NULL && s.record != NULL && s.document != NULL, "memory");
    struct rng r;
    rng_init(&r, 1, 0);
    rng_fill(&r, image, size);
    s.image = span_of(image, size);
    memset(s.out, 1, s.document_size + s.record_size);
    memcpy(envelope_data_at(s.record, sizeof METADATA - 1), image, size);
    seal_envelope(&s);
    must(encoding_write(ENCODING_BASE64_JSON, &NOTE, s.image, s.document, NULL) == RC_OK, "base64");
    int missed = 0;
    (void)printf("an image of %.1f MB, the least CPU time of %d turns each\n", (double)size / 1e6,
                 TURNS);
    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++)
        missed += compare(&PAIRS[i], &s) ? 0 : 1;
    buf_release(&s.decoded);
    free(image);
    free(s.out);
    free(s.record);
    free(s.document);
    return missed > 0 || s.crc == 1; /* the latter never, but the compiler cannot know */
}
