/*
 * Many images at once, chunk by chunk in turns, through one reassembly: does it stay inside its
 * budget, and how fast is it against one memcpy and two checksums of the same bytes (each chunk's
 * own and the whole image's)?
 * Prints the memory this process really used beside the budget: anonymous memory only, as files
 * that images wait in are the system's page cache.
 * Usage: image_reassembly [IMAGES [MB [FOLDER]]]; 200 images of 50 MB in $TMPDIR or /tmp. That is
 * 10 GB of disk while it runs; with less it says so and takes fewer images.
 */
#define _GNU_SOURCE
#include "base/clock.h"
#include "base/crc32c.h"
#include "base/fs.h"
#include "base/quantity.h"
#include "base/rng.h"
#include "core/image/reassembly.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { IMAGES = 200, IMAGE_MB = 50, MB = 1000000, CHUNK_MB = 5, STATUS_MAX = 65536 };

static const char METADATA[] = "{\"timestamp\":\"2025-10-13T10:00:00Z\",\"format\":\"tiff\","
                               "\"source_id\":\"landsat_nrt\"}";

struct reassembly_bench {
    struct chunk_image *images; /* owned */
    size_t count;
    uint8_t *record; /* owned; one chunk, sealed anew for every image */
    size_t complete, lost;
    int64_t add_ns; /* CPU time inside reassembly_add */
};

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "image_reassembly: %s failed\n", what);
    exit(1);
}

/* A line of /proc/self/status in bytes. */
static int64_t status_of(const char *name)
{
    char text[STATUS_MAX];
    FILE *f = fopen("/proc/self/status", "r");
    must(f != NULL, "reading /proc/self/status");
    size_t size = fread(text, 1, sizeof text - 1, f);
    (void)fclose(f);
    text[size] = '\0';
    const char *at = strstr(text, name);
    return at != NULL ? strtoll(at + strlen(name), NULL, 10) * 1024 : -1;
}

static void count_loss(void *ctx, const struct reassembly_loss *loss)
{
    struct reassembly_bench *s = ctx;
    s->lost++;
    (void)fprintf(stderr, "image_reassembly: lost: %s\n", loss->why);
}

/* All chunks of all images hold the same bytes; the CRC of count of them in a row. */
static uint32_t crc_of_row(struct span chunk, uint32_t count)
{
    uint32_t crc = 0;
    for (uint32_t i = 0; i < count; i++)
        crc = crc32c_more(crc, chunk);
    return crc;
}

static void prepare(struct reassembly_bench *s, size_t count, uint64_t image_bytes)
{
    struct rng r;
    rng_init(&r, 1, 0);
    s->count = count;
    s->images = calloc(count, sizeof *s->images);
    s->record = malloc(CHUNK_HEAD + sizeof METADATA + (size_t)CHUNK_MB * MB);
    must(s->images != NULL && s->record != NULL, "memory");
    struct chunk_image first = {.metadata = span_str(METADATA)};
    must(chunk_image_cut(&first, image_bytes, (uint64_t)CHUNK_MB * MB, NULL) == RC_OK, "cutting");
    uint8_t *data = chunk_data_at(s->record, &first);
    rng_fill(&r, data, first.chunk_size);
    first.image_crc = crc_of_row(span_of(data, first.chunk_size), first.count);
    for (size_t i = 0; i < count; i++) {
        s->images[i] = first;
        rng_fill(&r, s->images[i].id.bytes, IMAGE_ID_BYTES);
    }
}

static void add(struct reassembly_bench *s, struct reassembly *r, size_t image, uint32_t index)
{
    struct err e = {0};
    struct reassembly_step step;
    must(chunk_seal(s->record, &s->images[image], index, &e) == RC_OK, "sealing");
    struct span record = span_of(s->record, chunk_record_size(&s->images[image], index));
    int64_t before = clock_process_cpu_ns(getpid());
    enum rc rc = reassembly_add(r, record, (struct instant){.ns = 1}, &step, &e);
    s->add_ns += clock_process_cpu_ns(getpid()) - before;
    must(rc == RC_OK, e.text);
    s->complete += step.outcome == CHUNK_COMPLETED;
    reassembled_release(&step.image);
}

