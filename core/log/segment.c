#define _POSIX_C_SOURCE 200809L
#include "core/log/segment.h"

#include "base/buf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WINDOW_BYTES = 1048576, DIGITS = 20, TOPIC_MAX = 249, NAMES_SHOWN = 8, DECIMAL = 10 };
#define SEGMENT_SUFFIX ".log"

/* The names of the segments of a partition, as first offsets, rising. */
struct segment_list {
    int64_t *bases; /* owned */
    size_t count, room;
};

/* A stretch of an open segment file. */
struct window {
    const char *path; /* borrowed */
    int fd;
    int64_t file_at; /* of the first byte of bytes */
    struct buf bytes;
    size_t at; /* bytes before it were read */
};

struct segment_walk {
    const struct segment_range *range;
    stored_batch_visit *visit;
    void *ctx;
    int64_t last_offset; /* of the batch read before, -1 for none */
    bool past_end;       /* a batch at or after range->to was seen */
};

enum rc segment_check_topic(const char *topic, struct err *e)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t length = strlen(topic);
    if (length > 0 && length <= TOPIC_MAX && strspn(topic, allowed) == length &&
        strcmp(topic, ".") != 0 && strcmp(topic, "..") != 0)
        return RC_OK;
    return err_set(
        e, RC_INPUT,
        "\"%.*s\" cannot be the name of a topic: 1 to %d of letters, digits and . _ - are",
        TOPIC_MAX, topic, TOPIC_MAX);
}

static enum rc partition_path(const char *log_dir, const char *topic, int32_t partition,
                              char path[PATH_MAX], struct err *e)
{
    enum rc rc = segment_check_topic(topic, e);
    if (rc != RC_OK)
        return rc;
    int need = snprintf(path, PATH_MAX, "%s/%s-%" PRId32, log_dir, topic, partition);
    return need > 0 && need < PATH_MAX ? RC_OK
                                       : err_set(e, RC_INPUT, "%s: the path is too long", log_dir);
}

bool segment_holds(const char *log_dir, const char *topic, int32_t partition)
{
    char path[PATH_MAX];
    struct stat st;
    return partition_path(log_dir, topic, partition, path, NULL) == RC_OK && stat(path, &st) == 0 &&
           S_ISDIR(st.st_mode);
}

/* *out is the number name ends in after "TOPIC-"; false when it is no such name. */
static bool partition_of(const char *name, const char *topic, int32_t *out)
{
    size_t length = strlen(topic);
    if (strncmp(name, topic, length) != 0 || name[length] != '-')
        return false;
    const char *digits = name + length + 1;
    if (digits[0] == '\0' || strspn(digits, "0123456789") != strlen(digits))
        return false;
    errno = 0;
    long value = strtol(digits, NULL, DECIMAL);
    if (errno != 0 || value >= INT32_MAX)
        return false;
    *out = (int32_t)value;
    return true;
}

/* One sentence with the topics that have a partition 0 here, as far as they fit. */
static enum rc refuse_topic(const char *log_dir, const char *topic, DIR *d, struct err *e)
{
    char names[ERR_TEXT_MAX / 2] = "";
    size_t used = 0;
    int shown = 0;
    bool kafka = false;
    rewinddir(d);
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d)) {
        size_t length = strlen(entry->d_name);
        if (length < 3 || strcmp(entry->d_name + length - 2, "-0") != 0)
            continue;
        kafka = true; /* a broker's log folder holds its internal topics at least */
        if (strncmp(entry->d_name, "__", 2) == 0)
            continue;
        if (shown++ >= NAMES_SHOWN || used + length + 2 >= sizeof names)
            continue;
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%.*s", used > 0 ? ", " : "",
                                 (int)length - 2, entry->d_name);
    }
    if (shown == 0 && kafka)
        return err_set(e, RC_INPUT, "%s: no topic \"%s\", nor any but Kafka's own", log_dir, topic);
    if (shown == 0)
        return err_set(e, RC_INPUT,
                       "%s: no topic \"%s\", nor any other: is this the folder named in the "
                       "broker's log.dirs?",
                       log_dir, topic);
    return err_set(e, RC_INPUT, "%s: no topic \"%s\"; there are %d: %s%s", log_dir, topic, shown,
                   names, shown > NAMES_SHOWN ? ", …" : "");
}

