/*
 * An image of 100 MB from a file, by each way that needs no store: the memory of the sender, and of
 * sender and receiver in one process, as multiples of the image and of a chunk; and the CPU of both
 * together against that of one record.
 *   one record          goal: sender and receiver at most x3 of the image each
 *   chunks, to a file   goal: at most 64 MB and 2 chunks per image, each
 *   chunks, in memory   goal: at most x3 of the image
 * Anonymous memory of the process is counted; the file read and the file written are page cache.
 * Usage: image_routes [MB [FOLDER]]
 */
#define _GNU_SOURCE
#include "base/clock.h"
#include "base/rng.h"
#include "core/image/envelope.h"
#include "core/image/image_source.h"
#include "core/image/reassembly.h"
#include "core/image/router.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { IMAGE_MB = 100, MB = 1000000, STATUS_MAX = 65536, BUDGET_MB = 64 };

static const struct image_metadata METADATA = {
    .timestamp = "2025-10-13T10:00:00Z", .format = "tiff", .source_id = "landsat_nrt"};

struct routes_bench {
    struct reassembly *r; /* NULL: nobody receives chunks */
    bool receives;
    int64_t before, most; /* anonymous memory */
    int64_t received;     /* bytes */
};

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "image_routes: %s failed\n", what);
    exit(1);
}

static int64_t anonymous_memory(void)
{
    static const char NAME[] = "RssAnon:";
    char text[STATUS_MAX];
    FILE *f = fopen("/proc/self/status", "r");
    must(f != NULL, "reading /proc/self/status");
    size_t size = fread(text, 1, sizeof text - 1, f);
    (void)fclose(f);
    text[size] = '\0';
    const char *at = strstr(text, NAME);
    must(at != NULL, NAME);
    return strtoll(at + sizeof NAME - 1, NULL, 10) * 1024;
}

static void look(struct routes_bench *s)
{
    int64_t now = anonymous_memory() - s->before;
    s->most = now > s->most ? now : s->most;
}

static void receive(struct routes_bench *s, struct span record)
{
    struct err e = {0};
    struct envelope env;
    struct reassembly_step step = {.outcome = CHUNK_TAKEN};
    if (!chunk_begins(record)) {
        must(envelope_read(record, &env, &e) == RC_OK, e.text);
        s->received += (int64_t)env.data.size;
        return;
    }
    must(reassembly_add(s->r, record, (struct instant){.ns = 1}, &step, &e) == RC_OK, e.text);
    look(s);
    s->received += (int64_t)step.image.image.size;
    reassembled_release(&step.image);
}

static enum rc sink(void *ctx, const struct image_message *m, struct err *e)
{
    struct routes_bench *s = ctx;
    (void)e;
    look(s);
    if (s->receives)
        receive(s, span_of(m->value, m->value_size));
    free(m->value);
    return RC_OK;
}

static const struct way {
    const char *name;
    bool chunks, to_file;
} WAYS[] = {
    {"one record", false, false},
    {"chunks, to a file", true, true},
    {"chunks, in memory", true, false},
};

struct measured {
    int64_t memory, cpu_ns;
};

static struct measured run(const struct way *w, const struct image_source *image,
                           const char *folder, bool receives)
{
    (void)malloc_trim(0); /* what an earlier way freed is not there for this one */
    struct routes_bench s = {.receives = receives, .before = anonymous_memory()};
    struct router r;
    struct routed out;
    struct err e = {0};
    struct reassembly_config config;
    router_init(&r, ROUTE_MB);
    r.sink = (struct image_sink){.send = sink, .ctx = &s};
    r.rule.direct_max_bytes = w->chunks ? 0 : image->size;
    r.rule.chunked_max_bytes = image->size;
    reassembly_config_init(&config);
    config.memory_bytes += image->size;
    config.folder = w->to_file ? folder : NULL;
    must(reassembly_open(&config, NULL, NULL, &s.r, &e) == RC_OK, e.text);
    int64_t cpu = clock_process_cpu_ns(getpid());
    must(router_send(&r, image, &METADATA, NULL, &out, &e) == RC_OK, e.text);
    cpu = clock_process_cpu_ns(getpid()) - cpu;
    reassembly_close(s.r);
    must(!receives || s.received == image->size, "receiving the whole image");
    return (struct measured){.memory = s.most, .cpu_ns = cpu};
}

static void compare(const struct image_source *image, const char *folder)
{
    int64_t direct_cpu = 0;
    double size = (double)image->size;
    for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++) {
        const struct way *w = &WAYS[i];
        struct measured sender = run(w, image, folder, false);
        struct measured both = run(w, image, folder, true);
        direct_cpu = i == 0 ? both.cpu_ns : direct_cpu;
        (void)printf("  %-18s sender %6.1f MB (x%.2f)  both %6.1f MB (x%.2f)  CPU x%.2f of one "
                     "record\n",
                     w->name, (double)sender.memory / MB, (double)sender.memory / size,
                     (double)both.memory / MB, (double)both.memory / size,
                     (double)both.cpu_ns / (double)direct_cpu);
        int64_t most = w->to_file ? (int64_t)BUDGET_MB * MB + 10 * MB : 3 * image->size;
        must(sender.memory <= most && both.memory <= most, "staying within the goal");
    }
}

/* A file of random bytes, removed at once. */
static int make_file(const char *folder, size_t size, char *path)
{
    struct rng r;
    uint8_t *step = malloc(MB);
    must(step != NULL, "memory");
    rng_init(&r, 1, 0);
    (void)snprintf(path, FS_PATH_MAX, "%s/image_routes.XXXXXX", folder);
    int fd = mkstemp(path);
    must(fd >= 0, path);
    for (size_t at = 0; at < size; at += MB) {
        rng_fill(&r, step, MB);
        must(write(fd, step, MB) == MB, "writing the image");
    }
    free(step);
    return fd;
}

int main(int argc, char **argv)
{
    const char *tmp = getenv("TMPDIR");
    const char *folder = argc > 2 ? argv[2] : tmp != NULL ? tmp : "/tmp";
    size_t size = (argc > 1 ? strtoull(argv[1], NULL, 10) : IMAGE_MB) * MB;
    char path[FS_PATH_MAX];
    struct image_file f;
    struct err e = {0};
    int fd = make_file(folder, size, path);
    enum rc rc = image_file_open(&f, path, &e);
    (void)unlink(path);
    (void)close(fd);
    must(rc == RC_OK, e.text);
    (void)printf("an image of %.0f MB from a file\n", (double)size / MB);
    compare(&f.source, folder);
    image_file_close(&f);
    return 0;
}
