#define _GNU_SOURCE
#include "core/image/image_source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rc read_memory(void *ctx, int64_t offset, void *out, size_t size, struct err *e)
{
    const struct span *bytes = ctx;
    if (offset < 0 || (uint64_t)offset > bytes->size || size > bytes->size - (size_t)offset)
        return err_set(e, RC_INTEGRITY, "%zu bytes at %lld of an image of %zu", size,
                       (long long)offset, bytes->size);
    if (size > 0)
        memcpy(out, bytes->data + offset, size);
    return RC_OK;
}

struct image_source image_source_of(const struct span *bytes)
{
    return (struct image_source){.read = read_memory,
                                 .ctx = (void *)(uintptr_t)bytes, /* only read */
                                 .size = (int64_t)bytes->size,
                                 .bytes = bytes->data};
}

static enum rc read_file(void *ctx, int64_t offset, void *out, size_t size, struct err *e)
{
    const struct image_file *f = ctx;
    uint8_t *to = out;
    size_t done = 0;
    while (done < size) {
        ssize_t n = pread(f->fd, to + done, size - done, (off_t)(offset + (int64_t)done));
        if (n == 0)
            return err_set(e, RC_INTEGRITY, "%s: it became shorter while it was read", f->path);
        if (n < 0 && errno != EINTR)
            return err_sys(e, RC_INFRA, errno, "reading %s", f->path);
        done += n > 0 ? (size_t)n : 0;
    }
    return RC_OK;
}

enum rc image_file_open(struct image_file *f, const char *path, struct err *e)
{
    struct stat s;
    f->fd = -1;
    enum rc rc = fs_set(f->path, path, e);
    if (rc != RC_OK)
        return rc;
    f->fd =
        open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer must not hang */
    if (f->fd < 0 || fstat(f->fd, &s) != 0)
        rc = err_sys(e, RC_INFRA, errno, "opening %s", path);
    else if (!S_ISREG(s.st_mode))
        rc = err_set(e, RC_INPUT, "%s: not a regular file", path);
    else
        f->source = (struct image_source){.read = read_file, .ctx = f, .size = (int64_t)s.st_size};
    if (rc != RC_OK)
        image_file_close(f);
    return rc;
}

void image_file_close(struct image_file *f)
{
    if (f == NULL || f->fd < 0)
        return;
    (void)close(f->fd);
    f->fd = -1;
}

enum rc image_file_map(const struct image_file *f, struct span *out, struct err *e)
{
    size_t size = (size_t)f->source.size;
    if (size == 0) {
        *out = span_of(NULL, 0);
        return RC_OK;
    }
    void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, f->fd, 0);
    if (bytes == MAP_FAILED)
        return err_sys(e, RC_INFRA, errno, "mapping %s", f->path);
    *out = span_of(bytes, size);
    return RC_OK;
}

void image_file_unmap(struct span mapped)
{
    if (mapped.size > 0)
        (void)munmap((void *)(uintptr_t)mapped.data, mapped.size);
}