enum rc segment_partitions(const char *log_dir, const char *topic, int32_t *partitions,
                           struct err *e)
{
    enum rc rc = segment_check_topic(topic, e);
    if (rc != RC_OK)
        return rc;
    DIR *d = opendir(log_dir);
    if (d == NULL)
        return err_sys(e, errno == ENOENT || errno == ENOTDIR ? RC_INPUT : RC_INFRA, errno,
                       "%s: cannot read the broker's log folder", log_dir);
    int32_t highest = -1;
    for (struct dirent *entry = readdir(d); entry != NULL; entry = readdir(d)) {
        int32_t partition = 0;
        if (partition_of(entry->d_name, topic, &partition) && partition > highest)
            highest = partition;
    }
    if (highest < 0)
        rc = refuse_topic(log_dir, topic, d, e);
    else
        *partitions = highest + 1;
    (void)closedir(d);
    return rc;
}

static bool is_segment(const char *name, int64_t *base)
{
    if (strspn(name, "0123456789") != DIGITS || strcmp(name + DIGITS, SEGMENT_SUFFIX) != 0)
        return false;
    errno = 0;
    long long value = strtoll(name, NULL, DECIMAL);
    *base = value;
    return errno == 0;
}

static enum rc list_add(struct segment_list *l, int64_t base, struct err *e)
{
    if (l->count == l->room) {
        size_t room = l->room == 0 ? NAMES_SHOWN : l->room * 2;
        int64_t *grown = realloc(l->bases, room * sizeof *grown);
        if (grown == NULL)
            return err_set(e, RC_INFRA, "out of memory for a list of %zu segments", room);
        l->bases = grown;
        l->room = room;
    }
    l->bases[l->count++] = base;
    return RC_OK;
}

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static enum rc list_segments(const char *folder, struct segment_list *out, struct err *e)
{
    DIR *d = opendir(folder);
    if (d == NULL && errno == ENOENT)
        return err_set(e, RC_INPUT, "%s: this partition is not in the log folder", folder);
    if (d == NULL)
        return err_sys(e, RC_INFRA, errno, "%s: cannot read the partition's folder", folder);
    enum rc rc = RC_OK;
    for (struct dirent *entry = readdir(d); rc == RC_OK && entry != NULL; entry = readdir(d)) {
        int64_t base = 0;
        if (is_segment(entry->d_name, &base))
            rc = list_add(out, base, e);
    }
    (void)closedir(d);
    if (out->count > 0)
        qsort(out->bases, out->count, sizeof *out->bases, by_value);
    return rc;
}

/* Makes need bytes available from w->at on; fewer only where the file ends. */
static enum rc window_fill(struct window *w, size_t need, struct err *e)
{
    if (w->bytes.size - w->at >= need)
        return RC_OK;
    struct stat st;
    if (fstat(w->fd, &st) != 0)
        return err_sys(e, RC_INFRA, errno, "%s", w->path);
    w->bytes.size -= w->at;
    if (w->bytes.size > 0)
        memmove(w->bytes.data, w->bytes.data + w->at, w->bytes.size);
    w->file_at += (int64_t)w->at;
    w->at = 0;
    int64_t left = (int64_t)st.st_size - w->file_at;
    size_t want = need < WINDOW_BYTES ? WINDOW_BYTES : need;
    if (left < (int64_t)want)
        want = left < 0 ? 0 : (size_t)left;
    enum rc rc = buf_reserve(&w->bytes, want, e);
    while (rc == RC_OK && w->bytes.size < want) {
        ssize_t got = pread(w->fd, w->bytes.data + w->bytes.size, want - w->bytes.size,
                            (off_t)(w->file_at + (int64_t)w->bytes.size));
        if (got < 0 && errno != EINTR)
            rc = err_sys(e, RC_INFRA, errno, "%s", w->path);
        if (got == 0)
            break;
        if (got > 0)
            w->bytes.size += (size_t)got;
    }
    return rc;
}

/* Passes over bytes without reading those that are not in the window yet. */
static void window_skip(struct window *w, int64_t bytes)
{
    size_t here = w->bytes.size - w->at;
    if ((uint64_t)bytes <= here) {
        w->at += (size_t)bytes;
        return;
    }
    w->file_at += (int64_t)w->at + bytes;
    w->at = 0;
    w->bytes.size = 0;
}

static struct span window_span(const struct window *w)
{
    struct span none = {0};
    size_t here = w->bytes.size - w->at;
    return here == 0 ? none : span_of(w->bytes.data + w->at, here);
}

