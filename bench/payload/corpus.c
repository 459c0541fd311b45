#define _GNU_SOURCE
#include "bench/payload/corpus.h"

#include "core/image/format/image_format.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 20, DEPTH_MAX = 32, PATH_BYTES_MAX = 4096 };

struct corpus {
    const struct payload_spec *spec; /* borrowed */
    struct pool_writer *w;           /* borrowed */
    struct buf record;               /* owned; the record under way */
    uint8_t *chunk;                  /* owned; READ_BYTES */
    const char *path;                /* borrowed; of the current file */
    size_t number;                   /* number of the current piece in it, from 1 */
};

static bool is_full(const struct corpus *c)
{
    const struct payload_spec *s = c->spec;
    return (s->records_max > 0 && c->w->records >= s->records_max) ||
           (s->pool_bytes > 0 && c->w->total_bytes >= s->pool_bytes);
}

/* A file of a known image format that is cut short or damaged: it is sent as it is, and told. */
static void look_at_image(struct corpus *c)
{
    struct err why = {0};
    const struct image_format *format;
    const char *name = strrchr(c->path, '/');
    if (image_format_recognise(buf_span(&c->record)) == NULL ||
        image_format_check(buf_span(&c->record), &format, &why) == RC_OK)
        return;
    if (c->w->damaged++ == 0)
        (void)snprintf(c->w->damage, sizeof c->w->damage, "%.100s: %.150s",
                       name != NULL ? name + 1 : c->path, why.text);
}

/* The record under way goes to the pool, unless the pool is full or it would pass pool_bytes
 * (a first record is always taken). */
static enum rc take_record(struct corpus *c, struct err *e)
{
    if (c->record.size == 0) {
        c->w->skipped_lines++;
        c->number++;
        return RC_OK;
    }
    size_t limit = c->spec->pool_bytes;
    bool past = limit > 0 && c->w->records > 0 && c->w->total_bytes + c->record.size > limit;
    bool taken = !is_full(c) && !past;
    enum rc rc = taken ? pool_writer_add(c->w, buf_span(&c->record), e) : RC_OK;
    if (taken && c->spec->cut == CUT_WHOLE)
        look_at_image(c);
    if (rc == RC_OK)
        c->number++;
    buf_clear(&c->record);
    return rc;
}

static enum rc cut_lines(struct corpus *c, const uint8_t *data, size_t size, struct err *e)
{
    enum rc rc = RC_OK;
    while (size > 0 && rc == RC_OK && !is_full(c)) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t length = end != NULL ? (size_t)(end - data) : size;
        rc = buf_append(&c->record, data, length, e);
        if (rc == RC_OK && end != NULL)
            rc = take_record(c, e);
        size_t used = end != NULL ? length + 1 : length;
        data += used;
        size -= used;
    }
    return rc;
}

static enum rc cut_slices(struct corpus *c, const uint8_t *data, size_t size, struct err *e)
{
    enum rc rc = RC_OK;
    while (size > 0 && rc == RC_OK && !is_full(c)) {
        size_t missing = c->spec->size_bytes - c->record.size;
        size_t length = size < missing ? size : missing;
        rc = buf_append(&c->record, data, length, e);
        if (rc == RC_OK && c->record.size == c->spec->size_bytes)
            rc = take_record(c, e);
        data += length;
        size -= length;
    }
    return rc;
}

static enum rc cut_whole(struct corpus *c, const uint8_t *data, size_t size, struct err *e)
{
    return buf_append(&c->record, data, size, e);
}

struct cut_row {
    enum rc (*feed)(struct corpus *c, const uint8_t *data, size_t size, struct err *e);
    const char *piece;
};
static const struct cut_row CUTS[] = {
    [CUT_LINES] = {.feed = cut_lines, .piece = "line"},
    [CUT_WHOLE] = {.feed = cut_whole, .piece = "file"},
    [CUT_SLICES] = {.feed = cut_slices, .piece = "slice"},
};