static int64_t copy_and_sum_twice(struct reassembly_bench *s)
{
    size_t size = s->images[0].chunk_size;
    uint8_t *to = malloc(size);
    must(to != NULL, "memory");
    memset(to, 1, size);
    struct span from = span_of(chunk_data_at(s->record, &s->images[0]), size);
    int64_t best = INT64_MAX;
    for (int i = 0; i < 9; i++) {
        int64_t before = clock_process_cpu_ns(getpid());
        memcpy(to, from.data, size);
        uint32_t crc = crc32c(from) ^ crc32c(span_of(to, size));
        int64_t took = clock_process_cpu_ns(getpid()) - before;
        must(crc == 0, "a copy");
        best = took < best ? took : best;
    }
    free(to);
    return best;
}

static void run(struct reassembly_bench *s, const struct reassembly_config *config)
{
    struct reassembly *r = NULL;
    struct reassembly_counts n;
    struct err e = {0};
    char peak[QUANTITY_TEXT], budget[QUANTITY_TEXT], real[QUANTITY_TEXT], files[QUANTITY_TEXT];
    int64_t before = status_of("RssAnon:");
    int64_t most = 0;
    must(reassembly_open(config, count_loss, s, &r, &e) == RC_OK, e.text);
    for (uint32_t index = 0; index < s->images[0].count; index++)
        for (size_t i = 0; i < s->count; i++) {
            add(s, r, i, index);
            int64_t now = status_of("RssAnon:") - before;
            most = now > most ? now : most;
        }
    reassembly_counts(r, &n);
    reassembly_close(r);
    int64_t bytes = (int64_t)(s->images[0].total_size * s->count);
    double alone = (double)copy_and_sum_twice(s) / s->images[0].chunk_size;
    (void)printf("  %zu of %zu images complete, %zu lost, at most %zu in flight\n", s->complete,
                 s->count, s->lost, n.in_flight_peak);
    (void)printf("  memory counted %s, really used %s, of a budget of %s; files %s\n",
                 quantity_format_size(n.memory_peak_bytes, peak), quantity_format_size(most, real),
                 quantity_format_size(config->memory_bytes, budget),
                 quantity_format_size(n.file_peak_bytes, files));
    (void)printf("  CPU per byte x%.2f of one memcpy and two CRC-32C\n",
                 (double)s->add_ns / (double)bytes / alone);
    must(s->complete == s->count && n.memory_peak_bytes <= config->memory_bytes &&
             most <= config->memory_bytes,
         "staying inside the budget with every image complete");
}

int main(int argc, char **argv)
{
    struct reassembly_bench s = {.count = 0};
    struct reassembly_config config;
    struct err e = {0};
    const char *tmp = getenv("TMPDIR");
    int64_t room = 0;
    size_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : IMAGES;
    uint64_t size = (argc > 2 ? strtoull(argv[2], NULL, 10) : IMAGE_MB) * MB;
    reassembly_config_init(&config);
    config.folder = argc > 3 ? argv[3] : tmp != NULL ? tmp : "/tmp";
    must(fs_free_space(config.folder, &room, &e) == RC_OK, e.text);
    if ((int64_t)(count * size) > room * 4 / 5) {
        count = (size_t)(room * 4 / 5 / (int64_t)size);
        (void)printf("%s has room for %zu images only\n", config.folder, count);
    }
    must(count > 0 && size % ((uint64_t)CHUNK_MB * MB) == 0, "a size of a multiple of 5 MB");
    prepare(&s, count, size);
    (void)printf("%zu images of %.0f MB, interleaved chunk by chunk\n", count, (double)size / MB);
    run(&s, &config);
    free(s.images);
    free(s.record);
    return 0;
}