/* Reads the header of the batch at hand and, when it lies in the range, all of it. */
static enum rc read_batch(struct window *w, const struct segment_walk *k, struct stored_batch *b,
                          enum stored_batch_found *found, struct err *e)
{
    enum rc rc = window_fill(w, STORED_BATCH_HEADER, e);
    if (rc == RC_OK)
        rc = stored_batch_read(window_span(w), b, found, e);
    if (rc != RC_OK || *found == STORED_BATCH_NONE || *found == STORED_BATCH_PAD ||
        b->stored_bytes == 0)
        return rc;
    if (b->base_offset <= k->last_offset)
        return err_set(e, RC_INTEGRITY,
                       "the batch with base offset %" PRId64 " follows one that ends at %" PRId64,
                       b->base_offset, k->last_offset);
    if (*found != STORED_BATCH_CUT || b->last_offset < k->range->from ||
        b->base_offset >= k->range->to)
        return RC_OK;
    rc = window_fill(w, (size_t)b->stored_bytes, e);
    return rc != RC_OK ? rc : stored_batch_read(window_span(w), b, found, e);
}

/* Walks one segment. A batch that the file's end cuts is left out in the last one. */
static enum rc walk_batches(struct segment_walk *k, struct window *w, bool last_segment,
                            struct err *e)
{
    for (;;) {
        struct stored_batch b;
        enum stored_batch_found found;
        enum rc rc = read_batch(w, k, &b, &found, e);
        if (rc != RC_OK || found == STORED_BATCH_NONE || found == STORED_BATCH_PAD)
            return rc;
        k->past_end = b.stored_bytes > 0 && b.base_offset >= k->range->to;
        if (k->past_end)
            return RC_OK;
        if (b.stored_bytes > 0 && b.last_offset < k->range->from) {
            k->last_offset = b.last_offset;
            window_skip(w, b.stored_bytes);
            continue;
        }
        if (found == STORED_BATCH_CUT)
            return last_segment ? RC_OK
                                : err_set(e, RC_INTEGRITY,
                                          "the file ends inside a batch, and it is not the newest");
        k->last_offset = b.last_offset;
        rc = stored_batch_check(&b, e);
        if (rc == RC_OK)
            rc = k->visit(k->ctx, k->range->partition, &b, e);
        if (rc != RC_OK)
            return rc;
        window_skip(w, b.stored_bytes);
    }
}

static enum rc walk_segment(struct segment_walk *k, const char *path, bool last_segment,
                            struct err *e)
{
    struct window w = {.path = path, .fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    if (w.fd < 0)
        return err_sys(e, RC_INFRA, errno, "%s: cannot open the segment", path);
    struct stat about;
    if (fstat(w.fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        (void)close(w.fd);
        return err_set(e, RC_INPUT, "%s: found no regular file; expected a segment", path);
    }
    buf_init(&w.bytes, (size_t)STORED_BATCH_MAX + STORED_BATCH_PREFIX);
    enum rc rc = walk_batches(k, &w, last_segment, e);
    if (rc == RC_INTEGRITY || rc == RC_INPUT)
        (void)err_wrap(e, "%s: at byte %" PRId64, path, w.file_at + (int64_t)w.at);
    buf_release(&w.bytes);
    (void)close(w.fd);
    return rc;
}

enum rc segment_walk(const struct segment_range *r, stored_batch_visit *visit, void *ctx,
                     struct err *e)
{
    char folder[PATH_MAX];
    char path[PATH_MAX + DIGITS + sizeof SEGMENT_SUFFIX + 1];
    struct segment_list list = {0};
    enum rc rc = partition_path(r->log_dir, r->topic, r->partition, folder, e);
    if (rc == RC_OK)
        rc = list_segments(folder, &list, e);
    struct segment_walk k = {.range = r, .visit = visit, .ctx = ctx, .last_offset = -1};
    for (size_t i = 0; rc == RC_OK && i < list.count && !k.past_end; i++) {
        bool last = i + 1 == list.count;
        if (list.bases[i] >= r->to || (!last && list.bases[i + 1] <= r->from))
            continue;
        (void)snprintf(path, sizeof path, "%s/%020" PRId64 SEGMENT_SUFFIX, folder, list.bases[i]);
        rc = walk_segment(&k, path, last, e);
    }
    free(list.bases);
    return rc;
}