static enum rc feed_file(struct corpus *c, int fd, const char *path, struct err *e)
{
    const struct cut_row *cut = &CUTS[c->spec->cut];
    size_t total = 0;
    c->path = path;
    c->number = 1;
    while (!is_full(c)) {
        ssize_t n = read(fd, c->chunk, READ_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, RC_INPUT, errno, "%s: cannot be read", path);
        if (n == 0)
            break;
        total += (size_t)n;
        if (cut->feed(c, c->chunk, (size_t)n, e) != RC_OK)
            return err_wrap(e, "%s: %s %zu", path, cut->piece, c->number);
    }
    /* Ends a file: the rest is the last line without newline, the last slice, or the whole file. */
    if (c->record.size > 0 || total == 0)
        if (take_record(c, e) != RC_OK)
            return err_wrap(e, "%s: %s %zu", path, cut->piece, c->number);
    return RC_OK;
}

static enum rc check_file(const struct corpus *c, int fd, const char *path, struct err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_sys(e, RC_INPUT, errno, "%s: cannot be read", path);
    if (!S_ISREG(st.st_mode))
        return err_set(e, RC_INPUT, "%s: neither a file nor a folder", path);
    if (c->spec->cut == CUT_WHOLE && st.st_size > POOL_RECORD_MAX)
        return err_set(e, RC_INPUT,
                       "%s: %lld bytes; a record holds %d at most (cut it into slices)", path,
                       (long long)st.st_size, POOL_RECORD_MAX);
    return RC_OK;
}

static enum rc read_file(struct corpus *c, const char *path, struct err *e)
{
    /* O_NONBLOCK: opening a pipe must not wait for its writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_sys(e, RC_INPUT, errno, "%s: cannot be read", path);
    enum rc rc = check_file(c, fd, path, e);
    if (rc == RC_OK)
        rc = feed_file(c, fd, path, e);
    (void)close(fd);
    return rc;
}

static int is_visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum rc read_path(struct corpus *c, const char *path, int depth, struct err *e);

static enum rc read_entry(struct corpus *c, const char *folder, const char *name, int depth,
                          struct err *e)
{
    struct buf path;
    buf_init(&path, PATH_BYTES_MAX);
    enum rc rc = buf_appendf(&path, e, "%s/%s", folder, name);
    if (rc == RC_OK)
        rc = read_path(c, (const char *)path.data, depth, e);
    else
        rc = err_wrap(e, "%s/%s", folder, name);
    buf_release(&path);
    return rc;
}

static enum rc read_folder(struct corpus *c, const char *path, int depth, struct err *e)
{
    if (depth >= DEPTH_MAX)
        return err_set(e, RC_INPUT, "%s: more than %d folders deep (a link to itself?)", path,
                       DEPTH_MAX);
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_visible, by_name);
    if (count < 0)
        return err_sys(e, RC_INPUT, errno, "%s: cannot be read", path);
    enum rc rc = RC_OK;
    for (int i = 0; i < count; i++) {
        if (rc == RC_OK && !is_full(c))
            rc = read_entry(c, path, entries[i]->d_name, depth + 1, e);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

static enum rc read_path(struct corpus *c, const char *path, int depth, struct err *e)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return err_sys(e, RC_INPUT, errno, "%s", path);
    return S_ISDIR(st.st_mode) ? read_folder(c, path, depth, e) : read_file(c, path, e);
}

enum rc corpus_read(const struct payload_spec *spec, struct pool_writer *w, struct err *e)
{
    if (spec->cut == CUT_SLICES && (spec->size_bytes == 0 || spec->size_bytes > POOL_RECORD_MAX))
        return err_set(e, RC_INPUT, "%s: slices of %zu bytes; give a size of 1 to %d bytes",
                       spec->path, spec->size_bytes, POOL_RECORD_MAX);
    struct corpus c = {.spec = spec, .w = w, .chunk = malloc(READ_BYTES)};
    if (c.chunk == NULL)
        return err_sys(e, RC_INFRA, errno, "%s: no memory to read it", spec->path);
    buf_init(&c.record, POOL_RECORD_MAX);
    enum rc rc = read_path(&c, spec->path, 0, e);
    buf_release(&c.record);
    free(c.chunk);
    return rc;
}
